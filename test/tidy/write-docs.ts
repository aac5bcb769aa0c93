// npm run docs: writes the pages and manifests that are made from code.
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { generatedManifests } from '../kubernetes/generated.ts'
import { OVERLAYS, renderedFile, rendering } from '../kubernetes/rendered.ts'
import { errorsPage } from './errors-page.ts'
import { operationsPage } from './operations-page.ts'
import { metricsPage } from './metrics.ts'
import { ROOT } from './repository.ts'

const pages = new Map([
  ['docs/errors.md', await errorsPage()],
  ['docs/operations.md', operationsPage()],
  ['docs/metrics.md', metricsPage()],
])
for (const [path, text] of generatedManifests()) pages.set(`deploy/kubernetes/${path}`, text)
write(pages)
// Of what has just been written.
for (const overlay of OVERLAYS) {
  const text = rendering(overlay)
  if (text === undefined) console.log(`${renderedFile(overlay)} is as it was: there is no kubectl`)
  else write(new Map([[renderedFile(overlay), text]]))
}

function write(files: ReadonlyMap<string, string>): void {
  for (const [path, text] of files) {
    const file = join(ROOT, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
    console.log(`${path}: ${text.split('\n').length} lines`)
  }
}
