import { idPatterns, parse, refused } from '@evenkeel/chassis/errors'
import type { Hosted } from '@evenkeel/chassis/replica'
import { type Binding, bind } from '@evenkeel/chassis/serve'
import {
  type ListRosterRequest,
  type ListRosterResponse,
  type ListShiftsRequest,
  RosterServiceDefinition,
} from '@evenkeel/proto/evenkeel/skills/v1/roster_service'
import {
  agentOf,
  durations,
  limits,
  type SkillsState,
  rosteredAfter,
  type Shift,
  shiftKey,
  shiftsAfter,
  shiftView,
  timeMsMax,
} from '../../core/index.ts'
import { read, submit } from '../calls.ts'
import { lastShiftOf, pageOf, pageToken, shiftPageToken } from '../pages.ts'
import { knownPool, refusal } from '../refusals.ts'
import { agentIdOf, groupOf, poolIdOf } from '../translate/ids.ts'
import { importShifts } from '../roster/import.ts'
import {
  replacementOf,
  rosteredWire,
  shiftOf,
  shiftRemovalOf,
  shiftWire,
  spanned,
} from '../translate/shifts.ts'

export function rosterRpcs(hosted: Hosted<SkillsState>): Binding {
  return bind(RosterServiceDefinition, {
    async putShift(request, call) {
      const shift = shiftOf('shift', request.shift)
      const replica = hosted.of(shift.pool)
      return submit(replica, { kind: 'putShift', shift }, call, () => ({
        shift: shiftWire(stored(replica.state, shift)),
      }))
    },

    async removeShift(request, call) {
      const removal = shiftRemovalOf(request)
      return submit(hosted.of(removal.pool), removal, call, () => ({}))
    },

    async replaceShifts(request, call) {
      const replacement = replacementOf(request)
      const replica = hosted.of(replacement.pool)
      return submit(replica, replacement, call, () => ({
        shifts: replacement.shifts.map((shift) => shiftWire(stored(replica.state, shift))),
      }))
    },

    async listShifts(request, call) {
      const pool = poolIdOf('pool', request.pool)
      return read(hosted.of(pool), call, (s) => listShifts(s, pool, request))
    },

    async listRoster(request, call) {
      const pool = poolIdOf('pool', request.pool)
      return read(hosted.of(pool), call, (s) => listRoster(s, request))
    },

    importShifts: (request, call) => importShifts(hosted, request, call),
  })
}

const stored = (s: SkillsState, { agentId, shiftId }: Shift): Shift =>
  shiftView(s, s.shifts.must(shiftKey(agentId, shiftId)))

function listShifts(s: SkillsState, pool: string, request: ListShiftsRequest) {
  const size = parse.pageSize('page_size', request.pageSize, limits.pageSizeMax, limits.pageSize)
  const agentId = parse.optionalId('agent_id', request.agentId, idPatterns.agent)
  const from = parse.timeMs('from', request.from)
  const until = parse.timeMs('until', request.until, timeMsMax)
  if (until <= from) throw refused('FIELD_OUT_OF_RANGE', 'until', 'later than from', until - from)
  const list = `shifts ${pool} ${agentId}`
  const after = lastShiftOf(list, request.pageToken)
  knownPool(s, pool)
  const agent = agentId === '' ? undefined : agentOf(s, pool, agentIdOf('agent_id', agentId))
  if (agentId !== '' && agent === undefined) {
    throw refusal('AGENT_UNKNOWN', { field: 'agent_id', value: agentId, pool })
  }
  const of = { pool: s.pools.must(pool).slot, agent: agent?.slot }
  const found = shiftsAfter(s, of, { from, until }, after, size + 1)
  const shown = found.slice(0, size)
  const last = shown.at(-1)
  const more = found.length > size && last !== undefined
  return {
    shifts: shown.map((row) => shiftWire(shiftView(s, row))),
    nextPageToken: more ? shiftPageToken(list, last) : '',
  }
}

function listRoster(s: SkillsState, request: ListRosterRequest): ListRosterResponse {
  const { pool, size, afterId } = pageOf('agents rostered', request)
  const from = parse.timeMs('from', request.from)
  const until = parse.timeMs('until', request.until, from + 1)
  const span = spanned({ from, until }, durations.listedRoster)
  const agentIds = parse.list('agent_ids', request.agentIds, limits.rosterAgents, agentIdOf)
  const team = groupOf('team', request.team)
  knownPool(s, pool)
  const asked = { ...span, agentIds: new Set(agentIds), team }
  const { found, next } = rosteredAfter(s, pool, asked, afterId, size)
  return {
    agents: found.map(rosteredWire),
    nextPageToken: next === '' ? '' : pageToken('agents rostered', pool, next),
  }
}
