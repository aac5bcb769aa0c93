import { Metadata } from '@grpc/grpc-js'
import { Refusal } from 'evenkeel/platform/refusal.ts'
import type { Contact, ContactState } from '@evenkeel/proto/evenkeel/routing/v1/contact'
import type { Book } from '../book/book.ts'
import { tried } from '../load/calls.ts'
import type { Clients } from '../load/targets.ts'
import { stateName } from './effects.ts'
import type { Published } from './published.ts'

const PAGE = 500
const READ_MS = 20_000

/** How each contact ended, as the events tell it. `pool/contact`. */
export function endsOf(events: readonly Published[]): ReadonlyMap<string, ContactState> {
  const ends = new Map<string, ContactState>()
  for (const { pool, kind } of events) {
    if (kind.$case !== 'contactEnded' || kind.value.contact === undefined) continue
    ends.set(`${pool}/${kind.value.contact.contactId}`, kind.value.contact.state)
  }
  return ends
}

/** The furthest position that was stated of each pool. */
export function furthest(book: Book): ReadonlyMap<string, string> {
  const far = new Map<string, number>()
  const text = new Map<string, string>()
  for (const { pool, position } of book.acknowledged) {
    const offset = Number(position.split('/')[1] ?? Number.NaN)
    if (!(offset > (far.get(pool) ?? -1))) continue
    far.set(pool, offset)
    text.set(pool, position)
  }
  return text
}

export interface Answers {
  /** Of the contacts told of: `pool/contact` and its state. */
  readonly states: ReadonlyMap<string, ContactState>
  readonly findings: readonly string[]
}

/** What one replica answers, when it has seen at least what the platform was told. */
export async function answersOf(
  clients: Clients,
  pools: readonly string[],
  positions: ReadonlyMap<string, string>,
): Promise<Answers> {
  const states = new Map<string, ContactState>()
  const findings: string[] = []
  for (const pool of pools) {
    try {
      for (const contact of await contactsOf(clients, pool, positions.get(pool) ?? '')) {
        states.set(`${pool}/${contact.contactId}`, contact.state)
      }
      findings.push(...(await healthOf(clients, pool)))
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      findings.push(`${clients.address} does not answer for ${pool}: ${error.message}`)
    }
  }
  return { states, findings }
}

async function contactsOf(clients: Clients, pool: string, position: string): Promise<Contact[]> {
  const { contacts } = clients
  const metadata = new Metadata()
  if (position !== '') metadata.set('evenkeel-at-least', position)
  const found: Contact[] = []
  let pageToken = ''
  do {
    const request = { pool, states: [], pageSize: PAGE, pageToken }
    const list = contacts.listContacts.bind(contacts)
    const { answer } = await tried(list, request, READ_MS, metadata)
    found.push(...answer.contacts)
    pageToken = answer.nextPageToken
  } while (pageToken !== '')
  return found
}

async function healthOf(clients: Clients, pool: string): Promise<string[]> {
  const { queues } = clients
  const { answer } = await tried(queues.getPoolHealth.bind(queues), { pool }, READ_MS)
  const mustBeZero = {
    'open contacts': answer.openContacts,
    violations: answer.violations,
    'kinds of deadlines that are past': answer.pastDeadline,
    'assignments below a required skill': answer.assignmentsBelowRequiredSkill,
  }
  const wrong = Object.entries(mustBeZero).filter(([, count]) => count !== 0)
  const details = answer.violationDetails.join('; ')
  return wrong.map(([what, count]) => `${clients.address}, ${pool}: ${count} ${what} ${details}`)
}

/** Where an answer and the events tell of different ends. */
export function differences(
  told: ReadonlyMap<string, ContactState>,
  ends: ReadonlyMap<string, ContactState>,
  by: string,
): string[] {
  const findings: string[] = []
  for (const [name, end] of ends) {
    const state = told.get(name)
    if (state === undefined) findings.push(`${by} does not know ${name}`)
    else if (state !== end) {
      findings.push(`${name} ended ${stateName(end)}, ${by} says ${stateName(state)}`)
    }
  }
  return findings
}
