import { type Config, readConfig, whole } from '../config/index.ts'

/** How much new work a process takes. */
export const admissionSettings = {
  // A quarter of what one process takes: three others may rush at the same time. The most that
  // published centres see, all pools together, is half of it.
  poolContactsPerS: whole({
    name: 'EVENKEEL_POOL_CONTACTS_PER_S',
    means: 'New contacts that calls may bring in for one pool, each replica by itself',
    min: 1,
    max: 1_000_000,
    default: 1_000,
  }),
  // A bot's broadcast, or mails after an outage, come at once and are no rush: two seconds' worth.
  poolBurstContacts: whole({
    name: 'EVENKEEL_POOL_BURST_CONTACTS',
    means: 'New contacts that one pool may bring in at once after a quiet time',
    min: 1,
    max: 1_000_000,
    default: 2_000,
  }),
  // Half a second of work: more would be waited for in vain by people who talk to a menu. What is
  // above, up to 10,000, is kept for desks and for the ends of contacts.
  applyLagCommands: whole({
    name: 'EVENKEEL_APPLY_LAG_COMMANDS',
    means: 'Commands of a partition that wait to be applied, beyond which it takes no new contact',
    min: 1,
    max: 9_000,
    default: 2_000,
  }),
}

export type AdmissionLimits = Config<typeof admissionSettings>

/** Where nobody sets them. */
export const admissionLimits: AdmissionLimits = readConfig({}, admissionSettings)
