/** English. */
import type { Texts } from './texts.ts'

const times = (count: number): string => (count === 1 ? 'once' : count === 2 ? 'twice' : `${count} times`)

export const en: Texts = {
  title: (host) => `Your privacy at ${host}`,
  skip: 'Skip to the content',
  back: (host) => `Back to ${host}`,
  language: 'Language',
  lead: 'Here is everything this shop keeps about you, where it came from and what it is used for. You can change your mind at any time, and it counts from your next click.',
  contents: 'On this page',

  standing: 'How things stand',
  on: 'Personalization is on.',
  off: 'You are using this shop anonymously.',
  granted: {
    grant: 'You agreed to it.',
    cmp_grant: 'You agreed to it in the cookie settings of this shop.',
    region: 'Where you are, the law lets shops assume a yes until you say no.',
  },
  refused: {
    erasure: 'You had your data erased, so nothing more is collected under the old number.',
    gpc: 'Your browser sends the Global Privacy Control signal. It counts as a no, whatever else was chosen here.',
    deny: 'You said no.',
    cmp_deny: 'You said no in the cookie settings of this shop.',
    malformed: 'An answer stored in your browser cannot be read, so we take it as a no.',
    dnt: 'Your browser sends “Do Not Track”, and we take it at its word.',
    region: 'Where you are, shops have to ask first, and you have not said yes.',
  },
  anonymous: 'Use the shop anonymously',
  anonymousAbout:
    'Turns everything below off and deletes what we keep about this browser. The shop works just the same.',
  allow: 'Allow both purposes',
  allowAbout: 'Turns personalization and measurement on. You can come back and undo it here.',

  choices: 'What you allow',
  purposes: 'Purposes',
  personalization: {
    name: 'Personalization',
    about:
      'The shop may remember what you look at, follow and buy here, and choose by it what it shows you. Nobody else gets to see it. Switching it off deletes what was remembered.',
  },
  measurement: {
    name: 'Measurement',
    about:
      'The shop may count, under a random number, which version of a page works better. Only what personalization shows is measured: while that is off, nothing is counted about you.',
  },
  necessary: {
    name: 'Necessary',
    about:
      'Remembering your answer to these questions. Always on: without it we would have to ask on every page.',
  },
  today:
    'To compare versions of a page fairly, this shop keeps a random number in your browser until the end of the day. It says nothing about you, nothing is stored about it, and it is used for nothing else.',
  classes: 'Kinds of data',
  classesAbout:
    'Where personalization is on, it uses only what is ticked here. Unticking a kind deletes what we have of it from this browser; ticking it again starts from nothing.',
  save: 'Save my choices',
  overruled: {
    gpc: 'While your browser sends Global Privacy Control, everything here stays off.',
    cmp_deny:
      'You said no in the cookie settings of this shop. Change that first, then the choices here count.',
  },

  known: 'What we know about you',
  nothingKnown: 'Nothing. We keep nothing that belongs to this browser.',
  little: 'So far, only that this browser has been here.',
  storeAway:
    'Our records did not answer just now, so this is only what your own browser carries. Please look again in a moment.',
  from: 'Where from',
  usedFor: 'Used for',
  unused: 'nothing at the moment',
  more: (count) => `and ${count} more`,
  switchedOff: 'You switched this off, so it is not used in this browser, and nothing more of it is kept.',
  kept: 'Kept',
  keptUntil: (date) => `until ${date} at the latest`,
  keptEvents: 'each entry for 90 days',
  tie: {
    login: (date) =>
      `This browser has been linked to your customer account since ${date}, because you signed in.`,
    newsletter: (date) =>
      `This browser has been linked to a newsletter since ${date}, because you said that it was sent to you. The shop goes by its reader’s account here too; to see what belongs to your customer account, sign in first.`,
  },
  data: {
    country: { name: 'Country' },
    region: { name: 'Region and time zone' },
    city: { name: 'Town', from: 'your internet connection, roughly' },
    place: { name: 'Rough place', from: 'your internet connection, to about 11 km' },
    time: { name: 'Time of day' },
    device: { name: 'Kind of device' },
    language: { name: 'Language' },
    page: { name: 'The page you are on' },
    visit: { name: 'Your visits', from: 'this browser, when it opens our pages' },
    cookie: { name: 'Settings of this site', from: 'cookies of this site in your browser' },
    weather: { name: 'The weather' },
    store: {
      name: 'The nearest store',
      from: 'your rough place, or the one you shared, and our list of stores',
    },
    stage: { name: 'How well we know each other', from: 'worked out from what stands on this page' },
    affinity: {
      name: 'What interests you',
      from: 'what you look at, search for, put into the basket and buy here',
    },
    habit: { name: 'Your habits', from: 'when you visit this shop, and which of our stores' },
    follows: { name: 'Brands you follow', from: 'you chose them' },
    traits: { name: 'What you told us', from: 'you said so yourself; we never guess it' },
    orders: { name: 'Your orders', from: 'our order records' },
    recent: { name: 'What you looked at last', from: 'this browser, when it opens our pages' },
  },
  stages: {
    identified: 'We recognise this browser by a random number.',
    connected: 'You follow a brand, or this browser is linked to your account or a newsletter.',
    known: 'We know what interests you.',
    personalized: 'We know what interests you, and have shown you something chosen by it.',
  },
  traits: { ageBand: 'Age', occupation: 'Occupation', interests: 'Interests', name: 'Name' },
  weekdays: {
    mon: 'Monday',
    tue: 'Tuesday',
    wed: 'Wednesday',
    thu: 'Thursday',
    fri: 'Friday',
    sat: 'Saturday',
    sun: 'Sunday',
  },
  dayparts: {
    night: 'night',
    morning: 'morning',
    midday: 'midday',
    afternoon: 'afternoon',
    evening: 'evening',
  },
  strength: { weak: 'a little', some: 'somewhat', strong: 'a lot' },
  visits: (count, since) => `${count === 1 ? '1 visit' : `${count} visits`} since ${since}`,
  aWeek: (count) => `${count} a week`,
  storeVisits: (store, count) => `Store ${store}: ${count} a week`,
  orders: (count, total, last) =>
    `${count === 1 ? '1 order' : `${count} orders`}${total === undefined ? '' : `, ${total} in all`}${last === undefined ? '' : `, the last on ${last}`}`,
  activity: (count) => (count === 1 ? '1 entry' : `${count} entries`),
  activityName: 'Your activity, one by one',
  activityFrom: 'this browser, others where you signed in, our stores and our order records',
  kinds: {
    view: 'pages looked at',
    search: 'searches (never the words)',
    add_to_cart: 'put into the basket',
    purchase: 'orders',
    follow: 'brands followed',
    unfollow: 'brands no longer followed',
    store_visit: 'store visits',
    store_purchase: 'store purchases',
    declare: 'told us something',
    not_relevant: 'said “not relevant”',
    too_personal: 'said “too personal”',
    visit: 'visits',
    served: 'shown something personal',
  },

  thisVisit: 'What this visit tells us',
  thisVisitAbout: 'Read from the request for this page, used for it, and not kept.',
  devices: { mobile: 'phone', tablet: 'tablet', desktop: 'computer' },

  unknownPiece: 'This piece is not shown any more.',
  shown: 'What was shown to you, and why',
  nothingShown: 'Nothing chosen for you has been shown in this browser.',
  shownLast: (date) => `Last shown on ${date}.`,
  shownTimes: (count, date) => `Shown ${times(count)}, last on ${date}.`,
  hidden: 'You asked us not to show this again in this browser. We keep to it.',
  comparison: 'You belong to a comparison group, so you were not shown this.',
  notRelevant: 'Not relevant',
  tooPersonal: 'Too personal',
  about: (piece) => `About “${piece}”`,
  yourPrivacy: 'Your privacy and choices',

  rights: 'Take it or delete it',
  download: 'Download everything',
  downloadAbout: 'One JSON file with all of the above, every single entry, and an explanation of each field.',
  erase: 'Erase everything …',
  eraseAbout: 'You see first what goes, and are asked once more.',

  eraseTitle: 'Erase everything?',
  eraseLater:
    'Our records did not answer just now. They forget this browser when they do, or on your next visit.',
  eraseWhat: 'This is what will be deleted, for good:',
  eraseScope: {
    browser: 'This covers this browser.',
    newsletter:
      'This covers this browser. It is linked by a newsletter only, and such links can be forwarded; to erase what belongs to your customer account, sign in first.',
    person:
      'This covers every browser that is linked to your account, and what you did in our stores with your customer card. Your account itself and your orders stay with the shop.',
  },
  eraseYes: 'Yes, erase everything',
  eraseNo: 'No, keep it',
  receiptTitle: 'Erased',
  receiptAbout:
    'This is your receipt. We keep no copy that has your name on it, so save or print it if you need it.',
  receiptNumber: 'Receipt number',
  receiptTime: 'Erased at',
  receiptTable: 'What',
  receiptRows: 'Entries',
  receiptKeeps:
    'What stays is a scrambled mark of your old number, for 14 months, so that nothing late can bring it back. It tells nobody who you were.',
  receiptAnonymous:
    'From now on you use this shop anonymously. Your browser keeps a note that you said no, so that nothing begins anew unless you allow it.',
  tables: {
    visitors: 'Who visited when',
    contributions: 'Interests, habits, follows and orders',
    events: 'Single activities',
    identities: 'Links to an account or a newsletter',
    consentLog: 'Answers about consent (kept without your number)',
    measures: 'Measurement: what was shown, and what followed',
    deadLetters: 'Events that could not be counted yet',
  },

  saved: 'Saved. It counts from now on.',
  unrecorded:
    'Your choice holds from now on. It is not on record yet. Please go back and send it again in a minute.',
  thanks: 'Thank you. You will not see it again in this browser.',
  notCounted: 'You use this shop anonymously, so there is nothing to remember this by.',
  notFromHere: 'This form was not sent from a page of this shop, so nothing was changed.',
  linkTitle: 'Was this e-mail meant for you?',
  linkAbout:
    'You opened a link from an e-mail of this shop. If the e-mail was sent to you, this browser can be linked to the account that it was sent to, so that the shop knows you here as well. If somebody passed it on to you, choose no.',
  linkYes: 'Yes, it was sent to me',
  linkNo: 'No, just show me the page',
  failed: 'That did not work just now. Please try again in a moment; nothing is done twice.',

  why: {
    summary: 'Why this?',
    sentence: (clauses) => `You see this because ${clauses}.`,
    everybody: 'Everybody sees this. Nothing about you was used.',
    chance:
      'There are several versions, and chance decides who sees which, so that the better one can be found.',
    wording: (classes) => `Its wording also uses: ${classes}.`,
    classes: {
      country: 'it is meant for the country you are in',
      region: 'it is meant for the region you are in',
      city: 'it is meant for the town you are in or near',
      place: 'it is meant for the area around you',
      time: 'it is meant for this time',
      device: 'it is made for the kind of device you use',
      language: 'it is made for your language',
      page: 'it belongs to this page or to the link that brought you here',
      visit: 'you have been to this shop before',
      cookie: 'it goes by a setting of this site in your browser',
      weather: 'it fits the weather',
      store: 'one of our stores is near you',
      stage: 'it fits what you have shared with this shop',
      affinity: 'it fits what you have looked at or bought here',
      habit: 'it fits your visits to us',
      follows: 'it fits the brands you follow',
      traits: 'it fits what you told us about yourself',
      orders: 'it fits your earlier orders',
      recent: 'it fits what you looked at last here',
    },
    regards: (name) => `it takes “${name}” into account`,
    follows: (brands) => `you follow ${brands}`,
    country: (name) => `it is meant for the country you are in (${name})`,
    firstVisit: 'this is your first visit',
    hot: 'it is hot today',
    weather: {
      clear: 'the sky is clear',
      clouds: 'it is cloudy',
      rain: 'it is raining',
      snow: 'it is snowing',
      storm: 'there is a storm',
      fog: 'it is foggy',
    },
  },
}
