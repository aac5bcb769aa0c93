import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  PutSkillRequest,
  PutSkillResponse,
} from '@evenkeel/proto/evenkeel/skills/v1/skills_service'
import { json, post, refused, service, skill } from './posting.ts'
import { httpServer } from './servers.ts'
import { skillsBinding } from './skills.ts'

test('a unary call is JSON in and out, with the position in a header', async (t) => {
  const { url } = await httpServer(t, [skillsBinding()])
  const { response, text } = await post(`${url}/${service}/PutSkill`, skill)
  assert.equal(response.status, 200)
  assert.equal(response.headers.get('content-type'), 'application/json')
  assert.equal(response.headers.get('evenkeel-position'), '0/7')
  assert.deepEqual(JSON.parse(text), {
    skill: { pool: 'eu', skillId: 'tax', displayName: 'Tax', maxLevel: 5, etag: '1' },
  })
})

test("JSON is canonical; the proto's own field names are taken as well", async (t) => {
  const { url } = await httpServer(t, [skillsBinding()])
  const sent = {
    profile: {
      agent_id: 'a-1',
      skills: [{ skillId: 'tax', level: 3, validFrom: '2026-01-01T00:00:00Z' }],
      channels: [{ channel: 'CHANNEL_VOICE', weight: 100 }],
    },
  }
  const { text } = await post(`${url}/${service}/PutAgent`, JSON.stringify(sent))
  const { agent_id: agentId, ...rest } = sent.profile
  assert.deepEqual(JSON.parse(text), { profile: { ...rest, agentId } })
})

test('application/proto is taken and given as well', async (t) => {
  const { url } = await httpServer(t, [skillsBinding()])
  const fields = { pool: 'eu', skillId: 'tax', maxLevel: 1 }
  const response = await fetch(`${url}/${service}/PutSkill`, {
    method: 'POST',
    body: PutSkillRequest.encode(PutSkillRequest.fromPartial({ skill: fields })).finish(),
    headers: { 'content-type': 'application/proto', 'connect-protocol-version': '1' },
  })
  assert.equal(response.headers.get('content-type'), 'application/proto')
  const answer = PutSkillResponse.decode(new Uint8Array(await response.arrayBuffer()))
  assert.equal(answer.skill?.etag, '1')
})

test('the deadline is what Connect-Timeout-Ms says, and 10 s without it', async (t) => {
  const { url } = await httpServer(t, [skillsBinding()])
  const left = async (headers: Record<string, string>) => {
    const { text } = await post(`${url}/${service}/ListSkills`, '{}', headers)
    const { nextPageToken }: { nextPageToken: string } = JSON.parse(text)
    return Number(nextPageToken.split(' ')[1])
  }
  const named = await left({ ...json, 'connect-timeout-ms': '3000' })
  assert.ok(named > 0 && named <= 3000, String(named))
  const unnamed = await left(json)
  assert.ok(unnamed > 3000 && unnamed <= 10_000, String(unnamed))
})

test('past its deadline a call gets deadline_exceeded, and its handler is told', async (t) => {
  const told = Promise.withResolvers<void>()
  const behaviour = {
    listSkills: ({ signal }: { signal: AbortSignal }) =>
      new Promise<void>(() => {
        signal.addEventListener('abort', () => told.resolve())
      }),
  }
  const { url } = await httpServer(t, [skillsBinding(behaviour)])
  const headers = { ...json, 'connect-timeout-ms': '20' }
  const { http, error, code } = await refused(`${url}/${service}/ListSkills`, '{}', headers)
  assert.deepEqual([http, error.code, code], [504, 'deadline_exceeded', 'DEADLINE_EXCEEDED'])
  assert.equal(error.details[1]?.type, 'google.rpc.RetryInfo')
  await told.promise
})

test('a handler hears that its caller has hung up', async (t) => {
  const entered = Promise.withResolvers<void>()
  const told = Promise.withResolvers<void>()
  const behaviour = {
    listSkills: ({ signal }: { signal: AbortSignal }) =>
      new Promise<void>(() => {
        entered.resolve()
        signal.addEventListener('abort', () => told.resolve())
      }),
  }
  const { url } = await httpServer(t, [skillsBinding(behaviour)])
  const caller = new AbortController()
  const call = fetch(`${url}/${service}/ListSkills`, {
    method: 'POST',
    body: '{}',
    headers: json,
    signal: caller.signal,
  })
  await entered.promise
  caller.abort()
  await assert.rejects(call)
  await told.promise
})

test('probes: live always, started after replay, ready while all services serve', async (t) => {
  const { url, health } = await httpServer(t, [skillsBinding()])
  const codes = async () => {
    const names = ['live', 'startup', 'ready']
    const all = names.map(async (name) => (await fetch(`${url}/healthz/${name}`)).status)
    return Promise.all(all)
  }
  assert.deepEqual(await codes(), [200, 503, 503])
  health.started()
  health.set(service, true)
  assert.deepEqual(await codes(), [200, 200, 200])
  health.set(service, false, 'the log is unreachable')
  assert.deepEqual(await codes(), [200, 200, 503])
  const ready: unknown = await (await fetch(`${url}/healthz/ready`)).json()
  assert.deepEqual(ready, {
    status: 'not ready',
    services: { [service]: { serving: false, why: 'the log is unreachable' } },
  })
  health.set(service, true)
  health.leave()
  assert.deepEqual(await codes(), [200, 200, 503])
})

test('metrics are served, the call that was made among them', async (t) => {
  const { url } = await httpServer(t, [skillsBinding()])
  await post(`${url}/${service}/PutSkill`, skill)
  const response = await fetch(`${url}/metrics`)
  assert.match(response.headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/)
  const labels = `{rpc="${service}/PutSkill",protocol="http",status="OK"}`
  assert.ok((await response.text()).includes(`evenkeel_rpc_duration_seconds_count${labels} 1`))
})
