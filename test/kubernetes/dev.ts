import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { ROOT } from '../tidy/repository.ts'
import { ended, jobOf, loadTold, stopped } from './jobs.ts'
import type { Cluster } from './kubectl.ts'
import type { Loose } from './rules.ts'
import type { Teller } from './teller.ts'
import { haveVolumes } from './volume.ts'

const NAMESPACE = 'evenkeel'
/** The wall's time: the demo opens three minutes after it begins. */
const OPENS_MS = 180_000
const CONTACTS_COME_S = 120
/** Contacts beside the day's, many a second, from before the deletion until after it. */
const AROUND_MS = 15_000
/** Everybody is served, or called back, or has given up. */
const DAY_MS_MAX = 2_400_000

/** Everything in one pod: a day, in the middle of which the pod is deleted. */
export async function devOverlay(cluster: Cluster, image: string, tell: Teller): Promise<void> {
  haveVolumes(cluster, image, tell)
  cluster.run(['apply', '-k', join(ROOT, 'deploy/kubernetes/overlays/dev')])
  const ready = ['-n', NAMESPACE, 'rollout', 'status', 'statefulset/evenkeel', '--timeout=120s']
  cluster.run(ready)
  tell('dev: applied as it stands, and ready')

  const name = 'demo'
  const duration = ['--speed', '1', '--duration', `${CONTACTS_COME_S}s`, '--json']
  const args = ['demo', '--target', 'evenkeel:7400', ...duration]
  cluster.apply([jobOf({ name, namespace: NAMESPACE, image, args })])
  tell(`dev: the day opens in ${OPENS_MS / 1000} s, by the wall's clock`)
  const day = ended(cluster, { namespace: NAMESPACE, name }, DAY_MS_MAX, tell)
  const early = day.then(() => {
    throw new Error('the day was over before the pod was deleted')
  })
  await Promise.race([pause(OPENS_MS + (CONTACTS_COME_S * 1000) / 2), early])
  const env = { ROUTING: 'evenkeel:7480' }
  const load = { name: 'load', namespace: NAMESPACE, image, script: 'load.ts', env }
  cluster.apply([jobOf(load)])
  const loaded = ended(cluster, load, DAY_MS_MAX, tell)
  // Told of below; until then it is nobody's.
  for (const one of [loaded, early]) one.catch(() => {})
  await pause(AROUND_MS)
  const before = cluster.get('pod', 'evenkeel-0', NAMESPACE).metadata.uid
  cluster.run(['-n', NAMESPACE, 'delete', 'pod', 'evenkeel-0'])
  tell('dev: the pod is deleted in mid-day')
  cluster.run(ready)
  if (cluster.get('pod', 'evenkeel-0', NAMESPACE).metadata.uid === before) {
    throw new Error('the pod is the one that was deleted')
  }
  tell('dev: another pod has read the log, and is ready')
  await pause(AROUND_MS)
  loadTold(await stopped(cluster, load, loaded, tell), 'dev', tell)
  told(await day, tell)
}

function told(said: string, tell: Teller): void {
  const report: Loose = JSON.parse(said.slice(said.indexOf('{')))
  const { contacts, callbacks, violations, violation_details: details } = report
  const { accepted, completed, abandoned, expired, cancelled, open } = contacts
  tell(
    `dev: ${accepted} contacts accepted: ${completed} completed, ${abandoned} abandoned, ${open} open`,
  )
  const sum = completed + abandoned + expired + cancelled + callbacks.given_up + open
  if (violations > 0 || accepted === 0 || open > 0 || sum !== accepted) {
    throw new Error(`the books are wrong: ${JSON.stringify({ contacts, violations, details })}`)
  }
  tell('dev: nothing that was accepted is lost')
}
