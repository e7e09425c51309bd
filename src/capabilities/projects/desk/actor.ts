/** The signed-in person as policies see it, and the sentence of a refusal. */
import { useMe } from '../../../desk/me.tsx'
import type { Actor } from '../../../kernel/actor.ts'
import type { Decision } from '../../../kernel/decision.ts'
import type { Words } from '../../../kernel/words.ts'

export const useActor = (): Actor => {
  const me = useMe()
  return { kind: 'person', personId: me.personId, name: me.name, roles: me.roles }
}
/** Why not; null = it may be done. */
export const reasonOf = (decision: Decision): Words | null =>
  decision.allowed ? null : decision.because.refusal.sentence
