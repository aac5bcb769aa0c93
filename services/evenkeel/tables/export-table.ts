import { type Api, textOf } from '../pool-file/api.ts'
import { methodOf } from '../pool-file/kinds.ts'

/** The pages of a table, one after the other one file; as `import` reads it. */
export async function* tableOf(api: Api, rpc: string, pool: string): AsyncGenerator<string> {
  const method = methodOf(rpc)
  for (let token = ''; ; ) {
    const page = await api.call(method, { pool, page_size: 500, page_token: token })
    yield Buffer.from(textOf(page['csv']), 'base64').toString('utf8')
    token = textOf(page['next_page_token'])
    if (token === '') return
  }
}
