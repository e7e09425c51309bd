/** What the signed-in person is to monitoring, for what the pages offer; the server decides by the same policies. */
import { holdsAny, useMe } from '../../../desk/me.tsx'
import type { Actor } from '../../../kernel/actor.ts'
import type { Words } from '../../../kernel/words.ts'
import { deviceAuthorities } from '../policy/devices.ts'
import { maySeeLooks } from '../policy/sites.ts'

export const useIsAuthority = (): boolean => holdsAny(useMe(), ...deviceAuthorities)
/** Why the signed-in person may not see who looked at a worker; null = they may. */
export const useLooksRefusal = (): Words | null => {
  const me = useMe()
  const actor: Actor = { kind: 'person', personId: me.personId, name: me.name, roles: me.roles }
  const decision = maySeeLooks(actor, false)
  return decision.allowed ? null : decision.because.refusal.sentence
}
