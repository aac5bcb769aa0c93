import assert from 'node:assert/strict'
import { test } from 'node:test'
import { descriptors } from '../index.ts'
import { ruleOf } from '../../security/index.ts'
import { serveLimits } from '../limits.ts'
import { refuseBeyond } from '../shedding.ts'

const ROUTING = 'evenkeel.routing.v1'
const SUBMIT = `${ROUTING}.ContactService/SubmitContact`
const ACCEPT = `${ROUTING}.AgentService/AcceptOffer`
const HEALTH = 'grpc.health.v1.Health/Check'
const limits = { callsMax: 10, callsKeptForAgents: 3 }

const cases: readonly (readonly [string, rpc: string, inFlight: number, answered: boolean])[] = [
  ['a new contact while there is room', SUBMIT, 7, true],
  ['a new contact when what is left is kept for desks', SUBMIT, 8, false],
  ['a desk by then', ACCEPT, 8, true],
  ['a desk with the last room', ACCEPT, 10, true],
  ['a desk when there is none', ACCEPT, 11, false],
  ['a probe when there is none', HEALTH, 1_000_000, true],
]

for (const [what, rpc, inFlight, answered] of cases) {
  test(`${what} is ${answered ? 'answered' : 'refused'}`, () => {
    const ask = () => refuseBeyond(limits, rpc, inFlight)
    if (answered) assert.doesNotThrow(ask)
    else assert.throws(ask, { code: 'OVERLOADED', status: 'RESOURCE_EXHAUSTED', retryable: true })
  })
}

test('a call that nobody knows is refused like any other: naming it makes no way past', () => {
  assert.throws(() => refuseBeyond(limits, 'grpc.health.v2.Health/Check', 8), {
    code: 'OVERLOADED',
  })
})

test('what the table names are calls that there are, and by its limits some are kept', () => {
  const { registry } = descriptors()
  for (const rpc of [SUBMIT, ACCEPT]) {
    const [service = '', method] = rpc.split('/')
    assert.ok(
      registry.getService(service)?.methods.some(({ name }) => name === method),
      rpc,
    )
  }
  assert.ok(ruleOf(ACCEPT).scopes?.has('agent'))
  assert.ok(serveLimits.callsKeptForAgents > 0)
})
