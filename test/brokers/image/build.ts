// Makes an image for Kafka brokers where no image registry is reached: this machine's shell and
// C library, a small Java made by its JDK, and the jars of Maven Central. For tests only.
import { execFile } from 'node:child_process'
import { chmod, copyFile, cp, mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { globSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import type { Dockerode } from '../docker.ts'
import { copyLibraries, importFolder } from './folder.ts'
import { cacheDirectory, kafkaJars } from './jars.ts'

const execute = promisify(execFile)

/** What Kafka's classes reach. log4j needs java.desktop for java.beans alone. */
const MODULES =
  'java.base,java.desktop,java.logging,java.management,java.naming,java.rmi,java.security.jgss,' +
  'java.security.sasl,java.sql,java.xml,jdk.unsupported,jdk.crypto.ec'

/** Libraries of java.desktop that draw. */
const DRAWING =
  'lib{awt*,jawt*,fontmanager*,freetype*,harfbuzz*,javajpeg*,lcms*,mlib_image*,splashscreen*,jsound*}.so'

const RUN_CLASS = `#!/bin/sh
exec /opt/jre/bin/java \${KAFKA_HEAP_OPTS:--Xmx256m} -XX:+UseSerialGC -XX:TieredStopAtLevel=1 \\
  -cp '/opt/kafka/libs/*' "$@"
`

/** The image, made anew; it has what the public one has of what containers.ts uses. */
export async function buildImage(dockerode: Dockerode, name: string): Promise<void> {
  console.error(`brokers: making the image ${name}; once, in about half a minute`)
  const root = join(cacheDirectory(), `image-${process.pid}`)
  try {
    await fill(root)
    await importFolder(dockerode, root, name)
  } finally {
    await rm(root, { recursive: true, force: true })
  }
}

async function fill(root: string): Promise<void> {
  const bin = join(root, 'opt/kafka/bin')
  for (const folder of ['bin', 'etc', 'tmp', 'opt/kafka/bin', 'opt/kafka/libs']) {
    await mkdir(join(root, folder), { recursive: true })
  }
  await chmod(join(root, 'tmp'), 0o1777)
  for (const jar of await kafkaJars()) await cp(jar, join(root, 'opt/kafka/libs', base(jar)))
  await cp(await smallJava(), join(root, 'opt/jre'), { recursive: true })
  await copyFile(realpathSync('/bin/sh'), join(root, 'bin/sh'))
  const programs = [
    join(root, 'bin/sh'),
    join(root, 'opt/jre/bin/java'),
    ...globSync('opt/jre/lib/**/*.so', { cwd: root }).map((file) => join(root, file)),
  ]
  await copyLibraries(root, programs)
  const script = async (file: string, text: string) => {
    await writeFile(join(bin, file), text)
    await chmod(join(bin, file), 0o755)
  }
  await script('run-class', RUN_CLASS)
  const call = (main: string) => `#!/bin/sh\nexec /opt/kafka/bin/run-class ${main} "$@"\n`
  await script('kafka-storage.sh', call('kafka.tools.StorageTool'))
  await script('kafka-server-start.sh', call('kafka.Kafka'))
  await writeFile(join(root, 'etc/passwd'), 'root:x:0:0:root:/:/bin/sh\n')
  await writeFile(join(root, 'etc/nsswitch.conf'), 'hosts: files dns\n')
}

/** Kept in the cache: making it takes longest. */
async function smallJava(): Promise<string> {
  const java = join(cacheDirectory(), 'jre')
  const part = `${java}-${process.pid}`
  try {
    await execute(join(java, 'bin/java'), ['-version'])
    return java
  } catch {
    await rm(java, { recursive: true, force: true })
  }
  await mkdir(dirname(part), { recursive: true })
  const options = ['--strip-debug', '--no-man-pages', '--no-header-files', '--output', part]
  await execute('jlink', ['--add-modules', MODULES, ...options])
  for (const file of globSync(DRAWING, { cwd: join(part, 'lib') }))
    await rm(join(part, 'lib', file))
  // jlink leaves out the archive of classes without which every start takes a second more.
  await execute(join(part, 'bin/java'), ['-XX:+UseSerialGC', '-Xshare:dump'])
  await rename(part, java)
  return java
}

function base(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}
