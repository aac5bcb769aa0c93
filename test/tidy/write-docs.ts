// npm run docs: writes the pages that are made from code.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { errorsPage } from './errors-page.ts'
import { ROOT } from './repository.ts'

const page = await errorsPage()
mkdirSync(join(ROOT, 'docs'), { recursive: true })
writeFileSync(join(ROOT, 'docs', 'errors.md'), page)
console.log(`docs/errors.md: ${page.split('\n').length} lines`)
