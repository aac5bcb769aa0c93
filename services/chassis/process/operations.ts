import {
  OperationsServiceDefinition,
  type PartitionStatus as WireStatus,
} from '@evenkeel/proto/evenkeel/operations/v1/operations_service'
import { common, idPatterns, parse, timestamp } from '../errors/index.ts'
import {
  haltedError,
  type Hosting,
  type Operations,
  type PartitionStatus,
} from '../replica/index.ts'
import { type Binding, bind } from '../serve/index.ts'

/** What of a process's services operators are shown, and may do. */
interface Operated {
  readonly service: { readonly name: string }
  readonly hosting: Hosting<unknown>
}

/** Answered by this very replica: whoever operates a cell asks each. */
export function operations(kept: readonly Operated[], replica: string): Binding {
  const of = (service: string): readonly Operated[] => {
    const found = kept.filter(({ service: { name } }) => service === '' || name === service)
    if (found.length === 0) throw common('SERVICE_UNKNOWN', { service })
    return found
  }
  const at = (request: { service: string; partition: number }): Operations => {
    const service = parse.id('service', request.service, idPatterns.slug)
    const partition = parse.integer('partition', request.partition, 0, PARTITION_MAX)
    const [one] = of(service)
    const halt = one?.hosting.down.get(partition)
    if (halt !== undefined) throw haltedError(partition, halt)
    const replica = [...(one?.hosting.running ?? [])].find((each) => each.partition === partition)
    if (replica === undefined) throw common('PARTITION_UNKNOWN', { service, partition })
    return replica.operations
  }
  return bind(OperationsServiceDefinition, {
    async getPartitions({ service }) {
      const partitions = of(service).flatMap((one) => [
        ...Array.from(one.hosting.running, ({ operations }) => statusOf(operations.status())),
        ...downOf(one, replica),
      ])
      return { partitions: partitions.sort(byPlace) }
    },
    async skipRecord(request) {
      const operated = at(request)
      const offset = parse.integer('offset', request.offset, 0, Number.MAX_SAFE_INTEGER)
      await operated.skip(offset, parse.id('digest', request.digest, sha256), request.reason)
      return {}
    },
    async activateLogic(request) {
      const operated = at(request)
      await operated.activateLogic(parse.integer('logic', request.logic, 1, LOGIC_MAX))
      return {}
    },
    async moveBridge(request) {
      const operated = at(request)
      const { incarnation, reason } = request
      const next = parse.integer('next', request.next, 0, Number.MAX_SAFE_INTEGER)
      const log = incarnation === '' ? '' : parse.id('incarnation', incarnation, hexadecimal)
      await operated.moveBridge(parse.id('source', request.source, stream), next, log, reason)
      return {}
    },
    async handOver(request) {
      await at(request).handOver()
      return {}
    },
  })
}

const PARTITION_MAX = 9_999
const LOGIC_MAX = 65_535
const sha256 = { pattern: /^[0-9a-f]{64}$/, says: '64 hexadecimal digits' }

const hexadecimal = { pattern: /^[0-9a-f]{16}$/, says: '16 hexadecimal digits' }
const stream = { pattern: /^[a-z]{1,40}\/\d{1,4}$/, says: 'a service and a partition, as skills/3' }

const byPlace = (a: WireStatus, b: WireStatus): number => {
  if (a.service !== b.service) return a.service < b.service ? -1 : 1
  return a.partition - b.partition
}

/** Partitions that did not come up: nothing is known of them but why. */
function downOf({ service, hosting }: Operated, replica: string): WireStatus[] {
  return Array.from(hosting.down, ([partition, { code, reason }]) => ({
    ...{ service: service.name, partition, replica, halted: reason, haltCode: code },
    ...{ leader: '', incarnation: '', offset: 0, time: undefined, logic: 0, understood: 0 },
    ...{ poison: undefined, replicas: [], bridges: [] },
  }))
}

function statusOf(status: PartitionStatus): WireStatus {
  const { service, partition, replica, incarnation, offset, logic, understood, poison } = status
  return {
    service,
    partition,
    replica,
    leader: status.lease.leader,
    incarnation,
    offset,
    time: timestamp(status.time),
    logic,
    understood,
    halted: status.halted?.reason ?? '',
    haltCode: status.halted?.code ?? '',
    poison: poison && { ...poison, given: [...poison.given] },
    bridges: status.bridges.map(({ source, position, incarnation, refusal }) => ({
      source,
      position,
      incarnation,
      refused: refusal?.code ?? '',
      sourceFirst: refusal?.first ?? -1,
      foundPosition: refusal?.position ?? -1,
      foundIncarnation: refusal?.incarnation ?? '',
    })),
    replicas: status.replicas.map((one) => ({
      replica: one.id,
      silent: one.silent,
      logic: one.logic,
    })),
  }
}
