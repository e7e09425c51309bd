/** A button for something that cannot be taken back: it asks first, in a dialog that says what will be gone. */
import { Button, type ButtonProps } from 'antd'
import { type ReactElement, type ReactNode, useState } from 'react'
import { useSay } from '../language.tsx'
import { FormDialog } from './form-dialog.tsx'

interface AskButtonProps {
  /** What the dialog asks: '移除“红线图.pdf”?'. */
  readonly question: string
  /** What follows from it. */
  readonly consequence: string
  readonly answer: string
  /** Resolves once it is done; the dialog stays open while it fails. */
  readonly onAct: () => Promise<unknown>
  readonly error: unknown
  readonly busy?: boolean
  readonly disabled?: boolean
  readonly look?: Pick<ButtonProps, 'size' | 'danger'>
  readonly children: ReactNode
}
export const AskButton = (props: AskButtonProps): ReactElement => {
  const say = useSay()
  const [open, setOpen] = useState(false)
  const act = async (): Promise<void> => {
    try {
      await props.onAct()
      setOpen(false)
    } catch {
      // The dialog shows the refusal.
    }
  }
  return (
    <>
      <Button {...props.look} disabled={props.disabled ?? false} onClick={() => setOpen(true)}>
        {props.children}
      </Button>
      {open && (
        <FormDialog
          open
          width={480}
          title={props.question}
          onClose={() => setOpen(false)}
          onSubmit={() => void act()}
          submitLabel={props.answer === '' ? say('确定', 'Yes') : props.answer}
          danger
          busy={props.busy ?? false}
          error={props.error}
        >
          <p>{props.consequence}</p>
        </FormDialog>
      )}
    </>
  )
}
