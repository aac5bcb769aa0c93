import assert from 'node:assert/strict'

export const service = 'evenkeel.skills.v1.SkillsService'
export const json = { 'content-type': 'application/json' }
export const skill = '{"skill":{"pool":"eu","skillId":"tax","displayName":"Tax","maxLevel":5}}'

interface Body {
  readonly code: string
  readonly message: string
  readonly details: { type: string; value: string; debug: Record<string, unknown> }[]
}

export async function post(
  url: string,
  body: string | Uint8Array,
  headers: Record<string, string> = json,
) {
  const response = await fetch(url, { method: 'POST', body: Buffer.from(body), headers })
  return { response, text: await response.text() }
}

/** The refusal as the Connect protocol has it. */
export async function refused(
  url: string,
  body: string | Uint8Array,
  headers?: Record<string, string>,
) {
  const { response, text } = await post(url, body, headers)
  assert.equal(response.headers.get('content-type'), 'application/json')
  const error: Body = JSON.parse(text)
  return { http: response.status, error, code: error.details[0]?.debug.reason }
}
