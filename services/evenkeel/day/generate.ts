import type { AgentPlan, Arrival, Day, DialResult, SkillFloor, Span } from './day.ts'
import { HOUR, MINUTE, SECOND } from './day.ts'
import {
  DAY_LENGTH_MS,
  type DayKind,
  intensity,
  peakPerMs,
  queuesOn,
  swellAt,
  swellMost,
} from './demand.ts'
import { DEMO_POOL, DEMO_SKILLS, LANGUAGES, type QueueHabits } from './pool.ts'
import { Random } from './random.ts'
import { hired, type Trade } from './roster.ts'
import { troublesOf } from './troubles.ts'

/** A raised priority is worth this many points of the queue's aging. */
const PREFERRED_PRIORITY = 3

/** How a dial goes, by share of attempts. */
const DIAL_RESULTS: readonly (readonly [DialResult, number])[] = [
  ['human', 0.78],
  ['no_answer', 0.12],
  ['busy', 0.05],
  ['machine', 0.025],
  ['message_left', 0.015],
  ['rejected', 0.005],
  ['congestion', 0.005],
]
/** More than any policy allows: the last ones are never looked at. */
const DIALS_DRAWN = 6

const TITLES: Readonly<Record<DayKind, string>> = {
  ordinary: 'An ordinary day',
  surge: 'A day with a surge',
  drift: 'A day that goes otherwise',
}

/**
 * The demo's day: `openMs` is 07:00 of it. The same kind and seed give the same day, byte for byte.
 */
export function generateDay(kind: DayKind, seed: number, openMs: number): Day {
  const arrivals = queuesOn(kind).flatMap((habits) => arrivalsOf(habits, kind, seed, openMs))
  arrivals.sort((a, b) => a.atMs - b.atMs || (a.contactId < b.contactId ? -1 : 1))
  const agents = demoAgents(kind, seed, openMs)
  return {
    pool: DEMO_POOL,
    displayName: TITLES[kind],
    fromMs: openMs,
    untilMs: openMs + DAY_LENGTH_MS,
    skills: DEMO_SKILLS,
    queues: queuesOn(kind).map((habits) => habits.plan),
    agents,
    arrivals,
    troubles: troublesOf(agents, openMs, new Random(seed, 'troubles')),
  }
}

/** A Poisson process of varying rate, by thinning. */
function arrivalsOf(habits: QueueHabits, kind: DayKind, seed: number, openMs: number): Arrival[] {
  const random = new Random(seed, `arrivals/${habits.plan.queueId}`)
  const { channel } = habits.plan
  const most = swellMost(kind)
  const mostPerMs = peakPerMs(habits) * most
  const arrivals: Arrival[] = []
  let at = 0
  for (;;) {
    at += random.exponential(1 / mostPerMs)
    if (at >= DAY_LENGTH_MS) return arrivals
    const share = (intensity(at) * swellAt(kind, channel, at)) / most
    if (!random.chance(share)) continue
    const contactId = `${habits.plan.queueId}-${arrivals.length + 1}`
    arrivals.push(arrivalOf(habits, contactId, Math.floor(openMs + at), seed))
  }
}

function arrivalOf(habits: QueueHabits, contactId: string, atMs: number, seed: number): Arrival {
  const random = new Random(seed, `contact/${contactId}`)
  const preferred = random.chance(habits.preferredShare)
  const language = random.weighted(LANGUAGES, undefined)
  const requirements: SkillFloor[] = []
  const own = habits.plan.requirements[0]
  if (preferred && own !== undefined) {
    requirements.push({ skillId: own.skillId, level: habits.preferredLevel })
  }
  if (language !== undefined) requirements.push({ skillId: language, level: 2 })
  const topic = random.pick(habits.topics)
  return {
    atMs,
    contactId,
    queueId: habits.plan.queueId,
    requirements,
    priority: preferred ? PREFERRED_PRIORITY : 0,
    customerKey: `customer-${contactId}`,
    attributes: learned(topic, language ?? 'english', random),
    patienceMs: Math.max(SECOND, Math.round(random.exponential(habits.patienceMeanMs))),
    talkMs: Math.max(SECOND, Math.round(random.logNormal(habits.plan.handleMs, habits.handleScv))),
    wrapUpMs: Math.round(random.exponential(habits.wrapUpMeanMs)),
    ...callbackHabits(random),
  }
}

/** What customers do about a callback; 88% of callers would rather be called back than wait. */
export function callbackHabits(
  random: Random,
): Pick<Arrival, 'acceptsCallback' | 'callsAgainAfterMs' | 'dials'> {
  return {
    acceptsCallback: random.chance(0.7),
    callsAgainAfterMs: random.chance(0.06)
      ? Math.round(MINUTE + random.exponential(4 * MINUTE))
      : undefined,
    dials: Array.from({ length: DIALS_DRAWN }, () => random.weighted(DIAL_RESULTS, 'no_answer')),
  }
}

/**
 * Some JSON as an IVR leaves it, and some bytes that are no text: both must reach the agent as they
 * are.
 */
function learned(topic: string, language: string, random: Random): Uint8Array {
  const noise = Array.from({ length: 4 }, () => random.integer(0, 255))
  return Buffer.concat([Buffer.from(JSON.stringify({ topic, language })), Buffer.from(noise)])
}

const VOICE = [{ channel: 'voice', weight: 100 }] as const
const WRITTEN = [
  { channel: 'chat', weight: 30 },
  { channel: 'email', weight: 50 },
] as const

const skill = (skillId: string, low: number, high: number) => ({ skillId, low, high })

/** One shift's people, in the order in which a larger shift takes more of them. */
const TRADES: readonly Trade[] = [
  {
    team: 'all-round',
    skills: [
      ...['service', 'sales', 'trading', 'internet'].map((id) => skill(id, 4, 5)),
      skill('writing', 3, 5),
      skill('french', 3, 5),
    ],
    channels: [...VOICE, ...WRITTEN],
    helpsOut: ['email'],
  },
  {
    team: 'all-round',
    skills: [
      ...['service', 'sales', 'trading', 'internet'].map((id) => skill(id, 4, 5)),
      skill('writing', 3, 5),
      skill('german', 3, 5),
    ],
    channels: [...VOICE, ...WRITTEN],
    helpsOut: ['email'],
  },
  { team: 'trading', skills: [skill('trading', 3, 5), skill('service', 2, 4)], channels: VOICE },
  {
    team: 'service',
    skills: [skill('service', 3, 5), skill('sales', 1, 3), skill('french', 1, 3)],
    channels: VOICE,
  },
  {
    team: 'internet',
    skills: [skill('internet', 3, 5), skill('service', 2, 3), skill('german', 1, 3)],
    channels: VOICE,
  },
  {
    team: 'written',
    skills: [
      skill('service', 2, 4),
      skill('writing', 3, 5),
      skill('french', 2, 4),
      skill('german', 2, 4),
    ],
    channels: [...VOICE, ...WRITTEN],
    helpsOut: ['voice'],
  },
  { team: 'service', skills: [skill('service', 2, 5), skill('sales', 2, 4)], channels: VOICE },
  { team: 'sales', skills: [skill('sales', 3, 5), skill('service', 1, 3)], channels: VOICE },
  { team: 'service', skills: [skill('service', 3, 5)], channels: VOICE },
  { team: 'sales', skills: [skill('sales', 2, 4), skill('french', 2, 4)], channels: VOICE },
  { team: 'service', skills: [skill('service', 2, 4), skill('trading', 1, 3)], channels: VOICE },
  { team: 'internet', skills: [skill('internet', 2, 4), skill('service', 3, 5)], channels: VOICE },
  {
    team: 'written',
    skills: [skill('service', 2, 4), skill('writing', 2, 4)],
    channels: WRITTEN,
    helpsOut: ['email'],
  },
  { team: 'service', skills: [skill('service', 2, 4), skill('german', 2, 4)], channels: VOICE },
]

/** Mails are their work, and calls when they are asked. */
const OF_THE_MAIL: Trade = {
  team: 'mail',
  skills: [skill('service', 3, 5), skill('sales', 2, 4), skill('writing', 3, 5)],
  channels: [...VOICE, { channel: 'email', weight: 50 }],
  helpsOut: ['voice'],
}

/** Places of the list whose people do mails instead, on the day that drifts. */
const MAIL_PLACES = [10, 13]

/** On other days whoever is free helps out unasked, and there is nobody to be moved. */
const tradesOn = (kind: DayKind): readonly Trade[] =>
  TRADES.map((trade, place) => {
    if (kind !== 'drift') return { ...trade, helpsOut: [] }
    return MAIL_PLACES.includes(place) ? OF_THE_MAIL : trade
  })

/**
 * Who is there when: 42 agents. Each shift begins with the all-rounders, so that no requirement is
 * left alone.
 */
const SHIFTS: readonly {
  readonly from: number
  readonly until: number
  readonly agents: number
}[] = [
  { from: 0, until: 8, agents: 13 },
  { from: 2, until: 10, agents: 15 },
  { from: 5, until: 13, agents: 14 },
]

function demoAgents(kind: DayKind, seed: number, openMs: number): AgentPlan[] {
  const trades = tradesOn(kind)
  const agents: AgentPlan[] = []
  for (const { from, until, agents: count } of SHIFTS) {
    const shift: Span = { fromMs: openMs + from * HOUR, untilMs: openMs + until * HOUR }
    for (let place = 0; place < count; place += 1) {
      const trade = trades[place % trades.length]
      if (trade === undefined) throw new Error('a shift without trades')
      const number = agents.length
      agents.push(hired(trade, number, shift, new Random(seed, `agent/${number}`)))
    }
  }
  return agents
}
