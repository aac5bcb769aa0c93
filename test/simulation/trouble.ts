import { noOdds } from '@evenkeel/chassis/log/memory'
import type { Host, Site } from './host.ts'
import type { RoutingHost, SkillsHost } from './seed.ts'
import type { Plan } from './world/plan.ts'

/** Until a killed process is there again. */
const restartMsMax = 20_000
const second = 1_000

/** What befalls the machines, and whoever starts them again. */
export class Trouble {
  readonly #site: Site
  readonly #routing: RoutingHost
  readonly #skills: SkillsHost
  readonly #plan: Plan
  #over = false

  constructor(site: Site, routing: RoutingHost, skills: SkillsHost, plan: Plan) {
    this.#site = site
    this.#routing = routing
    this.#skills = skills
    this.#plan = plan
  }

  async maybe(): Promise<void> {
    const { chance, turns, trace } = this.#site
    const { crash, twin, stall, clockStep, skillsCrash } = this.#plan.troubles
    this.#tend()
    if (chance.happens(crash)) this.#crash(this.#routing)
    if (chance.happens(skillsCrash)) this.#crash(this.#skills)
    if (chance.happens(twin)) {
      const process = chance.any(this.#routing.serving())
      if (process) this.#routing.start(process.replicaId, process.leads)
    }
    if (chance.happens(clockStep)) {
      const process = chance.any(this.#routing.serving())
      if (process) process.clockOffMs = chance.int(-3_600, 3_600) * second
    }
    if (chance.happens(stall)) {
      const ms = chance.pick([6, 60, 1_000, 5_000]) * second
      trace(`everything stands still for ${ms} ms`)
      await turns.stall(ms)
    }
  }

  /** As an orchestrator: whoever is fenced off by a newer process of its name has to go. */
  #tend(): void {
    for (const process of this.#routing.ready()) {
      if (process.replica?.stats().fenced === true) this.#routing.kill(process)
    }
  }

  #crash<State, Command, Event>(host: Host<State, Command, Event>): void {
    const { chance, turns } = this.#site
    const process = chance.any(host.serving())
    if (process === undefined) return
    host.kill(process)
    const { replicaId, leads } = process
    turns.clock.after(chance.int(0, restartMsMax), () => {
      if (!this.#over) host.start(replicaId, leads)
    })
  }

  /** Nothing goes wrong any more, and everybody is there. */
  end(): void {
    this.#over = true
    this.#site.faults.change(noOdds)
    this.#tend()
    this.#revive(this.#routing, 'r-a')
    this.#revive(this.#skills, 's-a')
    for (const process of this.#routing.serving()) process.clockOffMs = 0
  }

  #revive<State, Command, Event>(host: Host<State, Command, Event>, replicaId: string): void {
    const there = [...host.processes].some((p) => p.replicaId === replicaId)
    if (!there) host.start(replicaId, true)
  }

  /** With nothing but the log, everybody comes to the same. */
  async restartAll(): Promise<void> {
    const { turns } = this.#site
    for (const process of this.#routing.serving()) this.#routing.kill(process)
    this.#routing.start('r-a', true)
    this.#routing.start('r-c', false)
    await turns.pass(5 * second)
  }
}
