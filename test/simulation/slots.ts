/** Digits of the offset with which the name of a snapshot's slot begins. */
export const offsetDigits = 16

/** Slots are named by the offset of their state. */
export const offsetOf = (name: string): number => Number(name.slice(0, offsetDigits))
