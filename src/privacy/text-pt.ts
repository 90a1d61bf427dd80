/** Portuguese, as written in Portugal. */
import type { Texts } from './texts.ts'

const times = (count: number): string =>
  count === 1 ? 'uma vez' : count === 2 ? 'duas vezes' : `${count} vezes`

export const pt: Texts = {
  title: (host) => `A sua privacidade em ${host}`,
  skip: 'Saltar para o conteúdo',
  back: (host) => `Voltar a ${host}`,
  language: 'Idioma',
  lead: 'Aqui está tudo o que esta loja guarda sobre si, de onde veio e para que serve. Pode mudar de ideias a qualquer momento, e passa a contar no clique seguinte.',
  contents: 'Nesta página',

  standing: 'Como está agora',
  on: 'A personalização está ligada.',
  off: 'Está a usar esta loja de forma anónima.',
  granted: {
    grant: 'Deu o seu consentimento.',
    cmp_grant: 'Deu o seu consentimento nas definições de cookies desta loja.',
    region: 'Onde se encontra, a lei permite às lojas presumir um sim até que diga não.',
  },
  refused: {
    erasure: 'Pediu para apagar os seus dados, por isso nada mais é recolhido com o número antigo.',
    gpc: 'O seu navegador envia o sinal Global Privacy Control. Vale como um não, seja o que for que tenha sido escolhido aqui.',
    deny: 'Disse que não.',
    cmp_deny: 'Disse que não nas definições de cookies desta loja.',
    malformed: 'Há no seu navegador uma resposta que não se consegue ler, por isso tomamo-la como um não.',
    dnt: 'O seu navegador pede para não ser seguido («Do Not Track»), e nós respeitamos.',
    region: 'Onde se encontra, as lojas têm de perguntar primeiro, e ainda não disse que sim.',
  },
  anonymous: 'Usar a loja de forma anónima',
  anonymousAbout:
    'Desliga tudo o que está abaixo e apaga o que guardamos sobre este navegador. A loja funciona exatamente da mesma maneira.',
  allow: 'Permitir as duas finalidades',
  allowAbout: 'Liga a personalização e a medição. Pode voltar aqui e desfazer.',

  choices: 'O que permite',
  purposes: 'Finalidades',
  personalization: {
    name: 'Personalização',
    about:
      'A loja pode lembrar-se do que vê, segue e compra aqui, e escolher a partir daí o que lhe mostra. Mais ninguém tem acesso. Ao desligar, apaga-se o que foi lembrado.',
  },
  measurement: {
    name: 'Medição',
    about:
      'A loja pode contar, com um número aleatório, qual das versões de uma página funciona melhor. Só se mede o que a personalização mostra: enquanto estiver desligada, nada é contado sobre si.',
  },
  necessary: {
    name: 'Necessário',
    about:
      'Lembrar as suas respostas a estas perguntas. Sempre ligado: de outro modo teríamos de perguntar em todas as páginas.',
  },
  today:
    'Para comparar versões de uma página com justiça, esta loja guarda um número aleatório no seu navegador até ao fim do dia. Não diz nada sobre si, nada se guarda sobre ele, e não serve para mais nada.',
  classes: 'Tipos de dados',
  classesAbout:
    'Com a personalização ligada, só se usa o que está assinalado aqui. Ao tirar um sinal, apagamos o que temos disso neste navegador; ao voltar a pô-lo, começa do zero.',
  save: 'Guardar as minhas escolhas',
  overruled: {
    gpc: 'Enquanto o seu navegador enviar o sinal Global Privacy Control, tudo aqui fica desligado.',
    cmp_deny:
      'Disse que não nas definições de cookies desta loja. Mude-as primeiro; depois contam as escolhas feitas aqui.',
  },

  known: 'O que sabemos sobre si',
  nothingKnown: 'Nada. Não guardamos nada que pertença a este navegador.',
  little: 'Até agora, apenas que este navegador já aqui esteve.',
  storeAway:
    'Os nossos registos não responderam agora, por isso isto é apenas o que o seu próprio navegador guarda. Volte a ver daqui a pouco, por favor.',
  from: 'De onde vem',
  usedFor: 'Usado em',
  unused: 'nada, de momento',
  more: (count) => `e mais ${count}`,
  switchedOff: 'Desligou isto: não é usado neste navegador, e nada mais disso se guarda.',
  kept: 'Guardado',
  keptUntil: (date) => `até ${date}, o mais tardar`,
  keptEvents: 'cada registo durante 90 dias',
  tie: {
    login: (date) =>
      `Este navegador está ligado à sua conta de cliente desde ${date}, porque iniciou sessão.`,
    newsletter: (date) =>
      `Este navegador está ligado a uma newsletter desde ${date}, porque disse que lhe foi enviada. A loja segue aqui também a conta de quem a recebeu; para ver o que pertence à sua conta de cliente, inicie sessão primeiro.`,
  },
  data: {
    country: { name: 'País' },
    region: { name: 'Região e fuso horário' },
    city: { name: 'Localidade', from: 'a sua ligação à Internet, por aproximação' },
    place: { name: 'Zona aproximada', from: 'a sua ligação à Internet, com cerca de 11 km de margem' },
    time: { name: 'Hora do dia' },
    device: { name: 'Tipo de aparelho' },
    language: { name: 'Língua' },
    page: { name: 'A página em que está' },
    visit: { name: 'As suas visitas', from: 'este navegador, quando abre as nossas páginas' },
    cookie: { name: 'Definições deste sítio', from: 'cookies deste sítio no seu navegador' },
    weather: { name: 'O tempo que faz' },
    store: {
      name: 'A loja mais próxima',
      from: 'a sua zona aproximada, ou a que partilhou, e a nossa lista de lojas',
    },
    stage: { name: 'Quão bem nos conhecemos', from: 'deduzido do que está nesta página' },
    affinity: {
      name: 'O que lhe interessa',
      from: 'o que vê, procura, põe no cesto e compra aqui',
    },
    habit: { name: 'Os seus hábitos', from: 'quando visita esta loja, e quais das nossas lojas' },
    follows: { name: 'Marcas que segue', from: 'foi escolha sua' },
    traits: { name: 'O que nos contou', from: 'disse-o por si; nunca o adivinhamos' },
    orders: { name: 'As suas encomendas', from: 'os nossos registos de encomendas' },
    recent: { name: 'O que viu por último', from: 'este navegador, quando abre as nossas páginas' },
  },
  stages: {
    identified: 'Reconhecemos este navegador por um número aleatório.',
    connected: 'Segue uma marca, ou este navegador está ligado à sua conta ou a uma newsletter.',
    known: 'Sabemos o que lhe interessa.',
    personalized: 'Sabemos o que lhe interessa e já lhe mostrámos algo escolhido a partir daí.',
  },
  traits: { ageBand: 'Idade', occupation: 'Ocupação', interests: 'Interesses', name: 'Nome' },
  weekdays: {
    mon: 'segunda-feira',
    tue: 'terça-feira',
    wed: 'quarta-feira',
    thu: 'quinta-feira',
    fri: 'sexta-feira',
    sat: 'sábado',
    sun: 'domingo',
  },
  dayparts: {
    night: 'noite',
    morning: 'manhã',
    midday: 'meio-dia',
    afternoon: 'tarde',
    evening: 'fim do dia',
  },
  strength: { weak: 'um pouco', some: 'bastante', strong: 'muito' },
  visits: (count, since) => `${count === 1 ? '1 visita' : `${count} visitas`} desde ${since}`,
  aWeek: (count) => `${count} por semana`,
  storeVisits: (store, count) => `Loja ${store}: ${count} por semana`,
  orders: (count, total, last) =>
    `${count === 1 ? '1 encomenda' : `${count} encomendas`}${total === undefined ? '' : `, ${total} no total`}${last === undefined ? '' : `, a última em ${last}`}`,
  activity: (count) => (count === 1 ? '1 registo' : `${count} registos`),
  activityName: 'As suas atividades, uma a uma',
  activityFrom:
    'este navegador, outros em que iniciou sessão, as nossas lojas e os nossos registos de encomendas',
  kinds: {
    view: 'páginas vistas',
    search: 'pesquisas (nunca as palavras)',
    add_to_cart: 'artigos postos no cesto',
    purchase: 'encomendas',
    follow: 'marcas seguidas',
    unfollow: 'marcas deixadas de seguir',
    store_visit: 'visitas a lojas',
    store_purchase: 'compras em lojas',
    declare: 'coisas que nos contou',
    not_relevant: 'respostas «não me interessa»',
    too_personal: 'respostas «demasiado pessoal»',
    visit: 'visitas',
    served: 'vezes em que viu algo pessoal',
  },

  thisVisit: 'O que esta visita nos diz',
  thisVisitAbout: 'Lido do pedido desta página, usado para ela, e não guardado.',
  devices: { mobile: 'telemóvel', tablet: 'tablet', desktop: 'computador' },

  unknownPiece: 'Isto já não é mostrado.',
  shown: 'O que lhe foi mostrado, e porquê',
  nothingShown: 'Neste navegador ainda não foi mostrado nada escolhido para si.',
  shownLast: (date) => `Mostrado pela última vez em ${date}.`,
  shownTimes: (count, date) => `Mostrado ${times(count)}, a última em ${date}.`,
  hidden: 'Pediu para não voltar a ver isto neste navegador. Cumprimos.',
  comparison: 'Pertence a um grupo de comparação, por isso isto não lhe foi mostrado.',
  notRelevant: 'Não me interessa',
  tooPersonal: 'Demasiado pessoal',
  about: (piece) => `Sobre «${piece}»`,
  yourPrivacy: 'A sua privacidade e as suas escolhas',

  rights: 'Levar ou apagar',
  download: 'Descarregar tudo',
  downloadAbout:
    'Um ficheiro JSON com tudo o que está acima, registo a registo, e a explicação de cada campo.',
  erase: 'Apagar tudo …',
  eraseAbout: 'Primeiro vê o que desaparece, e perguntamos mais uma vez.',

  eraseTitle: 'Apagar tudo?',
  eraseLater:
    'Os nossos registos não responderam agora. Esquecem este navegador quando puderem, ou na sua próxima visita.',
  eraseWhat: 'Isto é o que vai ser apagado, de vez:',
  eraseScope: {
    browser: 'Abrange este navegador.',
    newsletter:
      'Abrange este navegador. Está ligado apenas por uma newsletter, e essas ligações podem ser reencaminhadas; para apagar o que pertence à sua conta de cliente, inicie sessão primeiro.',
    person:
      'Abrange todos os navegadores ligados à sua conta e o que fez nas nossas lojas com o seu cartão de cliente. A sua conta e as suas encomendas continuam na loja.',
  },
  eraseYes: 'Sim, apagar tudo',
  eraseNo: 'Não, manter',
  receiptTitle: 'Apagado',
  receiptAbout:
    'Este é o seu comprovativo. Não guardamos nenhuma cópia com o seu nome, por isso guarde-o ou imprima-o se precisar dele.',
  receiptNumber: 'Número do comprovativo',
  receiptTime: 'Apagado em',
  receiptTable: 'O quê',
  receiptRows: 'Registos',
  receiptKeeps:
    'Fica apenas uma marca irreconhecível do seu número antigo, durante 14 meses, para que nada que chegue tarde o traga de volta. Não diz a ninguém quem era.',
  receiptAnonymous:
    'A partir de agora usa esta loja de forma anónima. O seu navegador guarda a nota de que disse que não, para que nada recomece sem a sua permissão.',
  tables: {
    visitors: 'Quem visitou e quando',
    contributions: 'Interesses, hábitos, marcas seguidas e encomendas',
    events: 'Atividades, uma a uma',
    identities: 'Ligações a uma conta ou newsletter',
    consentLog: 'Respostas sobre consentimento (guardadas sem o seu número)',
    measures: 'Medição: o que foi mostrado e o que se seguiu',
    deadLetters: 'Eventos que ainda não puderam ser contados',
  },

  saved: 'Guardado. Conta a partir de agora.',
  unrecorded:
    'Conta a partir de agora, mas ainda não ficou registado. Volte atrás e envie de novo daqui a um minuto.',
  thanks: 'Obrigado. Não voltará a ver isto neste navegador.',
  notCounted: 'Está a usar esta loja de forma anónima, por isso não temos como nos lembrar disto.',
  notFromHere: 'Este formulário não foi enviado a partir de uma página desta loja, por isso nada mudou.',
  linkTitle: 'Este e-mail era para si?',
  linkAbout:
    'Abriu uma ligação de um e-mail desta loja. Se lhe foi enviado, este navegador pode ficar ligado à conta a que se dirigia, para que a loja o reconheça também aqui. Se alguém lho reencaminhou, escolha não.',
  linkYes: 'Sim, foi-me enviado',
  linkNo: 'Não, mostre-me só a página',
  failed: 'Não foi possível agora. Tente de novo daqui a pouco, por favor; nada é feito duas vezes.',

  why: {
    summary: 'Porquê isto?',
    sentence: (clauses) => `Está a ver isto porque ${clauses}.`,
    everybody: 'Toda a gente vê isto. Nada sobre si foi usado.',
    chance: 'Há várias versões, e o acaso decide quem vê qual, para se descobrir a melhor.',
    wording: (classes) => `O texto usa ainda: ${classes}.`,
    classes: {
      country: 'se destina ao país onde está',
      region: 'se destina à região onde está',
      city: 'se destina à localidade onde está ou a uma próxima',
      place: 'se destina à zona onde está',
      time: 'se destina a esta altura',
      device: 'é feito para o tipo de aparelho que usa',
      language: 'é feito para a sua língua',
      page: 'pertence a esta página ou à ligação que o trouxe até aqui',
      visit: 'já esteve nesta loja antes',
      cookie: 'segue uma definição deste sítio no seu navegador',
      weather: 'combina com o tempo que faz',
      store: 'uma das nossas lojas fica perto de si',
      stage: 'combina com o que partilhou com esta loja',
      affinity: 'combina com o que viu ou comprou aqui',
      habit: 'combina com as suas visitas',
      follows: 'combina com as marcas que segue',
      traits: 'combina com o que nos contou sobre si',
      orders: 'combina com as suas encomendas anteriores',
      recent: 'combina com o que viu por último aqui',
    },
    regards: (name) => `tem em conta «${name}»`,
    follows: (brands) => `segue ${brands}`,
    country: (name) => `se destina ao país onde está (${name})`,
    firstVisit: 'é a sua primeira visita',
    hot: 'hoje está calor',
    weather: {
      clear: 'o céu está limpo',
      clouds: 'o céu está nublado',
      rain: 'está a chover',
      snow: 'está a nevar',
      storm: 'há trovoada',
      fog: 'há nevoeiro',
    },
  },
}
