/** What the signed-in person is to monitoring, for what the pages offer; the server decides by the same policies. */
import { holdsAny, useMe } from '../../../desk/me.tsx'
import type { Actor } from '../../../kernel/actor.ts'
import type { Decision } from '../../../kernel/decision.ts'
import type { Words } from '../../../kernel/words.ts'
import { deviceAuthorities } from '../policy/devices.ts'
import { maySearchWorkers, maySeeLooks } from '../policy/sites.ts'

export const useIsAuthority = (): boolean => holdsAny(useMe(), ...deviceAuthorities)
const useActor = (): Actor => {
  const me = useMe()
  return { kind: 'person', personId: me.personId, name: me.name, roles: me.roles }
}
const sentence = (decision: Decision): Words | null => (decision.allowed ? null : decision.because.refusal.sentence)
/** Why the signed-in person may not see who looked at a worker; null = they may. */
export const useLooksRefusal = (): Words | null => sentence(maySeeLooks(useActor(), false))
/** Why the signed-in person may not look for workers by identity number; null = they may. */
export const useSearchRefusal = (): Words | null => sentence(maySearchWorkers(useActor()))
