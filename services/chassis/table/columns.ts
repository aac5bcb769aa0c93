import { canonical } from './canonical.ts'
import type { Column, Place } from './column.ts'
import { assert, CoreFault } from './fault.ts'
import { NameColumn, NumberColumn, RefColumn, ValueColumn } from './fixed-columns.ts'
import { COLUMNS_MAX, type Journal, Pen } from './journal.ts'
import type { RowCells } from './row-cells.ts'
import type { ColumnSpec, Schema } from './schema.ts'
import { BytesColumn, TextColumn } from './slab-columns.ts'

/** Names of what rows have beside their columns. */
const taken = ['slot', 'inside', 'reading']

interface Columned {
  /** Of the table. */
  readonly name: string
  readonly number: number
  readonly journal: Journal
  readonly rows: RowCells
}

export function makeColumns(schema: Schema, table: Columned): Column[] {
  const names = Object.keys(schema)
  assert(names.length <= COLUMNS_MAX, `table ${table.name}: at most ${COLUMNS_MAX} columns`)
  return names.map((name, index) => {
    assert(!taken.includes(name), `table ${table.name}: every row has ${name}`)
    const { journal, number, rows } = table
    const pen = new Pen(journal, number, index)
    return makeColumn(schema[name]!, { name, index, pen, rows, offset: rows.offset(name) })
  })
}

function makeColumn(spec: ColumnSpec<unknown>, place: Place): Column {
  switch (spec.kind) {
    case 'int':
      return new NumberColumn(place, false)
    case 'deadline':
      return new NumberColumn(place, true)
    case 'ref':
      return new RefColumn(place, spec.target)
    case 'flag':
      return new NameColumn(place, [false, true])
    case 'oneOf':
      return new NameColumn(place, spec.names)
    case 'text':
      return new TextColumn(place, spec.max)
    case 'bytes':
      return new BytesColumn(place, spec.max)
    case 'value':
      return new ValueColumn(place)
    default:
      return unknownKind(spec)
  }
}

function unknownKind(spec: never): never {
  throw new CoreFault(`unknown column kind: ${canonical(spec)}`)
}
