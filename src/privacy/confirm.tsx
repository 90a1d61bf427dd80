/** The pages around the privacy page: erasing, its receipt, the answer to "why", and what went wrong. Pure. */
import type { Explanation } from './explain.ts'
import { createFormat } from './format.ts'
import { type Frame, Layout, Notice } from './layout.tsx'
import type { ErasurePlan, Receipt, RowCounts } from './model.ts'
import { ERASE_PATH, inLanguage, PRIVACY_PATH } from './paths.ts'
import { Feedback } from './sections.tsx'
import { TEXTS, type Texts } from './texts.ts'

interface EraseData {
  readonly frame: Frame
  /** Null where there is nothing to erase; `away` where the store does not say what. */
  readonly plan: ErasurePlan | 'away' | null
}

export function ErasePage({ data: { frame, plan } }: { data: EraseData }) {
  const texts = TEXTS[frame.language]
  const back = inLanguage(PRIVACY_PATH, frame.language)
  return (
    <Layout frame={frame} title={`${texts.eraseTitle} ${texts.title(frame.host)}`}>
      <h1>{texts.eraseTitle}</h1>
      {plan === null ? (
        <>
          <p>{texts.nothingKnown}</p>
          <p>
            <a href={back}>{texts.yourPrivacy}</a>
          </p>
        </>
      ) : (
        <>
          {plan === 'away' ? (
            <Notice text={texts.eraseLater} isWarning={true} />
          ) : (
            <>
              <p>{texts.eraseWhat}</p>
              <Counts counts={plan.counts} texts={texts} />
              <p>{texts.eraseScope[plan.scope.covers]}</p>
            </>
          )}
          <form method="post" action={ERASE_PATH} class="row">
            <input type="hidden" name="confirm" value="yes" />
            <input type="hidden" name="lang" value={frame.language} />
            <button type="submit" class="danger">
              {texts.eraseYes}
            </button>
            <a class="button" href={back}>
              {texts.eraseNo}
            </a>
          </form>
        </>
      )}
    </Layout>
  )
}

function Counts({ counts, texts }: { counts: RowCounts; texts: Texts }) {
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">{texts.receiptTable}</th>
          <th scope="col">{texts.receiptRows}</th>
        </tr>
      </thead>
      <tbody>
        {Object.entries(counts).map(([table, count]) => (
          <tr>
            <th scope="row">{texts.tables[table as keyof RowCounts]}</th>
            <td>{count}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

export function ReceiptPage({ frame, receipt }: { frame: Frame; receipt: Receipt | null }) {
  const texts = TEXTS[frame.language]
  return (
    <Layout frame={frame} title={`${texts.receiptTitle} – ${texts.title(frame.host)}`}>
      <h1>{texts.receiptTitle}</h1>
      {receipt === null ? (
        <p>{texts.nothingKnown}</p>
      ) : (
        <>
          <p>{texts.receiptAbout}</p>
          <dl class="plain">
            <dt>{texts.receiptNumber}</dt>
            <dd class="number">{receipt.receipt}</dd>
            <dt>{texts.receiptTime}</dt>
            <dd>
              <time datetime={receipt.erasedAt}>
                {createFormat(frame.language).moment(Date.parse(receipt.erasedAt))}
              </time>
            </dd>
          </dl>
          <Counts counts={receipt.rows} texts={texts} />
          <p>{texts.eraseScope[receipt.covers]}</p>
          <p>{texts.receiptKeeps}</p>
        </>
      )}
      <p>{texts.receiptAnonymous}</p>
      <p>
        <a href={inLanguage(PRIVACY_PATH, frame.language)}>{texts.yourPrivacy}</a>
      </p>
    </Layout>
  )
}

interface WhyData {
  readonly frame: Frame
  /** Undefined for a piece that is not shown any more. */
  readonly piece: { readonly campaign: string; readonly name: string; readonly why: Explanation } | undefined
  readonly canAnswer: boolean
}

export function WhyPage({ data: { frame, piece, canAnswer } }: { data: WhyData }) {
  const { language } = frame
  const texts = TEXTS[language]
  return (
    <Layout frame={frame} title={`${texts.why.summary} – ${texts.title(frame.host)}`}>
      <h1>{texts.why.summary}</h1>
      {piece === undefined ? (
        <p>{texts.unknownPiece}</p>
      ) : (
        <>
          <h2>{piece.name}</h2>
          {[piece.why.own, piece.why.sentence, piece.why.wording, piece.why.chance]
            .filter((text) => text !== undefined)
            .map((text) => (
              <p>{text}</p>
            ))}
          {canAnswer ? (
            <Feedback campaign={piece.campaign} name={piece.name} language={language} texts={texts} />
          ) : null}
        </>
      )}
      <p>
        <a href={inLanguage(PRIVACY_PATH, language)}>{texts.yourPrivacy}</a>
      </p>
    </Layout>
  )
}

/** Something that did not happen, and why. */
export function SorryPage({ frame, text }: { frame: Frame; text: string }) {
  const texts = TEXTS[frame.language]
  return (
    <Layout frame={frame} title={texts.title(frame.host)}>
      <h1>{texts.title(frame.host)}</h1>
      <Notice text={text} isWarning={true} />
      <p>
        <a href={inLanguage(PRIVACY_PATH, frame.language)}>{texts.yourPrivacy}</a>
      </p>
    </Layout>
  )
}
