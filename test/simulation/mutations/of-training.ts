import type { Mutation } from './list.ts'

const core = 'skills/core'

/** Of what courses make of levels. */
export const ofTraining: readonly Mutation[] = [
  {
    name: 'a provisional level outranks the full one',
    room: core,
    find: 'provisional(a.grant) - provisional(b.grant) ||',
    replace: 'provisional(b.grant) - provisional(a.grant) ||',
  },
  {
    name: 'a record that is removed leaves what it gave',
    room: core,
    find: 'const standing = regranted(standingOf(agent), recordId, [], at.time)',
    replace: 'const standing = standingOf(agent)',
  },
  {
    name: 'a correction gives beside what it corrects',
    room: core,
    find: 'if (!grants) return { agent, course, row, same: false, standing: undefined }',
    replace:
      'if (row !== undefined) return { agent, course, row, same: false, standing: undefined }',
  },
  {
    name: 'an edit of something else leaves nothing to take back',
    room: core,
    find: 'return layerPacking.pack(layersAfterEdit(standingOf(agent), skills))',
    replace: 'return noLayers',
  },
  {
    name: 'a course that is failed gives what it grants',
    room: core,
    find: "const granted = c.result === 'passed' ? c.grants : []",
    replace: "const granted = c.result === 'attended' ? [] : c.grants",
  },
  {
    name: 'a level on trial is enough for whoever asks for a full one',
    room: 'routing/core',
    find: 'if (fullyQualified && held.provisional) return false',
    replace: '',
  },
  {
    name: 'in the lists of who serves whom a level on trial is a full one',
    room: 'routing/core',
    find: '(held & LEVEL_MASK) >= (wanted & LEVEL_MASK) && (held & wanted & MARK) === 0',
    replace: '(held & LEVEL_MASK) >= (wanted & LEVEL_MASK)',
  },
  {
    name: 'a level on trial comes over the bridge as a full one',
    room: 'routing/shell',
    find: 's.source === SkillSource.SKILL_SOURCE_PROVISIONAL ?',
    replace: 's.source < 0 ?',
  },
  {
    name: 'a level counts before it is valid',
    room: 'routing/core',
    find: 'if (time < from || until <= time) continue',
    replace: 'if (until <= time) continue',
  },
  {
    name: 'a level begins to count with the next edit alone',
    room: 'routing/core',
    find: 'if (from > time && from < next) next = from',
    replace: '',
  },
]
