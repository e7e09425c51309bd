/** A person raises what no run found. */
import { type ReactElement, useState } from 'react'
import { useSay } from '../../../../desk/language.tsx'
import { useAct } from '../../../../desk/queries.ts'
import { FormDialog } from '../../../../desk/ui/form-dialog.tsx'
import { ChoiceField, NumberField, TextField } from '../../../../desk/ui/inputs.tsx'
import type { CheckView } from '../../contract/checks.ts'
import { raiseConflict } from '../../contract/conflicts.ts'
import type { VersionId } from '../../contract.ts'
import { type ConflictSeverity, severities, severityWords } from '../../model/words.ts'

export const RaiseDialog = ({
  check,
  at,
  object,
  onClose,
}: {
  readonly check: Pick<CheckView, 'checkId'>
  readonly at?: { readonly east: number; readonly north: number; readonly height: number | null }
  readonly object?: { readonly versionId: VersionId; readonly objectId: string }
  readonly onClose: () => void
}): ReactElement => {
  const say = useSay()
  const [title, setTitle] = useState('')
  const [text, setText] = useState('')
  const [severity, setSeverity] = useState<ConflictSeverity>('major')
  const [east, setEast] = useState<number | null>(at?.east ?? null)
  const [north, setNorth] = useState<number | null>(at?.north ?? null)
  const [height, setHeight] = useState<number | null>(at?.height ?? null)
  const [tried, setTried] = useState(false)
  const act = useAct(raiseConflict, { onDone: onClose })
  const empty = say('请填写。', 'Required.')
  return (
    <FormDialog
      open
      title={say('人工提出问题', 'Raise by hand')}
      onClose={onClose}
      onSubmit={() => {
        setTried(true)
        if (title.trim() === '' || text.trim() === '' || east === null || north === null) return
        act.mutate({
          params: { checkId: check.checkId },
          body: {
            title,
            text,
            severity,
            at: { east, north, height },
            objects: object === undefined ? [] : [object],
            uploadIds: [],
          },
        })
      }}
      submitLabel={say('提出', 'Raise')}
      busy={act.isPending}
      error={act.error}
    >
      <TextField
        label={say('标题', 'Title')}
        value={title}
        onChange={setTitle}
        maxLength={80}
        required
        fault={tried && title.trim() === '' ? empty : undefined}
      />
      <TextField
        label={say('问题', 'What is wrong')}
        value={text}
        onChange={setText}
        rows={4}
        maxLength={4000}
        required
        fault={tried && text.trim() === '' ? empty : undefined}
      />
      <ChoiceField
        label={say('级别', 'Severity')}
        value={severity}
        onChange={setSeverity}
        options={severities.map((value) => ({ value, label: say(severityWords[value]) }))}
      />
      <div className="form-grid">
        <NumberField
          label={say('X 北(m)', 'North (m)')}
          value={north}
          onChange={setNorth}
          required
          fault={tried && north === null ? empty : undefined}
        />
        <NumberField
          label={say('Y 东(m)', 'East (m)')}
          value={east}
          onChange={setEast}
          required
          fault={tried && east === null ? empty : undefined}
        />
        <NumberField label={say('高程(m,可空)', 'Height (m, optional)')} value={height} onChange={setHeight} />
      </div>
    </FormDialog>
  )
}
