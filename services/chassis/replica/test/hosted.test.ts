import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CodedError } from '../../errors/index.ts'
import { partitionOf } from '../../protocol/index.ts'
import { Hosting, type RunningReplica } from '../index.ts'

const PARTITIONS = 4
const poolIn = (partition: number): string => {
  const pools = Array.from({ length: 100 }, (_, i) => `pool-${i}`)
  const found = pools.find((pool) => partitionOf(pool, PARTITIONS) === partition)
  assert.ok(found)
  return found
}

const replicaOf = (partition: number) => ({ partition }) as RunningReplica<unknown>

function refusal(what: () => unknown) {
  try {
    what()
  } catch (error) {
    assert.ok(error instanceof CodedError)
    const { code, status, fields } = error
    return { code, status, fields }
  }
  return undefined
}

test('a pool is answered where it is kept, and elsewhere the caller is told where', () => {
  const cells = new Map([[3, 'cell-b:7400']])
  const hosting = new Hosting({ partitions: PARTITIONS, hosted: [0, 1, 2], cells })
  const first = replicaOf(0)
  hosting.up(first)
  hosting.failed(1, { code: 'record_undecodable', reason: 'offset 7 is foreign' })

  const kept = [0, 1, 2, 3].map((partition) => hosting.keeps(partition))
  assert.deepEqual(kept, [true, true, true, false])
  assert.equal(hosting.partitionOf(poolIn(3)), 3)
  assert.equal(hosting.of(poolIn(0)), first)
  assert.partialDeepStrictEqual(
    refusal(() => hosting.of(poolIn(1))),
    {
      code: 'PARTITION_HALTED',
      fields: { partition: 1, halt: 'record_undecodable', reason: 'offset 7 is foreign' },
    },
  )
  assert.equal(refusal(() => hosting.of(poolIn(2)))?.code, 'REPLICA_NOT_READY')
  assert.deepEqual(
    refusal(() => hosting.of(poolIn(3))),
    {
      code: 'NOT_HOSTED',
      status: 'FAILED_PRECONDITION',
      fields: { pool: poolIn(3), partition: 3, address: 'cell-b:7400' },
    },
  )
})

test('what is about all partitions is refused while one is missing; figures are not', () => {
  const hosting = new Hosting({ partitions: PARTITIONS, hosted: [0, 2], cells: new Map() })
  hosting.up(replicaOf(2))
  assert.equal(refusal(() => hosting.every())?.code, 'REPLICA_NOT_READY')
  assert.equal([...hosting.running].length, 1)

  hosting.up(replicaOf(0))
  assert.deepEqual(
    hosting.every().map(({ partition }) => partition),
    [0, 2],
  )
})
