/**
 * Templates of messages: a text with places '{name}', and nothing else. There are no conditions, loops, calls or nested
 * places, so whoever may write a template can say something but run nothing. What is put into a place is always text: it is
 * never read as a template again, and it is escaped where the message is HTML.
 */
export type TemplateFacts = Readonly<Record<string, unknown>>

export interface Template {
  readonly source: string
  readonly places: readonly string[]
  readonly render: (facts: TemplateFacts, escape?: (text: string) => string) => string
}

/** A template that cannot be used; the message names the place and what may stand there. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError'
}

type Part = { readonly text: string } | { readonly place: string }

const PLACE = /^\w{1,60}$/
const partsOf = (source: string, fail: (why: string) => never): readonly Part[] => {
  const parts: Part[] = []
  let text = ''
  for (let at = 0; at < source.length; at += 1) {
    const sign = source.charAt(at)
    if (sign === '{') {
      const end = source.indexOf('}', at)
      const place = end === -1 ? '' : source.slice(at + 1, end)
      if (!PLACE.test(place)) fail(`“${source.slice(at, at + 20)}”处的花括号不成对或名称不合法 / a broken place`)
      if (text !== '') parts.push({ text })
      text = ''
      parts.push({ place })
      at = end
    } else if (sign === '}') fail('多余的右花括号 / a closing brace without its opening one')
    else text += sign
  }
  if (text !== '') parts.push({ text })
  return parts
}

/** Gives a fact as text: what is absent reads '—'; lists are joined; anything else is left out. */
const factText = (value: unknown): string => {
  if (typeof value === 'string') return value === '' ? '—' : value
  if (typeof value === 'number') return String(value)
  if (Array.isArray(value)) return value.map(factText).join('、')
  return '—'
}

/**
 * Reads a template. Throws a `TemplateError` for a broken place, or for one that is not among the allowed names; `where`
 * says in the message which template it is.
 */
export const readTemplate = (source: string, allowed: Iterable<string>, where: string): Template => {
  const names = new Set(allowed)
  const fail = (why: string): never => {
    throw new TemplateError(`模板 ${where} 不能使用:${why} / template ${where} cannot be used`)
  }
  const parts = partsOf(source, fail)
  const places = [...new Set(parts.flatMap((part) => ('place' in part ? [part.place] : [])))]
  for (const place of places)
    if (!names.has(place))
      fail(`没有名为 {${place}} 的内容,可用的有 ${[...names].sort().join('、')} / unknown place {${place}}`)
  return {
    source,
    places,
    render: (facts, escape = (text) => text) =>
      parts.map((part) => escape('text' in part ? part.text : plainText(factText(facts[part.place])))).join(''),
  }
}

/** Signs that steer a display instead of being shown: controls other than the line feed, and turners of the direction. */
const STEERING = /(?!\n)[\p{Cc}\p{Cf}\u2028\u2029]/gu
/** Text of people as text only: without signs that steer a terminal, a header or the direction of writing. */
export const plainText = (text: string): string =>
  text.replace(/\r\n?/g, '\n').replace(/\t/g, ' ').replace(STEERING, '')
/** One line for a subject, a header or a list: line feeds become spaces. At most `most` characters. */
export const oneLine = (text: string, most = 200): string => {
  const line = plainText(text).replace(/\s+/g, ' ').trim()
  return [...line].length <= most ? line : `${[...line].slice(0, most - 1).join('')}…`
}
const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (sign) => entities[sign] ?? sign)
