/**
 * Puts the beacon on pages where somebody is counted. It costs the others one look at their decisions, and their pages
 * stay what they were, byte for byte. A page whose own policy would not let the beacon run goes without, and is counted.
 * The page that ends somebody's measurement takes what waits in their browser's storage out of it instead.
 */
import { isCounted } from '../decide/decide.ts'
import { BEACON_PATH, EVENTS_PATH } from '../events/beacon.ts'
import { clearFills } from '../events/clear.ts'
import { beaconFills } from '../events/tag.ts'
import { homeOf } from '../page/address.ts'
import { allowsScript, asksIntegrity } from '../page/csp.ts'
import { metaPolicies, POLICY_SELECTOR } from '../page/head.ts'
import type { Fill } from '../page/model.ts'
import type { PageHead } from '../page/source.ts'
import type { Template } from '../page/template.ts'
import type { Snapshot } from '../profile/model.ts'
import { unmeasured } from './measured.ts'
import type { PersonalizePorts } from './ports.ts'
import type { View } from './view.ts'

type TagPorts = Pick<PersonalizePorts, 'counters' | 'recent' | 'settings'>
type Head = PageHead['headers'] | Headers

const NO_FILLS: readonly Fill[] = Object.freeze([])
const NO_BYTES = new Uint8Array()

/** For a page at hand. */
export function tagTemplate(
  view: View,
  template: Template,
  head: Head,
  request: Request,
  ports: TagPorts,
): readonly Fill[] {
  if (!isTagged(view, ports)) return NO_FILLS
  let isAllowed = verdicts.get(head)
  if (isAllowed === undefined) {
    const slot = view.plan.slotOf.get(POLICY_SELECTOR)
    isAllowed = allows(head, request, slot === undefined ? [] : metaPolicies(template, slot))
    verdicts.set(head, isAllowed)
  }
  return isAllowed ? fillsOf(view) : refused(ports)
}

/**
 * For a page that flows by. A policy in its head is known only once it has passed, and nobody reads it on the way: any is
 * taken for a no, until the page is kept.
 */
export function tagStream(view: View, head: Headers, request: Request, ports: TagPorts): readonly Fill[] {
  if (!isTagged(view, ports)) return NO_FILLS
  if (!allows(head, request, [])) return refused(ports)
  const fills = fillsOf(view)
  const slot = view.plan.slotOf.get(POLICY_SELECTOR)
  const [tag, ...marks] = fills
  if (slot === undefined || tag === undefined || !('bytes' in tag)) return fills
  const { bytes } = tag
  let hasPolicy = false
  const probe: Fill = {
    slot,
    action: 'before',
    needs: 0,
    get bytes() {
      hasPolicy = true
      return NO_BYTES
    },
  }
  probes.add(probe)
  const late = Object.defineProperty({ ...tag }, 'bytes', { get: () => (hasPolicy ? NO_BYTES : bytes) })
  return [late, ...marks, probe]
}

/** Fills that only look: on most pages there is nothing for them to find. */
const probes = new WeakSet<Fill>()
export const isProbe = (fill: Fill): boolean => probes.has(fill)

/** By the header lines of a kept page, which go with it. */
const verdicts = new WeakMap<Head, boolean>()

function allows(head: Head, { url }: Request, policies: readonly string[]): boolean {
  const headers = head instanceof Headers ? head : new Headers(head as [string, string][])
  const policy = headers.get('Content-Security-Policy')
  if (asksIntegrity(headers.get('Integrity-Policy'))) return false
  if (policy === null && policies.length === 0) return true
  const wanted = { origin: new URL(url).origin, script: BEACON_PATH, connect: EVENTS_PATH }
  return allowsScript(policy === null ? policies : [policy, ...policies], wanted)
}

const isTagged = (view: View, { settings, recent }: TagPorts): boolean =>
  settings.beacon && (isCounted(view.decisions) || view.visitor.isVoid || unmeasured(view, recent) !== null)

function fillsOf({
  plan,
  decisions,
  visitor: { snapshot, carried },
  now,
  url,
  isAhead,
}: View): readonly Fill[] {
  if (!isCounted(decisions)) return clearFills(plan, homeOf(url))
  if (snapshot === undefined) return NO_FILLS
  const visit = startOf(snapshot)
  const isAgain = carried !== undefined && startOf(carried) === visit
  return beaconFills({ plan, decisions, visit, isAgain, isAhead, now, home: homeOf(url) })
}

const startOf = ({ visitStartedAt, createdAt }: Snapshot): number => visitStartedAt ?? createdAt

function refused({ counters }: TagPorts): readonly Fill[] {
  counters.add('beacon_policy')
  return NO_FILLS
}
