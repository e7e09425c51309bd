/** Buildings and the plan of inspections. */
import { Select } from 'antd'
import { type ReactElement, useId, useState } from 'react'
import { useSay } from '../../../desk/language.tsx'
import { useAct } from '../../../desk/queries.ts'
import { ActButton } from '../../../desk/ui/act-button.tsx'
import { FormDialog } from '../../../desk/ui/form-dialog.tsx'
import { NumberField, TextField } from '../../../desk/ui/inputs.tsx'
import { Card } from '../../../desk/ui/page.tsx'
import { RefusalNotice } from '../../../desk/ui/refusal-notice.tsx'
import {
  type BuildingId,
  bookInspection,
  type CompletionView,
  type InspectionView,
  planInspection,
  recordInspection,
  registerBuilding,
  removeInspection,
} from '../contract.ts'
import { inspectionStateWords } from '../model/states.ts'
import { DayDialog, ResultDialog } from './dialogs.tsx'
import { Basis, Remarks, Rounds } from './parts.tsx'

interface Viewed {
  readonly view: CompletionView
}
export const Buildings = ({ view }: Viewed): ReactElement => {
  const say = useSay()
  const [open, setOpen] = useState(false)
  return (
    <Card
      title={say('单体', 'Buildings')}
      beside={
        <ActButton because={view.may.building} onAct={() => setOpen(true)}>
          {say('登记单体', 'Register a building')}
        </ActButton>
      }
    >
      {view.buildings.length === 0 ? (
        <p className="quiet">
          {say(
            '还没有登记单体。登记后,必检项目自动列入计划。',
            'None yet. Required inspections are planned with each.',
          )}
        </p>
      ) : (
        <ul>
          {view.buildings.map((building) => (
            <li key={building.buildingId}>
              <strong>{building.name}</strong> {building.floorAreaM2 !== null && `${building.floorAreaM2} m²`}{' '}
              <span className="tag">
                {building.acceptedOn === null
                  ? say('未验收', 'not accepted')
                  : `${say('验收合格', 'accepted')} ${building.acceptedOn}`}
              </span>
              {building.acceptedOn !== null && (
                <span className="tag">
                  {building.mayBeUsed ? say('可以使用', 'may be used') : say('暂不得使用', 'may not be used yet')}
                </span>
              )}
            </li>
          ))}
        </ul>
      )}
      {open && <BuildingDialog view={view} onClose={() => setOpen(false)} />}
    </Card>
  )
}
const BuildingDialog = ({ view, onClose }: Viewed & { readonly onClose: () => void }): ReactElement => {
  const say = useSay()
  const [name, setName] = useState('')
  const [area, setArea] = useState<number | null>(null)
  const [tried, setTried] = useState(false)
  const act = useAct(registerBuilding, { onDone: onClose })
  return (
    <FormDialog
      open
      title={say('登记单体', 'Register a building')}
      onClose={onClose}
      onSubmit={() => {
        setTried(true)
        if (name.trim() !== '') act.mutate({ params: { projectId: view.projectId }, body: { name, floorAreaM2: area } })
      }}
      submitLabel={say('登记', 'Register')}
      busy={act.isPending}
      error={act.error}
    >
      <TextField
        label={say('名称', 'Name')}
        value={name}
        onChange={setName}
        maxLength={60}
        required
        fault={tried && name.trim() === '' ? say('请填写名称。', 'Give a name.') : undefined}
      />
      <NumberField label={say('建筑面积(m²)', 'Floor area (m²)')} value={area} onChange={setArea} min={0} />
    </FormDialog>
  )
}
export const Inspections = ({ view }: Viewed): ReactElement => {
  const say = useSay()
  const [planning, setPlanning] = useState(false)
  const [acting, setActing] = useState<{ readonly act: 'book' | 'record'; readonly of: InspectionView } | null>(null)
  const close = () => setActing(null)
  const book = useAct(bookInspection, { onDone: close })
  const record = useAct(recordInspection, { onDone: close })
  const remove = useAct(removeInspection)
  return (
    <Card
      title={say('工程检查', 'Inspections')}
      beside={
        <ActButton because={view.may.plan} onAct={() => setPlanning(true)}>
          {say('增加检查', 'Add an inspection')}
        </ActButton>
      }
    >
      <RefusalNotice error={remove.error} />
      {view.inspections.map((each) => (
        <section
          key={each.inspectionId}
          style={{ marginBottom: 12 }}
          aria-label={`${each.buildingName ?? ''} ${say(each.name)}`}
        >
          <div className="row">
            <h3 style={{ margin: 0 }}>
              {each.buildingName ?? say('整个项目', 'Whole project')} {each.part} · {say(each.name)}
            </h3>
            <span className="tag">{say(inspectionStateWords[each.state])}</span>
            {each.required && <span className="tag">{say('必检', 'required')}</span>}
            {each.state === 'booked' && <span className="small">{each.bookedFor}</span>}
            {each.state !== 'passed' && each.state !== 'remarks' && (
              <ActButton
                because={each.may.book}
                look={{ size: 'small' }}
                onAct={() => setActing({ act: 'book', of: each })}
              >
                {say('预约', 'Book')}
                <span className="hidden">{say(each.name)}</span>
              </ActButton>
            )}
            {each.state === 'booked' && (
              <ActButton
                because={each.may.record}
                look={{ size: 'small' }}
                onAct={() => setActing({ act: 'record', of: each })}
              >
                {say('记录结果', 'Record')}
                <span className="hidden">{say(each.name)}</span>
              </ActButton>
            )}
            {each.state === 'planned' && (
              <ActButton
                because={each.may.remove}
                look={{ size: 'small' }}
                busy={remove.isPending}
                onAct={() => remove.mutate({ params: { inspectionId: each.inspectionId } })}
              >
                {say('删除', 'Remove')}
                <span className="hidden">{say(each.name)}</span>
              </ActButton>
            )}
          </div>
          <p className="small quiet" style={{ margin: 0 }}>
            {each.departmentName} · <Basis source={each.source} />
          </p>
          <Rounds projectId={view.projectId} rounds={each.rounds} />
          <Remarks projectId={view.projectId} remarks={each.remarks} />
        </section>
      ))}
      {acting?.act === 'book' && (
        <DayDialog
          title={`${say('预约检查', 'Book')}:${say(acting.of.name)}`}
          label={say('检查日期', 'Day')}
          submitLabel={say('预约', 'Book')}
          busy={book.isPending}
          error={book.error}
          onClose={close}
          onSubmit={(day, note) =>
            book.mutate({ params: { inspectionId: acting.of.inspectionId }, body: { day, note } })
          }
        />
      )}
      {acting?.act === 'record' && (
        <ResultDialog
          title={`${say('检查结果', 'Result')}:${say(acting.of.name)}`}
          busy={record.isPending}
          error={record.error}
          onClose={close}
          onSubmit={(body) => record.mutate({ params: { inspectionId: acting.of.inspectionId }, body })}
        />
      )}
      {planning && <PlanDialog view={view} onClose={() => setPlanning(false)} />}
    </Card>
  )
}
const PlanDialog = ({ view, onClose }: Viewed & { readonly onClose: () => void }): ReactElement => {
  const say = useSay()
  const id = useId()
  const [kind, setKind] = useState<string | null>(null)
  const [building, setBuilding] = useState<BuildingId | null>(null)
  const [part, setPart] = useState('')
  const act = useAct(planInspection, { onDone: onClose })
  return (
    <FormDialog
      open
      title={say('增加检查', 'Add an inspection')}
      onClose={onClose}
      onSubmit={() => {
        if (kind !== null)
          act.mutate({ params: { projectId: view.projectId }, body: { kind, buildingId: building, part } })
      }}
      submitLabel={say('列入计划', 'Plan')}
      busy={act.isPending}
      error={act.error}
    >
      <div className="field">
        <label htmlFor={`${id}-kind`}>{say('检查种类', 'Kind')}</label>
        <Select
          id={`${id}-kind`}
          value={kind}
          onChange={setKind}
          style={{ width: '100%' }}
          options={view.kinds.map((each) => ({ value: each.code, label: `${say(each.name)}(${each.departmentName})` }))}
        />
      </div>
      <div className="field">
        <label htmlFor={`${id}-building`}>{say('单体', 'Building')}</label>
        <Select
          id={`${id}-building`}
          value={building ?? ''}
          onChange={(value: string) => setBuilding(value === '' ? null : (value as BuildingId))}
          style={{ width: '100%' }}
          options={[
            { value: '', label: say('整个项目', 'Whole project') },
            ...view.buildings.map((each) => ({ value: each.buildingId as string, label: each.name })),
          ]}
        />
      </div>
      <TextField label={say('部位(可选)', 'Part (optional)')} value={part} onChange={setPart} maxLength={60} />
    </FormDialog>
  )
}
