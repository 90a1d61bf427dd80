import { describe, expect, it } from 'vitest'
import { decide, redirectOf } from '../../src/decide/decide.ts'
import type { DecideInput, Forced } from '../../src/decide/model.ts'
import { type CampaignWish, compiled, consentOf, planOf, told, viewOf } from '../help/decide.ts'

const forced = (holdout: Forced['holdout'], arms: Record<string, string> = {}): Partial<DecideInput> => ({
  forced: { holdout, arms: new Map(Object.entries(arms)) },
})
const NONE = new Set<string>()
const AB: CampaignWish['variants'] = [{ id: 'control' }, { id: 'b' }]
const ONLY_CONTROL: CampaignWish['variants'] = [{ id: 'control' }]

/** The decisions of one page view, one line each. */
const run = (view: Partial<DecideInput>, ...wishes: readonly CampaignWish[]) =>
  decide(viewOf(planOf(...wishes.map(compiled)), view)).map(told)

describe('decide, rung by rung', () => {
  it('match: shows the arm by hash and counts it', () => {
    const [decision] = decide(viewOf(planOf(compiled({}))))
    expect(decision).toMatchObject({ arm: 'a', reason: 'match', counted: true, variant: { id: 'a' } })
  })

  it('control: an arm that changes nothing keeps its own name and is counted', () => {
    const [decision] = decide(viewOf(planOf(compiled({ variants: ONLY_CONTROL }))))
    expect(decision).toMatchObject({ arm: 'control', reason: 'control', counted: true })
    expect(decision?.variant).toBeUndefined()
  })

  it('forced_control: before anything else, for all or for those named', () => {
    const wishes = [{ id: 'hero', audience: () => false }, { id: 'ship' }]
    expect(run(forced('all'), ...wishes)).toEqual([
      'hero=control forced_control',
      'ship=control forced_control',
    ])
    expect(run(forced(new Set(['hero'])), ...wishes)).toEqual(['hero=control forced_control', 'ship=a match'])
    expect(run({ ...forced('all', { ship: 'a' }), isPreview: true }, { id: 'ship' })).toEqual([
      'ship=control forced_control',
    ])
  })

  it('preview: the arm that was asked for, whatever schedule and audience say', () => {
    const wish: CampaignWish = { variants: AB, audience: () => false, schedule: { to: 0 }, coverage: 0 }
    expect(run(forced(NONE, { hero: 'b' }), wish)).toEqual(['hero=b preview'])
    expect(run(forced(NONE, { hero: 'holdout' }), wish)).toEqual(['hero=holdout preview'])
    const [control] = decide(viewOf(planOf(compiled(wish)), forced(NONE, { hero: 'control' })))
    expect(control).toMatchObject({ arm: 'control', reason: 'preview' })
    expect(control?.variant).toBeUndefined()
  })

  it('preview_rejected: an arm that does not exist shows nothing', () => {
    expect(run(forced(NONE, { hero: 'z' }), {})).toEqual(['hero=control preview_rejected'])
  })

  it('schedule: before the audience is asked', () => {
    expect(run({ now: 5 }, { schedule: { from: 6 }, audience: () => false })).toEqual([
      'hero=control schedule',
    ])
  })

  it('audience: not for this visitor, by the attributes of the view', () => {
    const audience: CampaignWish['audience'] = ({ tier }) => tier === 'gold'
    expect(run({ attributes: { tier: 'gold' } }, { audience })).toEqual(['hero=a match counted'])
    expect(run({ attributes: { tier: 'tin' } }, { audience })).toEqual(['hero=control audience'])
  })

  it('holdout: kept out by the campaign, counted', () => {
    expect(run({}, { holdout: 1 })).toEqual(['hero=holdout holdout counted'])
  })

  it('coverage: outside the covered ranges, not counted', () => {
    expect(run({}, { coverage: 0 })).toEqual(['hero=control coverage'])
  })

  it('global_holdout: for those who would be enrolled, in place of any arm or holdout', () => {
    expect(
      run(
        { holdout: 1 },
        { id: 'a' },
        { id: 'b', variants: ONLY_CONTROL },
        { id: 'c', holdout: 1 },
        { id: 'd', coverage: 0 },
        { id: 'e', audience: () => false },
      ),
    ).toEqual([
      'a=holdout global_holdout counted',
      'b=holdout global_holdout counted',
      'c=holdout global_holdout counted',
      'd=control coverage',
      'e=control audience',
    ])
  })

  it('error: a fault in one campaign is its own, and the others go on', () => {
    const broken = () => {
      throw new Error('boom')
    }
    expect(run({}, { id: 'a' }, { id: 'b', audience: broken }, { id: 'c' })).toEqual([
      'a=a match counted',
      'b=control error',
      'c=a match counted',
    ])
  })
})

describe('decide, groups', () => {
  const group = 'top'

  it('gives the page view to the first eligible campaign of a group', () => {
    expect(
      run({}, { id: 'a', group, audience: () => false }, { id: 'b', group }, { id: 'c', group }, { id: 'd' }),
    ).toEqual(['a=control audience', 'b=a match counted', 'c=control group', 'd=a match counted'])
  })

  it.each<[string, CampaignWish, Partial<DecideInput>, string]>([
    ['its control', { variants: ONLY_CONTROL }, {}, 'b=control group'],
    ['its holdout', { holdout: 1 }, {}, 'b=control group'],
    ['the global holdout', {}, { holdout: 1 }, 'b=control group'],
    ['its forced control', {}, forced(new Set(['a'])), 'b=control group'],
    ['nobody outside its coverage', { coverage: 0 }, {}, 'b=a match counted'],
    [
      'nobody outside its coverage, held out globally',
      { coverage: 0 },
      { holdout: 1 },
      'b=holdout global_holdout counted',
    ],
    [
      'nobody whom it may not enrol',
      { personal: true },
      { consent: consentOf(false, true) },
      'b=a match counted',
    ],
    [
      'nobody outside its audience, forced or not',
      { audience: () => false },
      forced(new Set(['a'])),
      'b=a match',
    ],
  ])('is taken by %s', (_name, wish, view, second) => {
    expect(run(view, { id: 'a', group, ...wish }, { id: 'b', group })[1]).toBe(second)
  })

  it('belongs to a previewed arm from the start, even against a campaign of higher priority', () => {
    expect(run(forced(NONE, { b: 'a' }), { id: 'a', group }, { id: 'b', group }, { id: 'c', group })).toEqual(
      ['a=control group', 'b=a preview', 'c=control group'],
    )
  })
})

describe('decide, consent', () => {
  const anonymous: Partial<DecideInput> = { unit: undefined, consent: consentOf(false) }

  it('keeps personal campaigns from who did not agree, without asking the audience', () => {
    const asked: unknown[] = []
    const audience = (attributes: unknown) => asked.push(attributes) > 0
    expect(run({ consent: consentOf(false, true) }, { personal: true, audience })).toEqual([
      'hero=control consent',
    ])
    expect(asked).toEqual([])
  })

  it('shows the only variant of a contextual campaign to who has no id, uncounted', () => {
    expect(run(anonymous, {})).toEqual(['hero=a match'])
    expect(run({ ...anonymous, unit: '' }, {})).toEqual(['hero=a match'])
  })

  it('enrols nobody without an id', () => {
    expect(
      run(anonymous, { id: 'a', variants: AB }, { id: 'b', coverage: 0.5 }, { id: 'c', holdout: 1 }),
    ).toEqual(['a=control consent', 'b=control consent', 'c=control consent'])
  })

  it('shows who has no id what a campaign with a holdout shows, for they are in no comparison', () => {
    expect(run(anonymous, { holdout: 0.5 })).toEqual(['hero=a match'])
  })

  it('shows who has no id the variant that the author names for them', () => {
    expect(run(anonymous, { variants: AB, coverage: 0.1, withoutConsent: 'b' })).toEqual(['hero=b match'])
    expect(run(anonymous, { variants: AB, withoutConsent: 'control' })).toEqual(['hero=control control'])
    expect(run(anonymous, { variants: AB, withoutConsent: 'b', personal: true })).toEqual([
      'hero=control consent',
    ])
  })

  it('shows nobody anything where everybody is held out', () => {
    expect(run({ ...anonymous, holdout: 1 }, {}, { id: 'ship', variants: AB })).toEqual([
      'hero=holdout global_holdout',
      'ship=control consent',
    ])
    expect(run({ ...anonymous, holdout: 0.99 }, {})).toEqual(['hero=a match'])
  })

  it('enrols a unit that came without consent to personalization in what is not personal', () => {
    expect(run({ consent: consentOf(false, true) }, {})).toEqual(['hero=a match counted'])
  })
})

describe('decide, counting', () => {
  it.each<[string, Partial<DecideInput>]>([
    ['no consent to measurement', { consent: consentOf(true, false) }],
    ['a bot', { isBot: true }],
    ['a preview of signals only', { isPreview: true }],
    ['anything forced on the page', forced(new Set(['other']))],
  ])('gives the same arm and counts nothing with %s', (_name, view) => {
    const wishes: CampaignWish[] = [{ id: 'a', variants: AB }, { id: 'b', holdout: 0.5 }, { id: 'c' }]
    const plain = run({}, ...wishes)
    expect(run(view, ...wishes)).toEqual(plain.map((line) => line.replace(' counted', '')))
  })
})

describe('redirectOf', () => {
  it('takes the first redirect by priority, and none where none is shown', () => {
    const away: CampaignWish = { variants: [{ id: 'r', redirect: '/pt' }] }
    const decisions = decide(
      viewOf(
        planOf(compiled({}), compiled({ ...away, id: 'b', holdout: 1 }), compiled({ ...away, id: 'c' })),
      ),
    )
    expect(redirectOf(decisions)).toBe(decisions[2])
    expect(redirectOf(decisions.slice(0, 2))).toBeUndefined()
  })
})
