/**
 * The frame of every page for shoppers: landmarks, languages, and nothing that needs a script. The one script there is
 * takes what one of ours has left out of the browser's storage, which nothing else could. Pure.
 */
import { CLEAR_TEXT } from '../events/clear.ts'
import type { Child } from '../kit/jsx.ts'
import { LANGUAGE_NAMES, LANGUAGES, type Language } from './language.ts'
import { PAGE_CSS_PATH } from './paths.ts'
import { TEXTS } from './texts.ts'

export interface Frame {
  readonly language: Language
  /** Host of the shop, as people know it. */
  readonly host: string
  /** Path of this page, without its query; null where it cannot be asked for again in another language. */
  readonly path: string | null
  /** Nobody agrees to be measured here: what waits in the browser's storage goes. */
  readonly clears?: boolean
  /** What the query has beside the language. */
  readonly query?: Readonly<Record<string, string>>
}

export function Layout({ frame, title, children }: { frame: Frame; title: string; children: Child }) {
  const { language, host } = frame
  const texts = TEXTS[language]
  return (
    <html lang={language}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <meta name="color-scheme" content="light dark" />
        <title>{title}</title>
        <link rel="stylesheet" href={PAGE_CSS_PATH} />
        {frame.clears ? <script>{CLEAR_TEXT}</script> : null}
      </head>
      <body>
        <a class="skip" href="#main">
          {texts.skip}
        </a>
        <header class="top">
          <a href="/">← {texts.back(host)}</a>
          {frame.path === null ? null : <Languages frame={frame} />}
        </header>
        <main id="main" tabindex={-1}>
          {children}
        </main>
      </body>
    </html>
  )
}

function Languages({ frame: { language, path, query } }: { frame: Frame }) {
  return (
    <nav aria-label={TEXTS[language].language}>
      <ul>
        {LANGUAGES.map((each) => (
          <li>
            <a
              href={`${path}?${new URLSearchParams({ ...query, lang: each })}`}
              lang={each}
              hreflang={each}
              {...(each === language ? { 'aria-current': 'true' } : {})}
            >
              {LANGUAGE_NAMES[each]}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  )
}

/** Something that has just happened, told to screen readers as well. */
export function Notice({ text, isWarning = false }: { text: string; isWarning?: boolean }) {
  return (
    <div class={isWarning ? 'note warn' : 'note'} role={isWarning ? 'alert' : 'status'}>
      <p>{text}</p>
    </div>
  )
}
