import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { createLogger, Registry, rpcMetrics } from '@evenkeel/chassis/observe'
import { Gate } from '@evenkeel/chassis/security'
import { bind, createHealth, type HttpServer, startHttp } from '@evenkeel/chassis/serve'
import { forecasting } from '@evenkeel/forecasting'
import { StaffingServiceDefinition } from '@evenkeel/proto/evenkeel/forecasting/v1/staffing_service'
import { Browser, browserPath } from './browser.ts'
import { surgingDay } from './intraday-day.ts'

// The page as a supervisor has it, in a real browser, of a day that is made up: so that what it
// says can be looked at to the letter. `SCREENSHOTS=folder` keeps what was seen.

const path = browserPath()
const queues = ['tax', 'law', 'claims'].map((queueId) => ({ pool: 'north', queueId }))
queues.push({ pool: 'south', queueId: 'orders' })
const never = () => Promise.reject(new Error('the page does not ask for it'))

const binding = bind(StaffingServiceDefinition, {
  listQueues: async () => ({ queues }),
  getIntraday: async ({ pool, queueId }) => {
    const day = { ...surgingDay(), pool, queueId }
    return { day: queueId === 'tax' ? day : { ...day, drifts: [] } }
  },
  getStaffing: never,
  watchIntraday: never,
})

const looks = [
  { name: 'light', width: 1_280, height: 800, dark: false },
  { name: 'dark', width: 1_280, height: 800, dark: true },
  { name: 'phone', width: 390, height: 844, dark: false },
] as const

describe('the page of a day', { skip: path === undefined ? 'no browser here' : false }, () => {
  let server: HttpServer
  let browser: Browser
  let url = ''
  before(async () => {
    const registry = new Registry()
    const quiet = createLogger({ service: 'test', level: 'error' })
    server = await startHttp({
      gate: new Gate({ certificates: false }, quiet, registry),
      ...{ bindings: [binding], pages: forecasting.pages ?? [], registry },
      ...{ address: { host: '127.0.0.1', port: 0 }, health: createHealth([]) },
      logger: createLogger({ service: 'test', level: 'error' }),
      metrics: rpcMetrics(registry),
    })
    url = `http://127.0.0.1:${server.port}/intraday`
    browser = await Browser.open(path ?? '')
  })
  after(async () => {
    await browser?.close()
    await server?.stop()
  })

  for (const look of looks) {
    test(`shows it whole: ${look.name}`, async () => {
      await browser.show(url, look)
      await browser.until(`document.body?.dataset.shown === 'north/tax'`)
      await browser.until(`document.querySelectorAll('.plot canvas').length === 3`)
      const text = String(await browser.value('document.body.innerText'))
      assert.match(text, /Since 11:00 39% more comes than forecast \(97% sure\)/)
      assert.match(text, /If nothing is done, 41% are answered in time/)
      assert.match(text, /2026-03-02, 12:30 in Europe\/Berlin; forecast by average/)
      assert.match(text, /re-forecast/)
      const wide = await browser.value('document.documentElement.scrollWidth - innerWidth > 0')
      assert.equal(wide, false, 'nothing lies beyond the right edge')
      const drawn = await browser.value(`[...document.querySelectorAll('.plot canvas')].every(
        (canvas) => canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)
          .data.some((byte) => byte > 0))`)
      assert.equal(drawn, true, 'something is drawn in every plot')
      if (process.env.SCREENSHOTS !== undefined) {
        await new Promise((resolve) => setTimeout(resolve, 300))
        writeFileSync(`${process.env.SCREENSHOTS}/${look.name}.png`, await browser.screenshot())
      }
      assert.deepEqual(browser.complaints, [])
    })
  }

  test('goes over to another queue, and another pool', async () => {
    await browser.show(url, looks[0])
    await browser.until(`document.body?.dataset.shown === 'north/tax'`)
    const choose = (id: string, value: string) =>
      browser.value(`(() => {
        const select = document.getElementById('${id}')
        select.value = '${value}'
        select.dispatchEvent(new Event('change'))
      })()`)
    await choose('queue', 'law')
    await browser.until(`document.body.dataset.shown === 'north/law'`)
    assert.equal(await browser.value(`document.getElementById('drift').hidden`), true)
    await choose('pool', 'south')
    await browser.until(`document.body.dataset.shown === 'south/orders'`)
    assert.equal(await browser.value('location.search'), '?queue=law&pool=south')
    assert.deepEqual(browser.complaints, [])
  })

  test('lets nothing run that is not its own', async () => {
    const answer = await fetch(url)
    const policy = answer.headers.get('content-security-policy') ?? ''
    assert.match(policy, /default-src 'none'/)
    assert.doesNotMatch(policy, /unsafe|https?:|\*/)
  })
})
