/** The parts of the privacy page that tell: what is known, what was shown, what this visit says, and the way out. Pure. */
import { createFormat } from './format.ts'
import type { Item } from './items.ts'
import { Notice } from './layout.tsx'
import type { PageData } from './page.tsx'
import { DOWNLOAD_PATH, ERASE_PATH, FEEDBACK_PATH, inLanguage, PRIVACY_PATH } from './paths.ts'
import { TEXTS, type Texts } from './texts.ts'
import type { Shown } from './view.ts'

/** Names listed before the rest is only counted. */
const USES_SHOWN = 3

export function KnownSection({ data }: { data: PageData }) {
  const { frame, hasId, isLeaving, storeAway, items } = data
  const texts = TEXTS[frame.language]
  return (
    <section aria-labelledby="known">
      <h2 id="known">{texts.known}</h2>
      {storeAway ? <Notice text={texts.storeAway} isWarning={true} /> : null}
      {hasId ? null : <p>{isLeaving ? texts.eraseLater : texts.nothingKnown}</p>}
      {hasId && items.filter(({ id }) => id !== 'answers').length <= 2 ? <p>{texts.little}</p> : null}
      {items.length === 0 ? null : (
        <ul class="items">
          {items.map((item) => (
            <KnownItem item={item} texts={texts} />
          ))}
        </ul>
      )}
    </section>
  )
}

function KnownItem({ item, texts }: { item: Item; texts: Texts }) {
  const { name, lines, from, uses, kept, isOff } = item
  const more = uses.length - USES_SHOWN
  const used = [...uses.slice(0, USES_SHOWN), ...(more > 0 ? [texts.more(more)] : [])].join(' · ')
  return (
    <li class="item">
      <h3>{name}</h3>
      {lines.length === 1 ? (
        <p>{lines[0]}</p>
      ) : (
        <ul>
          {lines.map((line) => (
            <li>{line}</li>
          ))}
        </ul>
      )}
      {isOff ? <p class="soft">{texts.switchedOff}</p> : null}
      <dl class="facts">
        <dt>{texts.from}</dt>
        <dd>{from}</dd>
        <dt>{texts.usedFor}</dt>
        <dd>{isOff || used === '' ? texts.unused : used}</dd>
        <dt>{texts.kept}</dt>
        <dd>{kept}</dd>
      </dl>
    </li>
  )
}

export function ShownSection({ data: { frame, shown } }: { data: PageData }) {
  const texts = TEXTS[frame.language]
  return (
    <section aria-labelledby="shown">
      <h2 id="shown">{texts.shown}</h2>
      {shown.length === 0 ? (
        <p>{texts.nothingShown}</p>
      ) : (
        <ul class="items">
          {shown.map((piece) => (
            <ShownItem piece={piece} language={frame.language} texts={texts} />
          ))}
        </ul>
      )}
    </section>
  )
}

function ShownItem(props: { piece: Shown; language: PageData['frame']['language']; texts: Texts }) {
  const { piece, language, texts } = props
  const { name, times, lastAt, comparison, refused, why, isGone } = piece
  const date = createFormat(language).date(lastAt)
  return (
    <li class="item">
      <h3>{name}</h3>
      {comparison ? <p>{texts.comparison}</p> : null}
      {why.own === undefined ? null : <p>{why.own}</p>}
      {comparison ? null : <p>{why.sentence}</p>}
      {comparison || why.wording === undefined ? null : <p class="soft small">{why.wording}</p>}
      {why.chance === undefined ? null : <p class="soft small">{why.chance}</p>}
      {comparison || times === 0 ? null : (
        <p class="soft small">{times === null ? texts.shownLast(date) : texts.shownTimes(times, date)}</p>
      )}
      {refused ? <p>{texts.hidden}</p> : null}
      {comparison || refused || isGone ? null : (
        <Feedback campaign={piece.campaign} name={name} language={language} texts={texts} />
      )}
    </li>
  )
}

export function Feedback(props: {
  campaign: string
  name: string
  language: PageData['frame']['language']
  texts: Texts
}) {
  const { campaign, name, language, texts } = props
  return (
    <form method="post" action={FEEDBACK_PATH} class="row" aria-label={texts.about(name)}>
      <input type="hidden" name="campaign" value={campaign} />
      <input type="hidden" name="to" value={inLanguage(PRIVACY_PATH, language, { done: 'thanks' })} />
      <button type="submit" class="slight" name="verdict" value="not_relevant">
        {texts.notRelevant}
      </button>
      <button type="submit" class="slight" name="verdict" value="too_personal">
        {texts.tooPersonal}
      </button>
    </form>
  )
}

export function VisitSection({ data: { frame, visit } }: { data: PageData }) {
  const texts = TEXTS[frame.language]
  if (visit.length === 0) return null
  return (
    <section aria-labelledby="visit">
      <h2 id="visit">{texts.thisVisit}</h2>
      <p class="soft">{texts.thisVisitAbout}</p>
      <dl class="plain">
        {visit.map(([name, value]) => (
          <>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </>
        ))}
      </dl>
    </section>
  )
}

export function RightsSection({ data: { frame } }: { data: PageData }) {
  const { language } = frame
  const texts = TEXTS[language]
  return (
    <section aria-labelledby="rights">
      <h2 id="rights">{texts.rights}</h2>
      <div class="pair">
        <div>
          <a
            class="button"
            href={inLanguage(DOWNLOAD_PATH, language)}
            download
            aria-describedby="download-about"
          >
            {texts.download}
          </a>
          <p id="download-about" class="soft small">
            {texts.downloadAbout}
          </p>
        </div>
        <div>
          <a class="button danger" href={inLanguage(ERASE_PATH, language)} aria-describedby="erase-about">
            {texts.erase}
          </a>
          <p id="erase-about" class="soft small">
            {texts.eraseAbout}
          </p>
        </div>
      </div>
    </section>
  )
}
