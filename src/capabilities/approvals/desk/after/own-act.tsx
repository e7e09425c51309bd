/** A button only for those whose roles may ever press it; to everybody else it would be a riddle. */
import type { ComponentProps, ReactElement } from 'react'
import { holdsAny, useMe } from '../../../../desk/me.tsx'
import { ActButton } from '../../../../desk/ui/act-button.tsx'
import type { Access } from '../../../../kernel/endpoint.ts'

interface OwnActProps extends ComponentProps<typeof ActButton> {
  /** The endpoint that the button calls. */
  readonly of: { readonly access: Access }
}
export const OwnAct = ({ of, ...button }: OwnActProps): ReactElement | null => {
  const me = useMe()
  if (typeof of.access === 'object' && !holdsAny(me, ...of.access.roles)) return null
  return <ActButton {...button} />
}
