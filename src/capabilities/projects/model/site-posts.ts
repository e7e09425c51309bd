/** Posts on site that need an approved person, the certificates they ask for, and what speaks against somebody. Pure. */
import { z } from 'zod'
import { sourceSchema } from '../../../kernel/sourced.ts'
import { addDays, type LocalDate } from '../../../kernel/time.ts'
import { wordsSchema } from '../../../kernel/words.ts'
import { type PartyRole, partyRoles } from '../contract.ts'

const code = z.string().regex(/^[a-z0-9-]+$/)
const named = z.object({ code, name: wordsSchema })

/** Shape of `data/projects/site-posts.json`. */
export const sitePostRulesSchema = z
  .object({
    version: z.string().min(1).max(40),
    note: z.string().optional(),
    /** Role code of the department that approves. */
    department: z.object({ code: z.string(), source: sourceSchema }),
    /** Days before the last day of a certificate at which its holder's organisation is reminded. */
    remindDays: z.array(z.number().int().min(1).max(400)),
    certificates: z.array(named).min(1),
    posts: z
      .array(
        named.extend({
          /** Roles of the parties that nominate for it. */
          of: z.array(z.enum(partyRoles)).min(1),
          /** Of each group at least one certificate is needed. */
          certificates: z.array(z.array(code).min(1)),
          /** True: more than one person at a time. */
          several: z.boolean(),
          /** True: nobody holds it in two open projects at a time, but for the exceptions. */
          exclusive: z.boolean(),
          /** True: its absence is shown from the stage of the construction permit on. */
          needed: z.boolean(),
          source: sourceSchema,
        }),
      )
      .min(1),
    exclusive: z.object({ source: sourceSchema, exceptions: z.array(named) }),
  })
  .refine(
    ({ certificates, posts }) =>
      posts.every((post) =>
        post.certificates.flat().every((wanted) => certificates.some((known) => known.code === wanted)),
      ),
    { error: '岗位所需证书未列入 certificates' },
  )
  .refine(({ posts }) => new Set(posts.map((post) => post.code)).size === posts.length, { error: '岗位代码重复' })
export type SitePostRules = z.infer<typeof sitePostRulesSchema>
export type SitePost = SitePostRules['posts'][number]

export const sitePersonStates = ['nominated', 'approved', 'rejected', 'withdrawn', 'ended'] as const
export type SitePersonState = (typeof sitePersonStates)[number]

/** A certificate as it was declared. */
export interface Certificate {
  readonly kind: string
  readonly number: string
  /** Last day; null = without an end. */
  readonly validUntil: LocalDate | null
}

export const postOf = (rules: SitePostRules, wanted: string): SitePost | null =>
  rules.posts.find((post) => post.code === wanted) ?? null
export const certificateName = (rules: SitePostRules, kind: string) =>
  rules.certificates.find((known) => known.code === kind)?.name ?? { zh: kind, en: kind }

/** Numbers are compared without blanks and case. */
export const plainNumber = (text: string): string => text.replace(/\s/g, '').toUpperCase()

export const certificateState = (
  rules: SitePostRules,
  certificate: Certificate,
  today: LocalDate,
): 'valid' | 'expiring' | 'expired' => {
  if (certificate.validUntil === null) return 'valid'
  if (certificate.validUntil < today) return 'expired'
  return certificate.validUntil <= addDays(today, Math.max(0, ...rules.remindDays)) ? 'expiring' : 'valid'
}

/** What is wrong with the certificates of somebody for a post on a day, by field. Empty is right. */
export const certificateFaults = (
  rules: SitePostRules,
  post: SitePost,
  certificates: readonly Certificate[],
  today: LocalDate,
): readonly { readonly path: string; readonly message: string }[] => {
  const faults: { path: string; message: string }[] = []
  const nameOf = (kind: string): string => certificateName(rules, kind).zh
  certificates.forEach((certificate, index) => {
    if (!rules.certificates.some((known) => known.code === certificate.kind))
      faults.push({ path: `certificates.${index}.kind`, message: '没有这种证书,请重新选择。' })
    else if (certificateState(rules, certificate, today) === 'expired')
      faults.push({
        path: `certificates.${index}.validUntil`,
        message: `${nameOf(certificate.kind)}已于${certificate.validUntil ?? ''}到期,请填写有效的证书。`,
      })
  })
  for (const group of post.certificates)
    if (!group.some((kind) => certificates.some((certificate) => certificate.kind === kind)))
      faults.push({ path: 'certificates', message: `还需要${group.map(nameOf).join('或')}。` })
  const seen = new Set<string>()
  certificates.forEach((certificate, index) => {
    const key = `${certificate.kind} ${plainNumber(certificate.number)}`
    if (seen.has(key)) faults.push({ path: `certificates.${index}.number`, message: '这张证书填了两次,请删去一张。' })
    seen.add(key)
  })
  return faults
}

/** Needed posts that nobody holds, of those whose party is in the project already. */
export const missingPosts = (
  rules: SitePostRules,
  parties: readonly { readonly role: PartyRole }[],
  held: readonly { readonly post: string }[],
): readonly SitePost[] =>
  rules.posts.filter(
    (post) =>
      post.needed &&
      parties.some((party) => post.of.includes(party.role)) &&
      !held.some((person) => person.post === post.code),
  )

/** The days on which somebody is reminded of certificates: before the end of each, and on the day after it. */
export const certificateReminders = (
  rules: SitePostRules,
  certificates: readonly Certificate[],
  today: LocalDate,
): readonly { readonly on: LocalDate; readonly key: string; readonly certificate: Certificate }[] =>
  certificates.flatMap((certificate) => {
    const until = certificate.validUntil
    if (until === null) return []
    return [...rules.remindDays.map((days) => addDays(until, -days)), addDays(until, 1)]
      .filter((on) => on > today)
      .map((on) => ({ on, key: `${certificate.kind}@${until}@${on}`, certificate }))
  })

/** The posts that nobody holds in two open projects at a time. */
export const exclusivePosts = (rules: SitePostRules): readonly string[] =>
  rules.posts.filter((post) => post.exclusive).map((post) => post.code)
/** Those among the holders who are the same person in another project. */
export const elsewhereAmong = <
  H extends { readonly project_id: string; readonly certificate_numbers: readonly string[] },
>(
  holders: readonly H[],
  row: { readonly project_id: string; readonly certificate_numbers: readonly string[] },
): readonly H[] =>
  holders.filter(
    (holder) =>
      holder.project_id !== row.project_id &&
      holder.certificate_numbers.some((number) => row.certificate_numbers.includes(number)),
  )
