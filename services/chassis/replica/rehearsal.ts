import { fromRejection } from '../errors/index.ts'
import type { Moment, ServiceCore } from '../protocol/core.ts'
import { TOUCHED_MAX } from '../protocol/limits.ts'
import { protocolErrors } from '../protocol/refusals.ts'
import { CoreFault } from '../table/index.ts'
import type { Replica } from './replica.ts'

/**
 * What a command would come to here and now: applied to this replica's state, looked at, undone.
 * Nothing of it is in the log, on any replica; and since nothing else is done meanwhile, nobody
 * reads a state that never was. What it would put on the work list is not begun. Throws what the
 * command would be refused with.
 */
export function rehearse<State, Command, Event, T>(
  { core, errors }: Pick<ServiceCore<State, Command, Event>, 'core' | 'errors'>,
  replica: Replica<State>,
  command: Command,
  look: (state: State, at: Moment) => T,
): T {
  const { state, db } = replica
  const now = replica.now()
  const at: Moment = { ...now, offset: now.offset + 1 }
  try {
    const outcome = core.apply(state, command, at)
    if (!outcome.ok) throw fromRejection(outcome.rejection, errors)
    if (db.touched() > TOUCHED_MAX) throw new CoreFault(`a command touched ${db.touched()} rows`)
    return look(state, at)
  } catch (error) {
    if (!(error instanceof CoreFault)) throw error
    const position = replica.position()
    throw fromRejection({ code: 'COMMAND_FAILED', fields: { position } }, protocolErrors)
  } finally {
    db.undo()
  }
}
