/**
 * Identities are UUIDv7 (RFC 9562): they sort by the time they were made. People see a case number instead.
 * The platform makes them (`newId`); the kernel only knows their shape.
 */
import { z } from 'zod'

declare const idBrand: unique symbol
/** The identity of one kind of thing: `Id<'project'>` and `Id<'person'>` do not mix. */
export type Id<Kind extends string> = string & { readonly [idBrand]: Kind }

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

export const idSchema = <Kind extends string>() =>
  z
    .string()
    .regex(UUID, { error: '编号格式不正确' })
    .transform((text) => text as Id<Kind>)
export const isUuid = (text: string): boolean => UUID.test(text)

export type PersonId = Id<'person'>
export type OrganisationId = Id<'organisation'>
export type ProjectId = Id<'project'>
