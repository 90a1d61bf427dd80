/**
 * Everything that shoppers read from us, as one shape; each language fills it in a file of its own, and the compiler
 * finds what one forgot. Plain words, short sentences, nothing that nudges: refusing reads as kindly as agreeing.
 */
import type { DataClass } from '../campaign/attributes.ts'
import type { ConsentSource } from '../consent/model.ts'
import type { Overruling } from '../consent/resolve.ts'
import type { EvidenceKind, Stage, TraitName } from '../profile/model.ts'
import type { Daypart, Weekday } from '../signals/model.ts'
import type { PersonalTable } from './inventory.ts'
import type { Language } from './language.ts'
import { de } from './text-de.ts'
import { en } from './text-en.ts'
import { fr } from './text-fr.ts'
import { pt } from './text-pt.ts'

/** What a class of data is called, and where it comes from, for those that can be switched off. */
export interface ClassText {
  readonly name: string
  readonly from?: string
}

/** Reasons, each a clause to stand after "because"; in French with its `que`. */
export interface WhyTexts {
  readonly summary: string
  /** Joins clauses to the sentence. */
  readonly sentence: (clauses: string) => string
  readonly everybody: string
  /** Several versions are shown by chance. */
  readonly chance: string
  /** Names of classes that its words are made with, joined. */
  readonly wording: (classes: string) => string
  readonly classes: Readonly<Record<DataClass, string>>
  /** Where nothing more can be said that is true of this visitor; takes the name of a class. */
  readonly regards: (name: string) => string
  readonly follows: (brands: string) => string
  readonly country: (name: string) => string
  readonly firstVisit: string
  readonly hot: string
  readonly weather: Readonly<Record<'clear' | 'clouds' | 'rain' | 'snow' | 'storm' | 'fog', string>>
}

export interface Texts {
  readonly title: (host: string) => string
  readonly skip: string
  readonly back: (host: string) => string
  readonly language: string
  readonly lead: string
  readonly contents: string

  readonly standing: string
  readonly on: string
  readonly off: string
  readonly granted: Readonly<Record<'grant' | 'cmp_grant' | 'region', string>>
  readonly refused: Readonly<Record<Exclude<ConsentSource, 'grant' | 'cmp_grant'>, string>>
  readonly anonymous: string
  readonly anonymousAbout: string
  readonly allow: string
  readonly allowAbout: string

  readonly choices: string
  readonly purposes: string
  readonly personalization: { readonly name: string; readonly about: string }
  readonly measurement: { readonly name: string; readonly about: string }
  readonly necessary: { readonly name: string; readonly about: string }
  /** Said where a number for comparisons dies with the day. */
  readonly today: string
  readonly classes: string
  readonly classesAbout: string
  readonly save: string
  readonly overruled: Readonly<Record<Exclude<Overruling, 'malformed'>, string>>

  readonly known: string
  readonly nothingKnown: string
  readonly little: string
  readonly storeAway: string
  readonly from: string
  readonly usedFor: string
  readonly unused: string
  readonly more: (count: number) => string
  readonly switchedOff: string
  readonly kept: string
  readonly keptUntil: (date: string) => string
  readonly keptEvents: string
  readonly tie: Readonly<Record<'login' | 'newsletter', (date: string) => string>>
  readonly data: Readonly<Record<DataClass, ClassText>>
  /** Whoever has a snapshot is known by its number. */
  readonly stages: Readonly<Record<Exclude<Stage, 'unknown'>, string>>
  readonly traits: Readonly<Record<TraitName, string>>
  readonly weekdays: Readonly<Record<Weekday, string>>
  readonly dayparts: Readonly<Record<Daypart, string>>
  readonly strength: Readonly<Record<'weak' | 'some' | 'strong', string>>
  readonly visits: (count: number, since: string) => string
  readonly aWeek: (count: string) => string
  readonly storeVisits: (store: string, count: string) => string
  readonly orders: (count: number, total: string | undefined, last: string | undefined) => string
  readonly activity: (count: number) => string
  readonly activityName: string
  readonly activityFrom: string
  readonly kinds: Readonly<Record<EvidenceKind, string>>

  readonly thisVisit: string
  readonly thisVisitAbout: string
  readonly devices: Readonly<Record<'mobile' | 'tablet' | 'desktop', string>>

  readonly unknownPiece: string
  readonly shown: string
  readonly nothingShown: string
  /** Of a piece whose impressions nothing counts. */
  readonly shownLast: (date: string) => string
  readonly shownTimes: (count: number, date: string) => string
  readonly hidden: string
  readonly comparison: string
  readonly notRelevant: string
  readonly tooPersonal: string
  readonly about: (piece: string) => string
  readonly yourPrivacy: string

  readonly rights: string
  readonly download: string
  readonly downloadAbout: string
  readonly erase: string
  readonly eraseAbout: string

  readonly eraseTitle: string
  /** The store is away, and the queue or the next visit erases. */
  readonly eraseLater: string
  readonly eraseWhat: string
  readonly eraseScope: Readonly<Record<'browser' | 'newsletter' | 'person', string>>
  readonly eraseYes: string
  readonly eraseNo: string
  readonly receiptTitle: string
  readonly receiptAbout: string
  readonly receiptNumber: string
  readonly receiptTime: string
  readonly receiptTable: string
  readonly receiptRows: string
  readonly receiptKeeps: string
  readonly receiptAnonymous: string
  readonly tables: Readonly<Record<PersonalTable, string>>

  readonly saved: string
  /** The store is away: a choice holds, and is on no record. */
  readonly unrecorded: string
  readonly thanks: string
  readonly notCounted: string
  readonly notFromHere: string
  readonly linkTitle: string
  readonly linkAbout: string
  readonly linkYes: string
  readonly linkNo: string
  readonly failed: string

  readonly why: WhyTexts
}

export const TEXTS: Readonly<Record<Language, Texts>> = { en, pt, de, fr }
