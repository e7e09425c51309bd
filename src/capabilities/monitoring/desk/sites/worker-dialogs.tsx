/** The dialogs of the real-name register. */
import { Checkbox, Modal } from 'antd'
import { type ReactElement, useState } from 'react'
import { today } from '../../../../desk/browser.ts'
import { useSay } from '../../../../desk/language.tsx'
import { useAct, useRead } from '../../../../desk/queries.ts'
import { FormDialog } from '../../../../desk/ui/form-dialog.tsx'
import { TextField } from '../../../../desk/ui/inputs.tsx'
import { Loaded } from '../../../../desk/ui/loaded.tsx'
import type { OrganisationId } from '../../../../kernel/identity.ts'
import { type LocalDate, localDateSchema } from '../../../../kernel/time.ts'
import { listDevices } from '../../contract/devices.ts'
import {
  bindTracker,
  changeRegistration,
  leaveSite,
  listLooks,
  registerWorker,
  type WorkerRow,
} from '../../contract/people.ts'
import type { SiteView } from '../../contract/sites.ts'
import type { DeviceId } from '../../model/report.ts'
import { FieldSelect } from '../parts.tsx'
import { LookTable } from '../people/look-table.tsx'

export interface WorkerDialogProps {
  readonly site: SiteView
  readonly worker: WorkerRow
  readonly onClose: () => void
}
interface Description {
  readonly workerRef: string
  readonly organisationId: OrganisationId | null
  readonly team: string
  readonly trade: string
  readonly teamLeader: boolean
  readonly certificate: string
  readonly validFrom: string
  readonly validTo: string
}
const nobody = ''
const useDescription = (initial: Description) => {
  const [value, setValue] = useState(initial)
  return { value, set: (part: Partial<Description>) => setValue((before) => ({ ...before, ...part })) }
}
/** The description as the server takes it; null while something is missing. */
const readDescription = (value: Description) => {
  const from = localDateSchema.safeParse(value.validFrom)
  const to = value.validTo === '' ? null : localDateSchema.safeParse(value.validTo)
  if (value.workerRef.trim() === '' || value.team.trim() === '' || value.trade.trim() === '' || !from.success)
    return null
  if (to !== null && (!to.success || to.data < from.data)) return null
  return {
    workerRef: value.workerRef.trim(),
    organisationId: value.organisationId,
    team: value.team.trim(),
    trade: value.trade.trim(),
    teamLeader: value.teamLeader,
    certificate: value.certificate.trim(),
    validFrom: from.data,
    validTo: to === null ? null : to.data,
  }
}
const Fields = ({
  site,
  value,
  set,
  tried,
}: {
  readonly site: SiteView
  readonly value: Description
  readonly set: (part: Partial<Description>) => void
  readonly tried: boolean
}): ReactElement => {
  const say = useSay()
  const empty = (text: string) => (tried && text.trim() === '' ? say('请填写。', 'Required.') : undefined)
  const employers = [site.contractor, site.supervision].filter((each) => each !== null)
  return (
    <div className="form-grid">
      <TextField
        label={say('班组', 'Team')}
        value={value.team}
        onChange={(team) => set({ team })}
        maxLength={40}
        required
        fault={empty(value.team)}
      />
      <TextField
        label={say('工种', 'Trade')}
        value={value.trade}
        onChange={(trade) => set({ trade })}
        maxLength={40}
        required
        fault={empty(value.trade)}
      />
      <TextField
        label={say('门禁人员编号或卡号', 'Number at the gate')}
        help={say('不能使用身份证号码', 'Never the identity number')}
        value={value.workerRef}
        onChange={(workerRef) => set({ workerRef })}
        maxLength={64}
        required
        fault={empty(value.workerRef)}
      />
      <TextField
        label={say('特种作业证号(可不填)', 'Certificate (optional)')}
        value={value.certificate}
        onChange={(certificate) => set({ certificate })}
        maxLength={60}
      />
      <TextField
        label={say('进场日期', 'From')}
        type="date"
        value={value.validFrom}
        onChange={(validFrom) => set({ validFrom })}
        required
        fault={empty(value.validFrom)}
      />
      <TextField
        label={say('有效期至(不填为长期)', 'Until (optional)')}
        type="date"
        value={value.validTo}
        onChange={(validTo) => set({ validTo })}
        fault={
          value.validTo !== '' && value.validTo < value.validFrom
            ? say('不能早于进场日期。', 'Not before the first day.')
            : undefined
        }
      />
      {employers.length > 0 && (
        <FieldSelect
          label={say('用工单位', 'Employer')}
          value={value.organisationId ?? nobody}
          options={[
            { value: nobody, label: say('(未填)', '(none)') },
            ...employers.map((each) => ({ value: each.organisationId as string, label: each.name })),
          ]}
          onChange={(id) => set({ organisationId: id === nobody ? null : (id as OrganisationId) })}
        />
      )}
      <div className="field">
        <Checkbox checked={value.teamLeader} onChange={(event) => set({ teamLeader: event.target.checked })}>
          {say('班组长', 'Leads the team')}
        </Checkbox>
      </div>
    </div>
  )
}

export const RegisterDialog = ({
  site,
  onClose,
}: {
  readonly site: SiteView
  readonly onClose: () => void
}): ReactElement => {
  const say = useSay()
  const act = useAct(registerWorker, { onDone: onClose })
  const [name, setName] = useState('')
  const [idNumber, setIdNumber] = useState('')
  const [phone, setPhone] = useState('')
  const [informed, setInformed] = useState(false)
  const [tried, setTried] = useState(false)
  const { value, set } = useDescription({
    workerRef: '',
    organisationId: site.contractor?.organisationId ?? null,
    team: '',
    trade: '',
    teamLeader: false,
    certificate: '',
    validFrom: today(),
    validTo: '',
  })
  const submit = () => {
    setTried(true)
    const described = readDescription(value)
    if (described === null || name.trim().length < 2 || idNumber.trim().length < 15 || !informed) return
    act.mutate({
      params: { siteId: site.siteId },
      body: {
        ...described,
        name: name.trim(),
        idNumber: idNumber.trim(),
        phone: phone.trim() === '' ? null : phone.trim(),
        informed: true,
      },
    })
  }
  return (
    <FormDialog
      open
      width={760}
      title={say('实名登记', 'Register a worker')}
      onClose={onClose}
      onSubmit={submit}
      submitLabel={say('登记', 'Register')}
      busy={act.isPending}
      error={act.error}
    >
      <div className="form-grid">
        <TextField
          label={say('姓名', 'Name')}
          value={name}
          onChange={setName}
          maxLength={40}
          required
          fault={tried && name.trim().length < 2 ? say('请填写姓名。', 'Required.') : undefined}
        />
        <TextField
          label={say('证件号码(加密保存,不再显示)', 'Identity number (sealed, never shown again)')}
          value={idNumber}
          onChange={setIdNumber}
          maxLength={24}
          autoComplete="off"
          required
          fault={tried && idNumber.trim().length < 15 ? say('请填写证件号码。', 'Required.') : undefined}
        />
        <TextField
          label={say('手机号(可不填)', 'Phone (optional)')}
          value={phone}
          onChange={setPhone}
          maxLength={20}
          autoComplete="off"
        />
      </div>
      <Fields site={site} value={value} set={set} tried={tried} />
      <p className="notice">
        {say(
          `告知事项:为实名制管理和现场安全保存姓名、证件号码(加密)、进出记录;围栏内、作业时间内的定位保存 ${site.positions.keptDays} 天;任何人查看定位都会留痕,您可以查询。`,
          `To be told: name, sealed identity number and passages are kept; positions inside the fence and working hours for ${site.positions.keptDays} days; every look at them is logged and open to you.`,
        )}
      </p>
      <div className="field">
        <Checkbox checked={informed} onChange={(event) => setInformed(event.target.checked)}>
          {say('已向工人告知以上事项', 'The worker was told this')}
        </Checkbox>
        <p className="fault">{tried && !informed ? say('请先告知工人。', 'Tell the worker first.') : ''}</p>
      </div>
    </FormDialog>
  )
}

export const ChangeDialog = ({ site, worker, onClose }: WorkerDialogProps): ReactElement => {
  const say = useSay()
  const act = useAct(changeRegistration, { onDone: onClose })
  const [tried, setTried] = useState(false)
  const { value, set } = useDescription({ ...worker, validTo: worker.validTo ?? '' })
  return (
    <FormDialog
      open
      width={760}
      title={`${say('修改登记', 'Change the registration')}:${worker.name}`}
      onClose={onClose}
      onSubmit={() => {
        setTried(true)
        const described = readDescription(value)
        if (described !== null)
          act.mutate({
            params: { siteId: site.siteId, registrationId: worker.registrationId },
            body: { ...described, version: worker.version },
          })
      }}
      submitLabel={say('保存', 'Save')}
      busy={act.isPending}
      error={act.error}
    >
      <Fields site={site} value={value} set={set} tried={tried} />
    </FormDialog>
  )
}

export const LeaveDialog = ({ site, worker, onClose }: WorkerDialogProps): ReactElement => {
  const say = useSay()
  const act = useAct(leaveSite, { onDone: onClose })
  const [day, setDay] = useState<string>(today())
  const [reason, setReason] = useState('')
  const [tried, setTried] = useState(false)
  const parsed = localDateSchema.safeParse(day)
  const short = reason.trim().length < 2
  return (
    <FormDialog
      open
      title={`${say('退场登记', 'Leaving')}:${worker.name}`}
      onClose={onClose}
      onSubmit={() => {
        setTried(true)
        if (parsed.success && !short)
          act.mutate({
            params: { siteId: site.siteId, registrationId: worker.registrationId },
            body: { version: worker.version, leftOn: parsed.data as LocalDate, reason: reason.trim() },
          })
      }}
      submitLabel={say('登记退场', 'Record')}
      busy={act.isPending}
      error={act.error}
    >
      <TextField
        label={say('最后在场日', 'Last day')}
        type="date"
        value={day}
        onChange={setDay}
        required
        fault={tried && !parsed.success ? say('请填写日期。', 'Required.') : undefined}
      />
      <TextField
        label={say('原因', 'Because')}
        value={reason}
        onChange={setReason}
        maxLength={200}
        required
        fault={tried && short ? say('请填写原因。', 'Required.') : undefined}
      />
    </FormDialog>
  )
}

export const TrackerDialog = ({ site, worker, onClose }: WorkerDialogProps): ReactElement => {
  const say = useSay()
  const act = useAct(bindTracker, { onDone: onClose })
  const devices = useRead(listDevices, { query: { siteId: site.siteId, kind: 'tracker', limit: 200 } })
  const [chosen, setChosen] = useState<string>(worker.device?.deviceId ?? nobody)
  return (
    <FormDialog
      open
      title={`${say('定位终端', 'Tracker')}:${worker.name}`}
      onClose={onClose}
      onSubmit={() =>
        act.mutate({
          params: { siteId: site.siteId, registrationId: worker.registrationId },
          body: { version: worker.version, deviceId: chosen === nobody ? null : (chosen as DeviceId) },
        })
      }
      submitLabel={say('保存', 'Save')}
      busy={act.isPending}
      error={act.error}
    >
      <FieldSelect
        label={say('佩戴的终端', 'Tracker worn')}
        value={chosen}
        options={[
          { value: nobody, label: say('(不佩戴,归还)', '(none, returned)') },
          ...(devices.data?.rows ?? []).map((row) => ({
            value: row.deviceId as string,
            label: `${row.name}(${row.externalId})`,
          })),
        ]}
        onChange={setChosen}
      />
    </FormDialog>
  )
}

export const LooksDialog = ({ site, worker, onClose }: WorkerDialogProps): ReactElement => {
  const say = useSay()
  const query = useRead(listLooks, { params: { siteId: site.siteId, registrationId: worker.registrationId } })
  return (
    <Modal
      open
      onCancel={onClose}
      footer={null}
      width={860}
      title={`${say('谁查看过位置', 'Who looked at the position')}:${worker.name}`}
    >
      <Loaded query={query}>{(data) => <LookTable rows={data.rows} />}</Loaded>
    </Modal>
  )
}
