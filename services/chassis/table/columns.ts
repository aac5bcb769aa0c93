import { canonical } from './canonical.ts'
import type { Column, Place } from './column.ts'
import { CoreFault } from './fault.ts'
import { NameColumn, NumberColumn, RefColumn, ValueColumn } from './fixed-columns.ts'
import type { ColumnSpec } from './schema.ts'
import { BytesColumn, TextColumn } from './slab-columns.ts'

export function makeColumn(spec: ColumnSpec<unknown>, place: Place): Column {
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
