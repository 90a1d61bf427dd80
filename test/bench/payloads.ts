/** The same six edits in the words of each peer: GrowthBook's DOM mutations and Optimizely's transforms. */
import { LIST_HTML, NOTE_HTML } from './page.ts'

const HEADLINE = 'Fresh in town'
const PICTURE = '/hero-summer.jpg?at=midday'

/** A GrowthBook features payload with one visual experiment; `remove` is an emptied element, which is all it can. */
export function growthbookPayload(): string {
  const html = (selector: string, value: string, action = 'set') => ({
    selector,
    action,
    attribute: 'html',
    value,
  })
  const domMutations = [
    html('#hero h1', HEADLINE),
    html('#recommendations .rail', LIST_HTML),
    { selector: '#hero-picture', action: 'set', attribute: 'src', value: PICTURE },
    { selector: '#hero', action: 'append', attribute: 'class', value: 'is-warm' },
    html('#recommendations', NOTE_HTML, 'append'),
    html('#popup', ''),
  ]
  const experiment = {
    key: 't',
    changeId: 'c',
    manual: false,
    status: 'running',
    hashAttribute: 'id',
    hashVersion: 2,
    seed: 's',
    name: 'Bench',
    phase: '0',
    coverage: 1,
    weights: [0, 1],
    filters: [],
    meta: [{ key: '0' }, { key: '1' }],
    urlPatterns: [{ include: true, type: 'simple', pattern: '/*' }],
    variations: [{}, { css: '', js: '', domMutations }],
  }
  return JSON.stringify({ status: 200, features: {}, experiments: [experiment] })
}

const BEFORE = 1
const SET_INNER_HTML = 6
const REMOVE = 7
const SET_ATTRIBUTE = 8

/** An Optimizely manifest: one view over all pages, one layer over all traffic, one experiment with one variation. */
export function optimizelyManifest(): string {
  const change = (id: string, selector: string, operation: number, ...args: string[]) => ({
    id,
    type: 'attribute',
    selector,
    attributes: {},
    dependencies: [],
    transform: [[1, selector, operation, ...args]],
  })
  const changes = [
    change('c1', '#hero h1', SET_INNER_HTML, HEADLINE),
    change('c2', '#recommendations .rail', SET_INNER_HTML, LIST_HTML),
    change('c3', '#hero-picture', SET_ATTRIBUTE, 'src', PICTURE),
    change('c4', '#hero', SET_ATTRIBUTE, 'class', 'is-warm'),
    change('c5', '.shipping-note', BEFORE, NOTE_HTML),
    change('c6', '#popup', REMOVE),
  ]
  const weightDistributions = [{ entityId: 'va', endOfRange: 10_000 }]
  const variation = { id: 'va', name: 'A', actions: [{ viewId: 'v1', changes }] }
  const experiment = {
    id: 'e1',
    name: 'bench',
    audienceIds: null,
    changes: null,
    integrationSettings: {},
    bucketingStrategy: null,
    weightDistributions,
    variations: [variation],
  }
  const layer = {
    id: 'L1',
    name: 'bench',
    commitId: '1',
    groupId: null,
    holdback: 0,
    activation: {},
    integrationSettings: {},
    integrationStringVersion: 2,
    policy: 'single_experiment',
    viewIds: ['v1'],
    weightDistributions: null,
    decisionMetadata: null,
    changes: null,
    experiments: [experiment],
  }
  const view = {
    id: 'v1',
    category: 'other',
    apiName: 'all',
    name: 'all',
    staticConditions: ['and', ['or', { match: 'substring', type: 'url', value: 'shop.example.com' }]],
    activationType: 'immediate',
    deactivationEnabled: false,
    undoOnDeactivation: false,
    tags: [],
  }
  return JSON.stringify({
    defines: {
      __ANALYTICS__: { OPTIMIZELY: true },
      __CDN_HOST__: 'https:',
      __TARGETING_CONDITIONS__: {},
      __SEGMENTATION_FEATURES__: {},
      __VIEW_FEATURES__: { URL: true },
      __CHANGE__: {},
      __JQUERY_LIBRARY__: false,
      __POLICY__: {},
      __VIEW_TRIGGERS__: { IMMEDIATE: true },
    },
    config: {
      accountId: '1',
      namespace: '2',
      revision: '3',
      anonymizeIP: true,
      enableForceParameters: true,
      experimental: {},
      projectId: '2',
      snippetId: 'S1',
      groups: [],
      audiences: [],
      listTargetingKeys: [],
      visitorAttributes: [],
      visitorIdLocator: null,
      integrationSettings: [],
      views: [view],
      events: [],
      dimensions: [],
      interestGroups: [],
      tagGroups: [],
      plugins: [],
      layers: [layer],
    },
    queue: {
      unevaluatedViews: ['v1'],
      unevaluatedAudiences: [],
      undecidedExperiences: ['L1'],
      unappliedChangesets: [],
    },
    results: {
      activeViews: [],
      inactiveViews: [],
      activeAudiences: [],
      inactiveAudiences: [],
      activeExperiences: [],
      inactiveExperiences: [],
      appliedChangesets: [],
      decisions: [],
    },
  })
}
