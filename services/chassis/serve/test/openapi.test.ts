import assert from 'node:assert/strict'
import { test } from 'node:test'
import { WatchServiceDefinition } from '@evenkeel/proto/evenkeel/routing/v1/watch_service'
import { SkillsServiceService } from '@evenkeel/proto/evenkeel/skills/v1/skills_service'
import { bind, openApi, serveLimits } from '../index.ts'
import { httpServer } from './servers.ts'
import { skillsBinding } from './skills.ts'

const watching = bind(WatchServiceDefinition, {
  watchContacts: async () => {},
  watchAgents: async () => {},
  watchOffers: async () => {},
  watchQueues: async () => {},
})

const document = openApi([skillsBinding(), watching], serveLimits)
const text = JSON.stringify(document)

test('every unary call has its path, and no stream has one', () => {
  const unary = Object.values(SkillsServiceService).map(({ path }) => path)
  assert.deepEqual(Object.keys(document.paths).sort(), unary.toSorted())
  assert.ok(unary.includes('/evenkeel.skills.v1.SkillsService/PutAgent'))
  const tag = document.tags.find(({ name }) => name.endsWith('WatchService'))
  assert.match(tag?.description ?? '', /Over gRPC only, being streams: Watch(\w+, Watch)*\w+\./)
})

test('every reference leads somewhere, and every schema is used', () => {
  const used = new Set([...text.matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map(([, n]) => n))
  const defined = new Set(Object.keys(document.components.schemas))
  assert.deepEqual(used, defined)
})

test("the protos' comments are the descriptions", () => {
  const { schemas } = document.components
  const skill: { description: string; properties: Record<string, { description: string }> } =
    JSON.parse(JSON.stringify(schemas))['evenkeel.skills.v1.Skill']
  assert.match(skill.description, /^Something that a contact may require/)
  assert.match(skill.properties.maxLevel?.description ?? '', /^Highest level that exists, 1-10\./)
  const undescribed = Object.values(document.paths).filter(({ post }) => post.summary === '')
  assert.deepEqual(undescribed, [])
})

test('a call says for whom it is', () => {
  const { paths } = JSON.parse(text)
  const { description } = paths['/evenkeel.skills.v1.SkillsService/ListAgents'].post
  assert.match(description, /Scope: supervisor or planner\.$/)
})

test('types are those of canonical JSON', () => {
  const schemas = JSON.parse(text).components.schemas
  const { validFrom } = schemas['evenkeel.skills.v1.SkillLevel'].properties
  assert.equal(validFrom.format, 'date-time')
  const { csv } = schemas['evenkeel.skills.v1.ImportAgentsRequest'].properties
  assert.equal(csv.contentEncoding, 'base64')
  assert.ok(schemas['evenkeel.type.v1.Channel'].enum.includes('CHANNEL_VOICE'))
  const { skills } = schemas['evenkeel.skills.v1.AgentProfile'].properties
  assert.equal(skills.items.$ref, '#/components/schemas/evenkeel.skills.v1.SkillLevel')
})

test('the default deadline of calls over HTTP is stated', () => {
  assert.match(document.info.description, /gets 10000 ms/)
})

test('the API page is served from here alone, under a strict policy', async (t) => {
  const { url } = await httpServer(t, [skillsBinding()])
  const served: unknown = await (await fetch(`${url}/openapi.json`)).json()
  assert.equal(JSON.stringify(served), JSON.stringify(openApi([skillsBinding()], serveLimits)))
  const page = await fetch(`${url}/docs`)
  assert.equal(page.status, 200)
  const policy = page.headers.get('content-security-policy') ?? ''
  assert.match(policy, /default-src 'none'; script-src 'self';/)
  const html = await page.text()
  assert.doesNotMatch(html, /<script(?![^>]*\bsrc=)|https?:\/\//)
  const sources = [...html.matchAll(/(?:src|href)="([^"#]+)"/g)].map(([, source = '']) => source)
  assert.ok(sources.length >= 4)
  assert.match(html, /<title>Evenkeel/)
  assert.ok(!sources.some((source) => source.includes('favicon')), 'the icon is ours')
  for (const source of sources) {
    const part = await fetch(new URL(source, `${url}/docs`))
    assert.equal(part.status, 200, source)
    await part.arrayBuffer()
  }
})
