/** How files of any size are taken: CSV, slice by slice, each a command; every bad line is told. */
export {
  type Cells,
  columnOf,
  malformedCell,
  readTable,
  type Table,
  type TableLine,
  words,
} from './csv-table.ts'
export {
  type FileRequest,
  type Found,
  importFile,
  type ImportReport,
  type OpenFile,
} from './import-file.ts'
export { type ClockTime, clockTimeOf, instantOf } from './local.ts'
export { tallyOf } from './tally.ts'
