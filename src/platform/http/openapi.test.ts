import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { type Endpoint, endpoint } from '../../kernel/endpoint.ts'
import { idSchema } from '../../kernel/identity.ts'
import { changePassword, currentSession, endSessions, ownSessions, signIn, signOut } from '../sign-in/contract.ts'
import { openApiDocument } from './openapi.ts'

interface Part {
  readonly name: string
  readonly parts: Part[]
}
const part: z.ZodType<Part> = z.object({
  name: z.string(),
  get parts() {
    return z.array(part)
  },
})
const tree = endpoint({
  id: 'tree.put',
  method: 'PUT',
  path: '/api/trees/:treeId/parts/:partId',
  summary: 'tree',
  access: { roles: ['clerk'] },
  params: z.object({ treeId: idSchema<'tree'>(), partId: z.string() }),
  query: z.object({ depth: z.coerce.number().optional(), mode: z.enum(['a', 'b']) }),
  body: part,
  reply: part,
  idempotent: true,
})
const paper = endpoint({
  id: 'tree.paper',
  method: 'GET',
  path: '/api/trees/:treeId',
  summary: 'paper',
  access: 'public',
  params: z.object({ treeId: z.string() }),
  reply: z.custom<undefined>(),
  produces: 'application/pdf',
})
const endpoints = [tree, paper, signIn, currentSession, signOut, ownSessions, endSessions, changePassword] as Endpoint[]
const about = { publicUrl: 'https://mingzhu.test', version: '1.2.3' }

interface Operation {
  operationId: string
  parameters: { name?: string; in?: string; required?: boolean; $ref?: string }[]
  responses: Record<string, { $ref?: string; content?: Record<string, unknown> }>
  security: Record<string, unknown>[]
  requestBody?: unknown
}
const documentOf = () =>
  JSON.parse(JSON.stringify(openApiDocument(endpoints, about))) as {
    openapi: string
    paths: Record<string, Record<string, Operation>>
    components: Record<string, Record<string, unknown>>
  }
const operations = () => Object.values(documentOf().paths).flatMap((path) => Object.values(path))
const refsIn = (node: unknown): string[] => {
  if (node === null || typeof node !== 'object') return []
  return Object.entries(node).flatMap(([key, value]) => (key === '$ref' ? [String(value)] : refsIn(value)))
}

describe('the OpenAPI document', () => {
  it('has one operation for every endpoint, each with its own id', () => {
    expect(documentOf().openapi).toBe('3.1.0')
    expect(
      operations()
        .map((operation) => operation.operationId)
        .sort(),
    ).toEqual(endpoints.map((one) => one.id).sort())
  })
  it('resolves every reference, those of shapes that contain themselves too', () => {
    const document = documentOf()
    const refs = refsIn(document)
    expect(refs.some((ref) => ref.includes('tree.put'))).toBe(true)
    for (const ref of refs) {
      expect(ref.startsWith('#/components/')).toBe(true)
      const [, , group = '', name = ''] = ref.split('/')
      expect(document.components[group]?.[name], ref).toBeDefined()
    }
  })
  it('declares every name in a path as a required path parameter, and no other', () => {
    for (const [path, methods] of Object.entries(documentOf().paths))
      for (const operation of Object.values(methods)) {
        const named = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1])
        const declared = operation.parameters.filter((parameter) => parameter.in === 'path')
        expect(declared.map((parameter) => parameter.name)).toEqual(named)
        expect(declared.every((parameter) => parameter.required === true)).toBe(true)
      }
  })
  it('names the idempotency header, the documents, the security and the problem answers', () => {
    const found = new Map(operations().map((operation) => [operation.operationId, operation]))
    expect(found.get('tree.put')?.parameters).toContainEqual({ $ref: '#/components/parameters/IdempotencyKey' })
    expect(Object.keys(found.get('tree.paper')?.responses['200']?.content ?? {})).toEqual(['application/pdf'])
    expect(found.get('tree.put')?.security).toEqual([{ session: [] }, { bearer: [] }])
    expect(found.get('tree.paper')?.security).toContainEqual({})
    expect(found.get('tree.put')?.responses['403']).toEqual({ $ref: '#/components/responses/Problem' })
    expect(Object.keys(found.get('sign-in.leave')?.responses ?? {})).toContain('204')
  })
  it('refuses two endpoints with one id, and two on one address', () => {
    expect(() => openApiDocument([tree, tree] as Endpoint[], about)).toThrow('tree.put')
    expect(() => openApiDocument([tree, { ...tree, id: 'other' }] as Endpoint[], about)).toThrow('PUT')
  })
})
