/** What one service says and the other hears, in words that both come to. */

interface Level {
  readonly skillId: string
  readonly level: number
  readonly from: number
  readonly until: number
  readonly onTrial: boolean
}

export function profileFact(
  agentId: string,
  levels: readonly Level[],
  channels: readonly { readonly channel: string; readonly weight: number }[],
): string {
  const held = levels
    .map((l) => `${l.skillId}:${l.level}${l.onTrial ? '?' : ''}@${l.from}-${l.until}`)
    .join(',')
  return `${agentId} ${held} ${channels.map((c) => `${c.channel}:${c.weight}`).join(',')}`
}

export const rosterFact = (
  agentId: string,
  spans: readonly { readonly from: number; readonly until: number; readonly followedBy: string }[],
): string =>
  `${agentId} on duty ${spans.map((s) => `${s.from}-${s.until} ${s.followedBy}`).join(',')}`
