import type { FastifyInstance } from 'fastify'

/** Something that a browser gets, beside the API. */
export interface Page {
  readonly path: string
  /** Of its content. */
  readonly type: string
  body(): Uint8Array
}

/** Everything from this origin, nothing inline, and in nobody's frame. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** Pages of services, as they are. */
export function servePages(app: FastifyInstance, pages: readonly Page[]): void {
  for (const { path, type, body } of pages) {
    app.get(path, async (_request, reply) => {
      reply.header('content-security-policy', policy)
      reply.header('referrer-policy', 'no-referrer')
      reply.header('cache-control', 'no-cache')
      return reply.type(type).send(Buffer.from(body()))
    })
  }
}
