/** What an event is known by: the same for every publication of it. */
export interface EventId {
  /** Names the log; another one is another history. 16 hexadecimal digits. */
  readonly incarnation: string
  readonly partition: number
  /** Of the record that decided it. */
  readonly offset: number
  /** Among the events of that record. */
  readonly index: number
}

const pattern = /^([0-9a-f]{16})\/(0|[1-9]\d{0,8})\/(0|[1-9]\d{0,15})\/(0|[1-9]\d{0,8})$/

/** Undefined: no id of Evenkeel's. */
export function parseEventId(text: string): EventId | undefined {
  const [, incarnation = '', partition = '', offset = '', index = ''] = pattern.exec(text) ?? []
  if (incarnation === '' || !Number.isSafeInteger(Number(offset))) return undefined
  return {
    incarnation,
    partition: Number(partition),
    offset: Number(offset),
    index: Number(index),
  }
}

type Place = Pick<EventId, 'offset' | 'index'>

/** As numbers: as text, 10 would come before 9. */
export const isAfter = (id: Place, mark: Place): boolean =>
  id.offset > mark.offset || (id.offset === mark.offset && id.index > mark.index)
