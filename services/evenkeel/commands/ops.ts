import {
  type BridgeStatus,
  OperationsServiceClient,
  type PartitionStatus,
} from '@evenkeel/proto/evenkeel/operations/v1/operations_service'
import { once } from '../platform/connection.ts'
import { Refusal } from '../platform/refusal.ts'
import { refusalInWords } from '../platform/unreached.ts'
import { ACCESS_FLAGS, accessOf } from './access-flags.ts'
import { flag, flagLines, must, readFlags, target, text, UsageError, type Values } from './flags.ts'
import { type Command, EXIT, type Terminal } from './terminal.ts'

const FLAGS = {
  target: must(target('gRPC of the process that is asked; each answers for itself')),
  service: text('NAME', 'routing or skills', 'all, for partitions; the others must be told'),
  partition: must(
    text('N|all', 'the partition that it is about; all: activate, hand-over', 'none'),
    'all but partitions',
  ),
  offset: must(text('N', 'where the record is, as partitions tells it', 'none'), 'skip'),
  digest: must(text('HEX', 'of its bytes, as partitions tells it', 'none'), 'skip'),
  reason: must(text('WORDS', 'for whoever reads the log later', 'none'), 'skip, move-bridge'),
  source: must(
    text('NAME/N', 'the stream that is read, as partitions tells it', 'none'),
    'move-bridge',
  ),
  next: must(text('N', 'position of the next event to take in', 'none'), 'move-bridge'),
  incarnation: text('HEX', 'move-bridge: the source’s log from now on', 'as before'),
  logic: must(text('N', 'the present version and one more', 'none'), 'activate'),
  json: flag('partitions: as JSON'),
  ...ACCESS_FLAGS,
} as const

const DEEDS = ['partitions', 'skip', 'move-bridge', 'activate', 'hand-over'] as const
type Flagged = Values<typeof FLAGS>

function help(): string {
  return [
    `Usage: evenkeel ops ${DEEDS.join('|')} --target HOST:PORT [flags]`,
    '',
    'partitions  how the partitions of one process stand: who leads, how far it has come, what has',
    '            halted and at which record',
    'skip        break-glass: this replica says that the record at which it has halted is to be',
    '            passed over; it is once a majority has said so, so ask each process. What the',
    '            record meant is lost',
    'move-bridge another service’s events are taken in from another place on: when their source',
    '            begins after where the bridge stands, or has another log than before. What it had',
    '            not taken in before that place is lost',
    'activate    the next version of the logic decides from now on; there is no way back',
    'hand-over   this replica leads no longer, and leaves it to others for a while',
    'With --partition all one line a partition tells how it went; a refusal stops no other.',
    '',
    ...flagLines(FLAGS),
    '',
    'Exit codes: 0 done, 1 refused or not answered, 2 wrong usage.',
  ].join('\n')
}

async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = readFlags(FLAGS, args)
  const [deed, unexpected] = positionals
  const known = DEEDS.find((one) => one === deed)
  if (known === undefined) throw new UsageError(`which? One of ${DEEDS.join(', ')}`)
  if (unexpected !== undefined) throw new UsageError(`unexpected argument ${unexpected}`)
  const address = addressOf(values)
  const client = new OperationsServiceClient(address, accessOf(values).credentials)
  try {
    terminal.out(await done(known, client, values, terminal))
    return EXIT.done
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    terminal.err(`evenkeel ops ${known}: ${refusalInWords(error, address)}\n`)
    return EXIT.failed
  } finally {
    client.close()
  }
}

async function done(
  deed: (typeof DEEDS)[number],
  client: OperationsServiceClient,
  values: Flagged,
  terminal: Terminal,
): Promise<string> {
  switch (deed) {
    case 'partitions': {
      const asked = { service: values.service ?? '' }
      const { partitions } = await once(client.getPartitions.bind(client), asked)
      if (values.json) return `${JSON.stringify(partitions, null, 2)}\n`
      return partitions.map(inWords).join('')
    }
    case 'skip': {
      const { digest = '', reason = '' } = values
      const record = { offset: whole(values, 'offset'), digest, reason }
      await once(client.skipRecord.bind(client), { ...placeOf(values), ...record })
      return 'said; see "ops partitions" for how many have\n'
    }
    case 'move-bridge': {
      const { source = '', incarnation = '', reason = '' } = values
      const onward = { source, next: whole(values, 'next'), incarnation, reason }
      await once(client.moveBridge.bind(client), { ...placeOf(values), ...onward })
      return `goes on at ${onward.next}\n`
    }
    case 'activate': {
      const logic = whole(values, 'logic')
      return atEach(client, values, terminal, async (place) => {
        await once(client.activateLogic.bind(client), { ...place, logic })
        return `version ${logic} decides\n`
      })
    }
    case 'hand-over':
      return atEach(client, values, terminal, async (place) => {
        await once(client.handOver.bind(client), place)
        return 'this replica does not lead\n'
      })
    default:
      return deed satisfies never
  }
}

interface Place {
  readonly service: string
  readonly partition: number
}

/** At the partition that was named, or at all that the process keeps; one after another. */
async function atEach(
  client: OperationsServiceClient,
  values: Flagged,
  terminal: Terminal,
  act: (place: Place) => Promise<string>,
): Promise<string> {
  if (values.partition !== 'all') return act(placeOf(values))
  const service = serviceOf(values)
  const { partitions } = await once(client.getPartitions.bind(client), { service })
  const refused: number[] = []
  for (const { partition } of partitions) {
    try {
      terminal.out(`${service}/${partition}: ${await act({ service, partition })}`)
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      refused.push(partition)
      terminal.err(`${service}/${partition}: ${refusalInWords(error, addressOf(values))}\n`)
    }
  }
  const [first] = refused
  if (first === undefined) return `all ${partitions.length} partitions done\n`
  const count = `${refused.length} of ${partitions.length} partitions`
  throw new Error(`${count} refused, ${first} the first`)
}

function addressOf({ target }: Flagged): string {
  if (target === undefined) throw new UsageError('--target is missing')
  const { host, port } = target
  return `${host.includes(':') ? `[${host}]` : host}:${port}`
}

function placeOf(values: Flagged): Place {
  return { service: serviceOf(values), partition: whole(values, 'partition') }
}

function serviceOf({ service }: Flagged): string {
  if (service === undefined) throw new UsageError('--service is missing')
  return service
}

function whole(values: Flagged, name: 'partition' | 'offset' | 'next' | 'logic'): number {
  const given = values[name]
  if (given === undefined) throw new UsageError(`--${name} is missing`)
  if (!/^\d{1,15}$/.test(given)) throw new UsageError(`--${name} "${given}" is no whole number`)
  return Number(given)
}

function inWords(status: PartitionStatus): string {
  const { service, partition, replica, leader, offset, logic, halted, haltCode, poison } = status
  const leads = leader === '' ? 'nobody leads' : `${leader} leads`
  const line = `${service}/${partition} at ${offset}, ${leads}, logic ${logic}, by ${replica}`
  const why = halted === '' ? [] : [`  halted (${haltCode}): ${halted}`]
  const how =
    poison === undefined
      ? []
      : [
          `  record ${poison.offset}, digest ${poison.digest}`,
          `  to be skipped: ${poison.given.length} of ${poison.needed} (${poison.given.join(', ')})`,
        ]
  return [line, ...why, ...how, ...status.bridges.flatMap(stuckInWords), ''].join('\n')
}

function stuckInWords(bridge: BridgeStatus): string[] {
  const { source, position, refused, sourceFirst, foundPosition, foundIncarnation } = bridge
  if (refused === '') return []
  const begins = sourceFirst < 0 ? [] : [`the source begins at ${sourceFirst}`]
  const found = foundPosition < 0 ? [] : [`event ${foundPosition} is of log ${foundIncarnation}`]
  const facts = [...begins, ...found].join(', ')
  return [`  bridge from ${source} stands at ${position} (${refused}): ${facts}`]
}

export const ops: Command = {
  name: 'ops',
  summary: 'shows the partitions of a process, and what an operator may do',
  help,
  run,
}
