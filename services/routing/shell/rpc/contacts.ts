import { parse } from '@evenkeel/chassis/errors'
import { NONE } from '@evenkeel/chassis/table'
import { bind, type Binding, type Call } from '@evenkeel/chassis/serve'
import {
  ContactServiceDefinition,
  type ListContactsRequest,
  type ListContactsResponse,
  type SubmitContactRequest,
} from '@evenkeel/proto/evenkeel/routing/v1/contact_service'
import {
  classify,
  type ContactRow,
  contactView,
  isQueued,
  type RoutingState,
  waitOf,
} from '../../core/index.ts'
import { Staffing } from '@evenkeel/proto/evenkeel/routing/v1/contact'
import type { Moment } from '@evenkeel/chassis/protocol'
import { knownContact, knownPool, read, type RoutingHosted, submit } from '../calls.ts'
import { answerLimits } from '../limits.ts'
import { nextPage, pageOf } from '../pages.ts'
import { factsOf } from '../translate/classification.ts'
import { perhapsDuration } from '../translate/perhaps.ts'
import { contactWire, waitWire } from '../translate/views.ts'
import { staffingNumbers, stateWords } from '../translate/words.ts'
import { queueClosed } from '../translate/closed.ts'
import { commandContact, type ContactCommand } from './contact-command.ts'
import { contactStream } from './contact-stream.ts'
import { estimateWait } from './estimate-wait.ts'

export async function ofContact(hosted: RoutingHosted, command: ContactCommand, call: Call) {
  return { contact: await commandContact(hosted, command, call) }
}

export function contacts(hosted: RoutingHosted): Binding {
  return bind(ContactServiceDefinition, {
    submitContact: (value, call) =>
      submit(hosted, { $case: 'submitContact', value }, call, (s, at) => {
        const contact = knownContact(s, value)
        const wait = isQueued(contact.state) ? waitOf(s, contact, at.time) : undefined
        return {
          contact: contactWire(contactView(s, contact, at)),
          expectedWait: perhapsDuration(wait?.p50),
          wait: waitWire(wait),
          closed: queueClosed(s, askedFor(s, value), contact, at.time),
          staffing: staffingOf(s, contact),
        }
      }),
    getContact: (request, call) =>
      read(hosted, request.pool, call, (s, at) => ({
        contact: contactWire(contactView(s, knownContact(s, request), at)),
      })),
    listContacts: (request, call) =>
      read(hosted, request.pool, call, (s, at) => listContacts(s, request, at)),
    cancelContact: (value, call) => ofContact(hosted, { $case: 'cancelContact', value }, call),
    abandonContact: (value, call) => ofContact(hosted, { $case: 'abandonContact', value }, call),
    transferContact: (value, call) => ofContact(hosted, { $case: 'transferContact', value }, call),
    requeueContact: (value, call) => ofContact(hosted, { $case: 'requeueContact', value }, call),
    holdContact: (value, call) => ofContact(hosted, { $case: 'holdContact', value }, call),
    resumeContact: (value, call) => ofContact(hosted, { $case: 'resumeContact', value }, call),
    reportMedia: (value, call) => ofContact(hosted, { $case: 'reportMedia', value }, call),
    completeContact: (value, call) => ofContact(hosted, { $case: 'completeContact', value }, call),
    startConsult: (value, call) => {
      const leg = { pool: value.pool, contactId: value.consultContactId }
      return submit(hosted, { $case: 'startConsult', value }, call, (s, at) => ({
        contact: contactWire(contactView(s, knownContact(s, value), at)),
        consult: contactWire(contactView(s, knownContact(s, leg), at)),
      }))
    },
    switchChannel: (value, call) => {
      const leg = { pool: value.pool, contactId: value.legContactId }
      return submit(hosted, { $case: 'switchChannel', value }, call, (s, at) => ({
        contact: contactWire(contactView(s, knownContact(s, value), at)),
        leg: contactWire(contactView(s, knownContact(s, leg), at)),
      }))
    },
    setContactPriority: (value, call) =>
      ofContact(hosted, { $case: 'setContactPriority', value }, call),
    closeContact: (value, call) => ofContact(hosted, { $case: 'closeContact', value }, call),
    estimateWait: (request, call) =>
      read(hosted, request.pool, call, (s, at) => estimateWait(s, request, at)),
    contactStream: (stream) => contactStream(hosted, stream),
  })
}

/** While it waits: whether anybody could ever take it. */
const staffingOf = (s: RoutingState, contact: ContactRow): Staffing =>
  isQueued(contact.state)
    ? staffingNumbers[s.staffing.of(contact.requestClass)]
    : Staffing.STAFFING_UNSPECIFIED

/** The queue that was named, or that the need means by now. */
function askedFor(s: RoutingState, r: SubmitContactRequest) {
  const { pool, contactId } = r
  if (r.need === '') return r
  const rules = s.classifications.get(r.pool)?.rules ?? []
  const queueId = classify(rules, r.need, factsOf(r.facts)).rule?.queueId ?? ''
  return { pool, contactId, queueId }
}

function listContacts(s: RoutingState, r: ListContactsRequest, at: Moment): ListContactsResponse {
  const pool = knownPool(s, r.pool)
  const states = parse.list('states', r.states, answerLimits.states, (field, state) =>
    parse.enumOf(field, state, stateWords),
  )
  const list = `contacts ${pool.id}`
  const { size, after } = pageOf({ list, ...r })
  const found: ListContactsResponse['contacts'] = []
  let last = after
  const { rowsPerPage } = answerLimits
  let slot = s.byPool.atOrAfter(pool.slot, after + 1, 0)
  for (let seen = 0; slot !== NONE && seen < rowsPerPage && found.length < size; seen++) {
    const contact = s.contacts.at(slot)
    last = contact.seq
    if (states.length === 0 || states.includes(contact.state)) {
      found.push(contactWire(contactView(s, contact, at)))
    }
    slot = s.byPool.next(slot)
  }
  return { contacts: found, nextPageToken: slot === NONE ? '' : nextPage(list, last) }
}
