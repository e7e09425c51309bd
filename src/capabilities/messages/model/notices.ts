/**
 * Who is told what: the table of notices in `data/messages/`. A notice belongs to a kind of event, names its audience and
 * carries its template in both languages, so that there is no notice without one. Everything is checked when it is loaded.
 */
import { z } from 'zod'
import type { EventKind } from '../../../kernel/event.ts'
import { holdsOn, sourceSchema, validitySchema } from '../../../kernel/sourced.ts'
import type { LocalDate } from '../../../kernel/time.ts'
import { wordsSchema } from '../../../kernel/words.ts'
import { audiences, topics } from './topics.ts'

export const linkPages = [
  'application',
  'project',
  'delegation',
  'account',
  'grants',
  'outbox',
  'webhooks',
  'queue',
  'alarm',
  'order',
  'bim-model',
  'bim-check',
  'bim-conflict',
] as const
export const noticeSchema = z
  .object({
    /** '<kind>/<whom>', unique. */
    id: z.string().regex(/^[a-z-]+\.[a-z-]+\/[a-z-]+$/),
    kind: z.string(),
    topic: z.enum(topics),
    /** True: the law orders that it be told; it cannot be switched off in the centre. `source` says which law. */
    statutory: z.boolean().default(false),
    source: sourceSchema.optional(),
    to: z.array(z.enum(audiences)).min(1),
    /** True: also to the person who did it. */
    withActor: z.boolean().default(false),
    /** Only for entries whose payload has these values. */
    when: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
    link: z.enum(linkPages).nullable(),
    title: wordsSchema,
    text: wordsSchema,
  })
  .extend(validitySchema.shape)
  .strict()
  .refine((notice) => !notice.statutory || notice.source !== undefined, {
    error: '法定告知必须写明依据(source)',
    path: ['source'],
  })
  .refine((notice) => notice.id.startsWith(`${notice.kind}/`), { error: 'id 必须以事件名开头', path: ['id'] })
export type Notice = z.infer<typeof noticeSchema>

export const noticeFileSchema = z
  .object({
    note: z.string().optional(),
    notices: z.array(noticeSchema).default([]),
    /** Kinds of which nobody is told, each with the reason. */
    silent: z.record(z.string(), z.string().min(2)).default({}),
    /** Fields of public entries that other systems are told. */
    webhooks: z.record(z.string(), z.array(z.string())).default({}),
  })
  .strict()
export type NoticeFile = z.infer<typeof noticeFileSchema>

type Definition = { readonly type: string; readonly innerType?: z.core.$ZodType; readonly in?: z.core.$ZodType }
const scalars: ReadonlySet<string> = new Set(['string', 'number', 'int', 'enum', 'literal', 'boolean', 'custom'])
const isScalar = (schema: z.core.$ZodType): boolean => {
  const definition = schema._zod.def as unknown as Definition
  if (definition.innerType !== undefined) return isScalar(definition.innerType)
  if (definition.in !== undefined) return isScalar(definition.in)
  return scalars.has(definition.type)
}
/** Names of the payload's parts that are one value: what a template or a webhook may name. */
export const scalarFields = (event: EventKind): readonly string[] => {
  const { payload } = event
  if (!(payload instanceof z.ZodObject)) return []
  return Object.entries(payload.shape as Record<string, z.core.$ZodType>)
    .filter(([, schema]) => isScalar(schema))
    .map(([name]) => name)
}
/** Facts that are looked up for a template: name of the fact -> the field of the payload that it is looked up by. */
export const lookedUp: Readonly<Record<string, string>> = {
  personName: 'personId',
  fromName: 'fromPersonId',
  toName: 'toPersonId',
  organisationName: 'organisationId',
  roleName: 'role',
  departmentTitle: 'department',
}
/** All names that a template of an event may use. */
export const placesOf = (event: EventKind): readonly string[] => {
  const fields = scalarFields(event)
  return [
    'happenedOn',
    'happenedAt',
    ...fields,
    ...Object.entries(lookedUp).flatMap(([name, field]) => (fields.includes(field) ? [name] : [])),
  ]
}
export const noticesFor = (notices: readonly Notice[], kind: string, day: LocalDate): readonly Notice[] =>
  notices.filter((notice) => notice.kind === kind && holdsOn(notice, day))

/** Kinds for which nobody decided whether somebody is told. Empty is right. */
export const undecidedKinds = (
  events: readonly EventKind[],
  notices: readonly Notice[],
  silent: Readonly<Record<string, string>>,
): readonly string[] =>
  events
    .map((event) => event.kind)
    .filter((kind) => silent[kind] === undefined && !notices.some((notice) => notice.kind === kind))
