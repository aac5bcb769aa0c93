import { openSqlite } from '@evenkeel/chassis/log/sqlite'
import { realClock } from '@evenkeel/chassis/log'
import { startReplica } from '@evenkeel/chassis/replica'
import { routing } from '@evenkeel/routing'
import { silentLogger } from '@evenkeel/chassis/observe'
const core = routing.core
let found = 0
const check = (s: any, at: any, what: any) => {
  if (found > 3) return
  const b = core.invariants(s, at, false)
  if (b.length) {
    found++
    console.log(at.offset, JSON.stringify(what), b)
  }
}
const last: any[] = []
const note = (o: number, x: any) => {
  last.push([o, x])
  if (last.length > 4000) last.shift()
}
const service: any = {
  ...routing,
  bridges: routing.bridges,
  core: {
    ...core,
    apply: (s: any, c: any, at: any) => {
      const o = core.apply(s, c, at)
      note(at.offset, { ...c, attributes: undefined })
      if (o.ok) check(s, at, c)
      return o
    },
    expire: (s: any, at: any, b: number) => {
      const o = core.expire(s, at, b)
      if (o.events.length)
        note(
          at.offset,
          o.events.map((e: any) => ({ ...e, contact: e.contact?.contactId })),
        )
      check(s, at, 'expire')
      return o
    },
  },
}
const db = openSqlite({
  file: '/tmp/rd/routing.sqlite',
  clock: realClock(),
  service: 'routing',
  partitions: 1,
})
const r = await startReplica({
  service,
  log: db.log,
  streams: db.streams,
  clock: realClock(),
  partition: 0,
  replicaId: 'x',
  lead: false,
  logger: { info() {}, warn() {}, error() {} },
})
const who = process.argv[2]
if (who)
  for (const [o, x] of last)
    if (JSON.stringify(x).includes(who)) console.log(o, JSON.stringify(x).slice(0, 300))
process.exit(0)
