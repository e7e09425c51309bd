/**
 * XML of devices, read into plain elements within limits of size and depth. A document type is refused and no entity but the
 * five of XML and character numbers is known, so nothing a device sends can expand.
 */
import { XMLParser } from 'fast-xml-parser'
import { decodeText } from './text.ts'

export interface XmlElement {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: readonly XmlElement[]
  /** Text directly inside, trimmed. */
  readonly text: string
}

export interface XmlLimits {
  readonly maxBytes: number
  readonly maxDepth: number
}
export const xmlLimits: XmlLimits = { maxBytes: 256 * 1024, maxDepth: 16 }

const parsers = new Map<number, XMLParser>()
/** One parser for each depth: making it costs more than a heartbeat's parsing, and it keeps nothing between documents. */
const parserOf = (maxDepth: number): XMLParser => {
  const known = parsers.get(maxDepth)
  if (known !== undefined) return known
  const parser = new XMLParser({
    preserveOrder: true,
    ignoreAttributes: false,
    attributeNamePrefix: '',
    parseTagValue: false,
    parseAttributeValue: false,
    processEntities: false,
    trimValues: true,
    ignoreDeclaration: true,
    ignorePiTags: true,
    maxNestedTags: maxDepth,
  })
  parsers.set(maxDepth, parser)
  return parser
}

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }
const unescape = (text: string): string =>
  text.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(amp|lt|gt|quot|apos));/gi, (whole, hex, decimal, name) => {
    if (typeof name === 'string') return NAMED[name.toLowerCase()] ?? whole
    const code = typeof hex === 'string' ? Number.parseInt(hex, 16) : Number(decimal)
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole
  })

type Ordered = Readonly<Record<string, unknown>>
const elementOf = (node: Ordered): XmlElement | null => {
  const name = Object.keys(node).find((key) => key !== ':@')
  if (name === undefined || name === '#text') return null
  const inside = (node[name] ?? []) as readonly Ordered[]
  const attributes: Record<string, string> = {}
  for (const [key, value] of Object.entries((node[':@'] ?? {}) as Ordered)) attributes[key] = unescape(String(value))
  return {
    name: name.slice(name.indexOf(':') + 1),
    attributes,
    children: inside.map(elementOf).filter((child) => child !== null),
    text: unescape(inside.map((child) => (typeof child['#text'] === 'string' ? child['#text'] : '')).join('')).trim(),
  }
}

/** Gives the root element of a document; null for what is too large, too deep, has a document type or is not XML. */
export const parseXml = (bytes: Uint8Array, limits: XmlLimits = xmlLimits): XmlElement | null => {
  if (bytes.length > limits.maxBytes) return null
  const head = String.fromCharCode(...bytes.subarray(0, 200))
  const declared = /encoding\s*=\s*["']([\w-]+)["']/i.exec(head)?.[1]
  const text = decodeText(bytes, declared).replace(/^\uFEFF/, '')
  if (/<!(?:DOCTYPE|ENTITY)/i.test(text)) return null
  try {
    const nodes = parserOf(limits.maxDepth).parse(text) as readonly Ordered[]
    const roots = nodes.map(elementOf).filter((node) => node !== null)
    return roots[0] ?? null
  } catch {
    return null
  }
}

/** Gives the first child of a name, upper and lower case alike: devices write `Info` and `info`. */
export const childOf = (element: XmlElement | null | undefined, name: string): XmlElement | null =>
  element?.children.find((child) => child.name.toLowerCase() === name.toLowerCase()) ?? null
export const childrenOf = (element: XmlElement | null | undefined, name: string): readonly XmlElement[] =>
  element?.children.filter((child) => child.name.toLowerCase() === name.toLowerCase()) ?? []
/** Gives the text of a child; null when there is none or it is empty. */
export const textIn = (element: XmlElement | null | undefined, name: string): string | null => {
  const text = childOf(element, name)?.text ?? ''
  return text === '' ? null : text
}
/** Gives the finite number in a child; null otherwise. */
export const numberIn = (element: XmlElement | null | undefined, name: string): number | null => {
  const text = textIn(element, name)
  if (text === null || !/^[+-]?(\d+\.?\d*|\.\d+)$/.test(text)) return null
  const value = Number(text)
  return Number.isFinite(value) ? value : null
}

const ESCAPED: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
/** Writes text so that it can stand in an element or an attribute; control characters, which XML forbids, are left out. */
export const escapeXml = (text: string): string =>
  // oxlint-disable-next-line no-control-regex
  text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, '').replace(/[&<>"]/g, (sign) => ESCAPED[sign] ?? sign)
