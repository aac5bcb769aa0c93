import { createHash } from 'node:crypto'
import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { basename, join } from 'node:path'

export const KAFKA_VERSION = '4.1.1'

/** A mirror of Maven Central, where one is nearer or the only one reached. */
const MIRROR = process.env['KAFKA_TEST_MAVEN'] ?? 'https://repo.maven.apache.org/maven2'
const AT_ONCE = 6

/** What is downloaded or made for tests, outside the repository and kept between runs. */
export function cacheDirectory(): string {
  const caches = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache')
  return join(caches, 'evenkeel', `kafka-${KAFKA_VERSION}`)
}

/** Kafka's jars, each checked against its hash in jars.txt; downloads what is not there yet. */
export async function kafkaJars(): Promise<readonly string[]> {
  const list = await readFile(join(import.meta.dirname, 'jars.txt'), 'utf8')
  const wanted = list.trim().split('\n')
  const directory = join(cacheDirectory(), 'libs')
  await mkdir(directory, { recursive: true })
  const missing: { readonly hash: string; readonly path: string; readonly file: string }[] = []
  const files: string[] = []
  for (const line of wanted) {
    const [hash = '', path = ''] = line.split(/ +/)
    const file = join(directory, basename(path))
    files.push(file)
    if (!(await exists(file))) missing.push({ hash, path, file })
  }
  if (missing.length > 0) console.error(`brokers: ${missing.length} jars from ${MIRROR}`)
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let one = missing.pop(); one !== undefined; one = missing.pop()) await download(one)
    }),
  )
  return files
}

async function download(jar: { hash: string; path: string; file: string }): Promise<void> {
  const answer = await fetch(`${MIRROR}/${jar.path}`)
  if (!answer.ok) throw new Error(`${MIRROR}/${jar.path}: HTTP ${answer.status}`)
  const bytes = Buffer.from(await answer.arrayBuffer())
  const hash = createHash('sha256').update(bytes).digest('hex')
  if (hash !== jar.hash) throw new Error(`${jar.path} is not what it was: sha256 ${hash}`)
  // Whole or not at all: another process may be downloading the same.
  const part = `${jar.file}.${process.pid}`
  await writeFile(part, bytes)
  await rename(part, jar.file)
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  )
}
