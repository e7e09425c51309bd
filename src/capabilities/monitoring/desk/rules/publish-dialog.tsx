/** Publishing a draft: what it replaces, whether it was tried over the past, and whether its figures are verified. */
import { type ReactElement, useState } from 'react'
import { useSay } from '../../../../desk/language.tsx'
import { FormDialog } from '../../../../desk/ui/form-dialog.tsx'
import { TextField } from '../../../../desk/ui/inputs.tsx'
import type { RuleVersionView } from '../../contract/rules.ts'

export const PublishDialog = (props: {
  readonly draft: RuleVersionView
  readonly published: RuleVersionView | null
  readonly busy: boolean
  readonly error: unknown
  readonly onClose: () => void
  readonly onSubmit: (note: string) => void
}): ReactElement => {
  const say = useSay()
  const [note, setNote] = useState('')
  return (
    <FormDialog
      open
      title={say('发布规则', 'Publish the rule')}
      onClose={props.onClose}
      onSubmit={() => props.onSubmit(note.trim())}
      submitLabel={say('发布', 'Publish')}
      busy={props.busy}
      error={props.error}
    >
      <p>
        {props.published === null
          ? say(`第 ${props.draft.version} 版发布后立即生效。`, `Version ${props.draft.version} takes effect at once.`)
          : say(
              `第 ${props.draft.version} 版立即生效,第 ${props.published.version} 版停用。`,
              `Version ${props.draft.version} takes effect at once; version ${props.published.version} is retired.`,
            )}
      </p>
      {props.draft.unverified && (
        <p className="notice warn">
          {say(
            '规则所依据的数值或出处待核:发布后报警会标注“待核”,不宜作为处罚依据。',
            'A figure or source of it is unverified: alarms will say so; they do not bear a penalty.',
          )}
        </p>
      )}
      <TextField
        label={say('说明(可不填)', 'Note (optional)')}
        rows={2}
        value={note}
        onChange={setNote}
        maxLength={500}
      />
    </FormDialog>
  )
}
