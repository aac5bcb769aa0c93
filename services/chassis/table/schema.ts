/** What a table's columns hold. A spec is a plain value; `columns.ts` turns it into cells. */
export type ColumnSpec<T> = {
  /** Never present: carries the column's outside type. */
  readonly type?: T
} & (
  | { readonly kind: 'text'; readonly max: number }
  | { readonly kind: 'oneOf'; readonly names: readonly string[] }
  | { readonly kind: 'int' }
  | { readonly kind: 'deadline' }
  | { readonly kind: 'ref'; readonly target: string | undefined }
  | { readonly kind: 'flag' }
  | { readonly kind: 'bytes'; readonly max: number }
  | { readonly kind: 'value' }
)

export type Schema = { readonly [column: string]: ColumnSpec<unknown> }

type Outside<C> = C extends ColumnSpec<infer T> ? T : never

/** All columns of a row, as plain values. */
export type Values<S extends Schema> = { readonly [K in keyof S]: Outside<S[K]> }

/**
 * An accessor, not a copy: reads the columns when asked, so it shows the present values. Its
 * columns are getters of the prototype: spreading a row gives its slot only (use `table.plain`).
 */
export type Row<S extends Schema> = { readonly slot: number } & Values<S>

/** UTF-8 text of at most `max` bytes, in byte cells off the JS heap. */
export function text(max: number): ColumnSpec<string> {
  return { kind: 'text', max }
}

/** One of at most 255 names; a byte inside. */
export function oneOf<const N extends readonly [string, ...string[]]>(
  ...names: N
): ColumnSpec<N[number]> {
  return { kind: 'oneOf', names }
}

/** An integer below 2^53 either way; anything else is a CoreFault. */
export function int(): ColumnSpec<number> {
  return { kind: 'int' }
}

/** As `int`, or Infinity: none. What a heap is told. */
export function deadline(): ColumnSpec<number> {
  return { kind: 'deadline' }
}

/**
 * The slot of a row elsewhere, or NONE. Slots depend on history, so they stay inside: name the
 * target table, and dumps show its key instead and `check` finds a row that is gone.
 */
export function ref(target?: string): ColumnSpec<number> {
  return { kind: 'ref', target }
}

export function flag(): ColumnSpec<boolean> {
  return { kind: 'flag' }
}

/** At most `max` opaque bytes, off the JS heap; what is read is a copy. */
export function bytes(max: number): ColumnSpec<Uint8Array> {
  return { kind: 'bytes', max }
}

/** A plain JS value, frozen deeply when written. On the JS heap: for small tables only. */
export function value<T>(): ColumnSpec<T> {
  return { kind: 'value' }
}

/** What a column's cells mean, whatever their longest content may be. */
export function layoutOf([name, spec]: readonly [string, ColumnSpec<unknown>]) {
  if (spec.kind === 'oneOf') return { name, kind: spec.kind, names: spec.names }
  return { name, kind: spec.kind, target: spec.kind === 'ref' ? spec.target : undefined }
}
