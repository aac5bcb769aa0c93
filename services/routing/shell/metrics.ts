import { defineMetrics, type Registry, type Sample } from '@evenkeel/chassis/observe'
import { NONE } from '@evenkeel/chassis/table'
import { ofEvery } from '@evenkeel/chassis/replica'
import {
  adherenceOfTeams,
  adherences,
  channels,
  type Counter,
  contactStates,
  isHeld,
  isTerminal,
  pastDeadline,
  poolAdherence,
  type PoolRow,
  type DialFiguresRow,
  type QueueRow,
  openingsEndAt,
  type RoutingState,
  totalOf,
} from '../core/index.ts'
import type { RoutingHosted } from './calls.ts'

/** Pools are few and made by hand; queues are not labels, since a pool may have thousands. */
function perPool(s: RoutingState, of: (queue: QueueRow) => number): Sample[] {
  const sums = new Map<number, number>()
  for (const queue of s.queues.inKeyOrder()) {
    sums.set(queue.pool, (sums.get(queue.pool) ?? 0) + of(queue))
  }
  return [...sums].map(([pool, value]) => ({ labels: { pool: s.pools.at(pool).id }, value }))
}

const withQuantile = (quantile: string, samples: readonly Sample[]): Sample[] =>
  samples.map(({ labels, value }) => ({ labels: { ...labels, quantile }, value }))

function contactsByState(s: RoutingState): Sample[] {
  const queues = s.queues.inKeyOrder()
  return contactStates
    .filter((state) => !isTerminal(state) && state !== 'merged')
    .map((state) => ({
      labels: { state },
      value: queues.reduce((sum, queue) => sum + s.counts.of(queue.slot, state), 0),
    }))
}

const contacts = (hosted: RoutingHosted) =>
  ({
    kind: 'gauge',
    name: 'evenkeel_routing_contacts',
    help: 'Open contacts by state.',
    labels: ['state'],
    read: ofEvery(hosted, contactsByState),
  }) as const

/** Dials that went ahead of the agents, and what callbacks spare of lines. */
function dialMetrics(registry: Registry, hosted: RoutingHosted): void {
  const total = (name: string, help: string, of: (dials: DialFiguresRow) => number) =>
    ({
      kind: 'counter',
      name: `evenkeel_routing_${name}_total`,
      help,
      labels: ['pool'],
      read: ofEvery(hosted, (s) => perPool(s, (queue) => of(s.dialFigures.at(queue.dials)))),
    }) as const
  defineMetrics(registry, {
    held: total(
      'customers_held',
      'Customers who answered a dial that went ahead of the agents.',
      (d) => d.held,
    ),
    nuisances: total(
      'nuisances',
      'Those of customers_held without an agent in the time that their queue allows.',
      (d) => d.nuisances,
    ),
    nuisancesLeft: total(
      'nuisances_left',
      'Those of nuisances who hung up, or were held for too long.',
      (d) => d.nuisancesLeft,
    ),
    freed: total(
      'callback_trunk_freed_seconds',
      'Time for which customers with a callback were off the line until they met an agent.',
      (d) => d.trunkFreedMs / 1_000,
    ),
    dialled: total(
      'callback_trunk_dialled_seconds',
      'Line time that dialling them took; freed less this is what callbacks have saved.',
      (d) => d.trunkDialledMs / 1_000,
    ),
  })
}

const contactsShed = (hosted: RoutingHosted) =>
  ({
    kind: 'counter',
    name: 'evenkeel_routing_contacts_shed_total',
    help:
      'New contacts that this process turned away: the pool was over its rate (pool_rate), or ' +
      'applying too far behind (apply_lag). No pool: one that is not known. Add up replicas; ' +
      'what waits on the ingress topic is not among them.',
    labels: ['pool', 'cause'],
    read: () =>
      Array.from(hosted.admission.shed(), ({ pool, cause, count }) => ({
        labels: { pool, cause },
        value: count,
      })),
  }) as const

/** How well waits are foreseen: how often each quantile held. */
function waitMetrics(registry: Registry, hosted: RoutingHosted): void {
  defineMetrics(registry, {
    told: {
      kind: 'counter',
      name: 'evenkeel_routing_waits_told_total',
      help: 'Contacts answered on the line that had been expected to wait so and so long.',
      labels: ['pool'],
      read: ofEvery(hosted, (s) => perPool(s, (q) => q.waitsTold)),
    },
    within: {
      kind: 'counter',
      name: 'evenkeel_routing_waits_within_total',
      help:
        'Those of waits_told that waited no longer than the quantile that was expected: ' +
        'half for p50, 80% for p80, 95% for p95 where waits are well foreseen.',
      labels: ['pool', 'quantile'],
      read: ofEvery(hosted, (s) => [
        ...withQuantile(
          'p50',
          perPool(s, (q) => q.waitsIn50),
        ),
        ...withQuantile(
          'p80',
          perPool(s, (q) => q.waitsIn80),
        ),
        ...withQuantile(
          'p95',
          perPool(s, (q) => q.waitsIn95),
        ),
      ]),
    },
  })
}

function horizons(s: RoutingState, time: number): Sample[] {
  const ends = new Map<number, number>()
  for (const calendar of s.calendars.inKeyOrder()) {
    const { pool } = calendar
    const end = openingsEndAt(calendar)
    ends.set(pool, Math.min(ends.get(pool) ?? end, end))
  }
  return [...ends].map(([pool, end]) => ({
    labels: { pool: s.pools.at(pool).id },
    value: Math.max(0, (end - time) / 1_000),
  }))
}

const calendarHorizon = (hosted: RoutingHosted) =>
  ({
    kind: 'gauge',
    name: 'evenkeel_routing_calendar_horizon_seconds',
    help:
      'How far ahead the openings of the calendar are known that ends first, by pool. ' +
      'Alert below 14 days (1209600).',
    labels: ['pool'],
    read: ofEvery(hosted, (s, replica) => horizons(s, replica.now().time)),
  }) as const

const channelsHeld = (hosted: RoutingHosted) =>
  ({
    kind: 'gauge',
    name: 'evenkeel_routing_channels_held',
    help:
      'Channels of a pool whose offers are held: switched off, no endpoint answers, or ' +
      'profiles are too old.',
    labels: ['pool'],
    read: ofEvery(hosted, (s) =>
      s.pools.inKeyOrder().map((pool) => ({
        labels: { pool: pool.id },
        value: channels.filter((_, channel) => isHeld(pool, channel)).length,
      })),
    ),
  }) as const

/** Contacts that wait for nobody, by what is missing. */
function unstaffedContacts(s: RoutingState): Sample[] {
  const samples: Sample[] = []
  for (const pool of s.pools.inKeyOrder()) {
    const waiting = { nobodySignedIn: 0, nobodyKnown: 0 }
    let slot = s.requestClassesOfPool.first(pool.slot)
    for (; slot !== NONE; slot = s.requestClassesOfPool.next(slot)) {
      const staffing = s.staffing.of(slot)
      if (staffing !== 'staffed') waiting[staffing] += s.waiting.size(slot)
    }
    const of = (staffing: string, value: number): Sample => ({
      labels: { pool: pool.id, staffing },
      value,
    })
    samples.push(of('nobody_signed_in', waiting.nobodySignedIn))
    samples.push(of('nobody_known', waiting.nobodyKnown))
  }
  return samples
}

const unstaffed = (hosted: RoutingHosted) =>
  ({
    kind: 'gauge',
    name: 'evenkeel_routing_unstaffed_contacts',
    help:
      'Contacts that wait and that nobody who has signed in could serve, or nobody who is ' +
      'known at all. nobody_known must read 0.',
    labels: ['pool', 'staffing'],
    read: ofEvery(hosted, unstaffedContacts),
  }) as const

/** Of nobody in particular: who it is, a supervisor sees at the agents. */
const adherence = (hosted: RoutingHosted) =>
  ({
    kind: 'gauge',
    name: 'evenkeel_routing_agents_by_adherence',
    help:
      'Agents who are rostered, by whether they are where the roster has them: onDuty and ' +
      'offDuty keep to it, lateIn, away and onThoughOff do not.',
    labels: ['pool', 'adherence'],
    read: ofEvery(hosted, (s, replica) =>
      s.pools
        .inKeyOrder()
        .filter((pool) => pool.rostered)
        .flatMap((pool) => agentsByAdherence(s, pool, replica.now().time)),
    ),
  }) as const

function agentsByAdherence(s: RoutingState, pool: PoolRow, time: number): Sample[] {
  const now = { from: time, until: time }
  const { agents } = poolAdherence(adherenceOfTeams(s, pool.slot, now, time))
  return adherences
    .filter((word) => word !== 'unrostered')
    .map((word) => ({ labels: { pool: pool.id, adherence: word }, value: agents[word] }))
}

export function metrics(registry: Registry, hosted: RoutingHosted): void {
  const total = (name: string, help: string, of: Counter | ((queue: QueueRow) => number)) =>
    ({
      kind: 'counter',
      name: `evenkeel_routing_${name}_total`,
      help,
      labels: ['pool'],
      read: ofEvery(hosted, (s) =>
        perPool(s, typeof of === 'string' ? (queue) => totalOf(s, queue, of) : of),
      ),
    }) as const
  waitMetrics(registry, hosted)
  dialMetrics(registry, hosted)
  defineMetrics(registry, {
    contacts: contacts(hosted),
    shed: contactsShed(hosted),
    accepted: total('contacts_accepted', 'Contacts accepted.', 'accepted'),
    answered: total('contacts_answered', 'Contacts that an agent answered.', 'answered'),
    inTarget: total(
      'contacts_answered_in_target',
      'Contacts answered within the target of their queue.',
      'answeredInTarget',
    ),
    completed: total('contacts_completed', 'Contacts completed.', 'completed'),
    abandoned: total('contacts_abandoned', 'Contacts whose customer left.', 'abandoned'),
    expired: total('contacts_expired', 'Contacts whose time ran out.', 'expired'),
    warned: total(
      'contacts_expiring_soon',
      'Contacts of which it was told that their wait would soon be given up.',
      (q) => q.expiryWarnings,
    ),
    offered: total('callbacks_offered', 'Callbacks offered.', (q) => q.callbacksOffered),
    wanted: total('callbacks_accepted', 'Callbacks accepted.', (q) => q.callbacksAccepted),
    dialled: total('dials_claimed', 'Dial attempts claimed.', (q) => q.dialled),
    reached: total('callbacks_reached', 'Callbacks that reached.', (q) => q.callbacksReached),
    givenUp: total('callbacks_given_up', 'Callbacks given up.', (q) => q.callbacksGivenUp),
    kept: total('promises_kept', 'Promised callback times kept.', 'promisesKept'),
    broken: total('promises_broken', 'Promised callback times broken.', 'promisesBroken'),
    held: channelsHeld(hosted),
    unstaffed: unstaffed(hosted),
    adherence: adherence(hosted),
    calendarHorizon: calendarHorizon(hosted),
    belowSkill: {
      kind: 'counter',
      name: 'evenkeel_routing_assignments_below_required_skill_total',
      help: 'Assignments below a required level. Must read 0.',
      labels: ['pool'],
      read: ofEvery(hosted, (s) =>
        s.pools
          .inKeyOrder()
          .map((pool) => ({ labels: { pool: pool.id }, value: pool.belowRequiredSkill })),
      ),
    },
    pastDeadline: {
      kind: 'gauge',
      name: 'evenkeel_routing_entities_past_deadline',
      help:
        'Kinds of deadlines (of contacts and agents by two clocks, of offers, queues, pools, ' +
        'exclusions, tombstones, early ends, breakers and reconciliations) of which the ' +
        'earliest is past by more than 5 s. Must read 0.',
      read: ofEvery(hosted, (s, replica) => [
        { labels: {}, value: pastDeadline(s, replica.now()) },
      ]),
    },
  })
}
