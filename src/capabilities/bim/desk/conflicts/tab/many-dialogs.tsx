/** What is done to many conflicts at once: changed together, or put into a group by hand. */
import { type ReactElement, useState } from 'react'
import { useSay } from '../../../../../desk/language.tsx'
import { useAct, useRead } from '../../../../../desk/queries.ts'
import { FormDialog } from '../../../../../desk/ui/form-dialog.tsx'
import { TextField } from '../../../../../desk/ui/inputs.tsx'
import type { CheckView } from '../../../contract/checks.ts'
import { createHandGroup, editConflicts, listAssignable, listHandGroups } from '../../../contract/conflicts.ts'
import type { ConflictId, GroupId } from '../../../contract.ts'
import { statuses, statusWords } from '../../../model/words.ts'
import { SelectField } from '../../parts.tsx'

const KEEP = 'keep'
export const ManyDialog = ({
  check,
  conflictIds,
  onClose,
  onDone,
}: {
  readonly check: CheckView
  readonly conflictIds: readonly ConflictId[]
  readonly onClose: () => void
  readonly onDone: () => void
}): ReactElement => {
  const say = useSay()
  const [status, setStatus] = useState<string>(KEEP)
  const [assignee, setAssignee] = useState<string>(KEEP)
  const [group, setGroup] = useState<string>(KEEP)
  const [due, setDue] = useState('')
  const act = useAct(editConflicts, { onDone })
  const assignable = useRead(listAssignable, { params: { projectId: check.projectId } })
  const groups = useRead(listHandGroups, { params: { checkId: check.checkId } })
  const keep = { value: KEEP, label: say('不改', 'keep') }
  const none = { value: '', label: say('无', 'none') }
  return (
    <FormDialog
      open
      title={say(`批量修改 ${conflictIds.length} 个冲突`, `Change ${conflictIds.length} conflicts`)}
      onClose={onClose}
      onSubmit={() =>
        act.mutate({
          params: { checkId: check.checkId },
          body: {
            conflictIds: [...conflictIds],
            ...(status === KEEP ? {} : { status: status as (typeof statuses)[number] }),
            ...(assignee === KEEP ? {} : { assigneeId: (assignee === '' ? null : assignee) as never }),
            ...(group === KEEP ? {} : { groupId: (group === '' ? null : group) as GroupId | null }),
            ...(due === '' ? {} : { dueOn: due as never }),
          },
        })
      }
      submitLabel={say('保存', 'Save')}
      busy={act.isPending}
      error={act.error}
    >
      <SelectField
        label={say('处理状态', 'Status')}
        value={status}
        options={[keep, ...statuses.map((value) => ({ value: value as string, label: say(statusWords[value]) }))]}
        onChange={setStatus}
      />
      <SelectField
        label={say('责任人', 'Assignee')}
        value={assignee}
        options={[
          keep,
          none,
          ...(assignable.data?.persons ?? []).map((person) => ({
            value: person.personId as string,
            label: `${person.name}(${person.place})`,
          })),
        ]}
        onChange={setAssignee}
      />
      <TextField label={say('期限(空:不改)', 'Due (empty: keep)')} type="date" value={due} onChange={setDue} />
      <SelectField
        label={say('人工分组', 'Group')}
        value={group}
        options={[
          keep,
          none,
          ...(groups.data?.groups ?? []).map((each) => ({ value: each.groupId as string, label: each.name })),
        ]}
        onChange={setGroup}
      />
    </FormDialog>
  )
}
export const GroupDialog = ({
  check,
  conflictIds,
  onClose,
}: {
  readonly check: CheckView
  readonly conflictIds: readonly ConflictId[]
  readonly onClose: () => void
}): ReactElement => {
  const say = useSay()
  const [name, setName] = useState('')
  const [note, setNote] = useState('')
  const [tried, setTried] = useState(false)
  const act = useAct(createHandGroup, { onDone: onClose })
  return (
    <FormDialog
      open
      title={say('新建人工分组', 'New group')}
      onClose={onClose}
      onSubmit={() => {
        setTried(true)
        if (name.trim() !== '')
          act.mutate({ params: { checkId: check.checkId }, body: { name, note, conflictIds: [...conflictIds] } })
      }}
      submitLabel={say('新建', 'Create')}
      busy={act.isPending}
      error={act.error}
    >
      <p className="quiet">
        {say(
          `勾选的 ${conflictIds.length} 个冲突放入该组;重新检查后仍在组内。`,
          `The ${conflictIds.length} conflicts chosen go into it and stay there after new runs.`,
        )}
      </p>
      <TextField
        label={say('名称', 'Name')}
        value={name}
        onChange={setName}
        maxLength={80}
        required
        fault={tried && name.trim() === '' ? say('请填写名称。', 'Give a name.') : undefined}
      />
      <TextField
        label={say('说明(可选)', 'Note (optional)')}
        value={note}
        onChange={setNote}
        rows={3}
        maxLength={1000}
      />
    </FormDialog>
  )
}
