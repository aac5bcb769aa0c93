import type { WorkItem } from './core.ts'
import { WORK_ADMIT_MAX, WORK_FAULTS_MAX } from './limits.ts'
import type { MetaRow, ProtocolTables } from './tables.ts'

/** A work item with what the list knows of it. */
export interface Listed {
  readonly number: string
  readonly item: WorkItem
  readonly since: number
  readonly faults: number
}

/** Work that was too long for its command, first come first served. */
export class WorkList {
  readonly #tables: ProtocolTables
  readonly #meta: MetaRow

  constructor(tables: ProtocolTables, meta: MetaRow) {
    this.#tables = tables
    this.#meta = meta
  }

  get size(): number {
    return this.#tables.work.size
  }

  hasRoomFor(items: number): boolean {
    return this.size + items <= WORK_ADMIT_MAX
  }

  put(item: WorkItem, since: number, faults = 0): void {
    const number = this.#meta.workNext
    this.#tables.work.insert({ number: String(number), item, since, faults })
    this.#tables.meta.update(this.#meta, { workNext: number + 1 })
  }

  first(): Listed | undefined {
    const { work } = this.#tables
    if (work.size === 0) return undefined
    const row = work.must(String(this.#meta.workNext - work.size))
    return { number: row.number, item: row.item, since: row.since, faults: row.faults }
  }

  /** The slice is done; what is left of the item keeps its place. */
  sliced(listed: Listed, next: WorkItem | undefined): void {
    const { work } = this.#tables
    const row = work.must(listed.number)
    if (next) work.update(row, { item: next })
    else work.delete(row)
  }

  /** The slice broke an assertion: others first, and in the end without it. */
  faulted(listed: Listed): void {
    const { work, meta } = this.#tables
    work.delete(work.must(listed.number))
    const faults = listed.faults + 1
    if (faults < WORK_FAULTS_MAX) this.put(listed.item, listed.since, faults)
    else meta.update(this.#meta, { workGivenUp: this.#meta.workGivenUp + 1 })
  }

  ageMs(): number {
    const first = this.first()
    return first ? this.#meta.uptime - first.since : 0
  }
}
