/** Who is signed in, for every page. */
import { createContext, type ReactElement, type ReactNode, useContext } from 'react'
import type { Me } from '../capabilities/people/contract.ts'
import type { Role } from '../kernel/actor.ts'

const MeContext = createContext<Me | null>(null)
export const MeProvider = ({ me, children }: { readonly me: Me; readonly children: ReactNode }): ReactElement => (
  <MeContext.Provider value={me}>{children}</MeContext.Provider>
)
/** The signed-in person. Only inside the shell, which shows the sign-in page to everybody else. */
export const useMe = (): Me => {
  const me = useContext(MeContext)
  if (me === null) throw new Error('useMe outside the shell')
  return me
}
export const holdsAny = (me: Me, ...roles: readonly Role[]): boolean =>
  me.roles.some((held) => roles.includes(held.role))
