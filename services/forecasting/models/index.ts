export { type Day, dayNumber, weekdayOf } from './history.ts'
