/**
 * A button for something that may be refused: while it may not be done it stays reachable by keyboard, looks disabled,
 * and says why as a tooltip and to screen readers. The reason is the server's own.
 */
import { App, Button, type ButtonProps, Tooltip } from 'antd'
import type { ReactElement, ReactNode } from 'react'
import type { Words } from '../../kernel/words.ts'
import { useSay } from '../language.tsx'

interface ActButtonProps {
  /** Why not now; null = it may be done. */
  readonly because: Words | null | undefined
  readonly onAct: () => void
  readonly busy?: boolean
  readonly look?: Pick<ButtonProps, 'type' | 'danger' | 'size'>
  readonly children: ReactNode
}
export const ActButton = ({ because, onAct, busy = false, look = {}, children }: ActButtonProps): ReactElement => {
  const say = useSay()
  const { message } = App.useApp()
  if (because === null || because === undefined)
    return (
      <Button {...look} loading={busy} onClick={onAct}>
        {children}
      </Button>
    )
  const reason = say(because)
  return (
    <Tooltip title={reason} trigger={['hover', 'focus']}>
      <Button
        {...look}
        className="disabled-look"
        aria-disabled="true"
        aria-description={reason}
        onClick={() => void message.info(reason)}
      >
        {children}
      </Button>
    </Tooltip>
  )
}
