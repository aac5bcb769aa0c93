import type { RunningReplica } from '@evenkeel/chassis/replica'
import { must } from '../failure.ts'
import type { Observer } from '../observer.ts'

interface Other {
  readonly name: string
  readonly replica: RunningReplica<unknown> | undefined
}

type AnyObserver = Pick<Observer<never, never, never>, 'mustAgree' | 'now' | 'db' | 'lease'>

/** Each replica has the log's history, as far as it has come. */
export function mustAgree(observer: AnyObserver, others: Iterable<Other>): void {
  for (const { name, replica } of others) {
    if (replica !== undefined) {
      observer.mustAgree(name, replica.now().offset, replica.stats().chain)
    }
  }
}

/** In peace nobody thinks that it leads while another does. */
export function mustNotLeadBoth(others: readonly Other[]): void {
  const leading = others.filter(({ replica }) => replica?.stats().leading === true)
  must(leading.length <= 1, () => `${leading.map(({ name }) => name).join(' and ')} both lead`)
}

/** Nothing is in flight any more: all have come to the same, and one of them leads. */
export function mustBeEqual(observer: AnyObserver, others: readonly Other[]): void {
  const { offset } = observer.now()
  const state = observer.db.dump()
  let leaders = 0
  for (const { name, replica } of others) {
    if (replica === undefined) continue
    must(replica.now().offset === offset, () => {
      return `${name} stands at ${replica.position()}, the log at ${offset}`
    })
    must(replica.db.dump() === state, () => `${name} has another state`)
    const { leading, work } = replica.stats()
    must(work === 0, () => `${name} has ${work} items of work that nobody takes up, in peace`)
    if (leading) leaders += 1
  }
  must(leaders === 1, () => `${leaders} replicas lead, in peace: ${observer.lease().leader}`)
}
