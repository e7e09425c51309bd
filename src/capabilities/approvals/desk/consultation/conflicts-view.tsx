/** 意见分歧: shown with both sides, mediated in a dialog that writes the minute. */
import { Button, Checkbox } from 'antd'
import { type ReactElement, useState } from 'react'
import { addressOf } from '../../../../desk/call.ts'
import { useSay } from '../../../../desk/language.tsx'
import { useAct } from '../../../../desk/queries.ts'
import { ActButton } from '../../../../desk/ui/act-button.tsx'
import { ClockBadge } from '../../../../desk/ui/clock-badge.tsx'
import { FormDialog } from '../../../../desk/ui/form-dialog.tsx'
import { SentencesField, TextField } from '../../../../desk/ui/inputs.tsx'
import { localDateSchema, wallClock } from '../../../../kernel/time.ts'
import { type ConsultedRun, flagConflict, printConflictMinute, resolveConflict } from '../../contract/consultation.ts'
import type { ItemRunView } from '../../contract.ts'
import { conflictStateWords } from '../../model/consultation/words.ts'
import { opinionCodeWords, opinionTaskStateWords } from '../../model/words.ts'

type Conflict = ConsultedRun['conflicts'][number]

export const ConflictLine = ({ conflict }: { readonly conflict: Conflict }): ReactElement => {
  const say = useSay()
  const [isOpen, setOpen] = useState(false)
  return (
    <section className="stack" aria-label={say('意见分歧', 'Conflict')}>
      <div className="row">
        <strong>
          {conflict.kind === 'conditions'
            ? say('条件互相矛盾', 'Conditions contradict')
            : say('意见分歧', 'Opinions contradict')}
        </strong>
        <span className="tag">{say(conflictStateWords[conflict.state])}</span>
        <span className="quiet">
          {say('协调', 'Mediator')}:{conflict.mediatorName}
          {conflict.escalatedAt !== null && say(' → 效能监督', ' → supervisor')}
        </span>
        {conflict.state === 'open' && conflict.clock !== null && <ClockBadge clock={conflict.clock} withLabel />}
        {conflict.state === 'open' && (
          <ActButton because={conflict.may['resolve']} look={{ type: 'primary' }} onAct={() => setOpen(true)}>
            {say('协调并写纪要', 'Mediate')}
          </ActButton>
        )}
      </div>
      <ul style={{ margin: 0 }}>
        {conflict.opinions.map((each) => (
          <li key={each.opinionTaskId}>
            {each.departmentName}:{each.code === null ? '—' : say(opinionCodeWords[each.code])} {each.text}
          </li>
        ))}
      </ul>
      {conflict.remark !== '' && <div>{conflict.remark}</div>}
      {conflict.minute !== null && (
        <div>
          {say('结论', 'Resolution')}:{conflict.minute.resolution}{' '}
          <a
            href={addressOf(printConflictMinute, { conflictId: conflict.conflictId })}
            target="_blank"
            rel="noreferrer"
          >
            {say('纪要(PDF,新窗口)', 'Minute (PDF, new window)')}
          </a>{' '}
          <span className="quiet small">
            {conflict.closedBy} {conflict.closedAt === null ? '' : wallClock(conflict.closedAt)}
          </span>
        </div>
      )}
      {isOpen && <ResolveDialog conflict={conflict} onClose={() => setOpen(false)} />}
    </section>
  )
}

const ResolveDialog = ({
  conflict,
  onClose,
}: {
  readonly conflict: Conflict
  readonly onClose: () => void
}): ReactElement => {
  const say = useSay()
  const resolve = useAct(resolveConflict, { onDone: onClose })
  const [heldOn, setHeldOn] = useState('')
  const [place, setPlace] = useState('')
  const [people, setPeople] = useState<readonly string[]>(conflict.opinions.map((each) => `${each.departmentName}:`))
  const [discussion, setDiscussion] = useState('')
  const [resolution, setResolution] = useState('')
  const [tried, setTried] = useState(false)
  const participants = people.flatMap((line) => {
    const [organisation = '', names = ''] = line.split(/[::]/)
    return organisation.trim() === '' || names.trim() === ''
      ? []
      : [{ organisation: organisation.trim(), names: names.trim() }]
  })
  const day = localDateSchema.safeParse(heldOn)
  const blank = [place, discussion, resolution].some((each) => each.trim() === '')
  return (
    <FormDialog
      open
      width={760}
      title={say('意见分歧协调纪要', 'Minute of the mediation')}
      onClose={onClose}
      onSubmit={() => {
        setTried(true)
        if (!day.success || blank || participants.length < 2) return
        resolve.mutate({
          params: { conflictId: conflict.conflictId },
          body: { version: conflict.version, heldOn: day.data, place, participants, discussion, resolution },
        })
      }}
      submitLabel={say('签发纪要', 'Sign the minute')}
      busy={resolve.isPending}
      error={resolve.error}
    >
      <TextField
        label={say('协调日期', 'Held on')}
        type="date"
        value={heldOn}
        onChange={setHeldOn}
        required
        fault={tried && !day.success ? say('请选择日期。', 'Choose the day.') : undefined}
      />
      <TextField label={say('地点', 'Place')} value={place} onChange={setPlace} maxLength={200} required />
      <SentencesField
        label={say('参加人员(单位:姓名)', 'Participants (organisation: names)')}
        values={people}
        onChange={setPeople}
      />
      {tried && participants.length < 2 && (
        <p className="fault">{say('请写明至少两个单位的参加人。', 'Name people of at least two organisations.')}</p>
      )}
      <TextField
        label={say('讨论情况', 'Discussion')}
        value={discussion}
        onChange={setDiscussion}
        rows={4}
        maxLength={4000}
        required
      />
      <TextField
        label={say('协调结论', 'Resolution')}
        value={resolution}
        onChange={setResolution}
        rows={3}
        maxLength={2000}
        required
      />
      {tried && blank && (
        <p className="fault">{say('请填写地点、讨论情况和结论。', 'Fill in place, discussion, resolution.')}</p>
      )}
    </FormDialog>
  )
}

/** The lead says that conditions cannot both be kept. */
export const FlagConflict = ({ run }: { readonly run: ItemRunView }): ReactElement => {
  const say = useSay()
  const [isOpen, setOpen] = useState(false)
  const flag = useAct(flagConflict, { onDone: () => setOpen(false) })
  const [chosen, setChosen] = useState<readonly string[]>([])
  const [remark, setRemark] = useState('')
  const given = run.opinionTasks.filter((task) => task.state === 'given')
  return (
    <>
      <Button size="small" onClick={() => setOpen(true)}>
        {say('标记条件矛盾', 'Flag contradicting conditions')}
      </Button>
      {isOpen && (
        <FormDialog
          open
          title={say('标记互相矛盾的条件', 'Flag contradicting conditions')}
          onClose={() => setOpen(false)}
          onSubmit={() => {
            const ids = given.filter((task) => chosen.includes(task.opinionTaskId)).map((task) => task.opinionTaskId)
            if (ids.length < 2 || remark.trim() === '') return
            flag.mutate({ params: { itemRunId: run.itemRunId }, body: { opinionTaskIds: ids, remark } })
          }}
          submitLabel={say('标记', 'Flag')}
          busy={flag.isPending}
          error={flag.error}
        >
          <fieldset className="field">
            <legend>{say('至少两份意见', 'At least two opinions')}</legend>
            <Checkbox.Group
              value={[...chosen]}
              onChange={(values) => setChosen(values)}
              options={given.map((task) => ({
                value: task.opinionTaskId,
                label: `${task.departmentName}(${say(task.code === null ? opinionTaskStateWords[task.state] : opinionCodeWords[task.code])})`,
              }))}
            />
          </fieldset>
          <TextField
            label={say('矛盾在哪里', 'What contradicts')}
            value={remark}
            onChange={setRemark}
            rows={3}
            maxLength={1000}
            required
          />
        </FormDialog>
      )}
    </>
  )
}
