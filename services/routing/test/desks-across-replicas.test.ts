import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import {
  AgentSessionRequest,
  type AgentSessionResponse,
} from '@evenkeel/proto/evenkeel/routing/v1/agent_service'
import { noFaults } from '@evenkeel/chassis/log/memory'
import { encodeCommand } from '../shell/translate/commands.ts'
import { runningRouting, site } from './running.ts'

const pool = 'p'
const agentId = 'ann'

/** Two replicas of one log, and an agent who may sit down at either. */
async function twoReplicas(t: TestContext) {
  const at = site()
  const here = await runningRouting(t, at, 'routing-0')
  await here.call('putPool', {
    pool: { pool, displayName: '', etag: '', dialPacing: undefined, profilesMaxAge: undefined },
    validateOnly: false,
  })
  await here.agent(agentId)
  const there = await runningRouting(t, at, 'routing-1')
  return { here, there }
}

type Replica = Awaited<ReturnType<typeof runningRouting>>

const isOpened = ({ event }: AgentSessionResponse) => event?.$case === 'opened'

async function seated(replica: Replica, sessionToken = '') {
  const desk = replica.talk('agentSession')
  const value = { pool, agentId, sessionToken, ready: true }
  desk.send(AgentSessionRequest.fromPartial({ requestId: 'o', command: { $case: 'open', value } }))
  const { event } = await desk.until(isOpened)
  assert.ok(event?.$case === 'opened')
  return { desk, token: event.value.sessionToken }
}

const ann = (replica: Replica) => replica.replica.state.agents.must('p/ann')

test('a desk that resumes at another replica is gone here, and connected there', async (t) => {
  const { here, there } = await twoReplicas(t)
  const first = await seated(here)

  const second = await seated(there, first.token)

  assert.equal(second.token, first.token)
  assert.equal((await first.desk.ended())?.code, 'SESSION_UNKNOWN')
  const { connected, sessionReplica } = ann(there)
  assert.deepEqual({ connected, sessionReplica }, { connected: true, sessionReplica: 'routing-1' })
  second.desk.cancel()
})

test('a desk opened anew at another replica ends the one here', async (t) => {
  const { here, there } = await twoReplicas(t)
  const first = await seated(here)
  const second = await seated(there)
  assert.notEqual(second.token, first.token)
  assert.equal((await first.desk.ended())?.code, 'SESSION_UNKNOWN')
  second.desk.cancel()
})

test('a desk that the log believes cut says that it is connected', async (t) => {
  const { here, there } = await twoReplicas(t)
  const { desk, token } = await seated(here)
  const opened = ann(here).sessionFrom

  // What the log brings about by itself when a replica has said nothing for a while.
  const value = { pool, agentId, sessionToken: token, replica: 'routing-0' }
  const cut = encodeCommand({ $case: 'sessionCut', value })
  const graced = await there.replica.submit(cut, { deadlineMs: 10_000 }, () => ann(there).connected)

  assert.equal(graced, false)
  await here.reached(() => ann(here).connected)
  assert.ok(ann(here).sessionFrom > opened)
  assert.equal(ann(here).graceUntil, Number.POSITIVE_INFINITY)
  desk.cancel()
})

test('a cut that the log does not take is said again when it does', async (t) => {
  const faults = { ...noFaults }
  const here = await runningRouting(t, site(faults))
  await here.call('putPool', {
    pool: { pool, displayName: '', etag: '', dialPacing: undefined, profilesMaxAge: undefined },
    validateOnly: false,
  })
  await here.agent(agentId)
  const { desk } = await seated(here)
  const refused = Promise.withResolvers<void>()
  let attempts = 0
  faults.append = (client, partition) => {
    attempts += 1
    // The cut, and ticks: of several attempts it was one.
    if (attempts === 4) refused.resolve()
    return attempts > 4 ? noFaults.append(client, partition) : { kind: 'refused' }
  }

  desk.cancel()
  await refused.promise

  await here.reached(() => !ann(here).connected)
})
