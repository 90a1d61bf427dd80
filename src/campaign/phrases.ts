/**
 * Turns of phrase that tell somebody they were watched, in English, Portuguese, German and French. They are matched
 * against folded words (`fold` in consent/sensitive.ts), so accents, case and punctuation do not matter. Pure.
 */

/** `*` stands for any end of a word, `~` for a word. */
const compile = (...sources: readonly string[]): RegExp =>
  new RegExp(` (?:${sources.join('|').replaceAll('*', '\\p{L}*').replaceAll('~', '(?:\\p{L}+ )')}) `, 'u')

const YOUR = '(?:your|(?:se|te)us?|(?:su|tu)as?|dein*|ihr*|votre|vos|ton|ta|tes)'
const SEEN_EN = 'noticed|saw|seen|spotted|watched|tracked|detected|observed'
const SEEN_DE = 'bemerkt|gesehen|gemerkt|beobachtet|festgestellt|erkannt'
const SEEN_FR = 'remarque|vu|constate|observe|repere|detecte'
const LIKE_EN = 'like|love|enjoy|prefer'
const DID_PT =
  '(?:viu|viste|esteve|estiveste|vives?|(?:visit|procur|pesquis|pass|naveg|gost|costum|mor)(?:as?|ou|aste))'
const LOOKED_DE = 'angesehen|angeschaut|gesucht|besucht'

/** "We noticed you …": the shop as an observer. No data makes it kind. */
export const WATCHING = compile(
  `we (?:ve |have )?(?:also |just )?(?:${SEEN_EN})(?: that)? your?`,
  'we (?:ve |have )been (?:watching|tracking|following)',
  'we know (?:that |where |what |when |how )?you',
  `we (?:can )?(?:see|think|believe|guess) (?:that )?you (?:really |also )?(?:${LIKE_EN})`,
  '(?:repara|nota|vi|percebe|detec?ta|observa|sabe)mos (?:que|onde|quando|como)',
  `(?:wir haben|uns ist) ~{0,3}?(?:${SEEN_DE}|aufgefallen)`,
  'wir (?:wissen|sehen|glauben|denken|vermuten) (?:dass|wo|was|wann|wie) (?:du|sie|ihr)',
  `nous (?:vous |t )?avons ~?(?:${SEEN_FR})`,
  `on (?:a|t a|vous a) (?:${SEEN_FR})`,
  '(?:nous savons|on sait|nous pensons|nous croyons) (?:que|ou|quand|comment|ce que) (?:vous|tu)',
)

/** "Because you were at …", "based on your browsing": an inference, told back. */
export const INFERRED = compile(
  '(?:because|since|as) you (?:ve |have )?(?:recently |just |often |always )?(?:re|were|was|been|are|visit*|view*|look*|brows*|search*|click*|live|walk*|pass*|c[ao]me|went|read|watch*|like*|love*)',
  `(?:based on|judging by|going by|inspired by|com base|inspirad[ao]s?|basierend auf|aufgrund|inspiriert (?:von|durch)|en fonction de|d apres|selon|inspire*) (?:n[ao]s? |de |par )?${YOUR} (?:recente?s? )?(?:brows|a[ck]ti[vw]|ativ|histo|view|lo[ck]a|search|such|behav|verhal|verlauf|comport|h?abit|gewohn|visit|besuch|intere|taste|gout|posi|nav|pesq|stand|recherch)*`,
  'you (?:recently |just )visited',
  'you (?:recently |just )?(?:viewed|looked at|browsed|searched)',
  'you were (?:at|in|near|here|just)',
  'you (?:re|are) ~?(?:around|near*|close|next door)',
  `(?:looks|seems) (?:like|as if|that) you ~?(?:${LIKE_EN})`,
  'as an? ~{1,2}?(?:lover|fan|drinker|buyer|regular|enthusiast)',
  `(?:porque|ja que|visto que|uma vez que|com base no que) ~{0,2}?${DID_PT}`,
  '(?:parece|achamos|pensamos) que ~?(?:gost|ador|prefer)[ae]s?',
  'como (?:amante|fa|apreciador*) d[aeo]s?',
  `${DID_PT} recentemente`,
  `weil (?:du|sie|ihr) ~{0,5}?(?:gerne?|warst|waren|bist|sind|${LOOKED_DE}|geklickt|wohnst|wohnen|magst|mogen|liebst|lieben)`,
  `(?:du|sie) ~{0,4}?(?:zuletzt|kurzlich) ~{0,2}?(?:${LOOKED_DE})`,
  '(?:du bist|sie sind) ~?(?:um die ecke|in der nahe)',
  'als ~?\\p{L}*(?:liebhaber|trinker|kenner|freund|fan)(?:in)?',
  '(?:parce que|puisque) (?:vous|tu) ~{0,2}?(?:etiez|etais|etes|es|visite|regarde|cherche|consulte|clique|habite[sz]|passe|aime[sz])',
  '(?:vous avez|tu as) (?:recemment )?(?:consulte|regarde|cherche|visite)',
  'on dirait que (?:vous|tu) (?:aime|adore|prefere)[sz]',
  'en tant qu (?:amat*|fan)',
  '(?:vous etes|tu es) ~?(?:pres|a cote|au coin|a deux pas)',
)

/** "Because you bought …": the visitor's own act, which may be named where the campaign really reads it. */
export const BOUGHT = compile(
  'you (?:ve |have )?(?:recently |just |last )?(?:bought|ordered|purchased)',
  'based on your (?:last |recent |past )?(?:orders?|purchases?)',
  '(?:porque|ja que) ~{0,2}?(?:compr|encomend)(?:ou|aste)',
  'com base nas? (?:su|tu)as? (?:ultimas? )?(?:compra|encomenda)s?',
  'weil (?:du|sie) ~{0,5}?(?:gekauft|bestellt)',
  'aufgrund (?:deiner|ihrer) (?:letzten )?(?:bestellung|einkauf)*',
  '(?:parce que|puisque) (?:vous avez|tu as) (?:achete|commande)',
  'en fonction de (?:vos|tes) (?:dernier* )?(?:achats|commandes)',
)

/** "Because you follow …". */
export const FOLLOWED = compile(
  '(?:because|since|as) you follow(?:ed)?',
  '(?:porque|ja que) segues?',
  'weil (?:du|sie) ~{0,4}?(?:folgst|folgen)',
  '(?:parce que|puisque) (?:vous suivez|tu suis)',
)

/** "Because you told us …". */
export const TOLD = compile(
  'you told us',
  '(?:porque|ja que) (?:nos )?(?:disse|disseste|(?:cont|indic)(?:ou|aste))',
  'weil (?:du|sie) (?:es |uns )~{0,4}?(?:gesagt|erzahlt|angegeben|verraten)',
  '(?:parce que|puisque) (?:vous nous avez|tu nous as) (?:dit|indique)',
)

const TIMES =
  '(?:(?:mon|tues|wednes|thurs|fri|satur|sun)days?|mornings?|middays?|afternoons?|evenings?|nights?|' +
  '(?:segunda|terca|quarta|quinta)s? feiras?|sextas?|sabados?|domingos?|manhas?|tardes?|noites?|' +
  '(?:mon|diens|donners|frei|sams|sonn)tag*|mittwoch*|*(?:morgen|mittag|abend|nacht)*|' +
  '(?:lun|mar|mercre|jeu|vendre|same)dis?|dimanches?|matins?|soirs?|soirees?|nuits?)'

/** "Your usual", "see you every Friday": a habit, told back. */
export const HABITUAL = compile(
  `${YOUR} ~{0,2}?${TIMES}`,
  `(?:every|each|tod[ao]s?(?: [ao]s)?|jede[nrs]?|chaque|tous les) ${TIMES}`,
  'like every (?:week|day)',
  '(?:your|the|as) usual',
  'you (?:always|usually)',
  '(?:times|once|twice) a week',
  'como (?:sempre|de costume|habitual)',
  '[st]eu habitual',
  'vezes por semana',
  'wie (?:immer|ublich|gewohnt|jede[nrs]?)',
  'mal (?:die|pro|in der) woche',
  'comme (?:d habitude|toujours|chaque)',
  '(?:votre|ton) ~?habituel*',
  'fois par semaine',
)
