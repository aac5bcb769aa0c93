import type { DescField, DescMessage, DescMethod } from '@bufbuild/protobuf'
import { descriptors } from '@evenkeel/chassis/serve'

/**
 * What a pool is made of, as the API has it: its message, and the calls that list, put and remove
 * it. What is in the messages is the protos' to say; a field that they gain needs nothing here.
 */
export interface Kind {
  /** In the file; each holds a list but for the pool itself and its classification. */
  readonly section: string
  /** For people. */
  readonly name: string
  readonly message: DescMessage
  /** By which one is told from another; undefined: a pool has just one. */
  readonly id: DescField | undefined
  readonly list: DescMethod
  readonly put: DescMethod
  readonly remove: DescMethod | undefined
  /** Codes of refusals that may be no more once all the rest of the file has been applied. */
  readonly waitsFor: readonly string[]
}

interface Named {
  readonly section: string
  readonly name: string
  readonly message: string
  readonly id?: string
  /** service/method */
  readonly list: string
  readonly put: string
  readonly remove?: string
  readonly waitsFor?: readonly string[]
}

const QUEUES = 'evenkeel.routing.v1.QueueService'
const CLASSIFICATION = 'evenkeel.routing.v1.ClassificationService'
const SKILLS = 'evenkeel.skills.v1.SkillsService'
const TEMPLATES = 'evenkeel.skills.v1.TemplateService'

/** In the order in which one needs the other. */
const KINDS: readonly Named[] = [
  {
    ...{ section: 'pool', name: 'pool', message: 'evenkeel.routing.v1.Pool' },
    ...{ list: `${QUEUES}/ListPools`, put: `${QUEUES}/PutPool` },
  },
  {
    ...{ section: 'skills', name: 'skill', message: 'evenkeel.skills.v1.Skill', id: 'skill_id' },
    ...{ list: `${SKILLS}/ListSkills`, put: `${SKILLS}/PutSkill` },
    // Agents of the same file have yet to be lowered.
    waitsFor: ['LEVEL_IN_USE'],
  },
  {
    ...{ section: 'templates', name: 'template', id: 'template_id' },
    ...{ message: 'evenkeel.skills.v1.RequirementTemplate' },
    ...{ list: `${TEMPLATES}/ListTemplates`, put: `${TEMPLATES}/PutTemplate` },
    remove: `${TEMPLATES}/RemoveTemplate`,
  },
  {
    ...{ section: 'calendars', name: 'calendar', id: 'calendar_id' },
    ...{ message: 'evenkeel.routing.v1.Calendar' },
    ...{ list: `${QUEUES}/ListCalendars`, put: `${QUEUES}/PutCalendar` },
  },
  {
    ...{ section: 'queues', name: 'queue', message: 'evenkeel.routing.v1.Queue', id: 'queue_id' },
    ...{ list: `${QUEUES}/ListQueues`, put: `${QUEUES}/PutQueue` },
  },
  {
    ...{ section: 'classification', name: 'classification' },
    ...{ message: 'evenkeel.routing.v1.Classification' },
    ...{ list: `${CLASSIFICATION}/GetClassification`, put: `${CLASSIFICATION}/PutClassification` },
  },
  {
    ...{ section: 'agents', name: 'agent', id: 'agent_id' },
    ...{ message: 'evenkeel.skills.v1.AgentProfile' },
    ...{ list: `${SKILLS}/ListAgents`, put: `${SKILLS}/PutAgent` },
    remove: `${SKILLS}/RemoveAgent`,
  },
]

let resolved: readonly Kind[] | undefined

export function kinds(): readonly Kind[] {
  resolved ??= KINDS.map(kindOf)
  return resolved
}

function kindOf({ section, name, waitsFor = [], ...named }: Named): Kind {
  const message = descriptors().registry.getMessage(named.message)
  if (message === undefined) throw new Error(`the descriptors lack ${named.message}`)
  return {
    section,
    name,
    message,
    id: named.id === undefined ? undefined : must(message, named.id),
    list: methodOf(named.list),
    put: methodOf(named.put),
    remove: named.remove === undefined ? undefined : methodOf(named.remove),
    waitsFor,
  }
}

export function methodOf(rpc: string): DescMethod {
  const [service = '', name] = rpc.split('/')
  const found = descriptors()
    .registry.getService(service)
    ?.methods.find((method) => method.name === name)
  if (found === undefined) throw new Error(`the descriptors lack ${rpc}`)
  return found
}

export function must(message: DescMessage, name: string): DescField {
  const found = message.fields.find((field) => field.name === name)
  if (found === undefined) throw new Error(`the descriptors lack ${message.name}.${name}`)
  return found
}

/** The field of a request or an answer that holds the kind's message, or a list of them. */
export function holds(envelope: DescMessage, message: DescMessage): string {
  const found = envelope.fields.find((field) => field.message?.typeName === message.typeName)
  if (found === undefined) throw new Error(`${envelope.name} has no ${message.name}`)
  return found.name
}
