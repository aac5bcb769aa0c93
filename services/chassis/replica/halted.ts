/** The log holds something that this replica must not go on from. */
export class HaltedAtStart extends Error {
  override readonly name = 'HaltedAtStart'
}
