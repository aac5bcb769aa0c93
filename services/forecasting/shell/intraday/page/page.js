import { Plots } from '/intraday/plots.js'

/** Asks for the day every two seconds, and says in words what the plots show. */

const ASK_MS = 2000
const plots = new Plots()
const at = (id) => document.getElementById(id)
const chosen = new URLSearchParams(location.search)

async function call(method, request) {
  const answer = await fetch(`/evenkeel.forecasting.v1.StaffingService/${method}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(request),
  })
  const body = await answer.json()
  if (!answer.ok) throw new Error(body.message ?? `the service answers ${answer.status}`)
  return body
}

function fill(select, names, wanted) {
  const former = [...select.options].map(({ value }) => value)
  if (former.join('\n') === names.join('\n')) return
  select.replaceChildren(...names.map((name) => new Option(name, name, false, name === wanted)))
}

async function choices() {
  const { queues = [] } = await call('ListQueues', {})
  const pools = [...new Set(queues.map(({ pool }) => pool))]
  fill(at('pool'), pools, chosen.get('pool'))
  const own = queues.filter(({ pool }) => pool === at('pool').value)
  fill(
    at('queue'),
    own.map(({ queueId }) => queueId),
    chosen.get('queue'),
  )
}

function clock(time, timeZone) {
  const shown = { hour: '2-digit', minute: '2-digit', hour12: false, timeZone }
  return new Date(time).toLocaleTimeString('en-GB', shown)
}

function sentence(drift, timeZone) {
  const factor = drift.factorMilli / 1000
  const off = Math.round(Math.abs(factor - 1) * 100)
  const way = drift.direction === 'DRIFT_DIRECTION_BELOW' ? 'less' : 'more'
  // Nobody is ever quite sure of a day.
  const sure = Math.min(99, Math.floor(drift.probabilityBp / 100))
  const since = `Since ${clock(drift.since, timeZone)}`
  const said = `${since} ${off}% ${way} comes than forecast (${sure}% sure).`
  const level = drift.serviceLevelExpectedBp
  const effect =
    level === undefined
      ? ''
      : ` If nothing is done, ${Math.round(level / 100)}% are answered in time.`
  return said + effect + (drift.cause ? ` ${drift.cause}` : '')
}

const sum = (numbers) => numbers.reduce((all, number) => all + number, 0)
const agents = (value) => (value === undefined ? 'not known' : (Number(value) / 1000).toFixed(1))

function required(now) {
  if (now.required === undefined) return 'not known'
  return now.required === -1 ? 'more than there can be' : String(now.required)
}

function figures(day) {
  const over = day.intervals.filter(({ complete }) => complete)
  const came = sum(over.map(({ unique }) => Number(unique ?? 0)))
  const expected = sum(over.map(({ forecastMilli }) => Number(forecastMilli ?? 0))) / 1000
  const off = expected > 0 ? Math.round((came / expected - 1) * 100) : 0
  const now = day.intervals.findLast(({ from }) => Date.parse(from) <= Date.parse(day.asOf)) ?? {}
  const levels = over.flatMap(({ serviceLevelBp }) => serviceLevelBp ?? [])
  const last = levels.at(-1)
  const net = now.netMilli
  return [
    ['Came so far', `${came} of ${Math.round(expected)} (${off < 0 ? '' : '+'}${off}%)`],
    ['Required now', required(now)],
    ['Rostered now', agents(now.rosteredMilli)],
    ['Signed in now', agents(now.signedInMilli)],
    ['Net now', agents(net), net < 0 ? 'short' : ''],
    ['In time, last interval', last === undefined ? 'none yet' : `${Math.round(last / 100)}%`],
  ]
}

function tell(day) {
  const time = `${day.date}, ${clock(day.asOf, day.timeZone)} in ${day.timeZone}`
  at('as-of').textContent = `${time}; forecast by ${day.model}`
  const { drifts = [] } = day
  at('drift').hidden = drifts.length === 0
  at('drift').textContent = drifts.map((drift) => sentence(drift, day.timeZone)).join(' ')
  at('figures').replaceChildren(
    ...figures(day).map(([name, value, kind = '']) => {
      const [box, term, figure] = ['div', 'dt', 'dd'].map((tag) => document.createElement(tag))
      term.textContent = name
      figure.textContent = value
      figure.className = kind
      box.append(term, figure)
      return box
    }),
  )
}

function trouble(text) {
  at('trouble').hidden = text === ''
  at('trouble').textContent = text
}

async function look() {
  await choices()
  const [pool, queueId] = [at('pool').value, at('queue').value]
  if (queueId === '') return trouble('No queue is known here yet.')
  const { day } = await call('GetIntraday', { pool, queueId })
  plots.show(day)
  tell(day)
  trouble('')
  document.body.dataset.shown = `${pool}/${queueId}`
}

async function goOn() {
  try {
    await look()
  } catch (error) {
    trouble(error.message)
  }
  setTimeout(() => void goOn(), ASK_MS)
}

for (const id of ['pool', 'queue']) {
  at(id).addEventListener('change', () => {
    chosen.set(id, at(id).value)
    history.replaceState(null, '', `?${chosen}`)
    if (id === 'pool') at('queue').replaceChildren()
    look().catch((error) => trouble(error.message))
  })
}
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => plots.clear())
void goOn()
