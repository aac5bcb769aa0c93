import { HISTORY_FLAGS, HISTORY_SUBJECTS, runHistory } from './backtest-history.ts'
import { REALLOCATION_FLAGS, REALLOCATION_HELP, runReallocation } from './backtest-reallocation.ts'
import { runWaits, WAITS_FLAGS } from './backtest-waits.ts'
import { flagLines, UsageError } from './flags.ts'
import type { Command, Terminal } from './terminal.ts'

function help(): string {
  return [
    'Usage: evenkeel backtest ewt --file FILE --format anonymous-bank [flags]',
    '       evenkeel backtest forecast|intraday|drift --file FILE --format FORMAT [flags]',
    '       evenkeel backtest reallocation --file FILE --format FORMAT [flags]',
    '',
    'How good predictions are on a real file: each is made from what was known at its moment, and',
    'compared with what followed. Nothing of the future is used.',
    '',
    'ewt: the wait of each call that finds nobody free, as it comes. The predictor is the one of the',
    'routing core: its exponents are fixed, what it learns (levels, pace, how far off it is) it learns',
    'as it goes, from this file and from --train.',
    ...flagLines(WAITS_FLAGS),
    '',
    'What is measured, on the calls that waited (at least a second) and were answered. Who hung up',
    'counts among those ahead while waiting, but has no wait to compare with: it is known only that',
    'it would have been longer.',
    '  n         such calls',
    '  rase      root average squared error of the mean predicted, over the mean wait; 0 is perfect',
    '  mae_s     mean absolute error of the same, seconds',
    '  cover50   share of waits no longer than the P50 predicted; so cover80, cover95 for P80, P95',
    '  rivals    n, rase, mae_s on the same calls: last_to_enter_service (the wait of whoever was',
    '            answered last after waiting), mean_30_min (of those answered after waiting in the last',
    '            30 minutes), plain_formula ((ahead + 1) mean services / busy agents)',
    '',
    'forecast, intraday, drift: the last days of the file, one after the other, each from the days',
    'before it alone (rolling origin).',
    ...flagLines(HISTORY_FLAGS),
    '',
    'forecast: the day ahead, by interval.',
    '  days      days of the test; models: by which model they were forecast',
    '  wape      sum of absolute errors over sum of calls; rmse: root mean squared error, calls',
    '  crps      continuous ranked probability score, calls: errors of the whole distribution',
    '  cover80   share of intervals within the 80% band (P10 to P90); cover95: P2.5 to P97.5',
    '  rivals    wape, rmse of last_week, four_week_mean (of the same weekday), weekday_and_residual',
    '            (weekday profile, day total with autoregression), five_components (singular values)',
    'intraday: the rest of the day, forecast again at 09:00, 10:00, 12:00 and 14:00.',
    '  rmse      of the calls that still come on a day; rmse_change: against the forecast of the',
    '            evening before, -0.2 is a fifth smaller; interval_rmse, interval_rmse_change: of each',
    '            interval that is left',
    '  rivals    actual_over_forecast: what came over what was forecast, on all that is left',
    'drift: alarms on the days as they were, and with all calls from 11:00 on replaced by Poisson draws',
    'of the factor times as many (1.2, 1.4, 2.0; always the same draws).',
    '  days, false_alarm_days, false_alarm_share   ordinary days, those with an alarm, their share',
    '  found     share of the days with a surge on which an alarm stands in or after its first interval',
    '  median_delay_min   from 11:00 to the end of the first such interval; null: not found in half',
    '  rivals    ratio_5_percent (calls so far 5% off the forecast), shewhart (an interval three',
    '            standard deviations off)',
    'What matters is taken as 10% more or fewer than forecast in the next two hours.',
    '',
    ...REALLOCATION_HELP,
    ...flagLines(REALLOCATION_FLAGS),
    '',
    'Formats, a name that ends in .gz is unpacked:',
    '  anonymous-bank   the call log of an Israeli bank, 1999 (Mandelbaum et al., Technion):',
    '                   tab-separated, 17 columns with a header',
    '  interval-csv     counts per interval: a header with DateTime and Calls (more are ignored), a line',
    '                   per interval: 2003-03-03T07:00:00Z,111. DateTime is wall time of one zone (Z or',
    '                   an offset may follow), Calls a whole number from 0 on. An interval without a line',
    '                   is a gap and teaches nothing; a day without a line was closed or is missing.',
    '',
    'Lines that are broken are named and left out; where more than one in a hundred is, the file is',
    'refused. Exit codes: 0 done, 2 wrong usage or a file that can not be used.',
  ].join('\n')
}

async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  const [what] = args
  if (what === 'ewt') return runWaits(args, terminal)
  if (what === 'reallocation') return runReallocation(args, terminal)
  const subject = HISTORY_SUBJECTS.find((one) => one === what)
  if (subject !== undefined) return runHistory(subject, args, terminal)
  throw new UsageError(
    'backtest what? There is: ewt (expected waits), forecast (the day ahead), intraday (the rest of a day), drift (alarms), reallocation (moves between channels)',
  )
}

export const backtest: Command = {
  name: 'backtest',
  summary: 'expected waits, forecasts and alarms against what came of a real file',
  help,
  run,
}
