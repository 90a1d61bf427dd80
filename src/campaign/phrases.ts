/**
 * Turns of phrase that tell somebody they were watched, in English, Portuguese, German and French. They are matched
 * against folded words (`fold` in consent/sensitive.ts), so accents, case and punctuation do not matter. Pure.
 */

const compile = (...sources: readonly string[]): RegExp => new RegExp(` (?:${sources.join('|')}) `, 'u')

const SEEN_EN = 'noticed|saw|seen|spotted|watched|tracked|detected|observed'
const SEEN_DE = 'bemerkt|gesehen|gemerkt|beobachtet|festgestellt|erkannt'
const SEEN_FR = 'remarque|vu|constate|observe|repere|detecte'

/** "We noticed you …": the shop as an observer. No data makes it kind. */
export const WATCHING = compile(
  `we (?:ve |have )?(?:also |just )?(?:${SEEN_EN})(?: that)? (?:you|your)`,
  'we (?:ve |have )been (?:watching|tracking|following)',
  'we know (?:that |where |what |when |how )?you(?: re| are| live| like| were| have| ve| love| work| visit| walk| shop| do)?',
  '(?:reparamos|notamos|vimos|percebemos|detetamos|detectamos|observamos|sabemos) (?:que|onde|quando|como)',
  `(?:wir haben|uns ist) (?:\\p{L}+ ){0,3}?(?:${SEEN_DE}|aufgefallen)`,
  'wir (?:wissen|sehen) (?:dass|wo|was|wann|wie) (?:du|sie|ihr)',
  `nous (?:vous |t )?avons (?:\\p{L}+ )?(?:${SEEN_FR})`,
  `on (?:a|t a|vous a) (?:${SEEN_FR})`,
  'nous savons (?:que|ou|quand|comment|ce que) (?:vous|tu)',
)

/** "Because you were at …", "based on your browsing": an inference, told back. */
export const INFERRED = compile(
  '(?:because|since|as) you (?:ve |have )?(?:recently |just |often |always )?(?:re|were|was|been|are|visit(?:ed)?|viewed|look(?:ed)?|browsed|searched|clicked|live|walk(?:ed)?|pass(?:ed)?|c[ao]me|went|read|watched|like|liked|love)',
  '(?:based on|judging by) your (?:recent )?(?:browsing|activity|location|searches|behaviou?r|habits|visits|interests|position)',
  'you (?:recently |just )(?:viewed|looked at|browsed|searched|visited)',
  'you (?:viewed|looked at|browsed|searched for)',
  'you were (?:at|in|near|here|just)',
  '(?:porque|ja que|visto que|uma vez que) (?:\\p{L}+ ){0,2}?(?:esteve|estiveste|visitou|visitaste|viu|viste|procurou|procuraste|pesquisou|pesquisaste|passou|passaste|mora|moras|vive|vives|navegou|gosta|gostas|costuma|costumas)',
  'com base (?:na|no|nas|nos)? ?(?:sua|seu|suas|seus|tua|teu|tuas|teus) (?:navegacao|atividade|localizacao|pesquisas|visitas|habitos|comportamento|interesses)',
  '(?:viu|viste|procurou|procuraste|pesquisou|pesquisaste|visitou|visitaste) recentemente',
  'weil (?:du|sie|ihr) (?:\\p{L}+ ){0,5}?(?:warst|waren|bist|sind|angesehen|angeschaut|gesucht|besucht|geklickt|wohnst|wohnen|magst|mogen)',
  '(?:basierend auf|aufgrund) (?:dein|ihr)\\p{L}* (?:\\p{L}+ )?(?:standort|verhalten|aktivitat|such|besuch|gewohnheit|interesse)\\p{L}*',
  '(?:du|sie) (?:\\p{L}+ ){0,4}?(?:zuletzt|kurzlich) (?:\\p{L}+ ){0,2}?(?:angesehen|angeschaut|gesucht|besucht)',
  '(?:parce que|puisque) (?:vous|tu) (?:\\p{L}+ ){0,2}?(?:etiez|etais|etes|es|visite|regarde|cherche|consulte|clique|habitez|habites|passe|aimez|aimes)',
  'en fonction de (?:votre|vos|ton|ta|tes) (?:navigation|activite|position|localisation|recherches|visites|habitudes|comportement|interets)',
  '(?:vous avez|tu as) (?:recemment )?(?:consulte|regarde|cherche|visite)(?: recemment)?',
)

/** "Because you bought …": the visitor's own act, which may be named where the campaign really reads it. */
export const BOUGHT = compile(
  '(?:because|since|as) you (?:ve |have )?(?:recently |just |last )?(?:bought|ordered|purchased)',
  'based on your (?:last |recent |past )?(?:orders?|purchases?)',
  'you (?:recently |last )?(?:bought|ordered|purchased)',
  '(?:porque|ja que) (?:\\p{L}+ ){0,2}?(?:comprou|compraste|encomendou|encomendaste)',
  'com base (?:na|nas) (?:sua|suas|tua|tuas) (?:ultima |ultimas )?(?:compras?|encomendas?)',
  'weil (?:du|sie) (?:\\p{L}+ ){0,5}?(?:gekauft|bestellt)',
  'aufgrund (?:deiner|ihrer) (?:letzten )?(?:bestellung|einkauf)\\p{L}*',
  '(?:parce que|puisque) (?:vous avez|tu as) (?:achete|commande)',
  'en fonction de (?:vos|tes) (?:derniers |dernieres )?(?:achats|commandes)',
)

/** "Because you follow …". */
export const FOLLOWED = compile(
  '(?:because|since|as) you follow(?:ed)?',
  '(?:porque|ja que) (?:segue|segues)',
  'weil (?:du|sie) (?:\\p{L}+ ){0,4}?(?:folgst|folgen)',
  '(?:parce que|puisque) (?:vous suivez|tu suis)',
)

/** "Because you told us …". */
export const TOLD = compile(
  '(?:(?:because|since|as) )?you told us',
  '(?:porque|ja que) (?:nos )?(?:disse|disseste|contou|contaste|indicou|indicaste)',
  'weil (?:du|sie) (?:es |uns )(?:\\p{L}+ ){0,4}?(?:gesagt|erzahlt|angegeben|verraten)',
  '(?:parce que|puisque) (?:vous nous avez|tu nous as) (?:dit|indique)',
)

/** "Your usual": a habit, told back. */
export const HABITUAL = compile(
  '(?:your|the|as) usual',
  'you (?:always|usually)',
  'like every (?:\\p{L}+day|week|morning|evening|day)',
  '(?:times|once|twice) a week',
  'como (?:sempre|de costume|habitual)',
  'o (?:teu|seu) habitual',
  'vezes por semana',
  'wie (?:immer|ublich|gewohnt|jede[nrs]?)',
  'mal (?:die|pro|in der) woche',
  'comme (?:d habitude|toujours|chaque)',
  '(?:votre|ton) \\p{L}* ?habituel\\p{L}*',
  'fois par semaine',
)
