import type { Moment } from '@evenkeel/chassis/protocol'
import { packing } from '../grants.ts'
import { courseKey, recordIdOf, trainingKey } from '../keys.ts'
import { limits } from '../limits.ts'
import type { AgentRow, SkillsState, TrainingRow } from '../state.ts'
import { type Layer, layerPacking, merged, sameGrants } from './layers.ts'

/** What must hold of the layers in a profile. */
export function layerFaults(s: SkillsState, row: AgentRow): readonly string[] {
  const layers = layerPacking.layersOf(row.layers)
  const broken: string[] = []
  const name = `agent ${row.id}`
  if (layers.length > limits.layersPerAgent) broken.push(`${name} has ${layers.length} layers`)
  const held = packing.skillsOf(row.skills)
  for (const [skillId, ofSkill] of Map.groupBy(layers, ({ grant }) => grant.skillId)) {
    const now = held.filter((grant) => grant.skillId === skillId)
    if (!sameGrants(now, merged(ofSkill))) {
      broken.push(`${name} has levels of ${skillId} that are not what its layers come to`)
    }
    if (ofSkill.every(({ recordId }) => recordId === '')) {
      broken.push(`${name} has layers of ${skillId}, which no record grants`)
    }
  }
  return [...broken, ...layers.flatMap((layer) => recordFaults(s, row, layer))]
}

function recordFaults(s: SkillsState, row: AgentRow, { recordId }: Layer): readonly string[] {
  if (recordId === '') return []
  const result = s.trainings.get(trainingKey(row.id, recordId))?.result
  return result === 'passed' ? [] : [`agent ${row.id} has a level by ${recordId}: ${result}`]
}

export function trainingFaults(s: SkillsState, row: TrainingRow, at: Moment): readonly string[] {
  const name = `training record ${row.key}`
  if (!s.agents.exists(row.agent)) return [`${name} has no agent`]
  if (!s.courses.exists(row.course)) return [`${name} has no course`]
  const agent = s.agents.at(row.agent)
  const course = s.courses.at(row.course)
  const broken: string[] = []
  const { id: pool } = s.pools.at(agent.pool)
  const recordId = row.key.slice(agent.id.length + 1)
  const date = recordId.slice(recordId.indexOf('/') + 1)
  if (row.key !== trainingKey(agent.id, recordIdOf(course.courseId, date))) {
    broken.push(`${name} is kept under another agent or course`)
  }
  if (course.key !== courseKey(pool, course.courseId)) broken.push(`${name} is of another pool`)
  if (row.courseSeq !== course.seq) broken.push(`${name} is out of order`)
  if (row.validDay < row.day) broken.push(`${name} counts before it was`)
  if (row.changed > at.offset) broken.push(`${name} was changed in the future, at ${row.changed}`)
  const many = s.trainingsOf.size(row.agent)
  if (many > limits.recordsPerAgent) broken.push(`agent ${agent.id} has ${many} training records`)
  return broken
}
