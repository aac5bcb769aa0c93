import { execFileSync, spawn } from 'node:child_process'
import { readFileSync, realpathSync } from 'node:fs'
import { copyFile, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { type Dockerode, pulled } from '../brokers/docker.ts'
import { copyLibraries, followed, importFolder } from '../brokers/image/folder.ts'
import { ROOT } from '../tidy/repository.ts'

/** What deploy/Dockerfile stands on, as it names them. */
const BASES = [...readFileSync(join(ROOT, 'deploy/Dockerfile'), 'utf8').matchAll(/^FROM (\S+)/gm)]
const [BUILT_ON = '', RUNS_ON = ''] = BASES.map(([, image]) => image ?? '')

/** What goes to the daemon: as deploy/Dockerfile.dockerignore leaves it to newer builders. */
const CONTEXT = ['package.json', 'package-lock.json', '.npmrc', 'deploy', 'proto', 'services']
const LEFT_OUT = ['node_modules', 'test', '.turbo', 'data']

/**
 * Builds deploy/Dockerfile as it stands. Where no registry of images is reached, what it stands on
 * is made of this machine's own Node and C library, under the same names.
 */
export async function buildEvenkeel(dockerode: Dockerode, name: string): Promise<void> {
  await there(dockerode, BUILT_ON, fillBuilder)
  await there(dockerode, RUNS_ON, fillRunner)
  const leftOut = LEFT_OUT.map((folder) => `--exclude=${folder}`)
  const tar = spawn('tar', ['-C', ROOT, ...leftOut, '-c', ...CONTEXT], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const told: string[] = []
  const how = { t: name, dockerfile: 'deploy/Dockerfile', networkmode: 'host', rm: true }
  try {
    const answer = await dockerode.buildImage(tar.stdout, how)
    await followed(dockerode, answer, (line) => void told.push(line))
  } catch (error) {
    throw new Error(`${name} can't be built:\n${told.join('')}`, { cause: error })
  }
}

type Fill = (root: string) => Promise<readonly string[]>

async function there(dockerode: Dockerode, image: string, fill: Fill): Promise<void> {
  const inspected = await dockerode
    .getImage(image)
    .inspect()
    .catch(() => undefined)
  if (inspected !== undefined || (await pulled(dockerode, image))) return
  console.error(`image: making a stand-in for ${image} of this machine's parts`)
  const root = await mkdtemp(join(tmpdir(), 'evenkeel-image-'))
  try {
    const changes = await fill(root)
    await importFolder(dockerode, root, image, changes)
  } finally {
    await rm(root, { recursive: true, force: true })
  }
}

const CERTIFICATES = '/etc/ssl/certs/ca-certificates.crt'

async function fillBuilder(root: string): Promise<readonly string[]> {
  await fillRunner(root)
  await mkdir(join(root, 'bin'))
  await copyFile(realpathSync('/bin/sh'), join(root, 'bin/sh'))
  const node = join(root, 'usr/local/bin/node')
  await mkdir(dirname(node), { recursive: true })
  await copyFile(realpathSync(process.execPath), node)
  const npm = join(root, 'usr/local/lib/npm')
  await mkdir(npm, { recursive: true })
  unpackNpm(npm)
  await symlink('../lib/npm/bin/npm-cli.js', join(root, 'usr/local/bin/npm'))
  // `#!/usr/bin/env node` without the rest of the system.
  await mkdir(join(root, 'usr/bin'), { recursive: true })
  await copyFile(realpathSync('/usr/bin/env'), join(root, 'usr/bin/env'))
  await copyLibraries(root, [node, '/bin/sh', '/usr/bin/env'])
  return ['ENV PATH=/usr/local/bin:/usr/bin:/bin', `ENV NODE_EXTRA_CA_CERTS=${CERTIFICATES}`]
}

async function fillRunner(root: string): Promise<readonly string[]> {
  await mkdir(join(root, 'tmp'), { recursive: true, mode: 0o1777 })
  await mkdir(join(root, dirname(CERTIFICATES)), { recursive: true })
  await copyFile(CERTIFICATES, join(root, CERTIFICATES))
  await copyLibraries(root, [realpathSync(process.execPath)])
  return ['ENV PATH=/usr/local/bin:/usr/bin:/bin', 'USER 65532']
}

/** npm as package.json pins it, whole: a system's own may be spread over the system. */
function unpackNpm(to: string): void {
  const { packageManager = '' } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
  // With the Node that it came with: Debian's does not start under ours.
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  const path = folders.filter((folder) => !folder.includes('node_modules')).join(delimiter)
  const options = { env: { ...process.env, PATH: path }, encoding: 'utf8' } as const
  const destination = ['--pack-destination', to]
  const packed = execFileSync('npm', ['pack', '--silent', ...destination, packageManager], options)
  execFileSync('tar', ['-C', to, '-xzf', join(to, packed.trim()), '--strip-components=1'])
}
