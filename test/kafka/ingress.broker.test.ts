import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { CustomerList } from '@evenkeel/consumer/examples/customer-list'
import { SubmitContactRequest } from '@evenkeel/proto/evenkeel/routing/v1/contact_service'
import { until } from '../acceptance/patience.ts'
import { call, directory, type Ingress, Place, type Routing, skip, soon } from './contacts.ts'
import { Follower } from './follower.ts'

let place: Place
before(async () => {
  if (skip === false) place = await Place.made()
})
after(async () => {
  if (skip === false) await place.left()
})

const arrival = (pool: string, contactId: string, more: Partial<SubmitContactRequest> = {}) =>
  ({
    $case: 'submitContact',
    value: SubmitContactRequest.fromPartial({ pool, contactId, queueId: 'tax', ...more }),
  }) as const
const hangsUp = (pool: string, contactId: string) =>
  ({ $case: 'abandonContact', value: { pool, contactId, mayPrecede: false } }) as const
const toLoans = (pool: string, contactId: string) => {
  const value = {
    pool,
    contactId,
    queueId: 'loans',
    requirements: [],
    consultContactId: '',
    requestId: 'r1',
  }
  return { $case: 'transferContact', value } as const
}

async function founded({ http }: Routing, pool: string): Promise<void> {
  await call(http, 'QueueService/PutPool', { pool: { pool } })
  for (const queueId of ['tax', 'loans']) {
    const queue = { pool, queueId, channel: 'CHANNEL_VOICE', maxWaiting: 5000 }
    await call(http, 'QueueService/PutQueue', { queue })
  }
}

interface Listed {
  readonly contacts?: readonly { contactId: string; state: string; queueId: string }[]
}

async function contacts({ http }: Routing, pool: string): Promise<NonNullable<Listed['contacts']>> {
  const answer = (await call(http, 'ContactService/ListContacts', {
    pool,
    pageSize: 500,
  })) as Listed
  return answer.contacts ?? []
}

test('what is sent takes effect once and in order; what is refused is told', {
  skip,
}, async (t) => {
  const pool = 'calm'
  const routing = await place.routing(t, 'routing-0')
  await founded(routing, pool)
  await place.sends(arrival(pool, 'c1'), arrival(pool, 'c1'), arrival(pool, 'c2'))
  await place.sends(hangsUp(pool, 'c2'), hangsUp(pool, 'early'), arrival(pool, 'early'))
  await place.sends(arrival(pool, 'c3', { queueId: 'nowhere' }))
  await place.sendsBytes(
    { key: 'x', value: Buffer.from([255, 255, 255]) },
    { key: 'x', value: null },
    { key: 'x', value: Buffer.alloc(600_000) },
  )
  await place.sends(arrival(pool, 'last'))

  const all = await until(
    'the last contact',
    () => contacts(routing, pool),
    (found) => found.some(({ contactId }) => contactId === 'last') && found.length === 4,
  )
  const states = new Map(all.map(({ contactId, state }) => [contactId, state]))
  assert.deepEqual(
    ['c1', 'c2', 'early', 'last'].map((id) => states.get(id)),
    ['WAITING', 'ABANDONED', 'ABANDONED', 'WAITING'].map((state) => `CONTACT_STATE_${state}`),
  )
  const refusals = await place.rejected(t, 4)
  assert.deepEqual(
    refusals
      .map(({ code, contactId, original, originalSize }) => {
        return { code, contactId, shown: original.length, originalSize }
      })
      .sort((a, b) => a.originalSize - b.originalSize),
    [
      { code: 'FIELD_MISSING', contactId: '', shown: 0, originalSize: 0 },
      { code: 'BODY_MALFORMED', contactId: '', shown: 3, originalSize: 3 },
      { code: 'QUEUE_UNKNOWN', contactId: 'c3', shown: 21, originalSize: 21 },
      { code: 'FIELD_TOO_LONG', contactId: '', shown: 524_288, originalSize: 600_000 },
    ],
  )
  const queue = refusals.find(({ code }) => code === 'QUEUE_UNKNOWN')
  assert.equal(queue?.fields['queue_id'], 'nowhere')
  assert.equal(queue?.topic, 'evenkeel.contacts.ingress.v1')
})

/** Of each customer ten contacts, and of each contact its life in three records, some twice. */
function lives(pool: string, from: number, to: number): Ingress[] {
  const sent: Ingress[] = []
  for (let i = from; i < to; i++) {
    const id = `c${i}`
    const come = arrival(pool, id, { customerKey: `${pool}-k${i % 30}` })
    sent.push(come, toLoans(pool, id), hangsUp(pool, id))
    if (i % 7 === 0) sent.push(come)
  }
  return sent
}

const COUNT = 300

test('kill -9 of each reader in the middle: nothing lost, nothing doubled', { skip }, async (t) => {
  const pool = 'killed'
  const file = `${directory(t)}/customers.sqlite`
  let first = await place.routing(t, 'routing-0')
  const second = await place.routing(t, 'routing-1')
  await founded(first, pool)
  const follower = new Follower(t, place.addresses, file)

  await place.sends(...lives(pool, 0, 150))
  await soon('some contacts', async () => (await contacts(first, pool)).length > 20)
  first.process.kill('SIGKILL')
  await follower.killed()
  await place.sends(...lives(pool, 150, 250))
  first = await place.routing(t, 'routing-0')
  await soon('more contacts', async () => (await contacts(first, pool)).length > 170)
  second.process.kill('SIGKILL')
  await follower.killed()
  await place.sends(...lives(pool, 250, COUNT))

  const ended = async () => {
    const found = await contacts(first, pool)
    return found.filter(({ state }) => state === 'CONTACT_STATE_ABANDONED').length === COUNT
  }
  await soon('every end', ended)
  const all = await contacts(first, pool)
  assert.equal(all.length, COUNT)
  assert.ok(all.every(({ queueId }) => queueId === 'loans'))

  const list = new CustomerList(file)
  t.after(() => list.close())
  const mine = () => [...list.contacts()].filter(([customer]) => customer.startsWith(pool))
  const total = () => mine().reduce((sum, [, count]) => sum + count, 0)
  await soon('every end in the list', async () => total() >= COUNT)
  await follower.left()
  assert.equal(mine().length, 30)
  assert.ok(mine().every(([, count]) => count === COUNT / 30))
})

test('a reader that stands still beyond its session does no harm on waking', {
  skip,
}, async (t) => {
  const pool = 'stopped'
  const first = await place.routing(t, 'routing-0')
  const second = await place.routing(t, 'routing-1')
  await founded(second, pool)
  await place.sends(...lives(pool, 0, 100))
  await soon('some contacts', async () => (await contacts(second, pool)).length > 10)
  first.process.kill('SIGSTOP')
  await place.sends(...lives(pool, 100, 150))
  const count = 150
  const over = async () => {
    const found = await contacts(second, pool)
    return found.filter(({ state }) => state === 'CONTACT_STATE_ABANDONED').length === count
  }
  await soon('the other to take over', over)
  const before = await contacts(second, pool)
  first.process.kill('SIGCONT')
  await place.sends(arrival(pool, 'afterwards'))
  await soon('what comes afterwards', async () => (await contacts(first, pool)).length > count)
  const after = await contacts(second, pool)
  assert.deepEqual(after.slice(0, count), before)
  assert.ok(before.every(({ queueId }) => queueId === 'loans'))
})
