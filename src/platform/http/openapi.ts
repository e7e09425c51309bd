/** OpenAPI 3.1 made from the endpoints: the same shapes that the server parses with. */
import { z } from 'zod'
import { roleWords } from '../../kernel/actor.ts'
import type { Endpoint } from '../../kernel/endpoint.ts'
import { sessionCookie } from './caller.ts'

type Json = { [name: string]: unknown }

const toComponentRefs = (node: unknown, name: string): unknown => {
  if (Array.isArray(node)) return node.map((part) => toComponentRefs(part, name))
  if (node === null || typeof node !== 'object') return node
  const copy: Json = {}
  for (const [key, value] of Object.entries(node)) {
    if (key === '$ref' && typeof value === 'string')
      copy[key] =
        value === '#'
          ? `#/components/schemas/${name}`
          : value.replace(/^#\/\$defs\/(.+)$/, (_all, def: string) => `#/components/schemas/${name}.${def}`)
    else if (key !== '$defs' && key !== '$schema') copy[key] = toComponentRefs(value, name)
  }
  return copy
}

/** Gives the JSON Schema of a shape; what it defines inside itself moves to the components. */
const schemaOf = (shape: z.ZodType, name: string, components: Json): Json => {
  const made = z.toJSONSchema(shape, { io: 'input', unrepresentable: 'any' }) as Json
  const definitions = (made['$defs'] ?? {}) as Json
  for (const [def, value] of Object.entries(definitions)) components[`${name}.${def}`] = toComponentRefs(value, name)
  const schema = toComponentRefs(made, name) as Json
  if (!JSON.stringify(schema).includes(`"#/components/schemas/${name}"`)) return schema
  components[name] = schema
  return { $ref: `#/components/schemas/${name}` }
}

const pathNames = (path: string): readonly string[] => [...path.matchAll(/:(\w+)/g)].map((match) => match[1] ?? '')

const parametersOf = (endpoint: Endpoint, components: Json): Json[] => {
  const fields = (shape: z.ZodType | undefined, part: string): { properties: Json; required: readonly string[] } => {
    if (shape === undefined) return { properties: {}, required: [] }
    const schema = schemaOf(shape, `${endpoint.id}.${part}`, components)
    return {
      properties: (schema['properties'] ?? {}) as Json,
      required: (schema['required'] ?? []) as readonly string[],
    }
  }
  const params = fields(endpoint.params, 'params')
  const query = fields(endpoint.query, 'query')
  const parameters: Json[] = pathNames(endpoint.path).map((name) => ({
    name,
    in: 'path',
    required: true,
    schema: params.properties[name] ?? { type: 'string' },
  }))
  for (const [name, schema] of Object.entries(query.properties))
    parameters.push({ name, in: 'query', required: query.required.includes(name), schema })
  if (endpoint.idempotent === true) parameters.push({ $ref: '#/components/parameters/IdempotencyKey' })
  return parameters
}

const securityOf = (endpoint: Endpoint): Json[] =>
  endpoint.access === 'public' ? [{}, { session: [] }, { bearer: [] }] : [{ session: [] }, { bearer: [] }]

const accessText = (endpoint: Endpoint): string => {
  if (endpoint.access === 'public') return '公开 · public'
  if (endpoint.access === 'signed-in') return '登录后可用 · any signed-in person'
  return `限以下身份 · roles: ${endpoint.access.roles.map((role) => `${roleWords[role].zh} (${role})`).join('、')}`
}

const problemsOf = (endpoint: Endpoint): Json => {
  const codes = ['400', '404', '409', '429', '500']
  if (endpoint.access !== 'public') codes.push('401', '403')
  return Object.fromEntries(codes.sort().map((code) => [code, { $ref: '#/components/responses/Problem' }]))
}
const successOf = (endpoint: Endpoint, components: Json): Json => {
  if (endpoint.produces !== undefined)
    return {
      200: {
        description: '文件 · document',
        content: { [endpoint.produces]: { schema: { type: 'string', format: 'binary' } } },
      },
    }
  if (endpoint.reply instanceof z.ZodUndefined || endpoint.reply instanceof z.ZodVoid)
    return { 204: { description: '完成 · done' } }
  const schema = schemaOf(endpoint.reply, `${endpoint.id}.reply`, components)
  return { 200: { description: '成功 · success', content: { 'application/json': { schema } } } }
}

const operationOf = (endpoint: Endpoint, components: Json): Json => ({
  operationId: endpoint.id,
  summary: endpoint.summary,
  description: accessText(endpoint),
  tags: [endpoint.id.split('.')[0]],
  security: securityOf(endpoint),
  parameters: parametersOf(endpoint, components),
  ...(endpoint.body === undefined
    ? {}
    : {
        requestBody: {
          required: true,
          content: { 'application/json': { schema: schemaOf(endpoint.body, `${endpoint.id}.body`, components) } },
        },
      }),
  responses: { ...successOf(endpoint, components), ...problemsOf(endpoint) },
})

const problemSchema: Json = {
  type: 'object',
  description: 'RFC 9457',
  required: ['type', 'title', 'status', 'detail', 'code', 'traceId', 'facts', 'errors'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string', description: '告诉人们该怎么做的一句话 · a sentence that says what to do' },
    code: { type: 'string', description: '稳定代码 · stable code for programs' },
    traceId: { type: 'string' },
    facts: { type: 'object', additionalProperties: true },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['path', 'message'],
        properties: { path: { type: 'string' }, message: { type: 'string' } },
      },
    },
  },
}

/** Throws an Error when two endpoints have the same id, or the same method and path. */
export const refuseTwins = (endpoints: readonly Endpoint[]): void => {
  const ids = new Set<string>()
  const places = new Set<string>()
  for (const { id, method, path } of endpoints) {
    if (ids.has(id)) throw new Error(`two endpoints are called ${id}`)
    ids.add(id)
    const place = `${method} ${path.replace(/:\w+/g, ':')}`
    if (places.has(place)) throw new Error(`two endpoints answer ${method} ${path}`)
    places.add(place)
  }
}

/** Makes the document. Throws an Error when two endpoints have the same id, or the same method and path. */
export const openApiDocument = (
  endpoints: readonly Endpoint[],
  about: { readonly publicUrl: string; readonly version: string },
): Json => {
  refuseTwins(endpoints)
  const schemas: Json = { Problem: problemSchema }
  const paths: Record<string, Json> = {}
  for (const endpoint of endpoints) {
    const path = endpoint.path.replace(/:(\w+)/g, '{$1}')
    const method = endpoint.method.toLowerCase()
    const operations = paths[path] ?? {}
    operations[method] = operationOf(endpoint, schemas)
    paths[path] = operations
  }
  return {
    openapi: '3.1.0',
    info: { title: '明筑 Mingzhu', version: about.version, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    servers: [{ url: about.publicUrl }],
    paths,
    components: {
      schemas,
      parameters: {
        IdempotencyKey: {
          name: 'idempotency-key',
          in: 'header',
          required: true,
          description: '每次提交生成一个新值;重发时用原值 · a new value for every submission, the same when sent again',
          schema: { type: 'string', pattern: '^[A-Za-z0-9_-]{16,100}$' },
        },
      },
      responses: {
        Problem: {
          description: '拒绝或错误 · refusal or error',
          headers: { 'trace-id': { schema: { type: 'string' } } },
          content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
        },
      },
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: sessionCookie },
        bearer: { type: 'http', scheme: 'bearer' },
      },
    },
  }
}
