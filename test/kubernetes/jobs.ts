import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Cluster } from './kubectl.ts'
import type { Loose } from './rules.ts'
import type { Teller } from './teller.ts'

/** As often as somebody who looks on would ask. */
const LOOK_MS = 1_000
const STOP_MS_MAX = 300_000

interface JobOptions {
  readonly name: string
  readonly namespace: string
  readonly image: string
  /** For the image's own command; or a script of inside/, in its stead. */
  readonly args?: readonly string[]
  readonly script?: string
  readonly env?: Readonly<Record<string, string>>
  /** A secret whose files the script reads, and where. */
  readonly secret?: { readonly name: string; readonly at: string }
}

/** A client of Evenkeel, once, in a pod that may do no more than our own. */
export function jobOf(options: JobOptions): Loose {
  const { name, namespace, image, args = [], script, env = {}, secret } = options
  const text = script && readFileSync(join(import.meta.dirname, 'inside', script), 'utf8')
  const node = ['node', '--no-warnings', '--input-type=module-typescript', '-e', text]
  const mounts = secret && [{ name: 'files', mountPath: secret.at, readOnly: true }]
  const volumes = secret && [{ name: 'files', secret: { secretName: secret.name } }]
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name, namespace },
    spec: {
      backoffLimit: 0,
      template: {
        metadata: { labels: { 'evenkeel.io/client': 'true' } },
        spec: {
          restartPolicy: 'Never',
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          securityContext: {
            runAsNonRoot: true,
            runAsUser: 65532,
            fsGroup: 65532,
            seccompProfile: { type: 'RuntimeDefault' },
          },
          ...(volumes && { volumes }),
          containers: [
            {
              name,
              image,
              imagePullPolicy: 'IfNotPresent',
              ...(text === undefined ? { args } : { command: node }),
              env: Object.entries(env).map(([key, value]) => ({ name: key, value })),
              ...(mounts && { volumeMounts: mounts }),
              securityContext: {
                allowPrivilegeEscalation: false,
                readOnlyRootFilesystem: true,
                capabilities: { drop: ['ALL'] },
              },
            },
          ],
        },
      },
    },
  }
}

/** What a job has said when it has ended well; throws with that when it has not. */
export async function ended(
  cluster: Cluster,
  { namespace, name }: { readonly namespace: string; readonly name: string },
  msMax: number,
  tell: Teller,
): Promise<string> {
  const deadline = performance.now() + msMax
  const said = () => cluster.run(['-n', namespace, 'logs', `job/${name}`, '--tail=-1'])
  for (let last = ''; ; ) {
    const { status = {} } = cluster.get('job', name, namespace)
    if (status.succeeded > 0) return said()
    if (status.failed > 0) throw new Error(`${name} has failed:\n${said()}`)
    if (performance.now() > deadline) throw new Error(`${name} does not end:\n${said()}`)
    await pause(LOOK_MS)
    const lines = status.active > 0 && status.ready > 0 ? said().trim().split('\n') : []
    const line = lines.at(-1) ?? ''
    if (line !== last && line !== '') tell(`${name}: ${line.slice(0, 200)}`)
    last = line
  }
}

/** Tells a load to stop, by a pod like it, and gives what it has said. */
export async function stopped(
  cluster: Cluster,
  load: JobOptions,
  loaded: Promise<string>,
  tell: Teller,
): Promise<string> {
  const stop = { ...load, name: 'stop', env: { ...load.env, STOP: 'yes' } }
  cluster.apply([jobOf(stop)])
  await ended(cluster, stop, STOP_MS_MAX, tell)
  return loaded
}

/** What inside/load.ts has said at last. */
export function loadTold(said: string, overlay: string, tell: Teller): void {
  const outcome: Loose = JSON.parse(said.trim().split('\n').at(-1) ?? '')
  const { accepted, lost, failed, repeated, longestMs } = outcome
  tell(
    `${overlay}: ${accepted} contacts accepted, ${lost.length} lost, ${failed.length} calls failed`,
  )
  const longest = Math.round(longestMs)
  tell(`${overlay}: repeated, as they may be: ${JSON.stringify(repeated)}; longest ${longest} ms`)
  if (accepted === 0) throw new Error('nothing was accepted')
}
