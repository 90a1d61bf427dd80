/** What a marketer reads in a shell, to the letter. */
import { describe, expect, it } from 'vitest'
import { formatSplit } from '../../src/campaign/split.ts'
import { campaignText, funnelText, overviewText, reasonsText } from '../../src/cli/words.ts'
import {
  type CampaignReport,
  type ReportQuestion,
  reportAll,
  reportCampaign,
  reportHoldout,
} from '../../src/flow/report.ts'
import { reportFunnel, reportReasons } from '../../src/flow/served.ts'
import { type Cell, EVERYTHING } from '../../src/measure/model.ts'
import { cellsOf, drawnBy, type Row } from '../help/cells.ts'
import { count, ports, trial, type World } from '../help/reports.ts'

const QUESTION = { view: 'sequential' } as const

async function textOf(
  world: World,
  question: Parameters<typeof reportCampaign>[2] = QUESTION,
): Promise<string> {
  return campaignText((await reportCampaign(ports(world), 'hero', question)) as CampaignReport)
}

/** Visitors of both arms, and how many of them did a thing. */
const arms = (
  n: readonly [number, number],
  did: readonly (readonly [metric: Cell['metric'], a: number, b: number])[],
) => [
  ...cellsOf('exposed', [
    [1, 'control', n[0]],
    [1, 'a', n[1]],
  ]),
  ...cellsOf('seen', [
    [1, 'control', n[0]],
    [1, 'a', n[1]],
  ]),
  ...did.flatMap(([metric, a, b]) => {
    const rows: readonly Row[] = [
      [1, 'control', n[0], a],
      [1, 'a', n[1], b],
    ]
    return cellsOf(metric, rows)
  }),
]

describe('campaignText', () => {
  it('tells of a campaign that helps', async () => {
    expect(await textOf({ cells: trial('hero', 'control', 'a') })).toMatchInlineSnapshot(`
      "The hero (hero): live
      First exposures from 2026-07-01 to 2026-07-01, sequential view.
      conversion of "a" is 40 % higher (23 % to 60 %): proven better.

      arm                 visitors  seen  met another arm
      ------------------  --------  ----  ---------------
      control (baseline)     20000     0                0
      a                      20000     0                0

      metric        arm   control     arm’s  lift  interval       chance  detectable
      ------------  ---  --------  --------  ----  ------------  -------  ----------  ------
      * conversion  a      5.00 %    7.00 %  40 %  23 % to 60 %  >99.9 %        19 %  better
        revenue     a    5.00 EUR  6.00 EUR  20 %  17 % to 24 %  >99.9 %       4.0 %  better
      Nothing yet of: orders, margin, average order, add to cart, engagement, retention 7, retention 28, store conversion, store revenue, opt out, erasure, withdrawal, not relevant, too personal, bounce.

      * the objective, ! a harm, of which less is better. Counted: what visitors did within 14 days of first meeting it; retention: who came back on days 7 to 13, or 28 to 34. seen: in whose browser its place came into view.
      chance: that the arm is the better one, were this the only look. detectable: the smallest change that so many visitors would show, with a probability of 80 %."
    `)
  })

  it('tells of one that nobody has met', async () => {
    expect(await textOf({})).toMatchInlineSnapshot(`
      "The hero (hero): live
      Nobody who agreed to be measured has met this campaign yet."
    `)
  })

  it('tells of one arm, which nothing can be held against, how many have met it', async () => {
    const past = { 9: [{ id: 'old', variants: [{ id: 'b', weight: 1, edits: [{}] }], holdout: 0 }] }
    const cells = (['all', 'release:9'] as const).flatMap((segment) =>
      cellsOf('exposed', [[1, 'b', 166]], segment, 'old'),
    )
    const report = await reportCampaign(ports({ cells, past }), 'old', QUESTION)
    expect(campaignText(report as CampaignReport)).toMatchInlineSnapshot(`
      "old: gone
      First exposures from 2026-07-01 to 2026-07-01, sequential view.
      Nothing to compare with: add a variant without edits, or a holdout.

      arm  visitors  seen  met another arm
      ---  --------  ----  ---------------
      b         166     0                0"
    `)
  })

  it('tells of one that too few have met', async () => {
    expect(await textOf({ cells: arms([30, 31], [['conversion', 2, 3]]) })).toMatchInlineSnapshot(`
      "The hero (hero): live
      First exposures from 2026-07-01 to 2026-07-01, sequential view.
      conversion of "a": Too few visitors did it yet, or few of them make up most of it.

      arm                 visitors  seen  met another arm
      ------------------  --------  ----  ---------------
      control (baseline)        30    30                0
      a                         31    31                0

      metric        arm  control   arm’s  lift  interval  chance  detectable
      ------------  ---  -------  ------  ----  --------  ------  ----------  -------
      * conversion  a     6.67 %  9.68 %     -                 -           -  too few
      Nothing yet of: orders, revenue, margin, average order, add to cart, engagement, retention 7, retention 28, store conversion, store revenue, opt out, erasure, withdrawal, not relevant, too personal, bounce.

      * the objective, ! a harm, of which less is better. Counted: what visitors did within 14 days of first meeting it; retention: who came back on days 7 to 13, or 28 to 34. seen: in whose browser its place came into view."
    `)
  })

  it('withholds every lift where visitors went missing', async () => {
    const split = formatSplit(0, [
      ['control', 0.5],
      ['a', 0.5],
    ]) as string
    const cells = [
      ...arms([20_000, 19_000], [['conversion', 1_000, 1_400]]),
      ...drawnBy(split, { control: 20_000, a: 19_000 }),
    ]
    expect(await textOf({ cells })).toMatchInlineSnapshot(`
      "The hero (hero): live
      First exposures from 2026-07-01 to 2026-07-01, sequential view.
      conversion of "a": The arms do not have the visitors their weights meant them to have: lifts are withheld.
      Visitors went missing before they were counted (p = 6.6e-5).

      arm                 visitors   seen  met another arm
      ------------------  --------  -----  ---------------
      control (baseline)     20000  20000                0
      a                      19000  19000                0

      metric        arm  control   arm’s  lift  interval  chance  detectable
      ------------  ---  -------  ------  ----  --------  ------  ----------  --------
      * conversion  a     5.00 %  7.37 %     -                 -           -  withheld
      Nothing yet of: orders, revenue, margin, average order, add to cart, engagement, retention 7, retention 28, store conversion, store revenue, opt out, erasure, withdrawal, not relevant, too personal, bounce.

      * the objective, ! a harm, of which less is better. Counted: what visitors did within 14 days of first meeting it; retention: who came back on days 7 to 13, or 28 to 34. seen: in whose browser its place came into view."
    `)
  })

  it('says what share of margins nobody knows, and from when on they are withheld', async () => {
    const earned = (unknown: number) => [
      ...arms(
        [20_000, 20_000],
        [
          ['conversion', 1_000, 1_000],
          ['margin', 1_000, 1_100],
        ],
      ),
      ...cellsOf('unknown_margin', [[1, 'a', unknown]]),
    ]
    const few = await textOf({ cells: earned(20) })
    expect(few).toContain(
      'Nobody knows the margin of 1.0 % of buyers: their orders count as if they left none.',
    )
    expect(few).toMatch(/^margin of "a" is 10.0 % higher/m)
    const many = await textOf({ cells: earned(400) })
    expect(many).toContain('Nobody knows the margin of 20 % of buyers: margins are withheld.')
    expect(many).toMatch(/^ {2}margin +a( +-){5} +unknown margin$/m)
    expect(many).not.toContain('margin of "a" is')
  })

  it('tells of one that paused itself', async () => {
    const cells = arms(
      [20_000, 20_000],
      [
        ['conversion', 1_000, 1_010],
        ['opt_out', 200, 420],
      ],
    )
    expect(await textOf({ cells, paused: 'opt_out went up' })).toMatchInlineSnapshot(`
      "The hero (hero): paused, opt_out went up
      First exposures from 2026-07-01 to 2026-07-01, sequential view.
      conversion of "a" is 1.0 % higher (-12 % to 16 %), which may still be chance.
      Harm: opt out of "a" is 110 % higher (61 % to 181 %): proven worse.
      An effect of 10 % with "a" would show after about 3 more days of it.

      arm                 visitors   seen  met another arm
      ------------------  --------  -----  ---------------
      control (baseline)     20000  20000                0
      a                      20000  20000                0

      metric        arm  control   arm’s   lift  interval       chance  detectable
      ------------  ---  -------  ------  -----  -------------  ------  ----------  -----
      * conversion  a     5.00 %  5.05 %  1.0 %  -12 % to 16 %    59 %        18 %
      ! opt out     a     1.00 %  2.10 %  110 %  61 % to 181 %  <0.1 %        50 %  WORSE
      Nothing yet of: orders, revenue, margin, average order, add to cart, engagement, retention 7, retention 28, store conversion, store revenue, erasure, withdrawal, not relevant, too personal, bounce.

      * the objective, ! a harm, of which less is better. Counted: what visitors did within 14 days of first meeting it; retention: who came back on days 7 to 13, or 28 to 34. seen: in whose browser its place came into view.
      chance: that the arm is the better one, were this the only look. detectable: the smallest change that so many visitors would show, with a probability of 80 %."
    `)
  })

  it('has an answer, and a reason, where everybody did the same', async () => {
    const cells = arms([500, 500], [['conversion', 500, 500]])
    const text = await textOf({ cells })
    expect(text).not.toMatch(/NaN|Infinity|undefined|null/)
    expect(text).toMatchInlineSnapshot(`
      "The hero (hero): live
      First exposures from 2026-07-01 to 2026-07-01, sequential view.
      conversion of "a": In one of the two arms everybody is alike so far: nothing tells effect from chance.

      arm                 visitors  seen  met another arm
      ------------------  --------  ----  ---------------
      control (baseline)       500   500                0
      a                        500   500                0

      metric        arm   control     arm’s  lift  interval  chance  detectable
      ------------  ---  --------  --------  ----  --------  ------  ----------  --------------
      * conversion  a    100.00 %  100.00 %     -                 -           -  cannot be told
      Nothing yet of: orders, revenue, margin, average order, add to cart, engagement, retention 7, retention 28, store conversion, store revenue, opt out, erasure, withdrawal, not relevant, too personal, bounce.

      * the objective, ! a harm, of which less is better. Counted: what visitors did within 14 days of first meeting it; retention: who came back on days 7 to 13, or 28 to 34. seen: in whose browser its place came into view."
    `)
  })

  it('says of segments whom each arm had, what came of it, and which are not told', async () => {
    const parts = (value: string, control: readonly [number, number], a: readonly [number, number]) =>
      (['exposed', 'conversion'] as const).flatMap((metric) =>
        cellsOf(
          metric,
          [
            [1, 'control', ...control],
            [1, 'a', ...a],
          ],
          `country:${value}`,
        ),
      )
    const cells = [
      ...arms([20_000, 20_000], [['conversion', 1_000, 1_400]]),
      ...parts('PT', [11_000, 550], [10_500, 900]),
      ...parts('DE', [8_800, 440], [9_300, 490]),
      ...parts('FR', [196, 10], [196, 10]),
      ...parts('IS', [4, 0], [4, 0]),
    ]
    const text = await textOf({ cells })
    expect(text.slice(text.indexOf('conversion by')).split('\n\n')[0]).toMatchInlineSnapshot(`
      "conversion by  arm  control’s visitors  arm’s   lift  interval
      -------------  ---  ------------------  -----  -----  -------------  ------
      country DE     a                  8800   9300  5.4 %  -15 % to 31 %
      country PT     a                 11000  10500   71 %  44 % to 105 %  better"
    `)
    expect(text).toContain('giving such a one away: 2 of country.')
  })

  it('says that days are compared with themselves where weights changed, and that CUPED moves lifts', async () => {
    const day = (at: number, split: string, control: number, a: number) => [
      ...drawnBy(split, { control, a }, at),
      ...(['exposed', 'conversion'] as const).flatMap((metric) =>
        cellsOf(metric, [
          [at, 'control', control, control / 10],
          [at, 'a', a, a / 10],
        ]),
      ),
    ]
    const cells = [...day(1, 'control=0.5,a=0.5', 2_000, 2_000), ...day(2, 'control=0.2,a=0.8', 1_000, 4_000)]
    const plain = await textOf({ cells })
    expect(plain).toContain('Weights changed meanwhile: days are compared with themselves')
    expect(plain).not.toContain('CUPED')
    const known = cells.map((cell) =>
      cell.metric === 'conversion' ? { ...cell, x: cell.y, xx: cell.y, xy: cell.y / 2 } : cell,
    )
    expect(await textOf({ cells: known })).toContain('(CUPED), so they are not quite those of the two means.')
    expect(await textOf({ cells: trial('hero', 'control', 'a') })).not.toMatch(/CUPED|Weights changed/)
  })

  it('in the Bayesian view tells what a wrong choice would cost', async () => {
    const text = await textOf(
      { cells: arms([20_000, 20_000], [['conversion', 1_000, 1_040]]) },
      { view: 'bayes' },
    )
    expect(text).toContain('Expected loss: 0.4 % of taking "a", 4.4 % of keeping control.')
    expect(await textOf({ cells: trial('hero', 'control', 'a') })).not.toContain('Expected loss')
  })

  it('says where a lift has no bound', async () => {
    const cells = arms([3_000, 3_000], [['conversion', 6, 9]])
    expect(await textOf({ cells })).toContain(
      'is 50 % higher (no bound to no bound), which may still be chance.',
    )
  })

  it('says waiting times for the effect and the power that were asked for', async () => {
    const cells = arms([20_000, 20_000], [['conversion', 1_000, 1_010]])
    const told = async (question: Omit<ReportQuestion, 'view'>) =>
      /An effect of .*/.exec(await textOf({ cells }, { view: 'sequential', ...question }))?.[0]
    expect(await told({})).toBe('An effect of 10 % with "a" would show in about 3 days.')
    expect(await told({ effect: 0.05 })).toBe('An effect of 5.0 % with "a" would show in about 14 days.')
    expect(await told({ power: 0.95 })).toBe('An effect of 10 % with "a" would show in about 4 days.')
  })

  it('calls better what its interval proves, corrected once', async () => {
    // Two metrics beside the objective: each interval is made at 0.025, and p = 0.016 twice is more than that.
    const cells = arms(
      [10_000, 10_000],
      [
        ['conversion', 500, 500],
        ['add_to_cart', 1_000, 1_105],
        ['store_conversion', 500, 500],
      ],
    )
    const report = (await reportCampaign(ports({ cells }), 'hero', { view: 'fixed' })) as CampaignReport
    const found = report.results.find(({ metric }) => metric === 'add_to_cart')
    expect(found?.pValue).toBeGreaterThan(found?.verdict.alpha as number)
    expect(found?.verdict.proven).toBe('better')
    expect(campaignText(report)).toMatch(/^ {2}add to cart .* better$/m)
  })

  it('tells what personalization as a whole is worth', async () => {
    const report = await reportHoldout(
      ports({ cells: trial(EVERYTHING, 'holdout', 'personalized') }),
      QUESTION,
    )
    expect(campaignText(report)).toMatchInlineSnapshot(`
      "Personalization as a whole, against the global holdout
      First exposures from 2026-07-01 to 2026-07-01, sequential view.
      revenue of "personalized" is 20 % higher (17 % to 24 %): proven better.
      Over 20000 visitors: 20000.00 EUR of revenue (16820.05 EUR to 23179.95 EUR).

      arm                 visitors  seen  met another arm
      ------------------  --------  ----  ---------------
      holdout (baseline)     20000     0                0
      personalized           20000     0                0

      metric        arm            control     arm’s  lift  interval       chance  detectable
      ------------  ------------  --------  --------  ----  ------------  -------  ----------  ------
      * revenue     personalized  5.00 EUR  6.00 EUR  20 %  17 % to 24 %  >99.9 %       4.0 %  better
        conversion  personalized    5.00 %    7.00 %  40 %  23 % to 60 %  >99.9 %        19 %  better
      Nothing yet of: orders, margin, average order, add to cart, engagement, retention 7, retention 28, store conversion, store revenue, opt out, erasure, withdrawal, not relevant, too personal, bounce.

      * the objective, ! a harm, of which less is better. Counted: what visitors did within 28 days of first meeting it; retention: who came back on days 7 to 13, or 28 to 34. seen: in whose browser its place came into view.
      chance: that the arm is the better one, were this the only look. detectable: the smallest change that so many visitors would show, with a probability of 80 %."
    `)
  })
})

describe('overviewText', () => {
  it('has a line for every campaign, and names the harm', async () => {
    const harmful = arms(
      [20_000, 20_000],
      [
        ['conversion', 1_000, 1_010],
        ['opt_out', 200, 420],
      ],
    )
    const lines = await reportAll(ports({ cells: [...harmful, ...trial('old', 'control', 'b')] }), QUESTION)
    expect(overviewText(lines)).toMatchInlineSnapshot(`
      "campaign  state  visitors  objective   arm   lift  interval
      --------  -----  --------  ----------  ---  -----  -------------  -------------
      hero      live      40000  conversion  a    1.0 %  -12 % to 16 %  harm: opt out
      old       gone      40000  conversion  b     40 %  23 % to 60 %   better"
    `)
  })

  it('has a line for each arm, and says what else it is proven to make worse', async () => {
    const b = [
      ...cellsOf('exposed', [[1, 'b', 20_000]]),
      ...cellsOf('conversion', [[1, 'b', 20_000, 1_400]]),
      ...cellsOf('add_to_cart', [[1, 'b', 20_000, 1_000]]),
      ...cellsOf('too_personal', [[1, 'b', 20_000, 5]]),
    ]
    const did = [
      ['conversion', 1_000, 1_010],
      ['add_to_cart', 2_000, 2_000],
      ['too_personal', 5, 300],
    ] as const
    const lines = await reportAll(ports({ cells: [...arms([20_000, 20_000], did), ...b] }), QUESTION)
    expect(overviewText(lines)).toMatchInlineSnapshot(`
      "campaign  state  visitors  objective   arm   lift  interval
      --------  -----  --------  ----------  ---  -----  -------------  -------------------------
      hero      live      60000  conversion  a    1.0 %  -13 % to 17 %  harm: too personal
                                             b     40 %  22 % to 61 %   better; less: add to cart"
    `)
  })

  it('says that lifts are withheld, or that too few did it', async () => {
    const cells = [
      ...arms([20_000, 19_000], [['conversion', 1_000, 1_400]]),
      ...drawnBy('control=0.5,a=0.5', { control: 20_000, a: 19_000 }),
    ]
    const last = async (told: readonly Cell[]) =>
      overviewText(await reportAll(ports({ cells: told }), QUESTION))
        .split('\n')
        .at(-1)
    expect(await last(cells)).toMatch(/ withheld$/)
    expect(await last(arms([30, 30], [['conversion', 2, 3]]))).toMatch(/ too few$/)
  })

  it('says where there is nothing to tell', () => {
    expect(overviewText([])).toBe('No campaign is live, and none was ever measured.')
  })
})

describe('funnelText and reasonsText', () => {
  const counts = [
    count('_page', 'pages', 1_000),
    count('_page', 'generic', 600),
    count('_page', 'bypass_size', 3),
    count('_page', 'stage_unknown', 650),
    count('_page', 'stage_identified', 300),
    count('_page', 'stage_known', 50),
    count('hero', 'match', 700),
    count('hero', 'audience', 300),
  ]

  it('tell how many are known, and how much is generic', async () => {
    const report = await reportFunnel(ports({ counts }), '2026-11-15', '2026-11-22')
    expect(funnelText(report)).toMatchInlineSnapshot(`
      "2026-11-15 to 2026-11-22: 1000 pages
      identified (asked for by somebody with an id): 35 %
      generic (no decision from the visitor’s own profile): 60 %
      without something, for want of time: 0.0 %
      known, of visitors with an id: 20 %

      Page views, by how well we knew who asked
      day         unknown  identified  connected  known  personalized
      ----------  -------  ----------  ---------  -----  ------------
      2026-11-21      650         300          0     50             0

      Visitors with an id, at the end of the day
      day         identified  connected  known  personalized
      ----------  ----------  ---------  -----  ------------
      2026-11-21         600        200    150            50"
    `)
  })

  it('tell why campaigns did and did not show', async () => {
    const report = await reportReasons(ports({ counts }), '2026-11-15', '2026-11-22')
    expect(reasonsText(report)).toMatchInlineSnapshot(`
      "2026-11-15 to 2026-11-22: 1000 pages

      campaign  enrolled  reason       times
      --------  --------  -----------  -----
      hero          70 %  match          700
                          audience       300
                          bypass_size      3"
    `)
  })
})
