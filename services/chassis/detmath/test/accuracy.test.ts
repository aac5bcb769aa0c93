import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { CoreFault } from '../../table/index.ts'
import { exp, incompleteBeta, incompleteGamma, log, logGamma, normalBelow } from '../index.ts'

// Arguments, then the value by mpmath 1.3 with 40 digits, rounded to a double.

const logs: readonly (readonly number[])[] = [
  [5e-324, -744.4400719213812],
  [1e-300, -690.7755278982137],
  [1e-10, -23.025850929940457],
  [0.1, -2.3025850929940455],
  [0.5, -0.6931471805599453],
  [0.7071067811865475, -0.34657359027997275],
  [0.9999999999, -1.000000082790371e-10],
  [1.0000000001, 1.000000082690371e-10],
  [1.4142135623730951, 0.3465735902799727],
  [2.0, 0.6931471805599453],
  [10.0, 2.302585092994046],
  [12345.678, 9.421061321291832],
  [1e100, 230.25850929940458],
  [1.7e308, 709.7268368932282],
]

const exps: readonly (readonly number[])[] = [
  [-707.5, 5.453232991066742e-308],
  [-100.0, 3.720075976020836e-44],
  [-10.25, 3.535750085040998e-5],
  [-1.0, 0.36787944117144233],
  [-0.5, 0.6065306597126334],
  [-1e-9, 0.999999999],
  [1e-9, 1.000000001],
  [0.3465, 1.4141094938303624],
  [0.5, 1.6487212707001282],
  [1.0, 2.718281828459045],
  [2.5, 12.182493960703473],
  [88.7, 3.325986980250579e38],
  [700.0, 1.0142320547350045e304],
  [709.0, 8.218407461554972e307],
]

const logGammas: readonly (readonly number[])[] = [
  [1e-6, 13.815509980749432],
  [0.1, 2.252712651734206],
  [0.5, 0.5723649429247001],
  [1.5, -0.12078223763524522],
  [2.5, 0.2846828704729192],
  [3.14159, 0.8276919992014948],
  [10.0, 12.801827480081469],
  [100.5, 361.4355404677776],
  [1234.5, 7550.550901077895],
  [1000000.0, 12815504.569147611],
  [1000000000.0, 19723265827.503716],
]

const gammas: readonly (readonly number[])[] = [
  [0.5, 0.1, 0.345279153981423],
  [0.5, 2.0, 0.9544997361036416],
  [1.0, 1.0, 0.6321205588285577],
  [1.5, 0.2, 0.05975750516063926],
  [2.5, 4.0, 0.8437643724222776],
  [10.0, 3.0, 0.0011024881301154798],
  [10.0, 10.0, 0.5420702855281478],
  [10.0, 20.0, 0.9950045876916924],
  [100.0, 90.0, 0.15822098918643016],
  [100.0, 130.0, 0.9972495916326934],
  [1000.0, 1010.0, 0.6276789447369947],
  [10000.0, 9900.0, 0.15865119219356466],
  [10000.0, 10150.0, 0.9326593784960509],
]

const betas: readonly (readonly number[])[] = [
  [0.5, 0.5, 0.1, 0.20483276469913345],
  [1.0, 1.0, 0.3, 0.3],
  [2.0, 3.0, 0.5, 0.6875],
  [2.0, 3.0, 0.95, 0.99951875],
  [10.0, 0.5, 0.9, 0.15164090963470997],
  [80.5, 20.0, 0.8, 0.47006346817202377],
  [100.0, 102.0, 0.5, 0.556069526142874],
  [500.0, 600.0, 0.44, 0.16634056974140712],
  [1000.0, 9000.0, 0.1, 0.5035462207518641],
  [10000.0, 10000.0, 0.497, 0.19807278114049298],
  [0.01, 50.0, 1e-6, 0.9107886776870843],
]

const normals: readonly (readonly number[])[] = [
  [-6.0, 9.86587645037698e-10],
  [-2.5, 0.006209665325776135],
  [-1.0, 0.15865525393145705],
  [0.0, 0.5],
  [0.25, 0.5987063256829237],
  [1.2815515655446004, 0.9],
  [3.0, 0.9986501019683699],
  [8.0, 0.9999999999999993],
]

const cases = [
  { name: 'log', of: log, rows: logs, error: 2.3e-16 },
  { name: 'exp', of: exp, rows: exps, error: 2.3e-16 },
  { name: 'logGamma', of: logGamma, rows: logGammas, error: 1e-14 },
  { name: 'incompleteGamma', of: incompleteGamma, rows: gammas, error: 1e-11 },
  { name: 'incompleteBeta', of: incompleteBeta, rows: betas, error: 1e-10 },
  { name: 'normalBelow', of: normalBelow, rows: normals, error: 1e-12 },
] as const

describe('each function is as near to the truth as it says', () => {
  for (const { name, of, rows, error } of cases) {
    test(name, () => {
      for (const row of rows) {
        const wanted = row.at(-1) ?? Number.NaN
        const [a = 0, b = 0, x = 0] = row
        const got = of(a, b, x)
        const off = Math.abs(got - wanted) / Math.max(name === 'exp' ? 0 : 1, Math.abs(wanted))
        assert.ok(off <= error, `${name}(${row.slice(0, -1).join(', ')}) = ${got}, not ${wanted}`)
      }
    })
  }

  test('log is as good near 1, where it is small', () => {
    for (const [x = 0, wanted = 0] of logs) {
      assert.ok(Math.abs(log(x) - wanted) <= 2.3e-16 * Math.abs(wanted), `log(${x})`)
    }
  })

  test('what is out of range is a fault, NaN as well', () => {
    const wrong = [
      () => log(0),
      () => log(Number.NaN),
      () => log(Number.POSITIVE_INFINITY),
      () => exp(710),
      () => exp(Number.NaN),
      () => logGamma(0),
      () => incompleteGamma(0, 1),
      () => incompleteGamma(2, Number.NaN),
      () => incompleteGamma(10_001, 1),
      () => incompleteBeta(1, 0, 0.5),
      () => incompleteBeta(1, 1, 1.5),
      () => normalBelow(Number.NaN),
    ]
    for (const one of wrong) assert.throws(one, CoreFault)
    assert.equal(exp(-709), 0)
    assert.equal(normalBelow(50), 1)
  })
})
