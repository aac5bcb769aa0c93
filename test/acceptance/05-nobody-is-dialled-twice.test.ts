// 5: Nobody is dialled twice.
import assert from 'node:assert/strict'
import { type ChildProcess, fork } from 'node:child_process'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Answer } from './dialler.ts'
import { within } from './patience.ts'
import { refusal } from './api.ts'
import { attemptOf, CallbackStatus, Centre, ContactState, DialOutcome, phoneOf } from './centre.ts'
import type { Desk } from './desk.ts'
import { MINUTE, minutes, SECOND, timeMs } from './time.ts'
import { openWorld, type World } from './world.ts'

let world: World
before(async () => {
  world = await openWorld()
})
after(() => world.close())

const RETRY_MINUTES = 10

/** Ann is free for a customer who waits to be called back. */
async function callbackWaiting(centre: Centre): Promise<Desk> {
  await centre.queue('tax', { callback: { retryAfter: minutes(RETRY_MINUTES) } })
  const ann = await centre.agent('ann')
  await centre.arrives('earlier', 'tax')
  await ann.takes('earlier')
  await centre.arrives('ana', 'tax')
  await centre.choosesCallback('ana')
  await ann.completes('earlier')
  return ann
}

/** A process of its own that dials. */
class DiallerProcess {
  readonly claimant: string
  readonly #child: ChildProcess
  readonly #answers = new Map<string, (answer: Answer) => void>()

  constructor(claimant: string) {
    this.claimant = claimant
    const file = join(import.meta.dirname, 'dialler.ts')
    this.#child = fork(file, [world.grpc, claimant])
    this.#child.on('message', (answer: Answer) => {
      this.#answers.get(answer.attemptId)?.(answer)
    })
  }

  ready(): Promise<Answer> {
    return this.#answer('ready')
  }

  claims(pool: string, contactId: string, attemptId: string): Promise<Answer> {
    const answer = this.#answer(attemptId)
    this.#child.send({ pool, contactId, attemptId })
    return answer
  }

  #answer(attemptId: string): Promise<Answer> {
    const { promise, resolve } = Promise.withResolvers<Answer>()
    this.#answers.set(attemptId, resolve)
    return within(`${this.claimant} to hear of ${attemptId}`, promise)
  }

  async dies(): Promise<void> {
    const gone = new Promise((resolve) => this.#child.once('exit', resolve))
    if (this.#child.exitCode === null && this.#child.kill('SIGKILL')) {
      await within(`${this.claimant} to die`, gone)
    }
  }
}

const ROUNDS = 40

test(`5 given two diallers, when both claim, ${ROUNDS} times, one gets it each time`, async (t) => {
  const centre = await Centre.open(t, world)
  await centre.queue('tax', { callback: { offerAbove: { seconds: 0, nanos: 0 } } })
  const ann = await centre.agent('ann')
  await centre.arrives('call-0', 'tax')
  await ann.takes('call-0')
  const diallers = [new DiallerProcess('dialler-a'), new DiallerProcess('dialler-b')]
  t.after(() => Promise.all(diallers.map((dialler) => dialler.dies())))
  await Promise.all(diallers.map((dialler) => dialler.ready()))

  for (let round = 1; round <= ROUNDS; round += 1) {
    const contactId = `call-${round}`
    await centre.arrives(contactId, 'tax')
    await centre.choosesCallback(contactId)
    await ann.completes(`call-${round - 1}`)
    await ann.accepts(contactId)
    const attemptId = attemptOf(await centre.contact(contactId))

    const both = () =>
      Promise.all(
        diallers.map(async (dialler) => {
          const answer = await dialler.claims(centre.pool, contactId, attemptId)
          return { claimant: dialler.claimant, ...answer }
        }),
      )
    const first = await both()
    const again = await both()

    const winner = first.find(({ addressRef }) => addressRef !== undefined)
    assert.ok(winner, `round ${round}: nobody may dial: ${JSON.stringify(first)}`)
    const loser = first.find(({ claimant }) => claimant !== winner.claimant)
    assert.equal(winner.addressRef, phoneOf(contactId))
    assert.equal(loser?.refused, 'ATTEMPT_CLAIMED', `round ${round}: two may dial`)
    assert.deepEqual(again, first, 'asked again, each is told the same')
    const human = DialOutcome.DIAL_OUTCOME_HUMAN
    await centre.reports(winner.claimant, contactId, attemptId, human)
  }

  assert.equal((await centre.figures('tax')).dialled, ROUNDS)
  await centre.assertSound()
})

test('5 given a claim, when the server dies, nobody dials before the next attempt', async (t) => {
  const centre = await Centre.open(t, world)
  const ann = await callbackWaiting(centre)
  await ann.accepts('ana')
  const attemptId = attemptOf(await centre.contact('ana'))
  await centre.claims('dialler-a', 'ana', attemptId)

  await world.crash()
  await ann.losesLine()
  await ann.sitDown()

  // Both diallers find the attempt again; it still belongs to the one that had it.
  assert.equal(
    (await refusal(centre.claims('dialler-b', 'ana', attemptId))).code,
    'ATTEMPT_CLAIMED',
  )
  const again = await centre.claims('dialler-a', 'ana', attemptId)
  assert.equal(again.callback?.attempts, 1)
  await neverBefore(centre, ann, attemptId)
})

test('5 given a claim, when its dialler dies, nobody dials before the next attempt', async (t) => {
  const centre = await Centre.open(t, world)
  const ann = await callbackWaiting(centre)
  await ann.accepts('ana')
  const attemptId = attemptOf(await centre.contact('ana'))
  const dialler = new DiallerProcess('dialler-a')
  t.after(() => dialler.dies())
  await dialler.ready()
  assert.equal((await dialler.claims(centre.pool, 'ana', attemptId)).addressRef, phoneOf('ana'))

  await dialler.dies()

  await neverBefore(centre, ann, attemptId)
})

/** Nobody reports the outcome of this attempt, and skilled agents are free. */
async function neverBefore(centre: Centre, ann: Desk, attemptId: string): Promise<void> {
  // Ringing 25 s, and 30 s for the report.
  await world.pass(56 * SECOND)
  const parked = await centre.contact('ana')
  assert.equal(parked.state, ContactState.CONTACT_STATE_CALLBACK_WAITING)
  assert.equal(parked.callback?.status, CallbackStatus.CALLBACK_STATUS_ACCEPTED)
  assert.equal(parked.callback.attempt?.outcome, DialOutcome.DIAL_OUTCOME_UNKNOWN)
  const scheduled = timeMs(parked.callback.nextAttemptAt)
  assert.equal(scheduled - timeMs(parked.stateSince), RETRY_MINUTES * MINUTE)
  for (const claimant of ['dialler-a', 'dialler-b']) {
    assert.equal((await refusal(centre.claims(claimant, 'ana', attemptId))).code, 'ATTEMPT_CLOSED')
  }

  await world.pass((RETRY_MINUTES - 1) * MINUTE)
  await centre.assertFree(ann)
  const waiting = await centre.contact('ana')
  assert.equal(waiting.state, ContactState.CONTACT_STATE_CALLBACK_WAITING)

  await world.pass(MINUTE)
  await ann.accepts('ana')
  const due = await centre.contact('ana')
  assert.ok(timeMs(due.stateSince) >= scheduled, 'dialled no earlier than was scheduled')
  assert.notEqual(attemptOf(due), attemptId)
  await centre.claims('dialler-b', 'ana', attemptOf(due))
  await centre.reports('dialler-b', 'ana', attemptOf(due), DialOutcome.DIAL_OUTCOME_HUMAN)
  await centre.assertSound()
}

test('5 given nobody claims, when time is over, it is too late; the customer waits', async (t) => {
  const centre = await Centre.open(t, world)
  const ann = await callbackWaiting(centre)
  await ann.accepts('ana')
  const attemptId = attemptOf(await centre.contact('ana'))

  await world.pass(31 * SECOND)

  assert.equal((await refusal(centre.claims('dialler-a', 'ana', attemptId))).code, 'ATTEMPT_CLOSED')
  const parked = await centre.contact('ana')
  assert.equal(parked.state, ContactState.CONTACT_STATE_CALLBACK_WAITING)
  assert.equal(parked.callback?.attempts, 0)
  await world.pass(MINUTE)
  await ann.isOffered('ana')
})
