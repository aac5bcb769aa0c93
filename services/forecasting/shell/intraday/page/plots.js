import uPlot from '/intraday/uplot.js'

/** Plots of a day: what comes, who is there, and how well it goes. */

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim()
const milli = (value) => (value === undefined ? null : Number(value) / 1000)
const whole = (value) => (value === undefined ? null : Number(value))
const stepped = uPlot.paths.stepped({ align: 1 })
const one = (_plot, value) => (value === null || value === undefined ? '–' : value.toFixed(1))
const share = (_plot, value) =>
  value === null || value === undefined ? '–' : `${value.toFixed(0)}%`

const line = (label, stroke, more = {}) => ({
  ...{ label, stroke: colour(stroke), width: 2, value: one, points: { show: false } },
  ...more,
})

const kinds = {
  contacts: {
    height: 180,
    series: () => [
      line('90%', '--band', { width: 0 }),
      line('10%', '--band', { width: 0 }),
      line('forecast', '--expected', { dash: [6, 4] }),
      line('re-forecast', '--anew'),
      line('came', '--came', { points: { show: true, size: 4 } }),
      line('with redials', '--all', { width: 1 }),
    ],
    bands: () => [{ series: [1, 2], fill: colour('--band') }],
    columns: (day) => [
      day.intervals.map((each) => milli(each.highMilli ?? 0)),
      day.intervals.map((each) => milli(each.lowMilli ?? 0)),
      day.intervals.map((each) => milli(each.forecastMilli ?? 0)),
      day.intervals.map((each) => milli(each.reforecastMilli)),
      day.intervals.map((each) => (each.complete ? whole(each.unique) : null)),
      day.intervals.map((each) => (each.complete ? whole(each.actual) : null)),
    ],
  },
  agents: {
    height: 150,
    series: () => [
      line('required', '--needed', { paths: stepped }),
      line('rostered', '--shift', { paths: stepped }),
      line('signed in', '--present', { paths: stepped }),
      line('net of who is to be on shift', '--quiet', { paths: stepped, width: 1, dash: [3, 3] }),
    ],
    columns: (day) => [
      day.intervals.map((each) => (each.required === -1 ? null : whole(each.required))),
      day.intervals.map((each) => milli(each.rosteredMilli)),
      day.intervals.map((each) => milli(each.signedInMilli)),
      day.intervals.map((each) => milli(each.netMilli)),
    ],
  },
  level: {
    height: 95,
    range: [0, 100],
    series: () => [
      line('in time', '--came', { value: share, points: { show: true, size: 4 } }),
      line('goal', '--expected', { value: share, dash: [6, 4], width: 1 }),
    ],
    columns: (day) => [
      day.intervals.map((each) =>
        each.serviceLevelBp === undefined ? null : each.serviceLevelBp / 100,
      ),
      day.intervals.map(() => (day.serviceLevelGoalBp ?? 0) / 100),
    ],
  },
}

function made(place, kind, zone, columns) {
  const axis = () => ({ stroke: colour('--quiet'), grid: { stroke: colour('--grid'), width: 1 } })
  const options = {
    width: place.clientWidth,
    height: kind.height,
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), zone),
    cursor: { sync: { key: 'day' }, y: false },
    scales: kind.range ? { y: { range: kind.range } } : {},
    series: [{ value: '{HH}:{mm}' }, ...kind.series()],
    axes: [
      { ...axis(), size: 28, values: [[3600, '{HH}:{mm}', null, null, null, null, null, null, 1]] },
      { ...axis(), size: 44 },
    ],
    bands: kind.bands?.() ?? [],
  }
  const plot = new uPlot(options, columns, place)
  new ResizeObserver(() => {
    plot.setSize({ width: place.clientWidth, height: kind.height })
  }).observe(place)
  return plot
}

export class Plots {
  #plots = new Map()
  #zone = ''

  show(day) {
    if (this.#zone !== day.timeZone) this.clear()
    this.#zone = day.timeZone
    const times = day.intervals.map((each) => Date.parse(each.from) / 1000)
    for (const [id, kind] of Object.entries(kinds)) {
      const columns = [times, ...kind.columns(day)]
      const plot = this.#plots.get(id)
      if (plot === undefined) {
        this.#plots.set(id, made(document.getElementById(id), kind, day.timeZone, columns))
      } else plot.setData(columns)
    }
  }

  clear() {
    for (const plot of this.#plots.values()) plot.destroy()
    this.#plots.clear()
  }
}
