import { duration } from '@evenkeel/chassis/errors'
import { bind, type Binding } from '@evenkeel/chassis/serve'
import { ExplainServiceDefinition } from '@evenkeel/proto/evenkeel/routing/v1/explain_service'
import { contactView, type ContactRow, explainAgent, explainContact } from '../../core/index.ts'
import { knownAgent, knownContact, read, type RoutingHosted } from '../calls.ts'
import { perhapsDuration } from '../translate/perhaps.ts'
import { contactWire, waitWire } from '../translate/views.ts'
import { constraintNumbers } from '../translate/words.ts'

export function explain(hosted: RoutingHosted): Binding {
  return bind(ExplainServiceDefinition, {
    explainContact: (request, call) =>
      read(hosted, request.pool, call, (s, at) => {
        const contact = knownContact(s, request)
        const why = explainContact(s, contact, at)
        return {
          sentence: why.sentence,
          contact: contactWire(contactView(s, contact, at)),
          position: why.position,
          expectedWait: perhapsDuration(why.wait?.p50),
          wait: waitWire(why.wait),
          constraints: why.constraints.map((c) => ({ ...c, kind: constraintNumbers[c.kind] })),
          decision: contact.chosenAgentId === '' ? undefined : decision(contact),
        }
      }),
    explainAgent: (request, call) =>
      read(hosted, request.pool, call, (s, at) => {
        const { sentence, eligibleWaiting, eligibleQueueIds } = explainAgent(
          s,
          knownAgent(s, request),
          at,
        )
        return { sentence, eligibleWaiting, eligibleQueueIds: [...eligibleQueueIds] }
      }),
  })
}

const rules = {
  preferred: 'preferred',
  tightestFit: 'tightest_fit',
  longestIdle: 'longest_idle',
  onlyOne: 'only_one',
  nextContact: 'next_contact',
  leastFlexible: 'least_flexible',
  bestSkilled: 'best_skilled',
  loadFairness: 'load_fairness',
  variety: 'variety',
  assigned: 'assigned',
  consulted: 'consulted',
  channelSwitch: 'channel_switch',
  interruption: 'interruption',
} as const

const decision = (contact: ContactRow) => ({
  agentId: contact.chosenAgentId,
  rule: rules[contact.chosenBy],
  runnerUpAgentIds: contact.runnersUp === '' ? [] : contact.runnersUp.split(' '),
  agentIdle: duration(contact.chosenIdleMs),
  policyVersion: contact.chosenUnder,
})
