/** What is wrong with one edit beyond its shape: selector, template, markup, attribute, classes. Pure. */
import { choosesLoad, isSafeAttribute, isSafeClass } from '../kit/html.ts'
import { hint } from '../kit/suggest.ts'
import { analyzeFragment } from '../page/fragment.ts'
import { ROOTS, suggestPath } from './attributes.ts'
import { attributePath } from './datause.ts'
import { MAX_CLASSES, valueFor } from './edit.ts'
import { isTemplate, type Parsed, parseLiquid } from './liquid.ts'
import { inspectMarkup, sample } from './markup.ts'
import { unsafeUrl } from './markup-rules.ts'
import type { CheckSelector } from './model.ts'
import type { EditMembers } from './sound.ts'
import type { Node } from './template.ts'

type Data = Readonly<Record<string, unknown>>
/** Reports a fault at one member of the edit. */
type Report = (member: string, code: string, message: string) => void

/**
 * Elements whose URL is code or a document: setting it is the same as adding them. An early hint to the author: a selector
 * need not say what it finds, so the page's own cut has the last word, see `attributesOf` in page/proof.ts.
 */
const CODE_SUBJECT =
  /(?:^|[\s>+~,])(?:script|i?frame|fencedframe|portal|object|embed|applet|base|link|meta(?=\[http-equiv))(?![\w-])[^\s>+~,]*\s*(?:,|$)/i
/** What may hold anything, commas and spaces included. */
const QUOTED = /"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'/g
/** Taking these away would make the page less safe than its author left it. */
const GUARDS = new Set([
  'sandbox',
  'integrity',
  'nonce',
  'crossorigin',
  'referrerpolicy',
  'csp',
  'http-equiv',
])

/** Looks at whatever members there are: those that have not their shape are left out, and reported as that. */
export function checkEdit(edit: EditMembers, data: Data, checkSelector: CheckSelector, report: Report): void {
  const { action, selector, value, name, target } = edit
  if (selector !== undefined) checkSelectorOf('selector', selector, checkSelector, report)
  if (target !== undefined) checkSelectorOf('target', target, checkSelector, report)
  switch (action) {
    case 'text':
      if (value !== undefined) parseTemplate(value, data, report)
      return
    case 'html':
    case 'replace':
    case 'before':
    case 'after':
    case 'prepend':
    case 'append':
      if (value !== undefined) checkMarkup(value, data, report)
      return
    case 'setAttribute':
      checkAttribute(edit, data, report)
      return
    case 'removeAttribute':
      if (name !== undefined && GUARDS.has(name.toLowerCase())) {
        report('name', 'unsafe_attribute', `"${name}" protects the page and may not be removed`)
      }
      return
    case 'addClass':
    case 'removeClass':
      if (value !== undefined) checkClasses(value, data, report)
      return
    case 'move':
      if (target !== undefined && target === selector) {
        report('target', 'invalid', 'an element cannot be moved to itself')
      }
      return
  }
}

function checkSelectorOf(
  member: string,
  selector: string,
  checkSelector: CheckSelector,
  report: Report,
): void {
  const problem = checkSelector(selector)
  if (problem !== undefined) report(member, 'bad_selector', problem)
}

/** The tree of a value, or undefined with its faults reported. */
function parseTemplate(source: string, data: Data, report: Report): readonly Node[] | undefined {
  if (!isTemplate(source)) return [{ kind: 'static', text: source }]
  const parsed = parseLiquid(source)
  if (!parsed.ok) {
    report('value', 'liquid', parsed.error)
    return undefined
  }
  checkNames(parsed.value, data, report)
  return parsed.value.nodes
}

function checkNames({ reads, binds }: Parsed, data: Data, report: Report): void {
  for (const name of binds) {
    if (!ROOTS.has(name) && name !== 'data' && name !== 'forloop') continue
    report('value', 'shadowed_name', `"${name}" is an attribute; give the variable another name`)
  }
  for (const path of reads) {
    const [root, key] = path.split('.')
    if (root === 'data') checkDataKey(key, data, report)
    // Such a variable may simply not have been assigned yet.
    else if (attributePath(path) === undefined && !binds.includes(root as string)) {
      const near = suggestPath(path)
      const meant = near === undefined ? '' : `; did you mean "${near}"?`
      report('value', 'unknown_path', `there is no attribute "${path}"${meant}`)
    }
  }
}

function checkDataKey(key: string | undefined, data: Data, report: Report): void {
  if (key === undefined || Object.hasOwn(data, key)) return
  report('value', 'unknown_path', `the campaign's data has no "${key}"${hint(key, Object.keys(data))}`)
}

function checkMarkup(source: string, data: Data, report: Report): void {
  const parsed = parseTemplate(source, data, report)
  if (parsed === undefined) return
  const { nodes, problems } = inspectMarkup(parsed)
  for (const problem of problems) report('value', 'unsafe_markup', problem)
  if (problems.length > 0) return
  for (const withBranches of [true, false]) {
    const fragment = analyzeFragment(sample(nodes, withBranches))
    if (fragment.ok) continue
    report('value', 'unbalanced', fragment.problem)
    return
  }
}

function checkAttribute({ selector, name, value }: EditMembers, data: Data, report: Report): void {
  const attribute = name?.toLowerCase()
  if (value !== undefined) parseTemplate(value, data, report)
  if (name === undefined || attribute === undefined) return
  if (!isSafeAttribute(attribute)) {
    report('name', 'unsafe_attribute', `an edit may not set the attribute "${name}"`)
    return
  }
  if (choosesLoad(attribute) && CODE_SUBJECT.test(selector?.replace(QUOTED, '') ?? '')) {
    report('name', 'unsafe_attribute', `an edit may not choose what "${selector}" loads`)
    return
  }
  if (value === undefined) return
  if (!isTemplate(value)) {
    if (valueFor(attribute, value) === null) report('value', 'unsafe_url', unsafeUrl(attribute))
  } else if (attribute === 'style') {
    report('value', 'unsafe_attribute', '"style" takes fixed values only, no expressions')
  }
}

function checkClasses(source: string, data: Data, report: Report): void {
  parseTemplate(source, data, report)
  if (isTemplate(source)) return
  const names = source.split(/\s+/).filter((name) => name !== '')
  if (names.length === 0) report('value', 'empty', 'name at least one class')
  if (names.length > MAX_CLASSES) report('value', 'too_many', `at most ${MAX_CLASSES} classes`)
  for (const name of names) {
    if (!isSafeClass(name)) report('value', 'unsafe_class', `"${name}" cannot stand in a class list`)
  }
}
