/** Takes the parts of an element one by one; what nobody took is reported. */
import { guidFrom, isGuid, isIfcGuid } from '../guid.ts'
import { type Notes, quoted } from '../notes.ts'
import { isDateTime } from '../said.ts'
import type { Element } from '../xml.ts'

export interface Fields {
  readonly element: Element
  /** All children of a name. */
  readonly children: (name: string) => readonly Element[]
  /** The child of a name; more than one is reported. */
  readonly child: (name: string) => Element | undefined
  /** The children in a list element ('Comments' around 'Comment'). */
  readonly inList: (list: string, name: string) => readonly Element[]
  readonly attribute: (...names: readonly string[]) => string | undefined
  /** Text of a child: one line without spaces around, or as written. Blank is unsaid. */
  readonly line: (name: string) => string | undefined
  readonly prose: (name: string) => string | undefined
  readonly date: (name: string) => string | undefined
  readonly integer: (name: string) => number | undefined
  readonly number: (name: string) => number | undefined
  readonly flag: (unsaid: boolean, ...names: readonly string[]) => boolean
  readonly ifcGuid: (name: string) => string | undefined
  /** Identifier in small letters. What is no UUID becomes one, always the same; without any it is derived from `place`. */
  readonly guid: (name: string, place: string) => string
  /** Reports what was not taken. */
  readonly done: () => void
}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/
const blankless = (text: string | undefined): string | undefined => (text?.trim() ? text : undefined)

/** Gives the UUID for a text that should be one. */
export const guidOfText = (text: string, where: string, notes: Notes): string => {
  const guid = text.trim().toLowerCase()
  if (isGuid(guid)) return guid
  notes.add('bad-value', where, `编号${quoted(text)}不是 UUID，已换为由其推导的固定编号`)
  return guidFrom(text.trim(), 'foreign')
}

export const fieldsOf = (element: Element, where: string, notes: Notes): Fields => {
  const taken = new Set<string>()
  const takenAttributes = new Set<string>()
  const children = (name: string): readonly Element[] => {
    taken.add(name)
    return element.children.filter((child) => child.name === name)
  }
  const child = (name: string): Element | undefined => {
    const all = children(name)
    if (all.length > 1) notes.add('duplicate', where, `<${element.name}> 中有 ${all.length} 个 <${name}>，取第一个`)
    return all[0]
  }
  const attribute = (...names: readonly string[]): string | undefined => {
    for (const name of names) takenAttributes.add(name)
    return names.map((name) => element.attributes.get(name)).find((value) => value !== undefined)
  }
  const leaf = (name: string): string | undefined => {
    const found = child(name)
    if (found === undefined) return undefined
    fieldsOf(found, where, notes).done()
    return blankless(found.text)
  }
  const line = (name: string): string | undefined => leaf(name)?.trim()
  const checked = <T>(name: string, parse: (text: string) => T | undefined): T | undefined => {
    const text = line(name)
    const value = text === undefined ? undefined : parse(text)
    if (text !== undefined && value === undefined)
      notes.add('bad-value', where, `<${name}> 的值${quoted(text)}不合规定，未采用`)
    return value
  }
  return {
    element,
    children,
    child,
    attribute,
    line,
    prose: leaf,
    inList: (list, name) => {
      const around = child(list)
      if (around === undefined) return []
      const fields = fieldsOf(around, where, notes)
      const items = fields.children(name)
      fields.done()
      return items
    },
    date: (name) => checked(name, (text) => (isDateTime(text) ? text : undefined)),
    integer: (name) =>
      checked(name, (text) =>
        /^[+-]?\d{1,10}$/.test(text) && Math.abs(Number(text)) <= 0x7fffffff ? Number(text) : undefined,
      ),
    number: (name) =>
      checked(name, (text) => (NUMBER.test(text) && Number.isFinite(Number(text)) ? Number(text) : undefined)),
    flag: (unsaid, ...names) => {
      const text = attribute(...names)
      if (text === undefined) return unsaid
      if (/^(true|1)$/i.test(text.trim())) return true
      if (/^(false|0)$/i.test(text.trim())) return false
      notes.add('bad-value', where, `属性 ${names[0] ?? ''} 的值${quoted(text)}不合规定，未采用`)
      return unsaid
    },
    ifcGuid: (name) => {
      const text = blankless(attribute(name))?.trim()
      if (text === undefined || isIfcGuid(text)) return text
      notes.add('bad-value', where, `属性 ${name} 的值${quoted(text)}不是 IfcGuid，未采用`)
      return undefined
    },
    guid: (name, place) => {
      const text = blankless(attribute(name))
      if (text !== undefined) return guidOfText(text, where, notes)
      notes.add('missing', where, `<${element.name}> 缺少 ${name}，已按其位置给予固定编号`)
      return guidFrom(place, 'foreign')
    },
    done: () => {
      for (const each of element.children)
        if (!taken.has(each.name))
          notes.add('unknown-part', where, `<${element.name}> 中的 <${each.name}> 不在本系统支持范围，未采用`)
      for (const [name, value] of element.attributes)
        if (!takenAttributes.has(name))
          notes.add('unknown-part', where, `<${element.name}> 的属性 ${name}=${quoted(value)}未采用`)
      if (element.children.length > 0 && element.text.trim() !== '')
        notes.add('unknown-part', where, `<${element.name}> 中夹有文字${quoted(element.text.trim())}，未采用`)
    },
  }
}
