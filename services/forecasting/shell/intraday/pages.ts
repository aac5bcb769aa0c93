import { readFileSync } from 'node:fs'
import type { Page } from '@evenkeel/chassis/serve'

/** The page at /intraday, and what it is made of: nothing of it comes from elsewhere. */
export const pages: readonly Page[] = [
  own('/intraday', 'text/html', 'index.html'),
  own('/intraday/page.css', 'text/css', 'page.css'),
  own('/intraday/page.js', 'text/javascript', 'page.js'),
  own('/intraday/plots.js', 'text/javascript', 'plots.js'),
  page('/intraday/uplot.js', 'text/javascript', import.meta.resolve('uplot/dist/uPlot.esm.js')),
  page('/intraday/uplot.css', 'text/css', import.meta.resolve('uplot/dist/uPlot.min.css')),
]

function own(path: string, type: string, file: string): Page {
  return page(path, type, new URL(`page/${file}`, import.meta.url).href)
}

/** Read when it is asked for, once: a service that nobody looks at reads nothing. */
function page(path: string, type: string, file: string): Page {
  let read: Buffer | undefined
  return {
    path,
    type: `${type}; charset=utf-8`,
    body: () => (read ??= readFileSync(new URL(file))),
  }
}
