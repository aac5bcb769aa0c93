import { defineMetrics, type Registry } from '@evenkeel/chassis/observe'

/** `lag` is read when somebody asks for it. */
export function ingressMetrics(registry: Registry, lag: () => number) {
  return defineMetrics(registry, {
    read: {
      kind: 'counter',
      name: 'evenkeel_routing_ingress_read_total',
      help: 'Records read from the ingress topic, repeats after a restart among them.',
    },
    accepted: {
      kind: 'counter',
      name: 'evenkeel_routing_ingress_accepted_total',
      help: 'Records of the ingress topic that took effect, or had before.',
    },
    refused: {
      kind: 'counter',
      name: 'evenkeel_routing_ingress_refused_total',
      help: 'Records of the ingress topic that were refused and told on the rejected topic.',
      labels: ['code'],
    },
    held: {
      kind: 'counter',
      name: 'evenkeel_routing_ingress_held_total',
      help: 'Attempts at a record that failed for the time being and are made again.',
      labels: ['code'],
    },
    passedOver: {
      kind: 'counter',
      name: 'evenkeel_routing_ingress_passed_over_total',
      help: 'Records of the ingress topic left to the cells that keep their pools.',
    },
    untold: {
      kind: 'counter',
      name: 'evenkeel_routing_ingress_untold_total',
      help: 'Attempts to tell a refusal on the rejected topic that failed and are made again.',
    },
    reopened: {
      kind: 'counter',
      name: 'evenkeel_routing_ingress_reopened_total',
      help: 'Times that reading the ingress topic began anew because it could not go on.',
    },
    lag: {
      kind: 'gauge',
      name: 'evenkeel_routing_ingress_lag_records',
      help: 'Records of the partitions read here that are not done with.',
      read: lag,
    },
  } as const)
}

export type IngressMetrics = ReturnType<typeof ingressMetrics>
