import { type DescField, type DescMessage, type DescMethod, ScalarType } from '@bufbuild/protobuf'
import { descriptors } from '../serve/descriptors.ts'
import { type Scope, scopesOf } from './scopes.ts'

/** Where in a decoded request a text stands, e.g. `queue.pool`, or one of a stream's commands. */
type Step =
  | { readonly kind: 'field' | 'each'; readonly name: string }
  | { readonly kind: 'case'; readonly oneof: string; readonly name: string }

type Place = readonly Step[]

/** What is asked of who makes a call, by its descriptor. */
export interface Rule {
  readonly rpc: string
  /** undefined: it is for everybody, such as health. */
  readonly scopes: ReadonlySet<Scope> | undefined
  /** Where a request names a pool, or the agent who speaks. */
  readonly pools: readonly Place[]
  readonly agents: readonly Place[]
  /** Of a list of an answer whose items have a pool each: the others' are left out. */
  readonly lists: readonly string[]
  /** Its messages come one by one: later ones may leave out what the first has said. */
  readonly streams: boolean
  /** It changes what people have set up or decided: told in the audit. */
  readonly administrative: boolean
}

const rules = new Map<string, Rule>()

/** A call that the descriptors do not have is for nobody. */
export function ruleOf(rpc: string): Rule {
  const known = rules.get(rpc)
  if (known !== undefined) return known
  const [service = '', name = ''] = rpc.split('/')
  const found = descriptors().registry.getService(service)
  const method = found?.methods.find((one) => one.name === name)
  const made = method === undefined ? forNobody(rpc) : ruleFor(rpc, method)
  rules.set(rpc, made)
  return made
}

function forNobody(rpc: string): Rule {
  const none = { pools: [], agents: [], lists: [], streams: false }
  return { rpc, scopes: new Set(), ...none, administrative: false }
}

function ruleFor(rpc: string, method: DescMethod): Rule {
  const { input, output, methodKind } = method
  const isOurs = rpc.startsWith('evenkeel.')
  const scopes = isOurs ? new Set(scopesOf(method)) : undefined
  return {
    rpc,
    scopes,
    pools: placesOf(input, 'pool'),
    agents: placesOf(input, 'agent_id'),
    lists: output.fields
      .filter((field) => field.fieldKind === 'list' && hasText(field.message, 'pool'))
      .map(({ localName }) => localName),
    streams: methodKind === 'bidi_streaming',
    administrative: isOurs && !reading.test(method.name) && isForStaff(scopes),
  }
}

const reading =
  /^(?:Get|List|Watch|Explain|Export|Estimate|Suggest|Classify|Plan|Forecast|Simulate)/
const staff: readonly Scope[] = ['supervisor', 'planner', 'operator']

const isForStaff = (scopes: ReadonlySet<Scope> | undefined): boolean =>
  staff.some((scope) => scopes?.has(scope) === true)

/** Its own, and those of what it puts: a request never has them deeper (a test holds that). */
function placesOf(input: DescMessage, name: string): readonly Place[] {
  return input.fields.flatMap((field): readonly Place[] => {
    if (isText(field, name)) return [[stepTo(field)]]
    if (!hasText(field.message, name)) return []
    return [[stepTo(field), { kind: 'field', name: localNameOf(field.message, name) }]]
  })
}

function stepTo(field: DescField): Step {
  const { localName: name, oneof } = field
  if (oneof !== undefined) return { kind: 'case', oneof: oneof.localName, name }
  return { kind: field.fieldKind === 'list' ? 'each' : 'field', name }
}

const isText = (field: DescField, name: string): boolean =>
  field.name === name && field.fieldKind === 'scalar' && field.scalar === ScalarType.STRING

const hasText = (message: DescMessage | undefined, name: string): message is DescMessage =>
  message?.fields.some((field) => isText(field, name)) === true

const localNameOf = (message: DescMessage, name: string): string =>
  message.fields.find((field) => field.name === name)?.localName ?? name

/** The texts at these places of a request, as far as they are set. */
export function textsAt(places: readonly Place[], request: unknown): readonly string[] {
  return places
    .flatMap((place) =>
      at(request, place, 0).filter((found): found is string => typeof found === 'string'),
    )
    .filter((text) => text !== '')
}

function at(value: unknown, place: Place, index: number): readonly unknown[] {
  const step = place[index]
  if (step === undefined) return [value]
  switch (step.kind) {
    case 'field':
      return at(property(value, step.name), place, index + 1)
    case 'each': {
      const items = property(value, step.name)
      return Array.isArray(items) ? items.flatMap((item) => at(item, place, index + 1)) : []
    }
    case 'case': {
      const chosen = property(value, step.oneof)
      if (property(chosen, '$case') !== step.name) return []
      return at(property(chosen, 'value'), place, index + 1)
    }
    default:
      return step satisfies never
  }
}

/** Generated code makes objects of its own fields only. */
export function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}
