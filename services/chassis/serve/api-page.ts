import swagger, { type FastifyStaticSwaggerOptions } from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance } from 'fastify'
import type { Binding } from './bind.ts'
import type { ServeLimits } from './limits.ts'
import { openApi } from './openapi.ts'

/** Everything from this origin; the page's few inline styles are swagger-ui's own. */
const pagePolicy = {
  'default-src': "'none'",
  'script-src': "'self'",
  'style-src': "'self' 'unsafe-inline'",
  'img-src': "'self' data:",
  'connect-src': "'self'",
  'base-uri': "'none'",
  'form-action': "'none'",
  'frame-ancestors': "'none'",
}

/** Where the page would have its maker's. */
const logo = {
  type: 'image/svg+xml',
  content:
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 160 40">' +
    '<text x="0" y="28" font-family="sans-serif" font-size="26" fill="#fff">evenkeel</text></svg>',
  href: '/docs',
}

/** For a browser's tab: a keel, level. */
const icon = {
  filename: 'evenkeel.svg',
  rel: 'icon',
  sizes: 'any',
  type: 'image/svg+xml',
  content:
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16">' +
    '<path d="M1 6h14l-3 5H9v4H7v-4H4z" fill="#1b6e8c"/></svg>',
}

/** Every unary call as a page to read and try, and the document that it is made of. */
export async function apiPage(
  app: FastifyInstance,
  bindings: readonly Binding[],
  limits: ServeLimits,
): Promise<void> {
  const document = openApi(bindings, limits)
  // The plugin's types know OpenAPI 3.0; it passes 3.1 on as it is.
  const specification: object = { document }
  await app.register(swagger, {
    mode: 'static',
    specification: specification as FastifyStaticSwaggerOptions['specification'],
  })
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    staticCSP: pagePolicy,
    theme: { title: 'Evenkeel: the API', favicon: [icon] },
    logo,
    uiConfig: { deepLinking: true, docExpansion: 'none', validatorUrl: null },
  })
  app.get('/openapi.json', async () => document)
}
