import type { Mutation } from './list.ts'

const core = 'reallocation/core'
const firstGuards = '[guards.paused, guards.complete, guards.known, guards.willing, guards.ready],'
const nextGuards =
  '[guards.onShift, guards.once, guards.supervisor, guards.channel, guards.qualified],'
const lastGuards =
  '[guards.coolDown, guards.perDay, guards.perHour, guards.perDonor, guards.minimum],'

const without = (guards: string, one: string): Pick<Mutation, 'find' | 'replace'> => ({
  find: guards,
  replace: guards.replace(new RegExp(`guards\\.${one}(, |(?=\\]))`), ''),
})

/** Of moves: what nobody may be ordered to, and which of two words holds. */
export const ofMoves: readonly Mutation[] = [
  {
    name: 'moves go on while they are paused',
    room: core,
    ...without(firstGuards, 'paused'),
  },
  {
    name: 'a gap in the counts is slack',
    room: core,
    ...without(firstGuards, 'complete'),
  },
  {
    name: 'whoever takes no part in moves is moved',
    room: core,
    ...without(firstGuards, 'willing'),
  },
  {
    name: 'whoever is not ready is moved',
    room: core,
    ...without(firstGuards, 'ready'),
  },
  {
    name: 'whoever is moved is moved once more',
    room: core,
    ...without(nextGuards, 'once'),
  },
  {
    name: 'reallocation asks for whom a supervisor has placed',
    room: core,
    ...without(nextGuards, 'supervisor'),
  },
  {
    name: 'whoever nobody knows is moved',
    room: core,
    ...without(firstGuards, 'known'),
  },
  {
    name: 'whoever is off shift is moved',
    room: core,
    ...without(nextGuards, 'onShift'),
  },
  {
    name: 'whoever has no such channel is moved there',
    room: core,
    ...without(nextGuards, 'channel'),
  },
  {
    name: 'a move may be too short to be worth it',
    room: core,
    find: '  guards.edge,\n]',
    replace: ']',
  },
  {
    name: 'whoever lacks the skill is moved',
    room: core,
    ...without(nextGuards, 'qualified'),
  },
  {
    name: 'whoever comes back is moved at once',
    room: core,
    ...without(lastGuards, 'coolDown'),
  },
  {
    name: 'a day has as many moves as anybody likes',
    room: core,
    ...without(lastGuards, 'perDay'),
  },
  {
    name: 'an hour has as many moves as anybody likes',
    room: core,
    ...without(lastGuards, 'perHour'),
  },
  {
    name: 'a channel lends all that it has',
    room: core,
    ...without(lastGuards, 'perDonor'),
  },
  {
    name: 'nobody has to stay',
    room: core,
    ...without(lastGuards, 'minimum'),
  },
  {
    name: 'a move goes on into a break',
    room: core,
    find: 'Math.min(wished, span.until - pool.edgeGuardMs)',
    replace: 'wished',
  },
  {
    name: 'a move stands above a supervisor',
    room: 'routing/core',
    find: "if (agent.activeChannels > 0 && !isMoved(agent)) return 'supervisor'",
    replace: '',
  },
  {
    name: 'the end of a move ends whatever is in force',
    room: 'routing/core',
    find: 'if (agent?.activeReason === reasonOf(c.moveId)) activate',
    replace: 'if (agent !== undefined) activate',
  },
  {
    name: 'the end of a move does not come over the bridge',
    room: 'routing/shell',
    find: "case 'moveReturning':",
    replace: "case 'policyChanged':",
  },
  {
    name: 'a move that is called off is over before routing has heard of it',
    room: core,
    find: 'ours || stillOrdered(m) ?',
    replace: 'ours ?',
  },
  {
    name: 'an order that a supervisor forestalls is over before routing has heard of it',
    room: core,
    find: "[sendBack(s, m, 'supervisor', at)]",
    replace: "[finish(s, m, 'supervisor', at)]",
  },
  {
    name: 'whoever has said no to a move is asked again at the next look',
    room: core,
    find: "if (state === 'declined' || state === 'rejected') leaveAlone(s, m, at)",
    replace: '',
  },
  {
    name: 'whoever is in training is given what the profile has',
    room: 'routing/core',
    find: "c.channels === 'training' ? noChannel : maskOf(c.channels)",
    replace: "c.channels === 'training' ? 0 : maskOf(c.channels)",
  },
  {
    name: 'training does not reach routing',
    room: 'routing/shell',
    find: "move.training ? 'training' : named",
    replace: "move.training ? ['voice'] : named",
  },
  {
    name: 'whoever is called back from training stays to the least time of a move',
    room: core,
    find: "if (m.to === 'training') events.push(leave(s, m, 'recalled', at))",
    replace: "if (m.to === 'training' && stayed) events.push(leave(s, m, 'recalled', at))",
  },
  {
    name: 'reallocation does not hear that routing refuses',
    room: 'reallocation/shell',
    find: "case 'moveRefused':",
    replace: "case 'contactHeld':",
  },
]
