/** XML as BCF uses it: elements, attributes, texts. No document types, hence no entities but the five of XML itself. */
import { XMLParser, XMLValidator } from 'fast-xml-parser'
import { badXml } from './refusals.ts'

export interface Element {
  /** Without the prefix of a name space. */
  readonly name: string
  readonly attributes: ReadonlyMap<string, string>
  readonly children: readonly Element[]
  /** All text directly inside, references resolved. */
  readonly text: string
}

const MAX_DEPTH = 32

const NAMED: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }
/** Resolves the references to characters; anything else that looks like one stays as it is. */
const resolved = (text: string): string =>
  text.includes('&')
    ? text.replace(/&(?:(lt|gt|amp|quot|apos)|#(\d{1,7})|#x([0-9a-fA-F]{1,6}));/g, (whole, name, decimal, hex) => {
        if (name !== undefined) return NAMED[name as string] ?? whole
        const code = decimal !== undefined ? Number(decimal) : Number.parseInt(hex as string, 16)
        return code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff)
          ? String.fromCodePoint(code)
          : '\ufffd'
      })
    : text

const local = (name: string): string => name.slice(name.indexOf(':') + 1)

/** Says whether a document type stands before the first element. */
const hasDoctype = (text: string): boolean => {
  let at = 0
  for (;;) {
    while (at < text.length && /\s/.test(text.charAt(at))) at += 1
    if (text.startsWith('<?', at)) at = text.indexOf('?>', at) + 2
    else if (text.startsWith('<!--', at)) at = text.indexOf('-->', at) + 3
    else return text.startsWith('<!', at)
    if (at < 4) return false
  }
}

type Parsed = Readonly<Record<string, unknown>>
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')
const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  processEntities: false,
  ignoreDeclaration: true,
  ignorePiTags: true,
  commentPropName: false,
  cdataPropName: '#cdata',
  maxNestedTags: MAX_DEPTH,
})

const elementOf = (name: string, parsed: Parsed): Element => {
  const children: Element[] = []
  let text = ''
  for (const part of parsed[name] as readonly Parsed[]) {
    const tag = Object.keys(part).find((key) => key !== ':@') ?? ''
    if (tag === '#text') text += resolved(textOf(part[tag]))
    else if (tag === '#cdata') for (const piece of part[tag] as readonly Parsed[]) text += textOf(piece['#text'])
    else if (tag !== '') children.push(elementOf(tag, part))
  }
  const attributes = new Map<string, string>()
  // Declarations of name spaces and hints to schemas say nothing of the content.
  for (const [key, value] of Object.entries((parsed[':@'] ?? {}) as Parsed))
    if (!/^xmlns(:|$)|^xsi:/.test(key)) attributes.set(local(key), resolved(textOf(value).replace(/[\t\n]/g, ' ')))
  return { name: local(name), attributes, children, text }
}

/** Gives the root element of a text. Refuses what is not well formed, nests too deep or declares a document type. */
export const parseXml = (path: string, text: string): Element => {
  const xml = text.startsWith('\ufeff') ? text.slice(1) : text
  if (hasDoctype(xml)) throw badXml({ path, why: '含有不允许的 DOCTYPE 声明' })
  let roots: readonly Parsed[]
  try {
    const valid = XMLValidator.validate(xml)
    if (valid !== true) throw badXml({ path, why: `第 ${valid.err.line} 行不是正确的 XML` })
    roots = (parser.parse(xml) as readonly Parsed[]).filter((part) => !('#text' in part))
  } catch (error) {
    if (error instanceof Error && error.name === 'Refused') throw error
    throw badXml({ path, why: '不是正确的 XML，或嵌套过深' })
  }
  const root = roots[0]
  const name = root === undefined ? undefined : Object.keys(root).find((key) => key !== ':@')
  if (root === undefined || name === undefined || roots.length !== 1) throw badXml({ path, why: '不是正确的 XML' })
  return elementOf(name, root)
}

/** What XML 1.0 cannot hold: most control characters, halves of surrogate pairs, U+FFFE and U+FFFF. */
const UNSAYABLE =
  // oxlint-disable-next-line no-control-regex -- these are what is replaced
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g
export const isSayable = (text: string): boolean => text.search(UNSAYABLE) < 0
const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#13;',
  '\n': '&#10;',
  '\t': '&#9;',
}
const escapedText = (text: string): string =>
  text.replace(UNSAYABLE, '\ufffd').replace(/[&<>\r]/g, (sign) => ESCAPES[sign] ?? sign)
const escapedValue = (text: string): string =>
  text.replace(UNSAYABLE, '\ufffd').replace(/[&<>"\r\n\t]/g, (sign) => ESCAPES[sign] ?? sign)

export type Node = {
  readonly name: string
  readonly attributes: Readonly<Record<string, string | number | boolean | undefined>>
  readonly content: string | readonly Node[]
}
type Content = string | number | undefined | readonly (Node | undefined)[]
/** Gives a number as xs:double writes it. */
const numberText = (value: number): string => {
  if (!Number.isFinite(value)) throw new RangeError(`${value} has no place in a BCF file`)
  return Object.is(value, -0) ? '-0' : String(value)
}
/** Builds an element; attributes and children that are undefined are left out. */
export const node = (name: string, content: Content = [], attributes: Node['attributes'] = {}): Node => ({
  name,
  attributes,
  content:
    typeof content === 'number'
      ? numberText(content)
      : Array.isArray(content)
        ? (content as readonly (Node | undefined)[]).filter((child) => child !== undefined)
        : ((content as string | undefined) ?? ''),
})
/** Builds an element only if there is something to put into it. */
export const nodeOf = (
  name: string,
  content: string | number | undefined,
  attributes: Node['attributes'] = {},
): Node | undefined => (content === undefined ? undefined : node(name, content, attributes))
/** Builds an element around a list, unless the list is empty. */
export const listOf = (name: string, items: readonly Node[]): Node | undefined =>
  items.length === 0 ? undefined : node(name, items)

const written = (element: Node, indent: string): string => {
  const attributes = Object.entries(element.attributes)
    .map(([key, value]) => (value === undefined ? '' : ` ${key}="${escapedValue(String(value))}"`))
    .join('')
  const open = `${indent}<${element.name}${attributes}`
  if (element.content.length === 0) return `${open}/>\n`
  if (typeof element.content === 'string') return `${open}>${escapedText(element.content)}</${element.name}>\n`
  const inside = element.content.map((child) => written(child, `${indent}  `)).join('')
  return `${open}>\n${inside}${indent}</${element.name}>\n`
}
/** Gives the bytes of a document, UTF-8. */
export const xmlBytes = (root: Node): Uint8Array =>
  new TextEncoder().encode(`<?xml version="1.0" encoding="UTF-8"?>\n${written(root, '')}`)
