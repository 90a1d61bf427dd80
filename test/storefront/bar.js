/**
 * The preview bar of the local stack: be a visitor from elsewhere, see what the page becomes, and read why. It asks the
 * shop's server for a preview token, which comes back as a cookie that scripts cannot read, and reloads the page.
 * Without this script the page is the page.
 */
const STATE_KEY = 'sv-preview'
const OPEN_KEY = 'sv-open'
const HOUR_MS = 3_600_000

const CHOICES = {
  city: [],
  day: [
    ['today', 'today'],
    ['wednesday', 'next Wednesday'],
    ['saturday', 'next Saturday'],
    ['july', '15 July'],
    ['january', '15 January'],
  ],
  weather: [
    ['mild', 'mild, 21 °C'],
    ['hot', 'hottest day, 36 °C'],
    ['clouds', 'clouds, 16 °C'],
    ['rain', 'rain, 12 °C'],
    ['storm', 'storm, 19 °C'],
    ['snow', 'snow, −3 °C'],
  ],
  device: [
    ['desktop', 'computer'],
    ['tablet', 'tablet'],
    ['mobile', 'phone'],
    ['saving', 'phone, saving data'],
  ],
  visit: [
    ['first', 'never here before'],
    ['second', 'second visit'],
    ['regular', 'twice a week'],
    ['neighbour', 'follows Brisa, lives round the corner'],
  ],
  consent: [
    ['true', 'says yes'],
    ['false', 'says no'],
  ],
  arm: [
    ['', 'as drawn'],
    ['control', 'the shop’s own'],
    ['cold', 'Something cold, please'],
    ['chest', 'Open the chest'],
  ],
}
const LABELS = {
  city: 'City',
  day: 'Day',
  weather: 'Weather',
  device: 'Device',
  visit: 'Known as',
  consent: 'To personal pages',
  arm: 'Button test',
}

const FIRST = {
  city: 'lisbon',
  day: 'today',
  hour: 11,
  weather: 'mild',
  device: 'desktop',
  visit: 'first',
  consent: true,
  arm: '',
}
const PRESETS = [
  [
    'The model case',
    {
      city: 'lisbon',
      day: 'july',
      hour: 15,
      weather: 'hot',
      device: 'mobile',
      visit: 'neighbour',
      consent: true,
      arm: '',
    },
  ],
  [
    'Hottest day, Lisbon',
    {
      city: 'lisbon',
      day: 'july',
      hour: 15,
      weather: 'hot',
      device: 'mobile',
      visit: 'regular',
      consent: true,
      arm: '',
    },
  ],
  [
    'Wet Wednesday, London',
    {
      city: 'london',
      day: 'wednesday',
      hour: 9,
      weather: 'rain',
      device: 'desktop',
      visit: 'second',
      consent: true,
      arm: '',
    },
  ],
  [
    'Saturday night, New York',
    {
      city: 'new-york',
      day: 'saturday',
      hour: 20,
      weather: 'mild',
      device: 'desktop',
      visit: 'first',
      consent: true,
      arm: '',
    },
  ],
  [
    'Snow in Berlin',
    {
      city: 'berlin',
      day: 'january',
      hour: 12,
      weather: 'snow',
      device: 'desktop',
      visit: 'first',
      consent: true,
      arm: '',
    },
  ],
  [
    'Somebody who said no, Tokyo',
    {
      city: 'tokyo',
      day: 'today',
      hour: 14,
      weather: 'clouds',
      device: 'desktop',
      visit: 'second',
      consent: false,
      arm: '',
    },
  ],
]

/** Reason → what it means, and whether the visitor saw something. */
const REASONS = {
  match: ['shown', 'shown, because it is for this visitor'],
  preview: ['shown', 'shown, because the bar asked for it'],
  control: ['held', 'in its test, and seeing the shop’s own: that is the comparison'],
  holdout: ['held', 'held out of this one, to learn what it is worth'],
  global_holdout: ['held', 'held out of everything, to learn what it all is worth'],
  forced_control: ['held', 'switched off for this request'],
  preview_rejected: ['held', 'the preview is over or was not ours'],
  group: ['not', 'another one of its kind came first'],
  audience: ['not', 'for other visitors'],
  schedule: ['not', 'not now'],
  page: ['not', 'for other pages'],
  coverage: ['not', 'not part of the share that gets it'],
  guard: ['not', 'kept back, so as not to be creepy'],
  cap: ['not', 'shown often enough'],
  fatigue: ['not', 'resting, because it was not looked at'],
  consent: ['not', 'needs a yes that this visitor has not given'],
  conflict: ['not', 'something more important stands there'],
  no_slot: ['not', 'its place is not on this page'],
  unfit: ['not', 'its place could not be edited safely'],
  error: ['not', 'failed, so the shop’s own stayed'],
}

/** Elements from a tag, properties or attributes, and children. */
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value)
    else if (value !== false && value !== undefined) element.setAttribute(name, value === true ? '' : value)
  }
  element.append(...children.filter((child) => child !== undefined))
  return element
}

function remember(key, value) {
  try {
    if (value === undefined) localStorage.removeItem(key)
    else localStorage.setItem(key, JSON.stringify(value))
  } catch {
    // Storage may be off; the bar then forgets.
  }
}

function recall(key) {
  try {
    return JSON.parse(localStorage.getItem(key) ?? 'null')
  } catch {
    return null
  }
}

function current() {
  const state = recall(STATE_KEY)
  return state !== null && state.until > Date.now() ? { ...FIRST, ...state.wish } : undefined
}

const label = (name, value) => CHOICES[name].find(([id]) => id === String(value))?.[1] ?? String(value)

const sentence = (wish) => {
  const answer = wish.consent ? '' : ', says no to personal pages'
  return [
    make('b', {}, label('city', wish.city)),
    make(
      'span',
      {},
      ` at ${String(wish.hour).padStart(2, '0')}:00 ${label('day', wish.day)} · ${label('weather', wish.weather)} · ${label('device', wish.device)} · ${label('visit', wish.visit)}${answer}`,
    ),
  ]
}

function field(name, wish) {
  const select = make(
    'select',
    { name },
    ...CHOICES[name].map(([id, text]) =>
      make('option', { value: id, selected: String(wish[name]) === id }, text),
    ),
  )
  return make('label', {}, LABELS[name], select)
}

function hourField(wish) {
  const show = (hour) => `${String(hour).padStart(2, '0')}:00`
  const output = make('output', {}, show(wish.hour))
  const range = make('input', { type: 'range', name: 'hour', min: 0, max: 23, step: 1, value: wish.hour })
  range.addEventListener('input', () => {
    output.textContent = show(range.value)
  })
  return make('label', { class: 'sv-hour' }, 'Hour there: ', output, range)
}

function wishOf(form) {
  const data = Object.fromEntries(new FormData(form))
  return { ...data, hour: Number(data.hour), consent: data.consent === 'true' }
}

async function become(wish, note) {
  note.textContent = 'Packing your bags …'
  try {
    const answer = await fetch('/_demo/preview', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(wish),
    })
    const result = await answer.json()
    if (!answer.ok) throw new Error(result.error)
    remember(STATE_KEY, { wish, until: Date.now() + HOUR_MS })
    location.reload()
  } catch (error) {
    note.textContent = error.message || 'That did not work.'
  }
}

async function ask(door, note) {
  try {
    await fetch(`/_demo/${door}`, { method: 'POST' })
    location.reload()
  } catch {
    note.textContent = 'The shop did not answer.'
  }
}

function beYourself(note) {
  remember(STATE_KEY, undefined)
  return ask('reset', note)
}

/** A preview is nobody's visit and leaves no id, so the new one is fetched as oneself before becoming somebody again. */
async function drawAnew(note) {
  const somebody = current()
  if (somebody === undefined) return ask('redraw', note)
  try {
    await fetch('/_demo/redraw', { method: 'POST' })
    await fetch('/', { headers: { Accept: 'text/html' }, cache: 'no-store' })
    await become(somebody, note)
  } catch {
    note.textContent = 'The shop did not answer.'
  }
}

/** `hero=a;r=match, ship="b c";r=audience;why="x"` → entries; enough of RFC 9651 for what is sent here. */
function parseDecisions(header) {
  return [
    ...header.matchAll(
      /([*a-z][\w.*-]*)=("(?:[^"\\]|\\.)*"|[^;,\s]+)\s*;\s*r=([a-z_]+)(?:\s*;\s*why="([^"]*)")?/g,
    ),
  ].map(([, id, arm, reason, because]) => ({ id, arm: arm.replace(/^"|"$/g, ''), reason, because }))
}

/** `name;dur=1.2;desc="…"` entries. */
function parseTimes(header) {
  return header.split(',').flatMap((entry) => {
    const [name = '', ...parameters] = entry.split(';').map((part) => part.trim())
    const read = (key) =>
      parameters
        .find((one) => one.startsWith(`${key}=`))
        ?.slice(key.length + 1)
        .replaceAll('"', '')
    const [duration, description] = [read('dur'), read('desc')]
    if (name === '') return []
    return [
      [
        name,
        duration === undefined
          ? (description ?? '')
          : `${Number(Number(duration).toFixed(2))} ms${description === undefined ? '' : `, ${description}`}`,
      ],
    ]
  })
}

function touch(selectors, isOn) {
  for (const selector of selectors) {
    for (const element of document.querySelectorAll(selector))
      element.classList.toggle('sv-touched', isOn && element !== document.body)
  }
}

function row({ id, arm, reason, because }, campaigns) {
  const [kind, why] = REASONS[reason] ?? ['not', reason]
  const { name = id, selectors = [] } = campaigns[id] ?? {}
  const canTouch = kind === 'shown' && selectors.length > 0
  const show = () => touch(selectors, true)
  const hide = () => touch(selectors, false)
  const look = () =>
    document
      .querySelector(selectors.find((one) => one !== 'body') ?? 'body')
      ?.scrollIntoView({ block: 'center', behavior: 'smooth' })
  const handlers = canTouch
    ? {
        tabindex: 0,
        title: 'Show where',
        onmouseenter: show,
        onmouseleave: hide,
        onfocus: show,
        onblur: hide,
        onclick: look,
        onkeydown: (event) => event.key === 'Enter' && look(),
      }
    : {}
  return make(
    'li',
    { 'data-kind': kind, ...handlers },
    make('i'),
    make('b', {}, name),
    make(
      'small',
      {},
      `${kind === 'not' ? '' : `${arm} · `}${why}${because === undefined ? '' : ` (${because})`}`,
    ),
  )
}

/** Asks for the head of this very page, with the cookies it was loaded with. */
async function explain(saw, campaigns) {
  try {
    const answer = await fetch(location.href, {
      method: 'HEAD',
      headers: { Accept: 'text/html' },
      cache: 'no-store',
      redirect: 'manual',
    })
    const rows = parseDecisions(answer.headers.get('Selvedge-Decision') ?? '').map((decision) => [
      decision,
      row(decision, campaigns),
    ])
    const near = rows.filter(([{ reason }]) => REASONS[reason]?.[0] !== 'not').map(([, item]) => item)
    const far = rows.filter(([{ reason }]) => REASONS[reason]?.[0] === 'not').map(([, item]) => item)
    const times = parseTimes(answer.headers.get('Server-Timing') ?? '')
    const empty =
      rows.length === 0
        ? 'This page came as the shop made it: nothing was decided here.'
        : 'Nothing on this page was for this visitor: it is the shop’s own.'
    saw.replaceChildren(
      make('h2', {}, 'What this page did'),
      near.length > 0 ? make('ul', { class: 'sv-list' }, ...near) : make('p', {}, empty),
      ...(far.length > 0
        ? [
            make(
              'details',
              { class: 'sv-rest' },
              make('summary', {}, `${far.length} more that stayed away`),
              make('ul', { class: 'sv-list' }, ...far),
            ),
          ]
        : []),
      ...(times.length > 0
        ? [
            make(
              'dl',
              { class: 'sv-times' },
              ...times.map(([name, value]) => make('div', {}, make('dt', {}, name), make('dd', {}, value))),
            ),
          ]
        : []),
    )
    return near.length
  } catch {
    saw.replaceChildren(
      make('h2', {}, 'What this page did'),
      make('p', {}, 'The page did not answer just now.'),
    )
    return 0
  }
}

function build({ cities, campaigns }) {
  CHOICES.city = cities.map(({ id, city }) => [id, city])
  const somebody = current()
  const wish = somebody ?? FIRST
  const isOpen = recall(OPEN_KEY) === true
  const note = make('span', { class: 'sv-note', role: 'status' })
  const saw = make('div', { class: 'sv-saw' }, make('h2', {}, 'What this page did'))
  const form = make(
    'form',
    {
      class: 'sv-be',
      onsubmit: (event) => {
        event.preventDefault()
        become(wishOf(form), note)
      },
    },
    make('h2', {}, 'Be somebody else'),
    make(
      'div',
      { class: 'sv-presets' },
      ...PRESETS.map(([name, preset]) =>
        make('button', { type: 'button', onclick: () => become(preset, note) }, name),
      ),
    ),
    make(
      'div',
      { class: 'sv-fields' },
      field('city', wish),
      field('day', wish),
      field('weather', wish),
      hourField(wish),
      field('device', wish),
      field('visit', wish),
      field('consent', wish),
      field('arm', wish),
    ),
    make(
      'div',
      { class: 'sv-go' },
      make('button', { type: 'submit', class: 'sv-main' }, 'Be this visitor'),
      make('button', { type: 'button', onclick: () => beYourself(note) }, 'Be myself again'),
      make(
        'button',
        {
          type: 'button',
          title: 'Forget the visitor id, so that tests and holdouts are drawn anew',
          onclick: () => drawAnew(note),
        },
        'Draw other arms',
      ),
      note,
    ),
  )
  const panel = make('div', { class: 'sv-panel', id: 'sv-panel', hidden: !isOpen }, form, saw)
  const toggle = make(
    'button',
    { type: 'button', 'aria-expanded': String(isOpen), 'aria-controls': 'sv-panel' },
    isOpen ? 'Close' : 'Be somebody else',
  )
  toggle.addEventListener('click', () => {
    panel.hidden = !panel.hidden
    toggle.setAttribute('aria-expanded', String(!panel.hidden))
    toggle.textContent = panel.hidden ? 'Be somebody else' : 'Close'
    remember(OPEN_KEY, !panel.hidden)
  })
  const who = make(
    'div',
    { class: 'sv-who' },
    ...(somebody === undefined
      ? [make('b', {}, 'You, as you are'), make('span', {}, ' · this bar is on your machine only')]
      : sentence(somebody)),
  )
  const reset =
    somebody === undefined
      ? undefined
      : make(
          'button',
          { type: 'button', 'data-do': 'reset', onclick: () => beYourself(note) },
          'Be myself again',
        )
  const top = make('div', { class: 'sv-top' }, make('span', { class: 'sv-dot' }), who, reset, toggle)
  const bar = make(
    'section',
    { class: 'sv-bar', 'aria-label': 'Preview', 'data-somebody': somebody !== undefined },
    make('div', { class: 'sv-frame' }, top, panel),
  )
  document.body.append(make('div', { class: 'sv-space' }), bar)
  explain(saw, campaigns).then((count) => {
    if (count > 0) who.append(make('span', {}, ` · ${count} ${count === 1 ? 'decision' : 'decisions'}`))
  })
}

fetch('/_demo/choices')
  .then((answer) => answer.json())
  .then(build)
  .catch(() => {})
