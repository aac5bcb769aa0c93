// 23: What befalls a centre is declared, kept out of what is learned, and over by itself.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  DeclareIncidentRequest,
  IncidentKind,
} from '@evenkeel/proto/evenkeel/forecasting/v1/planning_service'
import { Caller, Refused, refusal } from './api.ts'
import { Centre } from './centre.ts'
import { until } from './patience.ts'
import { MINUTE, minutes, stamp, timeMs } from './time.ts'
import { openWorld, type World } from './world.ts'

let world: World
before(async () => {
  world = await openWorld()
})
after(() => world.close())

/** In which every world begins. */
const DAY = Date.UTC(2026, 2, 2)

test('a recall holds until its time has come; what came meanwhile is set apart', async (t) => {
  const centre = await Centre.open(t, world)
  const { planning, reports } = centre.api
  const { pool } = centre
  await centre.queue('kettles', { callback: 'none' })
  await centre.queue('tax', { callback: 'none' })
  const incidents = async () => {
    const list = planning.listIncidents.bind(planning)
    return (await new Caller().call(list, { pool, runningOnly: true, pageSize: 0, pageToken: '' }))
      .incidents
  }
  const report = async (queueId: string) => {
    const span = { from: stamp(DAY), until: stamp(DAY + 1_440 * MINUTE), interval: minutes(5) }
    const get = reports.getIntervalReport.bind(reports)
    return (await new Caller().call(get, { pool, queueId, ...span })).intervals
  }
  /** Queues reach forecasting a moment later. */
  const known = (queueId: string) => () =>
    report(queueId).then(
      () => 'known',
      (error: unknown) => (error instanceof Refused ? error.code : Promise.reject(error)),
    )
  for (const queueId of ['kettles', 'tax']) {
    await until('the queue to be known', known(queueId), (answer) => answer === 'known')
  }
  await world.pass(6 * MINUTE)
  const [now] = (await report('tax')).slice(-1)
  const began = timeMs(now?.from)
  const incident = {
    ...{ pool, incidentId: 'recall-7', kind: IncidentKind.INCIDENT_KIND_RECALL },
    ...{ displayName: 'Kettles leak', queueIds: ['kettles'] },
    until: stamp(began + 30 * MINUTE),
  }
  const declare = planning.declareIncident.bind(planning)
  await new Caller().call(declare, DeclareIncidentRequest.fromPartial({ incident }))
  assert.deepEqual(
    (await incidents()).map(({ incidentId }) => incidentId),
    ['recall-7'],
  )

  await world.pass(45 * MINUTE)
  assert.deepEqual(await until('it to be over', incidents, (found) => found.length === 0), [])
  const over = (await report('kettles')).filter(({ incidentId }) => incidentId === 'recall-7')
  assert.ok(over.length >= 6)
  assert.ok(over.every(({ from }) => timeMs(from) < began + 30 * MINUTE))
  assert.ok((await report('tax')).every(({ incidentId }) => incidentId === ''))
  // Another recall is another incident.
  const again = await refusal(
    new Caller().call(
      declare,
      DeclareIncidentRequest.fromPartial({
        incident: { ...incident, until: stamp(began + 900 * MINUTE) },
      }),
    ),
  )
  assert.equal(again.code, 'INCIDENT_OVER')
})
