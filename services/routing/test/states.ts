import assert from 'node:assert/strict'
import { Story } from './story.ts'

/** A call that ann talks to. */
export function talking(): Story {
  const s = new Story()
  s.queue('tax')
  s.agent('ann', {})
  s.submit('c1', 'tax')
  s.talk('ann')
  return s
}

/** How a contact comes into each state, by the shortest way. */
export const ways = {
  waiting: (s: Story) => s.submit('c1', 'tax'),
  offered: (s: Story) => {
    s.agent('ann', {})
    s.submit('c1', 'tax')
  },
  connecting: (s: Story) => {
    ways.offered(s)
    s.accept('ann')
  },
  connected: (s: Story) => {
    ways.offered(s)
    s.talk('ann')
  },
  held: (s: Story) => {
    ways.connected(s)
    s.hold('c1')
  },
  wrapUp: (s: Story) => {
    ways.connected(s)
    s.media('c1', 'ended')
  },
  dialable: (s: Story) => {
    s.submit('c1', 'tax')
    s.wantsCallback('c1')
  },
  dialling: (s: Story) => {
    ways.dialable(s)
    s.agent('ann', {})
    s.accept('ann')
  },
  callbackWaiting: (s: Story) => {
    ways.dialling(s)
    s.claim('c1')
    s.report('c1', 'busy')
  },
  completed: (s: Story) => {
    ways.connected(s)
    s.complete('ann', 'c1')
  },
  abandoned: (s: Story) => {
    ways.waiting(s)
    s.abandon('c1')
  },
  expired: (s: Story) => {
    s.submit('c1', 'tax', { timeToLiveMs: 1_000 })
    s.pass(1_000)
  },
  cancelled: (s: Story) => {
    ways.waiting(s)
    s.cancel('c1')
  },
} as const

export type State = keyof typeof ways

export function given(state: State): Story {
  const s = new Story()
  s.queue('tax', { callback: {} })
  ways[state](s)
  assert.equal(s.contact('c1').state, state)
  return s
}
