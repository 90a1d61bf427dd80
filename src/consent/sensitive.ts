/**
 * What is nobody's business, whatever was agreed: the special categories of GDPR articles 9 and 10, children, and what
 * the CPRA adds (§ 1798.140 (ae)). No audience may be made of it, no category may be learned from it, and no words
 * aimed at one person may touch it. Found by words in English, Portuguese, German and French. Pure.
 *
 * A list of words is a net, not a judge: it stops what is said plainly. Words that shops need for harmless things
 * ("race", "mass", "prescription glasses", "politique de retour") are left out or stand in phrases only.
 */

/** The closed list; each name is a key for the texts that explain it. */
export const SENSITIVE_TOPICS = [
  'health',
  'sexuality',
  'religion',
  'ethnicity',
  'politics',
  'union',
  'biometrics',
  'crime',
  'children',
  'status',
  'hardship',
] as const
export type SensitiveTopic = (typeof SENSITIVE_TOPICS)[number]

/** Folded words (see `fold`) and phrases; a trailing `*` stands for any ending. */
const WORDS: Readonly<Record<SensitiveTopic, readonly string[]>> = {
  health: [
    'pregnan* maternity fertility infertil* ivf diabet* cancer* hiv insulin asthma* arthritis allerg* obes* overweight',
    'incontinen* menopaus* contracept* condom* abortion* viagra disabilit* dementia alzheimer* epilep* psychiatr*',
    'depressi* medication* medicines alcoholi* anorexi* bulimi* chemotherap* oncolog*',
    'gravid* maternidade cancro medicament* doenca* doente* alergi* emagrec* contracep* preservativos aborto* deficiencia*',
    'schwanger* mutterschaft krebs medikament* krankheit* adipos* ubergewicht* wechseljahre verhutung* kondom*',
    'abtreibung* behinder* pflegebedurf* grossesse* maternite maladie* preservatifs avortement* handicap*',
  ],
  sexuality: [
    'gay gays lesbi* bisexu* transgender* transsexu* lgbt* queer homosexu* homossexu* heterosexu* erotic* erotik*',
    'erotique* porn* fetish* schwul*',
  ],
  religion: [
    'religi* christianity muslim* islam* jewish judaism judaic* judeu* hindu* buddhis* budis* catholic* catolic*',
    'catholi* katholi* evangelic* evangelisch* protestant* church* igreja* kirche kirchen eglise* mosque* mesquita*',
    'moschee* synagog* sinagog* ramadan ramadao kosher koscher halal quran koran alcorao coran muculman* musulman*',
    'juif juifs juive* judisch* atheis* ateu ateus athee*',
  ],
  ethnicity: ['ethnic* etnic* etnia* ethnisch* ethnie* ethniqu* racial* hispanic* latino* latina* romani'],
  politics: [
    'republicans democrats socialis* sozialis* communis* comunis* kommunis* conservatives election* eleico*',
  ],
  union: ['sindicat* gewerkschaft* syndicat*'],
  biometrics: ['biometr* genetic* genetisch* genetique* fingerprint* fingerabdruck*'],
  crime: ['criminal* convict* offender* prison* vorstraf* straftat* gefangnis*'],
  children: [
    'child children kid kids toddler* baby babies infant* minors teenager* bebe* crianca* menores kleinkind*',
    'kinderkleid* kinderzimmer* saugling* minderjahrig* enfant* nourrisson* mineurs',
  ],
  status: ['immigra* imigra* refugee* refugiad* asylum fluchtling* migrant* undocumented citizenship'],
  hardship: ['bankrupt* insolven* uberschuld* surendett* sobreendivid*'],
}

const PHRASES: Readonly<Partial<Record<SensitiveTopic, readonly string[]>>> = {
  health: [
    'weight loss',
    'mental health',
    'sick leave',
    'erectile',
    'saude mental',
    'perda de peso',
    'psychische gesundheit',
    'psychisch krank*',
    'sante mentale',
    'perte de poids',
    'femme enceinte',
    'femmes enceintes',
  ],
  sexuality: ['sexual orientation', 'sex life', 'sex toy*', 'orientacao sexual', 'sexuelle orientierung'],
  ethnicity: [
    'skin colour',
    'skin color',
    'cor da pele',
    'hautfarbe',
    'couleur de peau',
    'african american*',
  ],
  politics: [
    'political*',
    'labour party',
    'liberal party',
    'left wing',
    'right wing',
    'partido politico',
    'opinia* politica',
    'opinioes politicas',
    'politische* meinung*',
    'bundestagswahl*',
    'parti politique',
    'opinion* politique*',
  ],
  union: ['trade union*', 'labor union*', 'labour union*', 'union member*'],
  biometrics: ['dna test*', 'face recognition', 'facial recognition', 'teste de adn'],
  crime: ['registo criminal', 'casier judiciaire'],
  children: ['under age', 'school age', 'menor de idade', 'fur kinder'],
  status: ['residence permit', 'asile politique', 'work visa'],
  hardship: ['payday loan*', 'in debt', 'food stamps', 'rendimento minimo'],
}

/**
 * The first sensitive topic that a text touches, or undefined. Names of attributes and categories are read as well
 * (`sexualOrientation`, `baby-food`).
 */
export function sensitiveTopic(text: string): SensitiveTopic | undefined {
  const words = fold(text)
  return patterns().find(([, pattern]) => pattern.test(words))?.[0]
}

/** The words of a text, lower case, without accents, apart by one blank and with one at either end. */
export function fold(text: string): string {
  const words = text
    .slice(0, MAX_CHARS)
    .replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .replaceAll('ß', 'ss')
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
  return ` ${words.trim()} `
}

/** More than any template may have. */
const MAX_CHARS = 65_536

let compiled: readonly (readonly [SensitiveTopic, RegExp])[] | undefined

/** Compiled at the first question: most isolates never ask one. A value, and a pure function of the lists. */
function patterns(): readonly (readonly [SensitiveTopic, RegExp])[] {
  compiled ??= SENSITIVE_TOPICS.map((topic) => {
    const entries = [...WORDS[topic].flatMap((line) => line.split(' ')), ...(PHRASES[topic] ?? [])]
    const sources = entries.map((entry) => entry.replaceAll('*', '\\p{L}*'))
    return [topic, new RegExp(` (?:${sources.join('|')}) `, 'u')]
  })
  return compiled
}

/** Ages below this are a child's (GDPR, article 8: 16 unless a country says less). */
const ADULT_YEARS = 16
const AGE_NAME = / (?:age|ages|aged|birth|birthday|idade|alter|naissance) /

/** Does this name hold an age? `ageBand`, `age_group`, `idade`. */
export const isAgeName = (name: string): boolean => AGE_NAME.test(fold(name).replaceAll(/\d+/g, ' '))

/**
 * Does this age, or band of ages, reach into childhood? `15`, `13-17`, `under 18`, `<16`, `0+`. What names no age does
 * not.
 */
export function isChildAge(value: unknown): boolean {
  if (typeof value === 'number') return value < ADULT_YEARS
  if (typeof value !== 'string') return false
  const [first] = value.match(/\d{1,3}/) ?? []
  if (first === undefined) return false
  return Number(first) < ADULT_YEARS || /^\s*(?:<|under|unter|below|moins|menos|ate|u(?=\d))/i.test(value)
}
