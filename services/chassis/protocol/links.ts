import type { Entry } from '../log/port.ts'
import { Chain, ChainRing } from './chain.ts'
import type { Verdict } from './record.ts'
import { answerOf } from './verdicts.ts'

/** The chain of a partition, link by link, and what it was at each of the newest offsets. */
export class Links {
  readonly #chain = new Chain()
  readonly #ring = new ChainRing()

  /** The next link: the former one, what came, what was answered, what was emitted. */
  add(
    former: { readonly chainHigh: number; readonly chainLow: number },
    entry: Entry,
    verdict: Verdict,
    emitted: readonly Uint8Array[],
  ): { chainHigh: number; chainLow: number } {
    const chain = this.#chain
    chain.start(former.chainHigh, former.chainLow)
    chain.bytes(entry.bytes)
    chain.text(verdict.kind)
    chain.text(answerOf(verdict))
    for (const bytes of emitted) chain.bytes(bytes)
    chain.finish()
    this.#ring.put(entry.offset, chain.high, chain.low)
    return { chainHigh: chain.high, chainLow: chain.low }
  }

  /** undefined: too old to be remembered, or yet to come. */
  at(offset: number): string | undefined {
    return this.#ring.at(offset)
  }
}
