/** What the signed-in person is to monitoring, for what the pages offer; the server decides by the same policies. */
import { holdsAny, useMe } from '../../../desk/me.tsx'
import { deviceAuthorities, deviceOperators } from '../policy/devices.ts'

export const useIsAuthority = (): boolean => holdsAny(useMe(), ...deviceAuthorities)
export const useIsOperator = (): boolean => holdsAny(useMe(), ...deviceOperators)
/** Limits with their grounds are read by the authorities. */
export const useMayReadLimits = useIsAuthority
