import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ChannelCredentials, Metadata } from '@grpc/grpc-js'
import { AgentServiceClient } from '@evenkeel/proto/evenkeel/routing/v1/agent_service'
import { QueueServiceClient } from '@evenkeel/proto/evenkeel/routing/v1/queue_service'
import {
  PutSkillRequest,
  SkillsServiceClient,
} from '@evenkeel/proto/evenkeel/skills/v1/skills_service'
import { embedded } from '../assign/embedded.ts'
import { ask, type Side } from '../assign/measure.ts'
import { onePool } from '../assign/messages.ts'
import { sideOf } from '../assign/side.ts'
import type { Benchmark, RunOptions } from '../result.ts'
import { median } from '../statistics.ts'

const POOL = 'large'
const SKILLS = 30
const SKILLS_EACH = 10
/** What the import may take. */
const SECONDS_MAX = 60
/** Contacts of another pool beside it: what a busy pool of some thousand agents has. */
const PER_SECOND = 100
const RUN_MS = 4_000
const CALL_MS = 10_000

const SIZES = { '1k': 1_000, '10k': 10_000, '100k': 100_000 } as const

const evenkeel = join(import.meta.dirname, '../../../services/evenkeel/main.ts')
const agentId = (number: number): string => `agent-${number}@example.com`

/** Ten skills of thirty each, so that many combinations come up. */
function lineOf(number: number): string {
  const skills = Array.from({ length: SKILLS_EACH }, (_, at) => {
    const skill = (number * 7 + at * 3) % SKILLS
    return `skill-${skill}:${1 + ((number + at) % 5)}`
  })
  const who = `${agentId(number)},Agent ${number},team-${number % 100}`
  return `${who},${skills.join(' ')},voice:100 chat:30\n`
}

async function writeFile(file: string, agents: number): Promise<void> {
  const out = createWriteStream(file)
  out.write('agent_id,display_name,team,skills,channels\n')
  for (let number = 0; number < agents; number++) {
    if (!out.write(lineOf(number))) await once(out, 'drain')
  }
  out.end()
  await once(out, 'finish')
}

type Answered = (error: Error | null) => void

/** Resolves once it has been answered well; what crosses between services is there a little later. */
async function soon(call: (terms: Metadata, deadline: number, answered: Answered) => unknown) {
  for (;;) {
    const failed = await new Promise<Error | null>((resolve) => {
      call(new Metadata(), Date.now() + CALL_MS, resolve)
    })
    if (failed === null) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

async function found(target: string): Promise<void> {
  const plain = ChannelCredentials.createInsecure()
  const queues = new QueueServiceClient(target, plain)
  const skills = new SkillsServiceClient(target, plain)
  const pool = {
    pool: POOL,
    displayName: 'Large',
    etag: '',
    dialPacing: undefined,
    profilesMaxAge: undefined,
  }
  await soon((terms, deadline, done) =>
    queues.putPool({ pool, validateOnly: false }, terms, { deadline }, done),
  )
  for (let number = 0; number < SKILLS; number++) {
    const skill = { pool: POOL, skillId: `skill-${number}`, maxLevel: 5 }
    const put = PutSkillRequest.fromPartial({ skill })
    await soon((terms, deadline, done) => skills.putSkill(put, terms, { deadline }, done))
  }
  for (const client of [queues, skills]) client.close()
}

/** Until routing knows the last agent of the file, too. */
async function arrived(target: string, last: number): Promise<void> {
  const desks = new AgentServiceClient(target, ChannelCredentials.createInsecure())
  const who = { pool: POOL, agentId: agentId(last) }
  await soon((terms, deadline, done) => desks.getAgent(who, terms, { deadline }, done))
  desks.close()
}

async function imported(target: string, file: string): Promise<void> {
  const args = [evenkeel, 'import', 'agents', '-f', file, '--pool', POOL, '--target', target]
  const importing = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] })
  const [code] = await once(importing, 'exit')
  if (code !== 0) throw new Error(`the import has ended with ${code}`)
}

async function run(side: Side, ms: number) {
  const answer = await ask(side.client, { kind: 'run', mode: 'unary', perSecond: PER_SECOND, ms })
  if (answer.failure !== '') throw new Error(answer.failure)
  return answer
}

interface Took {
  readonly seconds: number
  readonly arrivedSeconds: number
  readonly idleP99Ms: number
  readonly besideP50Ms: number
  readonly besideP99Ms: number
}

async function measured(agents: number, ms: number): Promise<Took> {
  const directory = await mkdtemp(join(tmpdir(), 'evenkeel-import-'))
  const file = join(directory, 'agents.csv')
  const { target, close } = await embedded()
  const closers = [() => rm(directory, { recursive: true, force: true }), close]
  try {
    await writeFile(file, agents)
    await found(target)
    const side = await sideOf({ routing: target, skills: target, close: async () => {} }, onePool)
    closers.push(side.close)
    await run(side, ms)
    const idle = await run(side, ms)
    const began = performance.now()
    const since = () => (performance.now() - began) / 1_000
    let isOver = false
    const importing = (async () => {
      await imported(target, file)
      const seconds = since()
      await arrived(target, agents - 1)
      return { seconds, arrivedSeconds: since() }
    })().finally(() => {
      isOver = true
    })
    const beside = [await run(side, ms)]
    while (!isOver) beside.push(await run(side, ms))
    return {
      ...(await importing),
      idleP99Ms: idle.p99Ms,
      besideP50Ms: median(beside.map(({ p50Ms }) => p50Ms)),
      besideP99Ms: median(beside.map(({ p99Ms }) => p99Ms)),
    }
  } finally {
    for (const end of closers.reverse()) await end()
  }
}

const sizesOf = ({ only, smoke }: RunOptions) => {
  const named = Object.entries(SIZES).filter(([name]) =>
    only.length > 0 ? only.includes(name) : name === (smoke ? '1k' : '100k'),
  )
  return named
}

export const importing: Benchmark = {
  name: 'import',
  summary:
    'seconds in which `evenkeel import` takes agents with ten skills each, SQLite log; p50, p99 in ms of 100 contacts/s beside it, from SubmitContact to the desk; floor: what it may take, 60 s',
  async run(options, told) {
    for (const [size, agents] of sizesOf(options)) {
      const runs: Took[] = []
      for (let pair = 0; pair < options.pairs; pair++) {
        runs.push(await measured(agents, options.smoke ? 200 : RUN_MS))
      }
      const of = (read: (took: Took) => number) => median(runs.map(read))
      told({
        ...{ name: `import ${size}`, unit: 's' },
        ...{ value: of(({ seconds }) => seconds), floor: SECONDS_MAX },
        ratio: of(({ seconds }) => SECONDS_MAX / seconds),
        p50: of(({ besideP50Ms }) => besideP50Ms),
        p99: of(({ besideP99Ms }) => besideP99Ms),
        more: {
          idle_p99: of(({ idleP99Ms }) => idleP99Ms),
          times_idle: of(({ besideP99Ms, idleP99Ms }) => besideP99Ms / idleP99Ms),
          in_routing: of(({ arrivedSeconds }) => arrivedSeconds),
        },
      })
    }
  },
}
