import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  chanceAbove,
  corrected,
  isLikelyAbove,
  learnTold,
  noCalibration,
  nominal,
  plainDistribution,
  quantilesOf,
  queueStats,
  waitDistribution,
  waitOf,
  waitOfNewcomer,
} from '../core/index.ts'
import { Story } from './story.ts'

const second = 1_000
const minute = 60 * second

const rowOf = (s: Story, id: string) => s.state.contacts.must(`p/${id}`)
const tax = (s: Story) => s.state.queues.must('p/tax')
const waitIn = (s: Story, id: string) => waitOf(s.state, rowOf(s, id), s.time)

/** Ann answers one after the other; each comes while the one before is being served, which takes `talkMs`. */
function served(s: Story, contacts: number, talkMs: (index: number) => number): void {
  s.submit('first', 'tax')
  s.talk('ann')
  let before = 'first'
  for (let i = 0; i < contacts; i++) {
    const id = `w${i}`
    s.submit(id, 'tax')
    s.pass(talkMs(i))
    s.complete('ann', before)
    s.accept('ann')
    s.media(id, 'answered')
    before = id
  }
}

function centre(): Story {
  const s = new Story()
  s.queue('tax', { policy: { initialHandleTimeMs: minute } })
  s.agent('ann', {})
  return s
}

describe('the wait of a contact', () => {
  test('is unknown where nobody at work is skilled for it', () => {
    const s = new Story()
    s.queue('tax', { requirements: [{ skillId: 'tax', minimumLevel: 3 }] })
    s.submit('c1', 'tax')
    assert.equal(waitIn(s, 'c1'), undefined)
    assert.equal(queueStats(s.state, tax(s), s.at).wait, undefined)
  })

  test('is by the plain formula where no waits have been seen, as uncertain as can be', () => {
    const s = centre()
    s.submit('c0', 'tax')
    s.talk('ann')
    s.submit('c1', 'tax')
    s.submit('c2', 'tax')
    const [one, two] = [waitIn(s, 'c1'), waitIn(s, 'c2')]
    assert.ok(one && two)
    // Mean 60 s: an exponential wait has its quantiles at 42, 97 and 180 s.
    assert.ok(Math.abs(one.p50 - 42 * second) < 2 * second, `${one.p50}`)
    assert.ok(Math.abs(one.p80 - 97 * second) < 2 * second, `${one.p80}`)
    assert.ok(Math.abs(one.p95 - 180 * second) < 5 * second, `${one.p95}`)
    assert.ok(Math.abs(two.p80 - 2 * one.p80) <= 2)
  })

  test('grows with the place, and with waits that grew', () => {
    const s = centre()
    served(s, 30, () => 40 * second)
    s.submit('c1', 'tax')
    s.submit('c2', 'tax')
    const brisk = waitIn(s, 'c1')?.p50 ?? 0
    assert.ok((waitIn(s, 'c2')?.p50 ?? 0) > brisk)
    const slow = centre()
    served(slow, 30, () => 3 * minute)
    slow.submit('c1', 'tax')
    assert.ok((waitIn(slow, 'c1')?.p50 ?? 0) > 2 * brisk)
  })

  test('of a newcomer goes by its priority', () => {
    const s = centre()
    served(s, 25, () => 30 * second)
    for (const id of ['c1', 'c2', 'c3']) s.submit(id, 'tax')
    const request = s.state.requestClasses.at(tax(s).ownClass)
    const wait = (priority: number) => waitOfNewcomer(s.state, request, priority, s.time)?.p50 ?? 0
    assert.ok(wait(100) < wait(0))
  })
})

describe('what a queue learns', () => {
  test('how long those who had waited did wait; who was served at once teaches nothing', () => {
    const s = centre()
    for (const id of ['c1', 'c2', 'c3']) {
      s.submit(id, 'tax')
      s.pass(10 * second)
      s.talk('ann')
      s.complete('ann', id)
    }
    assert.equal(tax(s).waitsSeen, 0)
    served(s, 3, () => 50 * second)
    assert.equal(tax(s).waitsSeen, 3)
    assert.equal(tax(s).waitRecentMs, 50 * second)
  })

  test('how many waited no longer than they could be told', () => {
    const s = centre()
    served(s, 60, (index) => (index % 5 === 4 ? 6 * minute : 30 * second))
    const { waitsTold, waitsIn50, waitsIn80, waitsIn95 } = tax(s)
    assert.equal(waitsTold, 60)
    assert.ok(waitsIn50 <= waitsIn80 && waitsIn80 <= waitsIn95 && waitsIn95 <= waitsTold)
    assert.ok(waitsIn80 > 30 && waitsIn80 < 60)
    // Each answer says what was expected and what came.
    const told = s.told('offerAccepted').at(-1)
    assert.equal(told?.waitedMs, 6 * minute)
    assert.ok((told?.toldWait?.p80 ?? 0) > 0)
  })

  test('nothing from test contacts', () => {
    const s = centre()
    s.submit('c0', 'tax')
    s.talk('ann')
    s.submit('c1', 'tax', { test: true })
    s.pass(minute)
    s.complete('ann', 'c0')
    s.accept('ann')
    assert.equal(tax(s).waitsSeen, 0)
  })
})

describe('a callback is offered', () => {
  const policy = { offerAboveMs: 2 * minute, offerCadenceMs: minute }

  /** Wait of c1 by the plain formula with a mean of one minute: longer than two with 13-14%. */
  function waiting(offerLevelBp: number): string | undefined {
    const s = new Story()
    const callback = { ...policy, offerLevelBp }
    s.queue('tax', { callback, policy: { initialHandleTimeMs: minute } })
    s.agent('ann', {})
    s.submit('c0', 'tax')
    s.talk('ann')
    s.submit('c1', 'tax')
    return s.contact('c1').callback?.status
  }

  test('when the chance of a longer wait than the limit is above the level', () => {
    assert.equal(waiting(1_200), 'offered')
    assert.equal(waiting(1_500), undefined)
    assert.equal(waiting(5_000), undefined)
  })
})

describe('the distribution', () => {
  const facts = {
    ahead: 4,
    places: 10,
    serving: 6,
    recentMs: 70 * second,
    longMs: 60 * second,
    headMs: 45 * second,
    gapMs: 18 * second,
    handleMs: 3 * minute,
  }

  test('has the chances that its quantiles say', () => {
    for (const d of [waitDistribution(facts), plainDistribution(3, 2, minute)]) {
      const { p50, p80, p95 } = quantilesOf(d, nominal)
      assert.deepEqual(
        [p50, p80, p95, 0, d.meanMs * 5_000].map((limit) => chanceAbove(d, nominal, limit)),
        [5_000, 2_000, 500, 10_000, 0],
      )
    }
  })

  test('answers by its quantiles what it would answer by the law', () => {
    const d = waitDistribution(facts)
    for (const levelBp of [100, 500, 1_500, 2_000, 4_000, 5_000, 7_000, 9_999]) {
      for (let limitMs = 0; limitMs < 6 * minute; limitMs += 1_700) {
        const said = isLikelyAbove(d, nominal, limitMs, levelBp)
        assert.equal(said, chanceAbove(d, nominal, limitMs) > levelBp, `${limitMs} ${levelBp}`)
      }
    }
  })

  test('knows no absolute pace: where everything takes ten times as long, so does the wait', () => {
    const { ahead, places, serving, ...times } = facts
    const slower = Object.fromEntries(Object.entries(times).map(([name, ms]) => [name, 10 * ms]))
    const slow = waitDistribution({ ...facts, ...slower, ahead, places, serving })
    const ratio = slow.meanMs / waitDistribution(facts).meanMs
    assert.ok(Math.abs(ratio - 10) < 1e-9, `${ratio}`)
  })

  test('is put right where the model is wrong, in its mean and in its quantiles', () => {
    let row = { ...noCalibration, handleMs: minute }
    const within = { p50: 0, p80: 0, p95: 0 }
    const [skipped, counted] = [1_000, 4_000]
    // Waits are three times what the model says, and nearly certain where it is most unsure.
    const model = plainDistribution(0, 1, minute)
    for (let i = 0; i < skipped + counted; i++) {
      const d = { ...model, meanMs: corrected(row, model.meanMs) }
      const told = quantilesOf(d, row)
      const waitMs = 150 * second + ((i * 7_919) % 61) * second
      row = { ...row, ...learnTold(row, told, model.meanMs, waitMs) }
      if (i < skipped) continue
      for (const band of ['p50', 'p80', 'p95'] as const) if (waitMs <= told[band]) within[band] += 1
    }
    assert.ok(Math.abs(corrected(row, minute) / (3 * minute) - 1) < 0.05)
    assert.ok(Math.abs(within.p50 / counted - 0.5) < 0.05, `${within.p50 / counted}`)
    assert.ok(Math.abs(within.p80 / counted - 0.8) < 0.05, `${within.p80 / counted}`)
  })
})
