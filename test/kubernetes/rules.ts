/** An object of Kubernetes as JSON.parse gives it: the schema has been asked before. */
export type Loose = ReturnType<typeof JSON.parse>

const podOf = (object: Loose): Loose => object.spec?.template?.spec
export const nameOf = (object: Loose): string => `${object.kind}/${object.metadata?.name}`
export const ofKind = (objects: readonly Loose[], kind: string): readonly Loose[] =>
  objects.filter((object) => object.kind === kind)
export const containersOf = (object: Loose): readonly Loose[] => [
  ...(podOf(object)?.initContainers ?? []),
  ...(podOf(object)?.containers ?? []),
]

/** Pod Security's "restricted", and what we ask beyond it: read-only roots and no tokens. */
export function unrestricted(objects: readonly Loose[]): readonly string[] {
  return objects.filter(podOf).flatMap((object) => {
    const pod = podOf(object)
    const wrong: string[] = []
    const must = (holds: boolean, what: string) => void (holds || wrong.push(what))
    const { securityContext: own = {} } = pod
    must(own.runAsNonRoot === true && own.runAsUser > 0, 'may run as root')
    must(own.seccompProfile?.type === 'RuntimeDefault', 'has no seccomp profile')
    must(pod.automountServiceAccountToken === false, 'is given a token')
    for (const one of ['hostNetwork', 'hostPID', 'hostIPC']) must(!pod[one], `has ${one}`)
    for (const volume of pod.volumes ?? []) must(!volume.hostPath, `mounts ${volume.name}`)
    for (const { name, securityContext = {}, ports = [] } of containersOf(object)) {
      const { allowPrivilegeEscalation, capabilities, readOnlyRootFilesystem } = securityContext
      must(allowPrivilegeEscalation === false, `${name} may gain privileges`)
      must(String(capabilities?.drop) === 'ALL' && !capabilities.add, `${name} keeps capabilities`)
      must(readOnlyRootFilesystem === true, `${name} may write to its root`)
      must(!securityContext.privileged, `${name} is privileged`)
      must(!ports.some((port: Loose) => port.hostPort), `${name} takes a port of its node`)
    }
    return wrong.map((what) => `${nameOf(object)} ${what}`)
  })
}

const MEBIBYTE: Readonly<Record<string, number>> = { Mi: 1, Gi: 1024 }

/** Requests are there, memory has a limit, and the heap is three quarters of it, more or less. */
export function unsized(objects: readonly Loose[]): readonly string[] {
  return objects.filter(podOf).flatMap((object) =>
    containersOf(object).flatMap(({ name, resources = {}, env = [] }) => {
      const { requests = {}, limits = {} } = resources
      const [, count = '', unit = ''] = /^(\d+)(Mi|Gi)$/.exec(limits.memory ?? '') ?? []
      const options = env.find((one: Loose) => one.name === 'NODE_OPTIONS')?.value ?? ''
      const heap = Number(/--max-old-space-size=(\d+)/.exec(options)?.[1])
      const share = heap / (Number(count) * (MEBIBYTE[unit] ?? 0))
      return [
        ...(requests.cpu && requests.memory ? [] : ['requests nothing']),
        ...(share > 0.7 && share < 0.8 ? [] : [`has a heap of ${share} of its memory limit`]),
      ].map((what) => `${nameOf(object)} ${name} ${what}`)
    }),
  )
}

/** Settings that a process would refuse to start with, and those that it would miss. */
export function missettings(
  objects: readonly Loose[],
  tableOf: (command: string) => Readonly<Record<string, Loose>>,
): readonly string[] {
  const maps = new Map(ofKind(objects, 'ConfigMap').map((map) => [map.metadata.name, map.data]))
  return objects.filter(podOf).flatMap((object) =>
    containersOf(object).flatMap(({ args = [], env = [], envFrom = [] }) => {
      const given = new Map<string, string | undefined>()
      for (const { configMapRef } of envFrom) {
        for (const [name, value] of Object.entries(maps.get(configMapRef?.name) ?? {})) {
          given.set(name, String(value))
        }
      }
      for (const { name, value } of env) if (name.startsWith('EVENKEEL_')) given.set(name, value)
      const table = Object.values(tableOf(args[0]))
      const known = new Map(table.map((variable) => [variable.name, variable]))
      const unknown = [...given.keys()].filter((name) => !known.has(name))
      const missing = table.filter(({ name, fallback }) => !fallback && !given.has(name))
      const wrong = [...given].filter(([name, value]) => {
        // What is put together in the pod is known there only.
        if (value === undefined || value.includes('$(')) return false
        return known.get(name)?.parse(value).ok === false
      })
      return [
        ...unknown.map((name) => `${name} is no setting of ${args[0]}`),
        ...missing.map(({ name }) => `${name} is not set`),
        ...wrong.map(([name, value]) => `${name} can't be ${value}`),
      ].map((what) => `${nameOf(object)}: ${what}`)
    }),
  )
}

/** Whether labels meet a selector; no selector meets nothing, an empty one everything. */
export function selects(selector: Loose, labels: Loose = {}): boolean {
  if (selector === undefined) return false
  const { matchLabels = {}, matchExpressions = [] } = selector
  return (
    Object.entries(matchLabels).every(([name, value]) => labels[name] === value) &&
    matchExpressions.every(({ key, operator, values }: Loose) => {
      return operator === 'In' && values.includes(labels[key])
    })
  )
}

/** What each workload must have beside it. */
export function unaccompanied(objects: readonly Loose[], monitored: boolean): readonly string[] {
  return ofKind(objects, 'StatefulSet').flatMap((object) => {
    const { labels } = object.spec.template.metadata
    const services = ofKind(objects, 'Service').filter(({ spec }) =>
      selects({ matchLabels: spec.selector }, labels),
    )
    const has = (kind: string, of: (spec: Loose) => Loose) =>
      ofKind(objects, kind).filter(({ spec }) => selects(of(spec), labels))
    const budgets = has('PodDisruptionBudget', (spec) => spec.selector)
    const policies = has('NetworkPolicy', (spec) => spec.podSelector)
    const denied = policies.some(
      ({ spec }) => Object.keys(spec.podSelector).length === 0 && !spec.ingress && !spec.egress,
    )
    const let_in = policies.filter(({ spec }) => spec.ingress?.length > 0)
    const monitors = ofKind(objects, 'ServiceMonitor').flatMap(({ spec }) =>
      services.filter((service) => selects(spec.selector, service.metadata.labels)),
    )
    const { serviceName } = object.spec
    return [
      [budgets.length === 1 && budgets[0].spec.maxUnavailable === 1, 'one disruption budget of 1'],
      [denied, 'a policy that denies what no other names'],
      [let_in.length > 0, 'a network policy that lets its callers in'],
      [!monitored || monitors.length === 1, 'one service that Prometheus looks at'],
      [services.some(({ metadata }) => metadata.name === serviceName), 'its headless service'],
      [services.some(({ spec }) => spec.clusterIP !== 'None'), 'a service for clients'],
    ].flatMap(([holds, what]) => (holds ? [] : [`${nameOf(object)} lacks ${what}`]))
  })
}

/** Ports that are named somewhere, and that no container of the pods meant has. */
export function unknownPorts(objects: readonly Loose[]): readonly string[] {
  const names = new Set(
    objects.flatMap(containersOf).flatMap(({ ports = [] }) => ports.map((one: Loose) => one.name)),
  )
  const named = [
    ...ofKind(objects, 'Service').flatMap(({ spec }) =>
      spec.ports.map((one: Loose) => one.targetPort),
    ),
    ...ofKind(objects, 'ServiceMonitor').flatMap(({ spec }) =>
      spec.endpoints.map((one: Loose) => one.port),
    ),
    ...objects
      .flatMap(containersOf)
      .flatMap((one) =>
        ['startupProbe', 'readinessProbe', 'livenessProbe'].map(
          (probe) => one[probe]?.httpGet?.port,
        ),
      ),
    ...ofKind(objects, 'NetworkPolicy')
      .flatMap(({ spec }) => [...(spec.ingress ?? []), ...(spec.egress ?? [])])
      .flatMap(({ ports = [] }) => ports.map((one: Loose) => one.port))
      .filter((port) => typeof port === 'string'),
  ]
  return [...new Set(named)].filter((port) => !names.has(port)).map((port) => `no port ${port}`)
}
