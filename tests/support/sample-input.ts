/** The smallest input that a shape may accept, made from its JSON Schema: to get past the parsing to the policy. */
import { z } from 'zod'

type Schema = {
  readonly [name: string]: unknown
}
const asSchema = (value: unknown): Schema => (value !== null && typeof value === 'object' ? (value as Schema) : {})
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

const textFor = (schema: Schema): string => {
  if (schema['format'] === 'date-time') return '2026-03-03T00:00:00.000Z'
  if (schema['format'] === 'date') return '2026-03-03'
  const pattern = typeof schema['pattern'] === 'string' ? schema['pattern'] : ''
  if (pattern.includes('[0-9a-f]{8}') || schema['format'] === 'uuid') return '01890000-0000-7000-8000-000000000000'
  const least = typeof schema['minLength'] === 'number' ? schema['minLength'] : 1
  return '样'.repeat(Math.max(least, 4))
}
const sample = (schema: Schema, root: Schema): unknown => {
  const ref = schema['$ref']
  if (typeof ref === 'string') {
    const name = ref.replace(/^#\/\$defs\//, '')
    return sample(asSchema(asSchema(root['$defs'])[name]), root)
  }
  if ('const' in schema) return schema['const']
  if (Array.isArray(schema['enum'])) return schema['enum'][0]
  const branch = listOf(schema['anyOf'])[0] ?? listOf(schema['oneOf'])[0] ?? listOf(schema['allOf'])[0]
  if (branch !== undefined) return sample(asSchema(branch), root)
  switch (schema['type']) {
    case 'object': {
      const properties = asSchema(schema['properties'])
      return Object.fromEntries(
        listOf(schema['required']).map((name) => [name, sample(asSchema(properties[String(name)]), root)]),
      )
    }
    case 'array': {
      const least = typeof schema['minItems'] === 'number' ? schema['minItems'] : 0
      const fixed = listOf(schema['prefixItems'])
      if (fixed.length > 0) return fixed.map((item) => sample(asSchema(item), root))
      return Array.from({ length: least }, () => sample(asSchema(schema['items']), root))
    }
    case 'integer':
    case 'number':
      return typeof schema['minimum'] === 'number' ? Math.max(schema['minimum'], 1) : 1
    case 'boolean':
      return true
    case 'null':
      return null
    default:
      return textFor(schema)
  }
}
export const sampleOf = (shape: z.ZodType): unknown => {
  const schema = z.toJSONSchema(shape, { io: 'input', unrepresentable: 'any' }) as Schema
  return sample(schema, schema)
}
