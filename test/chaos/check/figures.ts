import { type Member, samples } from '../world/member.ts'

/** Metrics of a process that must read 0, whatever has befallen it. */
const MUST_BE_ZERO = [
  'evenkeel_replica_halted',
  'evenkeel_replica_fenced',
  'evenkeel_replica_commands_failed_total',
  'evenkeel_replica_work_items_given_up_total',
  'evenkeel_routing_assignments_below_required_skill_total',
]

export async function figuresOf(member: Member): Promise<string[]> {
  const page = await member.get('/metrics')
  if (page?.status !== 200) return [`${member.name} tells no metrics: ${member.said()}`]
  return MUST_BE_ZERO.flatMap((name) =>
    samples(page.text, name)
      .filter(({ value }) => value !== 0)
      .map(({ labels, value }) => `${member.name}: ${name}{${labels}} is ${value}`),
  )
}
