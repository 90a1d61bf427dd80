/** French. Clauses begin with their own "que", so that they can be joined after "parce". */
import type { Texts } from './texts.ts'

const times = (count: number): string => (count === 1 ? 'une fois' : `${count} fois`)

export const fr: Texts = {
  title: (host) => `Votre vie privée sur ${host}`,
  skip: 'Aller au contenu',
  back: (host) => `Retour à ${host}`,
  language: 'Langue',
  lead: 'Voici tout ce que cette boutique conserve à votre sujet, d’où cela vient et à quoi cela sert. Vous pouvez changer d’avis à tout moment ; cela compte dès le clic suivant.',
  contents: 'Sur cette page',

  standing: 'Où en sont les choses',
  on: 'La personnalisation est activée.',
  off: 'Vous utilisez cette boutique anonymement.',
  granted: {
    grant: 'Vous avez donné votre accord.',
    cmp_grant: 'Vous avez donné votre accord dans les réglages des cookies de cette boutique.',
    region: 'Là où vous êtes, la loi permet aux boutiques de présumer un oui jusqu’à ce que vous disiez non.',
  },
  refused: {
    erasure: 'Vous avez fait effacer vos données ; plus rien n’est recueilli sous l’ancien numéro.',
    gpc: 'Votre navigateur envoie le signal « Global Privacy Control ». Il vaut un non, quoi qu’on ait choisi ici.',
    deny: 'Vous avez dit non.',
    cmp_deny: 'Vous avez dit non dans les réglages des cookies de cette boutique.',
    malformed: 'Une réponse conservée dans votre navigateur est illisible ; nous la prenons pour un non.',
    dnt: 'Votre navigateur demande à ne pas être suivi (« Do Not Track »), et nous le respectons.',
    region: 'Là où vous êtes, les boutiques doivent d’abord demander, et vous n’avez pas dit oui.',
  },
  anonymous: 'Utiliser la boutique anonymement',
  anonymousAbout:
    'Désactive tout ce qui suit et efface ce que nous conservons sur ce navigateur. Cela ne change rien au fonctionnement de la boutique.',
  allow: 'Autoriser les deux finalités',
  allowAbout: 'Active la personnalisation et la mesure. Vous pouvez revenir ici et l’annuler.',

  choices: 'Ce que vous autorisez',
  purposes: 'Finalités',
  personalization: {
    name: 'Personnalisation',
    about:
      'La boutique peut retenir ce que vous regardez, suivez et achetez ici, et choisir d’après cela ce qu’elle vous montre. Personne d’autre n’y a accès. La désactiver efface ce qui a été retenu.',
  },
  measurement: {
    name: 'Mesure',
    about:
      'La boutique peut compter, sous un numéro aléatoire, quelle version d’une page fonctionne le mieux. On ne mesure que ce que montre la personnalisation : tant qu’elle est désactivée, rien n’est compté à votre sujet.',
  },
  necessary: {
    name: 'Nécessaire',
    about:
      'Retenir vos réponses à ces questions. Toujours actif : sinon, il faudrait vous les poser à chaque page.',
  },
  today:
    'Pour comparer équitablement des versions d’une page, cette boutique garde un nombre aléatoire dans votre navigateur jusqu’à la fin de la journée. Il ne dit rien de vous, rien n’est enregistré à son sujet, et il ne sert à rien d’autre.',
  classes: 'Types de données',
  classesAbout:
    'Quand la personnalisation est activée, elle n’utilise que ce qui est coché ici. Décocher un type efface ce que nous en avons de ce navigateur ; le cocher de nouveau repart de zéro.',
  save: 'Enregistrer mes choix',
  overruled: {
    gpc: 'Tant que votre navigateur envoie « Global Privacy Control », tout reste désactivé ici.',
    cmp_deny:
      'Vous avez dit non dans les réglages des cookies de cette boutique. Changez-les d’abord, et les choix faits ici compteront.',
  },

  known: 'Ce que nous savons de vous',
  nothingKnown: 'Rien. Nous ne conservons rien qui appartienne à ce navigateur.',
  little: 'Pour l’instant, seulement que ce navigateur est venu ici.',
  storeAway:
    'Nos registres n’ont pas répondu à l’instant ; voici donc seulement ce que garde votre propre navigateur. Revenez voir dans un moment.',
  from: 'Provenance',
  usedFor: 'Utilisé pour',
  unused: 'aucun usage pour le moment',
  more: (count) => `et ${count} de plus`,
  switchedOff:
    'Vous avez désactivé ceci : ce n’est pas utilisé dans ce navigateur, et rien de plus n’en est conservé.',
  kept: 'Conservé',
  keptUntil: (date) => `jusqu’au ${date} au plus tard`,
  keptEvents: 'chaque entrée pendant 90 jours',
  tie: {
    login: (date) =>
      `Ce navigateur est relié à votre compte client depuis le ${date}, car vous vous y êtes connecté.`,
    newsletter: (date) =>
      `Ce navigateur est relié à une newsletter depuis le ${date}, car vous avez dit qu’elle vous était destinée. La boutique tient compte ici du compte de son destinataire ; pour voir ce qui appartient à votre compte client, connectez-vous d’abord.`,
  },
  data: {
    country: { name: 'Pays' },
    region: { name: 'Région et fuseau horaire' },
    city: { name: 'Ville', from: 'votre connexion internet, à peu près' },
    place: { name: 'Zone approximative', from: 'votre connexion internet, à 11 km près' },
    time: { name: 'Heure de la journée' },
    device: { name: 'Type d’appareil' },
    language: { name: 'Langue' },
    page: { name: 'La page où vous êtes' },
    visit: { name: 'Vos visites', from: 'ce navigateur, quand il ouvre nos pages' },
    cookie: { name: 'Réglages de ce site', from: 'des cookies de ce site dans votre navigateur' },
    weather: { name: 'La météo' },
    store: {
      name: 'Le magasin le plus proche',
      from: 'votre zone approximative, ou celle que vous avez partagée, et la liste de nos magasins',
    },
    stage: { name: 'À quel point nous nous connaissons', from: 'déduit de ce qui figure sur cette page' },
    affinity: {
      name: 'Ce qui vous intéresse',
      from: 'ce que vous regardez, cherchez, mettez au panier et achetez ici',
    },
    habit: { name: 'Vos habitudes', from: 'quand vous visitez cette boutique, et lesquels de nos magasins' },
    follows: { name: 'Les marques que vous suivez', from: 'vous les avez choisies' },
    traits: { name: 'Ce que vous nous avez dit', from: 'vous-même ; nous ne le devinons jamais' },
    orders: { name: 'Vos commandes', from: 'nos registres de commandes' },
    recent: { name: 'Ce que vous avez regardé en dernier', from: 'ce navigateur, quand il ouvre nos pages' },
  },
  stages: {
    identified: 'Nous reconnaissons ce navigateur à un numéro aléatoire.',
    connected: 'Vous suivez une marque, ou ce navigateur est relié à votre compte ou à une newsletter.',
    known: 'Nous savons ce qui vous intéresse.',
    personalized:
      'Nous savons ce qui vous intéresse, et vous avons déjà montré quelque chose choisi d’après cela.',
  },
  traits: { ageBand: 'Âge', occupation: 'Profession', interests: 'Centres d’intérêt', name: 'Nom' },
  weekdays: {
    mon: 'lundi',
    tue: 'mardi',
    wed: 'mercredi',
    thu: 'jeudi',
    fri: 'vendredi',
    sat: 'samedi',
    sun: 'dimanche',
  },
  dayparts: { night: 'nuit', morning: 'matin', midday: 'midi', afternoon: 'après-midi', evening: 'soir' },
  strength: { weak: 'un peu', some: 'assez', strong: 'beaucoup' },
  visits: (count, since) => `${count === 1 ? '1 visite' : `${count} visites`} depuis le ${since}`,
  aWeek: (count) => `${count} par semaine`,
  storeVisits: (store, count) => `Magasin ${store} : ${count} par semaine`,
  orders: (count, total, last) =>
    `${count === 1 ? '1 commande' : `${count} commandes`}${total === undefined ? '' : `, ${total} en tout`}${last === undefined ? '' : `, la dernière le ${last}`}`,
  activity: (count) => (count === 1 ? '1 entrée' : `${count} entrées`),
  activityName: 'Votre activité, pas à pas',
  activityFrom:
    'ce navigateur, d’autres où vous vous êtes connecté, nos magasins et nos registres de commandes',
  kinds: {
    view: 'pages regardées',
    search: 'recherches (jamais les mots)',
    add_to_cart: 'articles mis au panier',
    purchase: 'commandes',
    follow: 'marques suivies',
    unfollow: 'marques que vous ne suivez plus',
    store_visit: 'visites en magasin',
    store_purchase: 'achats en magasin',
    declare: 'choses que vous nous avez dites',
    not_relevant: 'réponses « sans intérêt »',
    too_personal: 'réponses « trop personnel »',
    visit: 'visites',
    served: 'fois où quelque chose de personnel vous a été montré',
  },

  thisVisit: 'Ce que cette visite nous apprend',
  thisVisitAbout: 'Lu dans la demande de cette page, utilisé pour elle, et non conservé.',
  devices: { mobile: 'téléphone', tablet: 'tablette', desktop: 'ordinateur' },

  unknownPiece: 'Ceci n’est plus montré.',
  shown: 'Ce qui vous a été montré, et pourquoi',
  nothingShown: 'Rien de choisi pour vous n’a été montré dans ce navigateur.',
  shownLast: (date) => `Montré la dernière fois le ${date}.`,
  shownTimes: (count, date) => `Montré ${times(count)}, la dernière fois le ${date}.`,
  hidden: 'Vous avez demandé à ne plus voir ceci dans ce navigateur. Nous nous y tenons.',
  comparison: 'Vous faites partie d’un groupe de comparaison ; ceci ne vous a donc pas été montré.',
  notRelevant: 'Sans intérêt',
  tooPersonal: 'Trop personnel',
  about: (piece) => `À propos de « ${piece} »`,
  yourPrivacy: 'Votre vie privée et vos choix',

  rights: 'Emporter ou effacer',
  download: 'Tout télécharger',
  downloadAbout: 'Un fichier JSON avec tout ce qui précède, chaque entrée, et l’explication de chaque champ.',
  erase: 'Tout effacer …',
  eraseAbout: 'Vous voyez d’abord ce qui disparaît, et l’on vous demande encore une fois.',

  eraseTitle: 'Tout effacer ?',
  eraseLater:
    'Nos registres n’ont pas répondu à l’instant. Ils oublieront ce navigateur dès que possible, ou à votre prochaine visite.',
  eraseWhat: 'Voici ce qui sera effacé, définitivement :',
  eraseScope: {
    browser: 'Cela concerne ce navigateur.',
    newsletter:
      'Cela concerne ce navigateur. Il n’est relié que par une newsletter, dont les liens peuvent être transférés ; pour effacer ce qui appartient à votre compte client, connectez-vous d’abord.',
    person:
      'Cela concerne tous les navigateurs liés à votre compte, et ce que vous avez fait dans nos magasins avec votre carte client. Votre compte et vos commandes restent à la boutique.',
  },
  eraseYes: 'Oui, tout effacer',
  eraseNo: 'Non, conserver',
  receiptTitle: 'Effacé',
  receiptAbout:
    'Voici votre reçu. Nous n’en gardons aucune copie à votre nom ; enregistrez-le ou imprimez-le si vous en avez besoin.',
  receiptNumber: 'Numéro du reçu',
  receiptTime: 'Effacé le',
  receiptTable: 'Quoi',
  receiptRows: 'Entrées',
  receiptKeeps:
    'Il ne reste qu’une marque brouillée de votre ancien numéro, pendant 14 mois, pour que rien de tardif ne le ramène. Elle ne dit à personne qui vous étiez.',
  receiptAnonymous:
    'Dès maintenant, vous utilisez cette boutique anonymement. Votre navigateur retient que vous avez dit non, pour que rien ne recommence sans votre accord.',
  tables: {
    visitors: 'Qui est venu et quand',
    contributions: 'Intérêts, habitudes, marques suivies et commandes',
    events: 'Activités, une à une',
    identities: 'Liens avec un compte ou une newsletter',
    consentLog: 'Réponses sur le consentement (conservées sans votre numéro)',
    measures: 'Mesure : ce qui a été montré et ce qui a suivi',
    deadLetters: 'Événements qui n’ont pas encore pu être comptés',
  },

  saved: 'Enregistré. Cela compte dès maintenant.',
  unrecorded:
    'Cela compte dès maintenant, mais n’est pas encore consigné. Revenez en arrière et renvoyez-le dans une minute.',
  thanks: 'Merci. Vous ne le reverrez pas dans ce navigateur.',
  notCounted: 'Vous utilisez cette boutique anonymement ; nous n’avons rien pour nous en souvenir.',
  notFromHere: 'Ce formulaire n’a pas été envoyé depuis une page de cette boutique ; rien n’a donc changé.',
  linkTitle: 'Cet e-mail vous était-il adressé ?',
  linkAbout:
    'Vous avez ouvert un lien d’un e-mail de cette boutique. S’il vous a été envoyé, ce navigateur peut être relié au compte auquel il était adressé, pour que la boutique vous reconnaisse ici aussi. Si quelqu’un vous l’a transféré, choisissez non.',
  linkYes: 'Oui, il m’a été envoyé',
  linkNo: 'Non, montrez-moi seulement la page',
  failed: 'Cela n’a pas marché à l’instant. Réessayez dans un moment ; rien n’est fait deux fois.',

  why: {
    summary: 'Pourquoi ceci ?',
    sentence: (clauses) => `Vous voyez ceci parce ${clauses}.`,
    everybody: 'Tout le monde voit ceci. Rien à votre sujet n’a été utilisé.',
    chance: 'Il existe plusieurs versions, et le hasard décide qui voit laquelle, pour trouver la meilleure.',
    wording: (classes) => `Son texte utilise aussi : ${classes}.`,
    classes: {
      country: 'que c’est destiné au pays où vous êtes',
      region: 'que c’est destiné à la région où vous êtes',
      city: 'que c’est destiné à la ville où vous êtes, ou à ses environs',
      place: 'que c’est destiné aux alentours',
      time: 'que c’est destiné à ce moment',
      device: 'que c’est fait pour votre type d’appareil',
      language: 'que c’est fait pour votre langue',
      page: 'que cela appartient à cette page ou au lien qui vous a mené ici',
      visit: 'que vous êtes déjà venu dans cette boutique',
      cookie: 'que cela suit un réglage de ce site dans votre navigateur',
      weather: 'que cela va avec la météo',
      store: 'que l’un de nos magasins est près de vous',
      stage: 'que cela va avec ce que vous avez partagé avec cette boutique',
      affinity: 'que cela va avec ce que vous avez regardé ou acheté ici',
      habit: 'que cela va avec vos visites chez nous',
      follows: 'que cela va avec les marques que vous suivez',
      traits: 'que cela va avec ce que vous nous avez dit de vous',
      orders: 'que cela va avec vos commandes précédentes',
      recent: 'que cela va avec ce que vous avez regardé en dernier ici',
    },
    regards: (name) => `que cela tient compte de « ${name} »`,
    follows: (brands) => `que vous suivez ${brands}`,
    country: (name) => `que c’est destiné au pays où vous êtes (${name})`,
    firstVisit: 'que c’est votre première visite',
    hot: 'qu’il fait chaud aujourd’hui',
    weather: {
      clear: 'que le ciel est dégagé',
      clouds: 'que le ciel est couvert',
      rain: 'qu’il pleut',
      snow: 'qu’il neige',
      storm: 'qu’il y a de l’orage',
      fog: 'qu’il y a du brouillard',
    },
  },
}
