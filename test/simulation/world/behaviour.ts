/** What platforms, customers, diallers, agents and supervisors do; each seed has some of it. */
export const behaviourNames = [
  'arrive',
  'redial',
  'abandon',
  'cancel',
  'answerCallbackOffer',
  'claimDial',
  'reportDial',
  'signIn',
  'acceptOffer',
  'declineOffer',
  'mediaUp',
  'mediaDown',
  'complete',
  'hold',
  'resume',
  'transfer',
  'requeue',
  'extendWrapUp',
  'assign',
  'changePresence',
  'openSession',
  'cutSession',
  'editProfile',
  'removeProfile',
  'editQueue',
  'reconcile',
  'switch',
  'watchEndpoints',
  'sayAgain',
  'sayOtherwise',
  'sayNonsense',
] as const

export type BehaviourName = (typeof behaviourNames)[number]

/** Without these nothing would ever happen to a contact. */
export const indispensable: ReadonlySet<BehaviourName> = new Set([
  'arrive',
  'signIn',
  'acceptOffer',
  'mediaUp',
  'mediaDown',
])
