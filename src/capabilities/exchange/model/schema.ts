/** The tables and codes of the data exchange, as the reviewed data files state them. */
import { z } from 'zod'
import { certaintySchema } from '../../../kernel/sourced.ts'
import { localDateSchema } from '../../../kernel/time.ts'

export const fieldSchema = z.object({
  name: z.string().regex(/^[a-z_][a-z0-9_]*$/),
  zh: z.string().min(1),
  type: z.enum(['text', 'number', 'date', 'instant']),
  required: z.boolean(),
  /** Characters at most; absent where the standard's length is not known. */
  length: z.number().int().positive().optional(),
  certainty: certaintySchema,
})
export type ExchangeField = z.infer<typeof fieldSchema>

export const tableSchema = z
  .object({
    name: z.string().regex(/^[A-Z][A-Z0-9_]*$/),
    zh: z.string().min(1),
    /** Field that identifies a row for ever: 地方数据主键. */
    key: z.string(),
    fields: z.array(fieldSchema).min(3),
    certainty: certaintySchema,
    note: z.string(),
  })
  .refine((table) => table.fields.some((field) => field.name === table.key), { error: 'the key is not a field' })
  .refine((table) => new Set(table.fields.map((field) => field.name)).size === table.fields.length, {
    error: 'a field stands twice',
  })
export type ExchangeTable = z.infer<typeof tableSchema>

export const codeSchema = z.object({
  /** Which list: 'investor', 'land', 'party'. */
  set: z.string(),
  ours: z.string(),
  theirs: z.string().min(1),
  zh: z.string(),
  certainty: certaintySchema,
})

export const standardSchema = z.object({
  source: z.object({
    title: z.string(),
    version: z.string(),
    basis: z.string(),
    sourceIds: z.array(z.string()),
    certainty: certaintySchema,
    validFrom: localDateSchema.nullable(),
    validTo: localDateSchema.nullable(),
  }),
  /** 办件状态. */
  states: z.array(z.object({ code: z.number().int(), zh: z.string(), certainty: certaintySchema })),
  codes: z.array(codeSchema),
  tables: z.array(tableSchema),
})
export type ExchangeStandard = z.infer<typeof standardSchema>
export type ExchangeCode = z.infer<typeof codeSchema>

export type RowValue = string | number | null
export type ExchangeRow = Readonly<Record<string, RowValue>>

export interface RowFault {
  readonly field: string
  /** What is wrong and what to do, in Chinese. */
  readonly message: string
}

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/
const shapeFault = (field: ExchangeField, value: string | number): string | null => {
  switch (field.type) {
    case 'number':
      return typeof value === 'number' && Number.isFinite(value) ? null : '应为数字'
    case 'date':
      return localDateSchema.safeParse(value).success ? null : '应为日期'
    case 'instant':
      return typeof value === 'string' && INSTANT.test(value) ? null : '应为时刻'
    case 'text':
      if (typeof value !== 'string') return '应为文字'
      return field.length !== undefined && [...value].length > field.length ? `超过${field.length}个字符` : null
  }
}
/** What a table would not take of a row: required fields that are empty, wrong shapes, texts too long, unknown fields. */
export const faultsOf = (table: ExchangeTable, row: ExchangeRow): readonly RowFault[] => {
  const known = new Set(table.fields.map((field) => field.name))
  const faults: RowFault[] = Object.keys(row)
    .filter((name) => !known.has(name))
    .map((name) => ({ field: name, message: `“${table.zh}”没有字段${name},请核对表结构数据` }))
  for (const field of table.fields) {
    const value = row[field.name] ?? null
    if (value === null || value === '') {
      if (field.required)
        faults.push({ field: field.name, message: `缺少“${field.zh}”,请在项目或办件中补全后重新生成` })
      continue
    }
    const fault = shapeFault(field, value)
    if (fault !== null) faults.push({ field: field.name, message: `“${field.zh}”${fault}` })
  }
  return faults
}
