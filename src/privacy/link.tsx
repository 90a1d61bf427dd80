/**
 * What a letter's link asks before it ties anybody: mail scanners open links by themselves, and people pass letters on.
 * Pure.
 */
import { type Frame, Layout } from './layout.tsx'
import { OWN_ROOT } from './paths.ts'
import { TEXTS } from './texts.ts'

const LINK_PATH = `${OWN_ROOT}/link`

/** `to`: the path that the letter's reader wanted. */
export function LinkPage({ frame, token, to }: { frame: Frame; token: string; to: string }) {
  const { linkTitle, linkAbout, linkYes, linkNo } = TEXTS[frame.language]
  return (
    <Layout frame={{ ...frame, query: { token, to } }} title={linkTitle}>
      <h1>{linkTitle}</h1>
      <p>{linkAbout}</p>
      <form method="post" action={LINK_PATH} class="row">
        <input type="hidden" name="token" value={token} />
        <input type="hidden" name="to" value={to} />
        <button type="submit">{linkYes}</button>
        <a class="button" href={to}>
          {linkNo}
        </a>
      </form>
    </Layout>
  )
}
