/** Typed reading of lines of an open model. Whatever a file holds, nothing here throws for a field of the wrong kind. */
import type { IfcAPI } from 'web-ifc'

/** A line as web-ifc gives it: fields by name. */
export type Line = Readonly<Record<string, unknown>>

const inner = (field: unknown): unknown => {
  if (typeof field !== 'object' || field === null) return field
  const holder = field as { readonly value?: unknown; readonly _representationValue?: unknown }
  return holder._representationValue ?? holder.value ?? null
}
export const textOf = (field: unknown): string | null => {
  const value = inner(field)
  return typeof value === 'string' && value !== '' ? value : null
}
export const numberOf = (field: unknown): number | null => {
  const value = inner(field)
  if (typeof value === 'number') return Number.isFinite(value) ? value : null
  if (typeof value !== 'string' || value.trim() === '') return null
  return Number.isFinite(Number(value)) ? Number(value) : null
}
/** Number of the line that a field refers to. */
export const refOf = (field: unknown): number | null => {
  if (typeof field !== 'object' || field === null) return null
  const { type, value } = field as { readonly type?: unknown; readonly value?: unknown }
  return type === 5 && typeof value === 'number' && value > 0 ? value : null
}
export const listOf = (field: unknown): readonly unknown[] => (Array.isArray(field) ? (field as unknown[]) : [])
export const refsOf = (field: unknown): readonly number[] =>
  (Array.isArray(field) ? field : [field]).flatMap((each) => refOf(each) ?? [])
/** Value of a property: text, number or truth. */
export const valueOf = (field: unknown): string | number | boolean | null => {
  if (typeof field !== 'object' || field === null) return null
  const value = inner(field)
  const name = (field as { readonly name?: unknown }).name
  if (name === 'IFCBOOLEAN' || name === 'IFCLOGICAL') {
    if (value === true || value === 'T') return true
    if (value === false || value === 'F') return false
    return null
  }
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null
}

/** Whether the WebAssembly machine itself failed, after which nothing of it can be trusted. */
export const isTrap = (error: unknown): boolean =>
  error instanceof Error && (error.name === 'RuntimeError' || /\bAborted\(|out of memory/i.test(error.message))

export interface Lines {
  /** Null where there is no such line, or it cannot be read. */
  readonly get: (line: number) => Line | null
  readonly ofType: (type: number, inherited?: boolean) => readonly number[]
  /** 'IfcPipeSegment', of any line. */
  readonly className: (line: number) => string
  readonly unreadable: () => number
}

export const linesOf = (api: IfcAPI, model: number): Lines => {
  let unreadable = 0
  const names = new Map<number, string>()
  for (const { typeID, typeName } of api.GetAllTypesOfModel(model)) names.set(typeID, typeName)
  return {
    get(line) {
      try {
        return (api.GetLine(model, line) as Line | undefined) ?? null
      } catch (error) {
        // A trap of the machine itself ends the reading; a line that cannot be understood does not.
        if (isTrap(error)) throw error
        unreadable += 1
        return null
      }
    },
    ofType(type, inherited = false) {
      const vector = api.GetLineIDsWithType(model, type, inherited)
      return Array.from({ length: vector.size() }, (_, index) => vector.get(index))
    },
    className: (line) => names.get(Number(api.GetLineType(model, line))) ?? 'IfcProduct',
    unreadable: () => unreadable,
  }
}
