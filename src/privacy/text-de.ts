/** German. Clauses after "weil" have their verb at the end. */
import type { Texts } from './texts.ts'

const times = (count: number): string => (count === 1 ? 'einmal' : count === 2 ? 'zweimal' : `${count}-mal`)

export const de: Texts = {
  title: (host) => `Ihre Privatsphäre bei ${host}`,
  skip: 'Zum Inhalt springen',
  back: (host) => `Zurück zu ${host}`,
  language: 'Sprache',
  lead: 'Hier steht alles, was dieser Shop über Sie aufbewahrt, woher es kommt und wofür es genutzt wird. Sie können Ihre Meinung jederzeit ändern; das gilt ab dem nächsten Klick.',
  contents: 'Auf dieser Seite',

  standing: 'Wie es gerade steht',
  on: 'Die Personalisierung ist eingeschaltet.',
  off: 'Sie nutzen diesen Shop anonym.',
  granted: {
    grant: 'Sie haben zugestimmt.',
    cmp_grant: 'Sie haben in den Cookie-Einstellungen dieses Shops zugestimmt.',
    region: 'Dort, wo Sie sind, darf ein Shop von einem Ja ausgehen, bis Sie Nein sagen.',
  },
  refused: {
    erasure: 'Sie haben Ihre Daten löschen lassen; unter der alten Nummer wird nichts mehr erfasst.',
    gpc: 'Ihr Browser sendet das Signal „Global Privacy Control“. Es gilt als Nein, was auch immer hier gewählt wurde.',
    deny: 'Sie haben Nein gesagt.',
    cmp_deny: 'Sie haben in den Cookie-Einstellungen dieses Shops Nein gesagt.',
    malformed: 'Eine Antwort in Ihrem Browser lässt sich nicht lesen, daher gilt sie als Nein.',
    dnt: 'Ihr Browser bittet darum, nicht verfolgt zu werden („Do Not Track“), und daran halten wir uns.',
    region: 'Dort, wo Sie sind, muss ein Shop zuerst fragen, und Sie haben noch nicht Ja gesagt.',
  },
  anonymous: 'Den Shop anonym nutzen',
  anonymousAbout:
    'Schaltet alles Folgende aus und löscht, was wir über diesen Browser aufbewahren. Der Shop funktioniert genauso.',
  allow: 'Beide Zwecke erlauben',
  allowAbout: 'Schaltet Personalisierung und Messung ein. Hier können Sie das wieder zurücknehmen.',

  choices: 'Was Sie erlauben',
  purposes: 'Zwecke',
  personalization: {
    name: 'Personalisierung',
    about:
      'Der Shop darf sich merken, was Sie hier ansehen, kaufen und welchen Marken Sie folgen, und danach auswählen, was er Ihnen zeigt. Sonst bekommt das niemand zu sehen. Beim Ausschalten wird das Gemerkte gelöscht.',
  },
  measurement: {
    name: 'Messung',
    about:
      'Der Shop darf unter einer Zufallsnummer zählen, welche Fassung einer Seite besser ankommt. Gemessen wird nur, was die Personalisierung zeigt: Ist sie ausgeschaltet, wird nichts über Sie gezählt.',
  },
  necessary: {
    name: 'Notwendig',
    about:
      'Sich Ihre Antworten auf diese Fragen zu merken. Immer eingeschaltet, sonst müssten wir auf jeder Seite fragen.',
  },
  today:
    'Um Fassungen einer Seite fair zu vergleichen, legt dieser Shop bis zum Ende des Tages eine Zufallszahl in Ihren Browser. Sie sagt nichts über Sie, nichts wird zu ihr gespeichert, und sie dient zu nichts anderem.',
  classes: 'Arten von Daten',
  classesAbout:
    'Ist die Personalisierung eingeschaltet, nutzt sie nur, was hier angekreuzt ist. Nehmen Sie ein Häkchen weg, löschen wir, was wir davon aus diesem Browser haben; setzen Sie es wieder, beginnt es bei null.',
  save: 'Meine Auswahl speichern',
  overruled: {
    gpc: 'Solange Ihr Browser „Global Privacy Control“ sendet, bleibt hier alles ausgeschaltet.',
    cmp_deny:
      'Sie haben in den Cookie-Einstellungen dieses Shops Nein gesagt. Ändern Sie das zuerst, dann gilt die Auswahl hier.',
  },

  known: 'Was wir über Sie wissen',
  nothingKnown: 'Nichts. Wir bewahren nichts auf, das zu diesem Browser gehört.',
  little: 'Bisher nur, dass dieser Browser hier war.',
  storeAway:
    'Unsere Aufzeichnungen haben gerade nicht geantwortet; dies ist nur, was Ihr eigener Browser mitführt. Bitte sehen Sie gleich noch einmal nach.',
  from: 'Woher',
  usedFor: 'Wofür',
  unused: 'derzeit für nichts',
  more: (count) => `und ${count} weitere`,
  switchedOff:
    'Das haben Sie ausgeschaltet. In diesem Browser wird es nicht genutzt, und nichts mehr davon wird aufbewahrt.',
  kept: 'Aufbewahrt',
  keptUntil: (date) => `längstens bis ${date}`,
  keptEvents: 'jeder Eintrag 90 Tage lang',
  tie: {
    login: (date) =>
      `Dieser Browser ist seit dem ${date} mit Ihrem Kundenkonto verbunden, weil Sie sich angemeldet haben.`,
    newsletter: (date) =>
      `Dieser Browser ist seit dem ${date} mit einem Newsletter verbunden, weil Sie sagten, dass er an Sie ging. Der Shop richtet sich hier auch nach dem Konto des Empfängers; um zu sehen, was zu Ihrem Kundenkonto gehört, melden Sie sich bitte zuerst an.`,
  },
  data: {
    country: { name: 'Land' },
    region: { name: 'Region und Zeitzone' },
    city: { name: 'Ort', from: 'Ihre Internetverbindung, ungefähr' },
    place: { name: 'Ungefähre Gegend', from: 'Ihre Internetverbindung, auf etwa 11 km' },
    time: { name: 'Tageszeit' },
    device: { name: 'Art des Geräts' },
    language: { name: 'Sprache' },
    page: { name: 'Die Seite, auf der Sie sind' },
    visit: { name: 'Ihre Besuche', from: 'dieser Browser, wenn er unsere Seiten öffnet' },
    cookie: { name: 'Einstellungen dieser Website', from: 'Cookies dieser Website in Ihrem Browser' },
    weather: { name: 'Das Wetter' },
    store: {
      name: 'Die nächste Filiale',
      from: 'Ihre ungefähre oder von Ihnen geteilte Position und unsere Liste der Filialen',
    },
    stage: { name: 'Wie gut wir uns kennen', from: 'ergibt sich aus dem, was auf dieser Seite steht' },
    affinity: {
      name: 'Was Sie interessiert',
      from: 'was Sie hier ansehen, suchen, in den Korb legen und kaufen',
    },
    habit: { name: 'Ihre Gewohnheiten', from: 'wann Sie diesen Shop besuchen, und welche unserer Filialen' },
    follows: { name: 'Marken, denen Sie folgen', from: 'Sie haben sie ausgesucht' },
    traits: { name: 'Was Sie uns gesagt haben', from: 'von Ihnen selbst; wir raten das nie' },
    orders: { name: 'Ihre Bestellungen', from: 'unsere Bestelldaten' },
    recent: { name: 'Was Sie zuletzt angesehen haben', from: 'dieser Browser, wenn er unsere Seiten öffnet' },
  },
  stages: {
    identified: 'Wir erkennen diesen Browser an einer Zufallsnummer.',
    connected:
      'Sie folgen einer Marke, oder dieser Browser ist mit Ihrem Konto oder einem Newsletter verbunden.',
    known: 'Wir wissen, was Sie interessiert.',
    personalized:
      'Wir wissen, was Sie interessiert, und haben Ihnen schon etwas danach Ausgesuchtes gezeigt.',
  },
  traits: { ageBand: 'Alter', occupation: 'Beruf', interests: 'Interessen', name: 'Name' },
  weekdays: {
    mon: 'Montag',
    tue: 'Dienstag',
    wed: 'Mittwoch',
    thu: 'Donnerstag',
    fri: 'Freitag',
    sat: 'Samstag',
    sun: 'Sonntag',
  },
  dayparts: {
    night: 'nachts',
    morning: 'morgens',
    midday: 'mittags',
    afternoon: 'nachmittags',
    evening: 'abends',
  },
  strength: { weak: 'ein wenig', some: 'deutlich', strong: 'sehr' },
  visits: (count, since) => `${count === 1 ? '1 Besuch' : `${count} Besuche`} seit dem ${since}`,
  aWeek: (count) => `${count} pro Woche`,
  storeVisits: (store, count) => `Filiale ${store}: ${count} pro Woche`,
  orders: (count, total, last) =>
    `${count === 1 ? '1 Bestellung' : `${count} Bestellungen`}${total === undefined ? '' : `, zusammen ${total}`}${last === undefined ? '' : `, die letzte am ${last}`}`,
  activity: (count) => (count === 1 ? '1 Eintrag' : `${count} Einträge`),
  activityName: 'Was Sie getan haben, im Einzelnen',
  activityFrom:
    'dieser Browser, andere, in denen Sie angemeldet waren, unsere Filialen und unsere Bestelldaten',
  kinds: {
    view: 'angesehene Seiten',
    search: 'Suchen (nie die Wörter)',
    add_to_cart: 'in den Korb gelegt',
    purchase: 'Bestellungen',
    follow: 'Marken gefolgt',
    unfollow: 'Marken nicht mehr gefolgt',
    store_visit: 'Besuche in Filialen',
    store_purchase: 'Einkäufe in Filialen',
    declare: 'uns etwas gesagt',
    not_relevant: '„Nicht relevant“ gesagt',
    too_personal: '„Zu persönlich“ gesagt',
    visit: 'Besuche',
    served: 'etwas Persönliches gezeigt bekommen',
  },

  thisVisit: 'Was dieser Besuch uns sagt',
  thisVisitAbout: 'Aus der Anfrage nach dieser Seite gelesen, für sie genutzt und nicht aufbewahrt.',
  devices: { mobile: 'Telefon', tablet: 'Tablet', desktop: 'Computer' },

  unknownPiece: 'Das wird nicht mehr gezeigt.',
  shown: 'Was Ihnen gezeigt wurde, und warum',
  nothingShown: 'In diesem Browser wurde noch nichts gezeigt, das für Sie ausgesucht war.',
  shownLast: (date) => `Zuletzt am ${date} gezeigt.`,
  shownTimes: (count, date) =>
    `${count === 1 ? 'Einmal' : count === 2 ? 'Zweimal' : times(count)} gezeigt, zuletzt am ${date}.`,
  hidden: 'Sie möchten das in diesem Browser nicht mehr sehen. Daran halten wir uns.',
  comparison: 'Sie gehören zu einer Vergleichsgruppe, daher wurde Ihnen das nicht gezeigt.',
  notRelevant: 'Nicht relevant',
  tooPersonal: 'Zu persönlich',
  about: (piece) => `Zu „${piece}“`,
  yourPrivacy: 'Ihre Privatsphäre und Auswahl',

  rights: 'Mitnehmen oder löschen',
  download: 'Alles herunterladen',
  downloadAbout:
    'Eine JSON-Datei mit allem von oben, jedem einzelnen Eintrag und einer Erklärung jedes Felds.',
  erase: 'Alles löschen …',
  eraseAbout: 'Sie sehen erst, was verschwindet, und werden noch einmal gefragt.',

  eraseTitle: 'Alles löschen?',
  eraseLater:
    'Unsere Aufzeichnungen haben gerade nicht geantwortet. Dieser Browser wird vergessen, sobald sie es tun, oder beim nächsten Besuch.',
  eraseWhat: 'Das wird endgültig gelöscht:',
  eraseScope: {
    browser: 'Das betrifft diesen Browser.',
    newsletter:
      'Das betrifft diesen Browser. Er ist nur durch einen Newsletter verbunden, und solche Links lassen sich weiterleiten; um zu löschen, was zu Ihrem Kundenkonto gehört, melden Sie sich bitte zuerst an.',
    person:
      'Das betrifft jeden Browser, der mit Ihrem Konto verknüpft ist, und was Sie in unseren Filialen mit Ihrer Kundenkarte getan haben. Ihr Konto selbst und Ihre Bestellungen bleiben beim Shop.',
  },
  eraseYes: 'Ja, alles löschen',
  eraseNo: 'Nein, behalten',
  receiptTitle: 'Gelöscht',
  receiptAbout:
    'Das ist Ihre Quittung. Wir behalten keine Kopie mit Ihrem Namen; speichern oder drucken Sie sie also, wenn Sie sie brauchen.',
  receiptNumber: 'Nummer der Quittung',
  receiptTime: 'Gelöscht am',
  receiptTable: 'Was',
  receiptRows: 'Einträge',
  receiptKeeps:
    'Es bleibt für 14 Monate ein unkenntlich gemachtes Zeichen Ihrer alten Nummer, damit nichts Verspätetes sie zurückbringt. Es verrät niemandem, wer Sie waren.',
  receiptAnonymous:
    'Ab jetzt nutzen Sie diesen Shop anonym. Ihr Browser merkt sich, dass Sie Nein gesagt haben, damit nichts neu beginnt, bevor Sie es erlauben.',
  tables: {
    visitors: 'Wer wann da war',
    contributions: 'Interessen, Gewohnheiten, gefolgte Marken und Bestellungen',
    events: 'Einzelne Handlungen',
    identities: 'Verbindungen zu einem Konto oder Newsletter',
    consentLog: 'Antworten zur Einwilligung (ohne Ihre Nummer aufbewahrt)',
    measures: 'Messung: was gezeigt wurde und was darauf folgte',
    deadLetters: 'Ereignisse, die noch nicht gezählt werden konnten',
  },

  saved: 'Gespeichert. Es gilt ab jetzt.',
  unrecorded:
    'Es gilt ab jetzt, ist aber noch nicht festgehalten. Bitte gehen Sie zurück und senden Sie es in einer Minute noch einmal.',
  thanks: 'Danke. Sie sehen das in diesem Browser nicht wieder.',
  notCounted: 'Sie nutzen diesen Shop anonym, daher haben wir nichts, woran wir uns das merken könnten.',
  notFromHere: 'Dieses Formular kam nicht von einer Seite dieses Shops, daher wurde nichts geändert.',
  linkTitle: 'Ging diese E-Mail an Sie?',
  linkAbout:
    'Sie haben einen Link aus einer E-Mail dieses Shops geöffnet. Wurde sie Ihnen geschickt, kann dieser Browser mit dem Konto verbunden werden, an das sie ging, damit der Shop Sie auch hier kennt. Hat sie Ihnen jemand weitergeleitet, wählen Sie Nein.',
  linkYes: 'Ja, sie ging an mich',
  linkNo: 'Nein, zeigen Sie mir nur die Seite',
  failed:
    'Das hat gerade nicht geklappt. Bitte versuchen Sie es gleich noch einmal; nichts geschieht doppelt.',

  why: {
    summary: 'Warum das?',
    sentence: (clauses) => `Das sehen Sie, weil ${clauses}.`,
    everybody: 'Das sehen alle. Nichts über Sie wurde dafür genutzt.',
    chance:
      'Es gibt mehrere Fassungen, und der Zufall entscheidet, wer welche sieht, damit sich die bessere herausstellt.',
    wording: (classes) => `Der Wortlaut nutzt außerdem: ${classes}.`,
    classes: {
      country: 'es für das Land gedacht ist, in dem Sie sind',
      region: 'es für die Region gedacht ist, in der Sie sind',
      city: 'es für den Ort gedacht ist, in dem Sie sind oder in dessen Nähe',
      place: 'es für die Gegend um Sie herum gedacht ist',
      time: 'es für diesen Zeitpunkt gedacht ist',
      device: 'es für die Art Ihres Geräts gemacht ist',
      language: 'es für Ihre Sprache gemacht ist',
      page: 'es zu dieser Seite gehört oder zu dem Link, der Sie herführte',
      visit: 'Sie schon einmal in diesem Shop waren',
      cookie: 'es sich nach einer Einstellung dieser Website in Ihrem Browser richtet',
      weather: 'es zum Wetter passt',
      store: 'eine unserer Filialen in Ihrer Nähe ist',
      stage: 'es zu dem passt, was Sie mit diesem Shop geteilt haben',
      affinity: 'es zu dem passt, was Sie hier angesehen oder gekauft haben',
      habit: 'es zu Ihren Besuchen bei uns passt',
      follows: 'es zu den Marken passt, denen Sie folgen',
      traits: 'es zu dem passt, was Sie uns über sich gesagt haben',
      orders: 'es zu Ihren früheren Bestellungen passt',
      recent: 'es zu dem passt, was Sie hier zuletzt angesehen haben',
    },
    regards: (name) => `„${name}“ dabei berücksichtigt wird`,
    follows: (brands) => `Sie ${brands} folgen`,
    country: (name) => `es für das Land gedacht ist, in dem Sie sind (${name})`,
    firstVisit: 'das Ihr erster Besuch ist',
    hot: 'es heute heiß ist',
    weather: {
      clear: 'der Himmel klar ist',
      clouds: 'es bewölkt ist',
      rain: 'es regnet',
      snow: 'es schneit',
      storm: 'es gewittert',
      fog: 'es neblig ist',
    },
  },
}
