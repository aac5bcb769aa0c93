import type { Cluster } from './kubectl.ts'
import type { Loose } from './rules.ts'
import type { Teller } from './teller.ts'

const FOLDER = '/var/tmp/evenkeel-volume'
const DEFAULT = 'storageclass.kubernetes.io/is-default-class'
const NAME = 'evenkeel-tested'
const PREPARE_S_MAX = 60

/**
 * A cluster that gives out volumes is left as it is. For one that has none, as bare clusters of
 * tests, a folder of one node is made one.
 */
export function haveVolumes(cluster: Cluster, image: string, tell: Teller): void {
  const classes: Loose = JSON.parse(cluster.run(['get', 'storageclass', '-o', 'json']))
  const usual = classes.items.filter(({ metadata }: Loose) => metadata.annotations?.[DEFAULT])
  const ours = usual.some(({ metadata }: Loose) => metadata.name === NAME)
  if (usual.length > 0 && !ours) return
  const nodes: Loose = JSON.parse(cluster.run(['get', 'nodes', '-o', 'json']))
  const node: string = nodes.items[0].metadata.name
  tell(`no class of volumes is the usual one: a folder of ${node} will do`)
  removeVolumes(cluster)
  cluster.apply([folderPod(node, image)])
  const done = '--for=jsonpath={.status.phase}=Succeeded'
  cluster.run(['wait', done, `pod/${NAME}`, `--timeout=${PREPARE_S_MAX}s`])
  cluster.run(['delete', 'pod', NAME])
  cluster.apply([volumeOn(node), storageClass])
}

export function removeVolumes(cluster: Cluster): void {
  cluster.run(['delete', 'pv,storageclass,pod', NAME, '--ignore-not-found'])
}

/** As root, once: a folder that everybody may write to, emptied. */
const folderPod = (node: string, image: string): Loose => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: NAME, namespace: 'default' },
  spec: {
    nodeName: node,
    restartPolicy: 'Never',
    containers: [
      {
        name: 'folder',
        image,
        imagePullPolicy: 'IfNotPresent',
        command: ['node', '-e', EMPTIED],
        securityContext: { runAsUser: 0 },
        volumeMounts: [{ name: 'folder', mountPath: '/folder' }],
      },
    ],
    volumes: [{ name: 'folder', hostPath: { path: FOLDER, type: 'DirectoryOrCreate' } }],
  },
})

const EMPTIED = `const { chmodSync, readdirSync, rmSync } = require('node:fs')
for (const name of readdirSync('/folder')) rmSync('/folder/' + name, { recursive: true })
chmodSync('/folder', 0o777)`

const storageClass: Loose = {
  apiVersion: 'storage.k8s.io/v1',
  kind: 'StorageClass',
  metadata: { name: NAME, annotations: { [DEFAULT]: 'true' } },
  provisioner: 'kubernetes.io/no-provisioner',
  volumeBindingMode: 'WaitForFirstConsumer',
}

const volumeOn = (node: string): Loose => ({
  apiVersion: 'v1',
  kind: 'PersistentVolume',
  metadata: { name: NAME },
  spec: {
    capacity: { storage: '10Gi' },
    accessModes: ['ReadWriteOnce'],
    storageClassName: NAME,
    local: { path: FOLDER },
    nodeAffinity: {
      required: {
        nodeSelectorTerms: [
          {
            matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: [node] }],
          },
        ],
      },
    },
  },
})
