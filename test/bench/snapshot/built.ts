import { Load } from '../core/load.ts'
import { planOf, type Size } from '../core/plan.ts'
import { Random } from '../core/random.ts'
import { RoutingSubject } from '../core/routing.ts'

const SEED = 20_260_105
export const COMMANDS_PER_TICK = 16

/** A routing core in the middle of its day, and what goes on in it. */
export class Built {
  readonly subject = new RoutingSubject()
  readonly load: Load
  #sinceTick = 0

  constructor(size: Size) {
    this.load = new Load(planOf('mix', size, new Random(SEED)), 'mix', size, new Random(SEED + 1))
    for (const command of this.load.setUp()) this.#apply(command)
    for (let next = this.load.fill(); next !== undefined; next = this.load.fill()) {
      this.#apply(next)
    }
  }

  #apply(command: Parameters<RoutingSubject['apply']>[0]): void {
    this.subject.apply(command, this.load.time)
    this.subject.tell(this.load)
  }

  /** One command of the day, and a tick before every sixteenth. */
  step(): void {
    if (this.#sinceTick++ % COMMANDS_PER_TICK === 0) {
      while (this.subject.tick(this.load.time)) this.subject.tell(this.load)
      this.subject.tell(this.load)
    }
    this.#apply(this.load.next())
  }
}
