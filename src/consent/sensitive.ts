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

/**
 * Stems and phrases in folded words (see `fold`), in all four languages together, since many are shared. Each is a piece
 * of a regular expression: `_` is a blank, and a `*` at either end leaves that end of the word open, as German compounds
 * need it (`*krankheit*`). Everyday words that begin alike are ruled out where they stand: crabs, drinks, brands.
 */
const WORDS: Readonly<Record<SensitiveTopic, string>> = {
  health:
    'pregnan* matern(?:it|ida)* *schwang* muttersch* gravid* grossess* femmes?_enceint* fertility infertil* unfrucht* ' +
    'sterilite iv[fg] diabet* *zuckerkr* insulin* hiv vih sida aids_?(?:hilfe|test) (?<=^_)aids(?=_$) cancer* cancro* ' +
    '*(?<!fluss|taschen|edel)krebs(?!en?_|fleisch|suppe)* tumou?r* chemoth* on[ck]olo* leu[ck]a?e?mi* as(?:th)?m[ae]* ' +
    'arthrit* artrit* allerg* alergi* *allergie* heuschn* obes* adipos* overweight ubergewi* surpoids in[ck]ontin* ' +
    'menopau* wechselj* contrace* verhutu* condoms? kondom* preservati[vf]o?s abortions? aborto* avortem* abtreib* ' +
    'miscarr* fehlgeb* fausses?_couch* viagra erectile impoten* disabilit* (?:for|the|are)_disabled ' +
    'disabled_(?:p|cus|adu)* (?<=^_)disabled(?=_$) deficien* handica* *behinder* wheelch* rollstuhl* pflegebe* ' +
    'deaf(?:ness)? gehorlos* demen[ct]* *demenz* alzheim* parkins* epilep* psych(?:ia|isch|os|oth)* psi(?:qu|co)* schizo* ' +
    '(?:anti)?depress* bipolar autis[mt]* adhd tdah ptsd suicid* suizid* anorex* bo?ulimi* magersu* medicati* medicines ' +
    'medi[ck]am* alcoh?oli(?:cs|qu|sm)* (?<=^_)alcoholic(?=_$) alkohol(?:ik|ism|kr|su)* drogen(?!erie)* drug_addict* ' +
    'toxico[md]* spielsu* hepatit* herpes syphil* *krank(?:e[nrs]?|hei[a-z]*|enh[a-z]*)? maladi* malades? doenc* doentes? ' +
    'illness* diseases? chronic_[ip]* dialys* psoria* eczema* neuroderm* rheuma* h[iy]pertens* bluthoc* herzinf* schlagan* ' +
    'migraines? enxaq* emagrec* weight_loss perda_de_peso perte_de_poids gewichtsverl* mental_health ' +
    'sa(?:ude|nte)_mental* sick_leave',
  sexuality:
    'gays? lesbi* biss?exu* trans(?:ge|sexu)* lgbt* queer (?:hom|heter)oss?exu* sexu[ae]* sex_(?:life|toy)* ' +
    '(?:non|nao|nicht)_?bina* erotic* erotik* erotique* porn* fetish* schwul* vibrators? dildo*',
  religion:
    'religi* konfession* christian(?!_dior|_loub)(?:s|is[a-z]*|ity)? cristao* cristianis* christen christl* christent* ' +
    'chretien* muslim* islam* *musulm* mu[ck]ulm* jews? jewish juda[is]* juden* judeus? jui(?:fs?|ves?) judisch* hindus? ' +
    'hindo?uis* bo?ud+h?is* [ck]ath?oli[ckqs]* evangeli[ckqs]* protestan* mormon* jehov* sikhs? at(?:h?eis|hee)* ateus? ' +
    'church(?:es)? igrejas? kirchen? eglises? mosque* mesquit* moschee* s[iy]nagog* ramad(?:an|ao) [ck]osc?her casher halal ' +
    'quran [ck]oran alcorao hijabs? prayers?',
  ethnicity:
    'ethni* etni[ac]* racial* hispani* latin[oa]s? romani (?:afro|african)_am* ciganos? zigeun* tsigane* skin_colo* ' +
    'cor_da_pele hautfarb* couleur_de_peau migrationsh*',
  politics:
    '*(?<!banana_)republicans? republicanos? republicains? republikan* democrat[ae]?s? *demokraten so[cz]ialis[mt]* ' +
    '[ck]omm?unis[mt]* conservatives tories elections? eleico* eleitor* *tagswa* wahlka* politi(?:cal|cian|ker|sch)* ' +
    'opini[a-z]*_politi* partido_politico parti_politique lab?our_party liberal_party (?:left|right)_wing ' +
    '(?:links|rechts)ext* extrem[ea]_(?:dr|ga|di|es)* partei*',
  union: 's[iy]ndi[ck]a[tlu]* gewerks* betriebsra* (?:trade|labou?r)_union* union_member*',
  biometrics:
    'biometr* geneti[ckqs]* gentest* genom* dna_test* tes[ty]e?_(?:de_)?adn fingerpr* fingerabd* impress[a-z]*_digita* ' +
    'empreintes?_digi* fac(?:e|ial)_recog* reconnaissance_fac* reconhecimento_fac* gesichtserk*',
  crime:
    'crimin[aeo]* kriminel* kriminalit* convict(?:s|ed)? felon* offender* prisi?on* prisao inmates? delinq* straftat* ' +
    '*vorstraf* vorbest* gefangn* haftling* casier_judic*',
  children:
    'child(?:ren)? kids? toddler* newborn* baby(?!_(?:spinach|corn|leaf|blue|pink))s? babies ' +
    '(?<=^_|_de_|_para_|_pour_)bebes? infant* minors teens? teenage* adolesc* jugendlich* *minderj* ' +
    'menor(?:es)?_de_(?:idade|1\\d?)* under_age school_age crianca* kleinki* saugling* ' +
    'kinder(?!leicht|schoko|_schoko|_bueno|_riegel|_uberr|_joy|_country)* enfants? enfantin* nourris* mineurs ados pueri[ck]* ' +
    'parenting breastf* amament* allait* diapers? nappies fraldas? windeln strollers? pushchair* prams? poussette*',
  status:
    'immigr[ae]* imigra* *einwand* refugees? refugiad* refugiee?s? asyl* *fluchtl* migrante?s? asile_po* undocum* citizenship ' +
    'sans_papiers residence_permi* titre_de_sej* autorizacao_de_res* aufenthalts[et]* auslander* work_visa deport(?:ed|ati)*',
  hardship:
    'bankrup* *insolven* *(?:uber|ver)schuld* surendet* sobreend* unemplo* jobless desempre* arbeitslos* chom(?:eu|ag)* ' +
    'payday_loan* in_debt food_stamps rendimento_min* sozialhil* burgerge* homeless* obdachl* sem_abrigo sans_abri poverty ' +
    'pobreza armut pauvret* falencia*',
}

/**
 * The first sensitive topic that a text touches, or undefined. Names of attributes and categories are read as well
 * (`sexualOrientation`, `baby-food`).
 */
export function sensitiveTopic(text: string): SensitiveTopic | undefined {
  if (PLAIN.test(text)) return topicOf([apart(text.slice(0, MAX_CHARS).toLowerCase())])
  const told = text
    .slice(0, MAX_CHARS)
    .normalize('NFC')
    .replace(/\bAIDS\b/g, 'hiv')
    .replace(BABY, 'baby')
  // A capital may begin a word (`babyFood`), or be there to break one (`pregNancy`).
  return topicOf([told, ...(/\p{Ll}\p{Lu}/u.test(told) ? [told.toLowerCase()] : [])].map(fold))
}

/** Names as shops write them for machines, which nothing has to be folded in: most of what events say. */
const PLAIN = /^(?:[a-z0-9 _./-]*|(?!.*AIDS)[A-Z0-9 _./-]*)$/

const topicOf = (texts: readonly string[]): SensitiveTopic | undefined =>
  patterns().find(([, pattern]) => texts.some((folded) => pattern.test(folded)))?.[0]

/** Told from `bebe` ("drinks", in Portuguese) by its accents alone. */
const BABY = /b[eé]b[éê]/gi

/**
 * The words of a text, lower case, without accents and invisible characters, apart by one blank and with one at either
 * end. Greek and Cyrillic letters that look like Latin ones are taken for them.
 */
export function fold(text: string): string {
  const words = text
    .slice(0, MAX_CHARS)
    .replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .replaceAll('ß', 'ss')
    .normalize('NFKD')
    .replace(/[\p{M}\p{Cf}]+/gu, '')
    .toLowerCase()
    .replace(/[ı\u0370-\u04ff]/g, (letter) => LATIN[LIKE_LATIN.indexOf(letter)] ?? letter)
  return apart(words)
}

const apart = (words: string): string => ` ${words.replace(/[^\p{L}\p{N}]+/gu, ' ').trim()} `

const LIKE_LATIN = 'ıаеорсухіјѕһкмтнвгпαεοριυνηκτχ'
const LATIN = 'iaeopcyxijshkmthbrnaeopiuvnktx'

/** More than any template may have. */
const MAX_CHARS = 65_536

let compiled: readonly (readonly [SensitiveTopic, RegExp])[] | undefined

/** Compiled at the first question: most isolates never ask one. A value, and a pure function of the lists. */
function patterns(): readonly (readonly [SensitiveTopic, RegExp])[] {
  compiled ??= SENSITIVE_TOPICS.map((topic) => {
    const sources = WORDS[topic]
      .split(' ')
      .map((word) => ` ${word} `.replaceAll(/ \*|\* /g, '').replaceAll('_', ' '))
    return [topic, new RegExp(sources.join('|'), 'u')]
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
