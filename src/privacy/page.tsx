/** `/_selvedge/privacy`: what stands, what is allowed, what is known, what was shown, and how to take or end it. Pure. */
import type { DataClass } from '../campaign/attributes.ts'
import { type Consent, PURPOSES, type Purpose } from '../consent/model.ts'
import type { Overruling } from '../consent/resolve.ts'
import type { Item } from './items.ts'
import { type Frame, Layout, Notice } from './layout.tsx'
import { CONSENT_PATH, inLanguage, PRIVACY_PATH } from './paths.ts'
import { KnownSection, RightsSection, ShownSection, VisitSection } from './sections.tsx'
import { TEXTS, type Texts } from './texts.ts'
import { PERSONAL_CLASSES, type Shown } from './view.ts'

export interface PageData {
  readonly frame: Frame
  readonly consent: Consent
  /** Whose word stands above what is chosen here, by purpose. */
  readonly overruled: Readonly<Partial<Record<Purpose, Overruling>>>
  /** Classes switched off. */
  readonly off: readonly string[]
  /** Something of ours is in this browser. */
  readonly hasId: boolean
  /** Something else was, and is still to be erased. */
  readonly isLeaving: boolean
  readonly storeAway: boolean
  /** A number for today is in this browser. */
  readonly hasToday: boolean
  readonly items: readonly Item[]
  readonly visit: readonly (readonly [name: string, value: string])[]
  readonly shown: readonly Shown[]
  /** What has just been done. */
  readonly done: 'saved' | 'thanks' | undefined
}

export function PrivacyPage({ data }: { data: PageData }) {
  const { frame, done } = data
  const texts = TEXTS[frame.language]
  return (
    <Layout frame={frame} title={texts.title(frame.host)}>
      <h1>{texts.title(frame.host)}</h1>
      <p class="lead">{texts.lead}</p>
      {done === undefined ? null : <Notice text={heldBack(data, texts) ?? texts[done]} />}
      <Contents texts={texts} />
      <Standing data={data} texts={texts} />
      <Choices data={data} texts={texts} />
      <KnownSection data={data} />
      <ShownSection data={data} />
      <VisitSection data={data} />
      <RightsSection data={data} />
    </Layout>
  )
}

/** The page is long on a phone: nobody should have to scroll past what they did not come for. */
function Contents({ texts }: { texts: Texts }) {
  const sections = ['choices', 'known', 'shown', 'rights'] as const
  return (
    <nav class="contents" aria-label={texts.contents}>
      <ul>
        {sections.map((section) => (
          <li>
            <a href={`#${section}`}>{texts[section]}</a>
          </li>
        ))}
      </ul>
    </nav>
  )
}

/** Why something that was allowed a moment ago is refused all the same, if it is. What is refused here says so itself. */
function heldBack({ done, consent, overruled }: PageData, texts: Texts): string | undefined {
  const held = PURPOSES.find((each) => overruled[each] !== undefined && consent[each].source !== 'deny')
  return done === 'saved' && held !== undefined ? overruledText(texts, overruled[held]) : undefined
}

const overruledText = (texts: Texts, by: Overruling | undefined): string | undefined =>
  by && (by === 'malformed' ? texts.refused.malformed : texts.overruled[by])

function Standing({ data, texts }: { data: PageData; texts: Texts }) {
  const { consent, overruled, frame, hasToday } = data
  const { personalization, measurement } = consent
  // With a yes to measurement alone nothing is measured either; its switch says so.
  const state = personalization.granted ? texts.on : texts.off
  const isAllOff = !personalization.granted && !measurement.granted
  const mayAllowAll = overruled.measurement === undefined && !(personalization.granted && measurement.granted)
  return (
    <section aria-labelledby="standing">
      <h2 id="standing">{texts.standing}</h2>
      <p class="state">{state}</p>
      <p>{reasonOf(consent, texts)}</p>
      {hasToday ? <p>{texts.today}</p> : null}
      {overruled.personalization !== undefined ? null : (
        <div class="pair">
          {isAllOff ? null : (
            <QuickChoice choice="none" name={texts.anonymous} about={texts.anonymousAbout} frame={frame} />
          )}
          {mayAllowAll ? (
            <QuickChoice choice="all" name={texts.allow} about={texts.allowAbout} frame={frame} />
          ) : null}
        </div>
      )}
    </section>
  )
}

function reasonOf({ personalization }: Consent, texts: Texts): string {
  const { granted, source } = personalization
  if (!granted) return texts.refused[source === 'grant' || source === 'cmp_grant' ? 'region' : source]
  return texts.granted[source === 'grant' || source === 'cmp_grant' ? source : 'region']
}

/** One press for all of it; both ways look alike. */
function QuickChoice(props: { choice: 'none' | 'all'; name: string; about: string; frame: Frame }) {
  const { choice, name, about, frame } = props
  const id = `about-${choice}`
  return (
    <form method="post" action={CONSENT_PATH}>
      <input type="hidden" name="choice" value={choice} />
      <Return frame={frame} />
      <button type="submit" aria-describedby={id}>
        {name}
      </button>
      <p id={id} class="soft small">
        {about}
      </p>
    </form>
  )
}

/** Every form comes back to this page, in this language. */
function Return({ frame }: { frame: Frame }) {
  return <input type="hidden" name="to" value={inLanguage(PRIVACY_PATH, frame.language, { done: 'saved' })} />
}

function Choices({ data, texts }: { data: PageData; texts: Texts }) {
  const { consent, off, frame } = data
  // Without personalization there is nothing to measure, and no kind of data to use.
  const overruled = data.overruled.personalization
  const unmeasurable = overruled === undefined ? data.overruled.measurement : undefined
  return (
    <section aria-labelledby="choices">
      <h2 id="choices">{texts.choices}</h2>
      {overruled === undefined ? null : <Notice text={overruledText(texts, overruled) ?? ''} />}
      <form method="post" action={CONSENT_PATH}>
        <Return frame={frame} />
        <input type="hidden" name="shown" value={PERSONAL_CLASSES.join(',')} />
        <fieldset disabled={overruled !== undefined}>
          <legend>{texts.purposes}</legend>
          <div class="choice still">
            <span class="always" aria-hidden="true">
              ✓
            </span>
            <span class="name">{texts.necessary.name}</span>{' '}
            <span class="about">{texts.necessary.about}</span>
          </div>
          <Switch
            name="personalization"
            value="1"
            text={texts.personalization}
            isOn={consent.personalization.granted}
          />
          <Switch
            name="measurement"
            value="1"
            text={texts.measurement}
            isOn={consent.measurement.granted}
            why={overruledText(texts, unmeasurable)}
          />
        </fieldset>
        <fieldset disabled={overruled !== undefined} aria-describedby="classes-about">
          <legend>{texts.classes}</legend>
          <p id="classes-about" class="soft small">
            {texts.classesAbout}
          </p>
          <div class="grid">
            {PERSONAL_CLASSES.map((each) => (
              <Switch name="use" value={each} text={classText(texts, each)} isOn={!off.includes(each)} />
            ))}
          </div>
        </fieldset>
        {overruled === undefined ? (
          <button type="submit" class="save">
            {texts.save}
          </button>
        ) : null}
      </form>
    </section>
  )
}

const classText = ({ data }: Texts, each: DataClass) => ({
  name: data[each].name,
  about: data[each].from ?? '',
})

function Switch(props: {
  name: string
  value: string
  text: { readonly name: string; readonly about: string }
  isOn: boolean
  /** Why it cannot be changed here, if it cannot. */
  why?: string | undefined
}) {
  const { name, value, text, isOn, why } = props
  const id = `${name}-${value}`
  return (
    <label class="choice" for={id}>
      <input
        type="checkbox"
        id={id}
        name={name}
        value={value}
        checked={isOn}
        disabled={why !== undefined}
        aria-describedby={`${id}-about`}
        aria-labelledby={`${id}-name`}
      />
      <span class="name" id={`${id}-name`}>
        {text.name}
      </span>{' '}
      <span class="about" id={`${id}-about`}>
        {why === undefined ? text.about : `${text.about} ${why}`}
      </span>
    </label>
  )
}
