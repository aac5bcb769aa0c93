import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseAllDocuments } from 'yaml'
import { ROOT } from '../tidy/repository.ts'

export const OVERLAYS = ['dev', 'prod'] as const
const FOLDER = join(ROOT, 'deploy/kubernetes')

/** What an overlay comes to, for who has no kustomize, and for the gates of a bare machine. */
export const renderedFile = (overlay: string) => `deploy/kubernetes/rendered/${overlay}.yaml`

/** By kubectl; undefined where there is none. */
export function rendering(overlay: string, kubectl = 'kubectl'): string | undefined {
  const options = { encoding: 'utf8' } as const
  try {
    const text = execFileSync(kubectl, ['kustomize', join(FOLDER, 'overlays', overlay)], options)
    return `${heading()}${text}`
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

/** Tells of which sources a rendering is: known to who can't make one. */
export function heading(): string {
  const hash = createHash('sha256')
  for (const file of globSync('**/*.yaml', { cwd: FOLDER }).sort()) {
    if (file.startsWith('rendered/')) continue
    hash.update(`${file}\n`).update(readFileSync(join(FOLDER, file)))
  }
  return `# Written by \`npm run docs\`, of sources with the sha256 ${hash.digest('hex')}\n`
}

export const renderedText = (overlay: string): string =>
  readFileSync(join(ROOT, renderedFile(overlay)), 'utf8')

export function renderedObjects(overlay: string): readonly unknown[] {
  return objectsIn(renderedText(overlay))
}

export function objectsIn(yaml: string): readonly unknown[] {
  return parseAllDocuments(yaml).map((document) => document.toJS() as unknown)
}
