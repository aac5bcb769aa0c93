// node dialler.ts TARGET CLAIMANT: one dialler process. Is told of attempts by messages, claims
// each at once, and answers with what the server said. Ends with whoever started it.
import { connect, Caller, Refused } from './api.ts'

/** An attempt that is to be claimed. */
export interface Told {
  readonly pool: string
  readonly contactId: string
  readonly attemptId: string
}

/** What the server said: the number to dial, or why not. */
export interface Answer {
  readonly attemptId: string
  readonly addressRef?: string
  readonly refused?: string
}

const [target = '', claimant = ''] = process.argv.slice(2)
const api = connect(target)
const caller = new Caller()

async function claim({ pool, contactId, attemptId }: Told): Promise<Answer> {
  const { callbacks } = api
  const request = { pool, contactId, attemptId, claimant }
  try {
    const { contact } = await caller.call(callbacks.claimDial.bind(callbacks), request)
    return { attemptId, addressRef: contact?.callback?.addressRef ?? '' }
  } catch (error) {
    if (error instanceof Refused) return { attemptId, refused: error.code }
    throw error
  }
}

process.on('message', (told: Told) => {
  void claim(told).then((answer) => process.send?.(answer))
})
process.on('disconnect', () => process.exit())
process.send?.({ attemptId: 'ready' } satisfies Answer)
