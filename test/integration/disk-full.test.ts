import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { status } from '@grpc/grpc-js'
import { SubmitContactRequest } from '@evenkeel/proto/evenkeel/routing/v1/contact_service'
import { Queue } from '@evenkeel/proto/evenkeel/routing/v1/queue_service'
import { Channel } from '@evenkeel/proto/evenkeel/type/v1/channel'
import { type Api, Caller, connect, Refused } from '../acceptance/api.ts'
import { until } from '../acceptance/patience.ts'
import { started } from './process.ts'

const DISK_BYTES = 24 * 1024 * 1024
/** Contacts of 8 kB that certainly do not fit on that disk. */
const SUBMITS_MAX = 6000
const AT_ONCE = 20

/** A small disk of the test's own; undefined: this machine does not let us have one. */
function smallDisk(t: TestContext): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'evenkeel-disk-'))
  t.after(() => {
    spawnSync('umount', ['--lazy', folder])
    rmSync(folder, { recursive: true, force: true })
  })
  const options = ['-t', 'tmpfs', '-o', `size=${DISK_BYTES}`, 'tmpfs', folder]
  if (process.platform !== 'linux' || spawnSync('mount', options).status !== 0) return undefined
  return folder
}

/** Takes all the room that is left, so that the log is what meets the end of the disk. */
function takeRoom(folder: string, leave: number): void {
  const { bavail, bsize } = statfsSync(folder)
  writeFileSync(join(folder, 'ballast'), Buffer.alloc(Math.max(0, bavail * bsize - leave)))
}

function submission(contactId: string) {
  return SubmitContactRequest.fromPartial({
    pool: 'p',
    contactId,
    queueId: 'q',
    attributes: Buffer.alloc(8192, contactId),
  })
}

async function putUp(api: Api, caller: Caller): Promise<void> {
  const { queues } = api
  await caller.call(queues.putPool.bind(queues), {
    pool: {
      pool: 'p',
      displayName: '',
      etag: '',
      dialPacing: undefined,
      profilesMaxAge: undefined,
    },
    validateOnly: false,
  })
  const queue = Queue.fromPartial({ pool: 'p', queueId: 'q', channel: Channel.CHANNEL_VOICE })
  await caller.call(queues.putQueue.bind(queues), { queue, validateOnly: false })
}

/** Submits until the server refuses. */
async function fill(api: Api, caller: Caller) {
  const { contacts } = api
  const accepted: string[] = []
  for (let first = 0; first < SUBMITS_MAX; first += AT_ONCE) {
    const ids = Array.from({ length: AT_ONCE }, (_, index) => `call-${first + index}`)
    const answers = await Promise.all(
      ids.map((id) =>
        caller.call(contacts.submitContact.bind(contacts), submission(id)).then(
          () => id,
          (error: unknown) => (error instanceof Refused ? error : assert.fail(String(error))),
        ),
      ),
    )
    accepted.push(...answers.filter((answer) => typeof answer === 'string'))
    const refused = answers.find((answer) => answer instanceof Refused)
    if (refused !== undefined) return { accepted, refused }
  }
  return assert.fail(`the disk took ${SUBMITS_MAX} contacts of 8 kB`)
}

async function openContacts(api: Api, caller: Caller): Promise<Set<string>> {
  const { contacts } = api
  const ids = new Set<string>()
  let pageToken = ''
  do {
    const request = { pool: 'p', states: [], pageSize: 500, pageToken }
    const page = await caller.call(contacts.listContacts.bind(contacts), request)
    for (const { contactId } of page.contacts) ids.add(contactId)
    pageToken = page.nextPageToken
  } while (pageToken !== '')
  return ids
}

test('a full disk refuses writes, serves reads, loses nothing, and mends with room', async (t) => {
  const disk = smallDisk(t)
  if (disk === undefined) return t.skip('no small disk: mounting one takes root on Linux')
  const data = join(disk, 'data')
  mkdirSync(data)
  const server = await started(t, { data })
  const api = connect(server.grpc)
  t.after(() => api.close())
  const caller = new Caller(false)
  await putUp(api, caller)
  takeRoom(disk, 3 * 1024 * 1024)

  const { accepted, refused } = await fill(api, caller)

  assert.ok(accepted.length > 0, 'some went in before the disk was full')
  assert.equal(refused.status, status.UNAVAILABLE)
  assert.equal(refused.code, 'LOG_UNAVAILABLE')
  assert.ok(refused.retryable, 'with RetryInfo')
  const { contacts } = api
  for (const contactId of [accepted[0], accepted.at(-1)]) {
    const request = { pool: 'p', contactId: contactId ?? '' }
    const { contact } = await caller.call(contacts.getContact.bind(contacts), request)
    assert.deepEqual(Buffer.from(contact?.attributes ?? []), Buffer.alloc(8192, contactId))
  }
  const live = await fetch(`${server.http}/healthz/live`)
  assert.equal(live.status, 200, 'a restart would not make room')
  const before = await openContacts(api, caller)
  for (const id of accepted) assert.ok(before.has(id), `${id} was acknowledged`)

  rmSync(join(disk, 'ballast'))

  const submit = () =>
    caller.call(contacts.submitContact.bind(contacts), submission('after')).catch((error) => error)
  await until('writes to be taken again', submit, (answer) => !(answer instanceof Refused))
  server.process.kill('SIGKILL')
  await server.process.end()
  const again = await started(t, { data, grpcPort: server.grpcPort })
  const kept = await openContacts(api, caller)
  for (const id of [...accepted, 'after']) assert.ok(kept.has(id), `${id} was acknowledged`)
  const health = await caller.call(api.queues.getPoolHealth.bind(api.queues), { pool: 'p' })
  assert.deepEqual(health.violationDetails, [])
  again.process.kill('SIGTERM')
  assert.equal((await again.process.end()).code, 0)
})
