/** Defines a check: what is compared, what is left out, tolerance with what it means in one sentence. */
import { Checkbox } from 'antd'
import { type ReactElement, useState } from 'react'
import { useSay } from '../../../../desk/language.tsx'
import { useAct, useRead } from '../../../../desk/queries.ts'
import { FormDialog } from '../../../../desk/ui/form-dialog.tsx'
import { ChoiceField, TextField } from '../../../../desk/ui/inputs.tsx'
import { Loaded } from '../../../../desk/ui/loaded.tsx'
import type { ProjectId } from '../../../../kernel/identity.ts'
import { type CheckView, createCheck, editCheck, listSelectable } from '../../contract/checks.ts'
import { type Definition, definitionSchema, toleranceSentence } from '../../model/definition.ts'
import { type CheckKind, checkKinds, checkKindWords } from '../../model/words.ts'
import { ClashFields } from './clash-fields.tsx'
import { emptyClash, emptyPipes } from './definition-state.ts'
import { PipesFields } from './pipes-fields.tsx'

export const CheckDialog = ({
  projectId,
  check,
  onClose,
}: {
  readonly projectId: ProjectId
  readonly check?: CheckView
  readonly onClose: () => void
}): ReactElement => {
  const say = useSay()
  const selectable = useRead(listSelectable, { params: { projectId } })
  const [name, setName] = useState(check?.name ?? '')
  const [gate, setGate] = useState(check?.gate ?? true)
  const [definition, setDefinition] = useState<Definition>(check?.definition ?? emptyPipes)
  const [tried, setTried] = useState(false)
  const [drafting, setDrafting] = useState(false)
  const [heldUp, setHeldUp] = useState(false)
  const create = useAct(createCheck, { onDone: onClose })
  const edit = useAct(editCheck, { onDone: onClose })
  const parsed = definitionSchema.safeParse(definition)
  const act = check === undefined ? create : edit
  const submit = () => {
    setTried(true)
    setHeldUp(drafting)
    if (name.trim() === '' || !parsed.success || drafting) return
    const body = { name, definition: parsed.data, gate }
    if (check === undefined) create.mutate({ params: { projectId }, body })
    else edit.mutate({ params: { checkId: check.checkId }, body: { ...body, version: check.version } })
  }
  return (
    <FormDialog
      open
      width={860}
      title={check === undefined ? say('定义检查', 'Define a check') : say('修改检查', 'Edit the check')}
      onClose={onClose}
      onSubmit={submit}
      submitLabel={say('保存', 'Save')}
      busy={act.isPending}
      error={act.error}
    >
      <TextField
        label={say('名称', 'Name')}
        value={name}
        onChange={setName}
        maxLength={80}
        required
        fault={tried && name.trim() === '' ? say('请填写名称。', 'Give a name.') : undefined}
      />
      {check === undefined && (
        <ChoiceField
          label={say('种类', 'Kind')}
          value={definition.kind}
          onChange={(kind: CheckKind) => setDefinition(kind === 'pipes' ? emptyPipes : emptyClash)}
          options={checkKinds.map((value) => ({ value, label: say(checkKindWords[value]) }))}
        />
      )}
      <Loaded query={selectable}>
        {({ models }) =>
          definition.kind === 'pipes' ? (
            <PipesFields
              projectId={projectId}
              value={definition}
              models={models}
              onChange={setDefinition}
              onOpenDraft={setDrafting}
            />
          ) : (
            <ClashFields value={definition} models={models} onChange={setDefinition} />
          )
        }
      </Loaded>
      {definition.toleranceM >= 0 && (
        <p className="notice">
          <strong>{say('允许误差的含义:', 'What the tolerance means: ')}</strong>
          {toleranceSentence(definition)}
        </p>
      )}
      <p>
        <Checkbox checked={gate} onChange={(event) => setGate(event.target.checked)}>
          {say('计入关口(审批事项要求“没有未解决的严重冲突”时)', 'Counts for the gate')}
        </Checkbox>
      </p>
      {heldUp && drafting && (
        <p className="notice bad" role="alert">
          {say(
            '有一项分区、建(构)筑物或道路还没有确定:请先点“确定该项”或“放弃该项”,再保存。',
            'A zone, obstacle or road is still being edited: keep or discard it first.',
          )}
        </p>
      )}
      {tried && !parsed.success && (
        <div className="notice bad" role="alert">
          <ul>
            {parsed.error.issues.slice(0, 5).map((issue) => (
              <li key={`${issue.path.join('.')} ${issue.message}`}>
                {issue.path.at(-1) === 'models' ? say('请选择模型。', 'Choose models.') : issue.message}
              </li>
            ))}
          </ul>
        </div>
      )}
    </FormDialog>
  )
}
