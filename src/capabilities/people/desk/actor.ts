/** The signed-in person as policies see it, and the sentence of a refusal. */
import { useMe } from '../../../desk/me.tsx'
import { problemFrom } from '../../../desk/problem.ts'
import type { Actor } from '../../../kernel/actor.ts'
import type { Decision } from '../../../kernel/decision.ts'
import { type LocalDate, localDateSchema } from '../../../kernel/time.ts'
import type { Words } from '../../../kernel/words.ts'

export const useActor = (): Actor => {
  const me = useMe()
  return { kind: 'person', personId: me.personId, name: me.name, roles: me.roles }
}
/** Why not; null = it may be done. */
export const reasonOf = (decision: Decision): Words | null =>
  decision.allowed ? null : decision.because.refusal.sentence
/** The server's word on one field of the last try. */
export const faultIn = (error: unknown, path: string): string | undefined =>
  error === null ? undefined : problemFrom(error).fields.find((fault) => fault.path === path)?.message
/** The day in a date input; null while it is empty. */
export const dayOf = (text: string): LocalDate | null => {
  const parsed = localDateSchema.safeParse(text)
  return parsed.success ? parsed.data : null
}
export const orNull = (text: string): string | null => (text.trim() === '' ? null : text.trim())
