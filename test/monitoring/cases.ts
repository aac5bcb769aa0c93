import type { Series } from './promtool.ts'

interface Case {
  /** It calls somebody. */
  readonly fires: Series
  /** It calls nobody. */
  readonly quiet: Series
  /** Minutes after which it is looked at; default 15. */
  readonly at?: number
  /** Minutes from value to value and from look to look; default 1. */
  readonly every?: number
}

const replica = '{service="routing",partition="3",instance="a"}'
const other = '{service="routing",partition="3",instance="b"}'
const bridge = '{service="routing",partition="3",source="skills",instance="a"}'

/** A hundred calls succeed from value to value. */
const calls = (failed: string): Series => ({
  'evenkeel_rpc_duration_seconds_count{status="OK",instance="a"}': '0+100x200',
  'evenkeel_rpc_duration_seconds_count{status="UNAVAILABLE",instance="a"}': failed,
})
const slow = (quick: string): Series => ({
  'evenkeel_rpc_duration_seconds_count{status="OK",instance="a"}': '0+100x200',
  'evenkeel_rpc_duration_seconds_bucket{status="OK",le="0.05",instance="a"}': quick,
})

/** By alert, without Evenkeel before its name. Values are in promtool's notation. */
export const cases: Readonly<Record<string, Case>> = {
  CallsFailedFast: { fires: calls('0+2x200'), quiet: calls('0+1x200'), at: 70 },
  CallsFailedSteadily: {
    ...{ fires: calls('0+1x200'), quiet: calls('0x60 0+1x4 4x60'), at: 400, every: 5 },
  },
  CallsFailedSlowly: {
    ...{ fires: calls('0+0.2x200'), quiet: calls('0+0.05x200'), at: 4410, every: 30 },
  },
  CallsSlowFast: { fires: slow('0+80x200'), quiet: slow('0+90x200'), at: 70 },
  CallsSlowSteadily: { fires: slow('0+90x200'), quiet: slow('0+96x200'), at: 400, every: 5 },
  CallsSlowSlowly: { fires: slow('0+98x200'), quiet: slow('0+99.5x200'), at: 4410, every: 30 },
  PartitionHalted: {
    fires: {
      'evenkeel_replica_halted{service="routing",partition="3",code="log_gap",instance="a"}':
        '1x10',
    },
    quiet: {
      'evenkeel_replica_halted{service="routing",partition="3",code="",instance="a"}': '0x10',
    },
  },
  NobodyLeads: {
    fires: {
      [`evenkeel_replica_lease_age_seconds${replica}`]: '5+60x10',
      [`evenkeel_replica_lease_age_seconds${other}`]: '5+60x10',
    },
    quiet: {
      [`evenkeel_replica_lease_age_seconds${replica}`]: '5+60x10',
      [`evenkeel_replica_lease_age_seconds${other}`]: '0.5x10',
    },
  },
  TimeIsWrong: {
    fires: { [`evenkeel_replica_time_behind_seconds${replica}`]: '30x10' },
    quiet: { [`evenkeel_replica_time_behind_seconds${replica}`]: '0.2x10' },
  },
  CalendarEnds: {
    fires: { 'evenkeel_routing_calendar_horizon_seconds{pool="north",instance="a"}': '86400x90' },
    quiet: { 'evenkeel_routing_calendar_horizon_seconds{pool="north",instance="a"}': '5000000x90' },
    at: 70,
  },
  LogRefusesRecords: {
    fires: {
      'evenkeel_replica_appends_failed_total{service="routing",partition="3",code="x"}': '0+3x20',
    },
    quiet: {
      'evenkeel_replica_appends_failed_total{service="routing",partition="3",code="x"}': '7x20',
    },
  },
  EventsAreNotPublished: {
    fires: {
      'evenkeel_replica_publications_failed_total{service="routing",partition="3"}': '0+3x20',
    },
    quiet: {
      'evenkeel_replica_publications_failed_total{service="routing",partition="3"}': '7x20',
    },
  },
  PastDeadline: {
    fires: { 'evenkeel_routing_entities_past_deadline{instance="a"}': '2x10' },
    quiet: { 'evenkeel_routing_entities_past_deadline{instance="a"}': '0x10' },
  },
  BelowRequiredSkill: {
    fires: { 'evenkeel_routing_assignments_below_required_skill_total{instance="a"}': '0x2 1x10' },
    quiet: { 'evenkeel_routing_assignments_below_required_skill_total{instance="a"}': '0x10' },
  },
  NobodyKnownForContacts: {
    fires: {
      'evenkeel_routing_unstaffed_contacts{pool="north",staffing="nobody_known",instance="a"}':
        '2x10',
    },
    quiet: {
      'evenkeel_routing_unstaffed_contacts{pool="north",staffing="nobody_signed_in",instance="a"}':
        '2x10',
    },
  },
  ContactsAreShed: {
    fires: {
      'evenkeel_routing_contacts_shed_total{pool="north",cause="pool_rate",instance="a"}': '0+2x20',
    },
    quiet: {
      'evenkeel_routing_contacts_shed_total{pool="north",cause="pool_rate",instance="a"}': '2x20',
    },
  },
  OffersAreHeld: {
    fires: { 'evenkeel_routing_channels_held{pool="north",instance="a"}': '1x20' },
    quiet: { 'evenkeel_routing_channels_held{pool="north",instance="a"}': '0 1 1 1 0x16' },
  },
  IngressLags: {
    fires: { 'evenkeel_routing_ingress_lag_records{instance="a"}': '1+50x30' },
    quiet: { 'evenkeel_routing_ingress_lag_records{instance="a"}': '1500-50x30' },
  },
  RefusalsAreNotTold: {
    fires: { 'evenkeel_routing_ingress_untold_total{instance="a"}': '0+2x20' },
    quiet: { 'evenkeel_routing_ingress_untold_total{instance="a"}': '2x20' },
  },
  IngressBeginsAnew: {
    fires: { 'evenkeel_routing_ingress_reopened_total{instance="a"}': '0+2x20' },
    quiet: { 'evenkeel_routing_ingress_reopened_total{instance="a"}': '2x20' },
  },
  IngressHolds: {
    fires: { 'evenkeel_routing_ingress_held_total{code="LOG_UNAVAILABLE",instance="a"}': '0+2x30' },
    quiet: { 'evenkeel_routing_ingress_held_total{code="LOG_UNAVAILABLE",instance="a"}': '2x30' },
    at: 25,
  },
  IngressRefusesMore: {
    fires: {
      'evenkeel_routing_ingress_refused_total{code="QUEUE_UNKNOWN",instance="a"}':
        '0+1x60 60+600x40',
    },
    quiet: {
      'evenkeel_routing_ingress_refused_total{code="QUEUE_UNKNOWN",instance="a"}': '0+1x100',
    },
    at: 85,
  },
  IngressPassesOver: {
    fires: {
      'evenkeel_routing_ingress_passed_over_total{instance="a"}': '0+2x20',
      'evenkeel_routing_ingress_accepted_total{instance="a"}': '7x20',
    },
    quiet: {
      'evenkeel_routing_ingress_passed_over_total{instance="a"}': '0+2x20',
      'evenkeel_routing_ingress_accepted_total{instance="a"}': '0+2x20',
    },
  },
  ProcessWaitsForLog: {
    fires: {
      'evenkeel_log_out_of_reach_total{service="routing",code="unavailable",instance="a"}':
        '0+2x30',
    },
    quiet: {
      'evenkeel_log_out_of_reach_total{service="routing",code="unavailable",instance="a"}': '2x30',
    },
    at: 25,
  },
  BridgeRefused: {
    fires: {
      'evenkeel_bridge_refused{service="routing",partition="3",source="skills"}': '1x10',
    },
    quiet: {
      'evenkeel_bridge_refused{service="routing",partition="3",source="skills"}': '0x10',
    },
  },
  BridgeIsBehind: {
    fires: { [`evenkeel_bridge_caught_up_age_seconds${bridge}`]: '70+60x30' },
    quiet: { [`evenkeel_bridge_caught_up_age_seconds${bridge}`]: '5x30' },
    at: 20,
  },
  BridgeUnknownEvents: {
    fires: { [`evenkeel_bridge_unknown_events_total${bridge}`]: '0x5 1x15' },
    quiet: { [`evenkeel_bridge_unknown_events_total${bridge}`]: '4x20' },
    at: 8,
  },
  BridgeRejectedEvents: {
    fires: { [`evenkeel_bridge_rejected_events_total${bridge}`]: '0x5 1x15' },
    quiet: { [`evenkeel_bridge_rejected_events_total${bridge}`]: '4x20' },
    at: 8,
  },
  BridgeForeignEvents: {
    fires: { [`evenkeel_bridge_foreign_events_total${bridge}`]: '0x5 1x15' },
    quiet: { [`evenkeel_bridge_foreign_events_total${bridge}`]: '4x20' },
    at: 8,
  },
  FewSnapshots: {
    fires: {
      [`evenkeel_snapshot_slots_valid${replica}`]: '1x90',
      [`evenkeel_replica_applied_records_total${replica}`]: '200000x90',
    },
    quiet: {
      [`evenkeel_snapshot_slots_valid${replica}`]: '0x90',
      [`evenkeel_replica_applied_records_total${replica}`]: '500x90',
    },
    at: 70,
  },
  SnapshotsFail: {
    fires: { [`evenkeel_snapshots_failed_total${replica}`]: '0+1x150' },
    quiet: { [`evenkeel_snapshots_failed_total${replica}`]: '1x150' },
    at: 130,
  },
  SnapshotPassedOver: {
    fires: {
      'evenkeel_snapshots_passed_over_total{service="routing",partition="3",code="x"}': '0x5 1x20',
    },
    quiet: {
      'evenkeel_snapshots_passed_over_total{service="routing",partition="3",code="x"}': '1x70',
    },
    at: 10,
  },
  ReplicaFenced: {
    fires: { [`evenkeel_replica_fenced${replica}`]: '1x20' },
    quiet: { [`evenkeel_replica_fenced${replica}`]: '0x20' },
  },
  CommandsFail: {
    fires: { [`evenkeel_replica_commands_failed_total${replica}`]: '0x2 1x10' },
    quiet: { [`evenkeel_replica_commands_failed_total${replica}`]: '0x10' },
  },
  WorkGivenUp: {
    fires: { [`evenkeel_replica_work_items_given_up_total${replica}`]: '0x2 1x10' },
    quiet: { [`evenkeel_replica_work_items_given_up_total${replica}`]: '0x10' },
  },
  KafkaTroubles: {
    fires: { 'evenkeel_kafka_troubles_total{code="NOT_LEADER",instance="a"}': '0+1x80' },
    quiet: { 'evenkeel_kafka_troubles_total{code="NOT_LEADER",instance="a"}': '1x80' },
    at: 70,
  },
  NobodyAnswers: {
    fires: {
      'up{app="evenkeel",component="routing",instance="a"}': '0x10',
      'up{app="evenkeel",component="routing",instance="b"}': '0x10',
    },
    quiet: {
      'up{app="evenkeel",component="routing",instance="a"}': '0x10',
      'up{app="evenkeel",component="routing",instance="b"}': '1x10',
    },
  },
}
