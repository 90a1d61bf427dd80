import type { Campaign } from '../../src/campaign/model.ts'

/** A campaign as it is once parsed: on every page, for everybody, and changing nothing unless told. */
export const parsedCampaign = ({ id = 'hero', ...more }: Partial<Campaign> = {}): Campaign => ({
  id,
  status: 'live',
  pages: ['/*'],
  audience: {},
  priority: 0,
  coverage: 1,
  holdout: 0,
  seed: id,
  hashVersion: 2,
  variants: [],
  data: {},
  ...more,
})
