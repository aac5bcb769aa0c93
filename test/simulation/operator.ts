import { decodeEnvelope } from '@evenkeel/chassis/replica'
import { must } from './failure.ts'
import type { Site } from './host.ts'
import type { SkillsHost } from './seed.ts'

const stream = 'routing/0'
/** Between two looks at what does not go on by itself. */
const lookMs = 10_000

/**
 * What retention does to the events of routing, and who then tells skills where to go on. Only what
 * means nothing to skills is dropped: what else is missing can't be made up for by anybody.
 */
export class Operator {
  readonly #site: Site
  readonly #skills: SkillsHost
  #looks = false

  constructor(site: Site, skills: SkillsHost) {
    this.#site = site
    this.#skills = skills
  }

  drop(): void {
    const { streams, tally } = this.#site
    const [status] = this.#bridges()
    if (status === undefined) return
    const next = status.position + 1
    const [rule] = this.#skills.service.bridges
    const unread = streams.entries(stream).slice(next)
    const useful = unread.findIndex(({ bytes }) => rule?.decode(decodeEnvelope(bytes).body))
    const first = useful < 0 ? next + unread.length : next + useful
    if (first > next) tally('events_dropped')
    streams.cut(stream, first)
    if (this.#looks) return
    this.#looks = true
    this.#look()
  }

  /** Once everybody has had the time. */
  mustHaveMovedAll(): void {
    const stuck = this.#bridges().find(({ refusal }) => refusal !== undefined)
    must(stuck === undefined, () => {
      return `the bridge from ${stuck?.source} stands still: ${stuck?.refusal?.code}`
    })
  }

  #bridges() {
    return this.#skills.serving().flatMap(({ replica }) => {
      const bridges = replica?.operations.status().bridges ?? []
      return bridges.filter(({ source }) => source === stream)
    })
  }

  #look(): void {
    this.#site.turns.clock.after(lookMs, () => this.#look())
    for (const { replica } of this.#skills.serving()) {
      for (const { source, refusal } of replica?.operations.status().bridges ?? []) {
        if (refusal === undefined || refusal.first < 0) continue
        // It may be killed before it says so, or the bridge may have moved.
        replica?.operations.moveBridge(source, refusal.first, '', 'dropped').catch(() => {})
      }
    }
  }
}
