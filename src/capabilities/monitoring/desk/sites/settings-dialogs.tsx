/** The dialogs of a site's settings: description, fence, zones, hours, floors, contacts, plan, state. */
import { Button, Checkbox, Input } from 'antd'
import { type ReactElement, useMemo, useState } from 'react'
import { useSay } from '../../../../desk/language.tsx'
import { useAct } from '../../../../desk/queries.ts'
import { FormDialog } from '../../../../desk/ui/form-dialog.tsx'
import { ChoiceField, NumberField, TextField } from '../../../../desk/ui/inputs.tsx'
import { NumberInput } from '../../../../desk/ui/number-input.tsx'
import { UploadList } from '../../../../desk/ui/upload-list.tsx'
import type { StoredUpload } from '../../../../desk/upload.ts'
import { type Words, words } from '../../../../kernel/words.ts'
import {
  addZone,
  type Contact,
  changeZone,
  placePlan,
  type SiteView,
  setContacts,
  setFence,
  setFloors,
  setSiteState,
  setWorkingHours,
  updateSite,
  type ZoneView,
} from '../../contract/sites.ts'
import { type Rung, rungs, rungWords } from '../../model/alarms/states.ts'
import { type SiteState, siteStateWords, type ZoneKind, zoneKinds, zoneKindWords } from '../../model/sites/words.ts'
import { ReasonDialog } from '../devices/reason-dialog.tsx'
import { FieldSelect } from '../parts.tsx'
import { shapesOf } from './looks.ts'
import { type Corner, cornersOf, polygonOf } from './ring.ts'
import { RingEditor } from './ring-editor.tsx'
import { descriptionOf, SiteFields, useDescription } from './site-fields.tsx'

/** What a change of state brings about. */
const consequences: Readonly<Record<SiteState, Words>> = {
  active: words(
    '设备的上报重新接收;作业时间内重新保存人员位置;没有数据的设备重新报警。',
    'Reports of devices are taken again, positions are kept again within working hours, silent devices raise alarms again.',
  ),
  paused: words(
    '扬尘、噪声等监测和报警照常;不保存人员位置;设备没有数据不报警,已有的中断报警自动结束。作业时间设置保留。',
    'Measuring and its alarms go on; positions of people are not kept; silent devices raise no alarm. Working hours stay as set.',
  ),
  ended: words(
    '本工地设备全部断开,之后的上报被拒绝并计数;未结束的报警自动结束;历史数据保留。恢复为在建后设备自动恢复接入。',
    'All devices are cut off and what they say is refused and counted; active alarms end; what was stored stays. Devices come back once the site goes on.',
  ),
}

export interface SiteDialogProps {
  readonly site: SiteView
  readonly onClose: () => void
}
export const DescribeDialog = ({ site, onClose }: SiteDialogProps): ReactElement => {
  const say = useSay()
  const act = useAct(updateSite, { onDone: onClose })
  const { value, set } = useDescription(descriptionOf(site))
  const [tried, setTried] = useState(false)
  return (
    <FormDialog
      open
      width={760}
      title={say('修改工地', 'Change the site')}
      onClose={onClose}
      onSubmit={() => {
        setTried(true)
        if (value.name.trim().length >= 2)
          act.mutate({ params: { siteId: site.siteId }, body: { version: site.version, ...value } })
      }}
      submitLabel={say('保存', 'Save')}
      busy={act.isPending}
      error={act.error}
    >
      <SiteFields projectId={site.projectId} site={site} value={value} set={set} tried={tried} />
    </FormDialog>
  )
}
export const FenceDialog = ({ site, onClose }: SiteDialogProps): ReactElement => {
  const say = useSay()
  const act = useAct(setFence, { onDone: onClose })
  const [corners, setCorners] = useState<readonly Corner[]>(cornersOf(site.fence))
  const [tried, setTried] = useState(false)
  const around = useMemo(() => shapesOf({ ...site, fence: null }, 0), [site])
  const polygon = polygonOf(corners)
  const removing = corners.length === 0
  return (
    <FormDialog
      open
      width={860}
      title={say('工地围栏', 'Fence')}
      onClose={onClose}
      onSubmit={() => {
        setTried(true)
        if (removing || typeof polygon !== 'string')
          act.mutate({
            params: { siteId: site.siteId },
            body: { version: site.version, fence: typeof polygon === 'string' ? null : polygon },
          })
      }}
      submitLabel={removing ? say('撤除围栏', 'Remove the fence') : say('保存围栏', 'Save the fence')}
      danger={removing}
      busy={act.isPending}
      error={act.error}
    >
      <p className="notice">
        {say(
          '只保存围栏以内、作业时间以内的人员位置;没有围栏就不保存。',
          'Positions are kept inside the fence and the working hours alone; without a fence none are.',
        )}
      </p>
      <RingEditor
        label={say('围栏', 'Fence')}
        corners={corners}
        onChange={setCorners}
        around={around}
        centre={site.point}
        fault={tried && !removing && typeof polygon === 'string' ? polygon : null}
      />
    </FormDialog>
  )
}
export const ZoneDialog = ({
  site,
  zone,
  onClose,
}: SiteDialogProps & { readonly zone: ZoneView | null }): ReactElement => {
  const say = useSay()
  const add = useAct(addZone, { onDone: onClose })
  const change = useAct(changeZone, { onDone: onClose })
  const [kind, setKind] = useState<ZoneKind>(zone?.kind ?? 'danger')
  const [name, setName] = useState(zone?.name ?? '')
  const [floor, setFloor] = useState(zone?.floor ?? null)
  const [corners, setCorners] = useState<readonly Corner[]>(cornersOf(zone?.polygon ?? null))
  const [tried, setTried] = useState(false)
  const around = useMemo(
    () => shapesOf({ ...site, zones: site.zones.filter((each) => each.zoneId !== zone?.zoneId) }, 0),
    [site, zone],
  )
  const polygon = polygonOf(corners)
  const whole = 'whole'
  const submit = () => {
    setTried(true)
    if (name.trim() === '' || typeof polygon === 'string') return
    const body = { kind, name: name.trim(), floor, polygon }
    if (zone === null) add.mutate({ params: { siteId: site.siteId }, body })
    else
      change.mutate({
        params: { siteId: site.siteId, zoneId: zone.zoneId },
        body: { version: zone.version, ...body },
      })
  }
  return (
    <FormDialog
      open
      width={860}
      title={zone === null ? say('划定区域', 'Draw a zone') : say('修改区域', 'Change the zone')}
      onClose={onClose}
      onSubmit={submit}
      submitLabel={say('保存', 'Save')}
      busy={add.isPending || change.isPending}
      error={add.error ?? change.error}
    >
      <div className="form-grid">
        <TextField
          label={say('区域名称', 'Name')}
          value={name}
          onChange={setName}
          maxLength={40}
          required
          fault={tried && name.trim() === '' ? say('请填写区域名称。', 'Give a name.') : undefined}
        />
        <FieldSelect
          label={say('类型', 'Kind')}
          value={kind}
          options={zoneKinds.map((value) => ({ value, label: say(zoneKindWords[value]) }))}
          onChange={setKind}
        />
        <FieldSelect
          label={say('楼层', 'Floor')}
          value={floor === null ? whole : String(floor)}
          options={[
            { value: whole, label: say('不分楼层', 'every floor') },
            ...site.floors.map((each) => ({ value: String(each.floor), label: each.name })),
          ]}
          onChange={(value) => setFloor(value === whole ? null : Number(value))}
        />
      </div>
      <RingEditor
        label={say('范围', 'Extent')}
        corners={corners}
        onChange={setCorners}
        around={around}
        centre={site.point}
        fault={tried && typeof polygon === 'string' ? polygon : null}
      />
    </FormDialog>
  )
}

const weekdays = [1, 2, 3, 4, 5, 6, 7] as const
const weekdayNames = ['一', '二', '三', '四', '五', '六', '日'] as const
const weekdayNamesEn = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const
interface HourSpan {
  readonly days: readonly number[]
  readonly from: string
  readonly to: string
}
const usualSpan: HourSpan = { days: [1, 2, 3, 4, 5, 6, 7], from: '06:00', to: '20:00' }
export const HoursDialog = ({ site, onClose }: SiteDialogProps): ReactElement => {
  const say = useSay()
  const act = useAct(setWorkingHours, { onDone: onClose })
  const [spans, setSpans] = useState<readonly HourSpan[]>(site.workingHours?.spans ?? [usualSpan])
  const [tried, setTried] = useState(false)
  const change = (at: number, part: Partial<HourSpan>) =>
    setSpans(spans.map((span, index) => (index === at ? { ...span, ...part } : span)))
  const good = spans.every((span) => span.days.length > 0 && span.from !== '' && span.to !== '')
  return (
    <FormDialog
      open
      title={say('作业时间', 'Working hours')}
      onClose={onClose}
      onSubmit={() => {
        setTried(true)
        if (good)
          act.mutate({
            params: { siteId: site.siteId },
            body: {
              version: site.version,
              workingHours:
                spans.length === 0
                  ? null
                  : { spans: spans.map((span) => ({ ...span, days: [...span.days].sort((a, b) => a - b) })) },
            },
          })
      }}
      submitLabel={say('保存', 'Save')}
      busy={act.isPending}
      error={act.error}
    >
      <p className="notice">
        {say('作业时间以外不保存人员位置。', 'No position is kept outside of the working hours.')}
      </p>
      {spans.map((span, index) => (
        // Spans have no identity of their own: their place in the list is it.
        // biome-ignore lint/suspicious/noArrayIndexKey: see above
        <fieldset className="field" key={index}>
          <legend>
            {say('时段', 'Span')} {index + 1}
          </legend>
          <div className="row">
            {weekdays.map((day) => (
              <Checkbox
                key={day}
                checked={span.days.includes(day)}
                onChange={(event) =>
                  change(index, {
                    days: event.target.checked ? [...span.days, day] : span.days.filter((each) => each !== day),
                  })
                }
              >
                {say(`周${weekdayNames[day - 1] ?? ''}`, weekdayNamesEn[day - 1])}
              </Checkbox>
            ))}
          </div>
          <div className="row" style={{ marginTop: 6 }}>
            <Input
              type="time"
              style={{ width: 130 }}
              value={span.from}
              aria-label={`${say('开始', 'From')} ${index + 1}`}
              onChange={(event) => change(index, { from: event.target.value })}
            />
            —
            <Input
              type="time"
              style={{ width: 130 }}
              value={span.to}
              aria-label={`${say('结束', 'To')} ${index + 1}`}
              onChange={(event) => change(index, { to: event.target.value })}
            />
            <Button onClick={() => setSpans(spans.filter((_span, at) => at !== index))}>
              {say('删除', 'Remove')}
              <span className="hidden">{index + 1}</span>
            </Button>
          </div>
          <p className="fault">
            {tried && span.days.length === 0 ? say('请至少选择一天。', 'Choose a day at least.') : ''}
          </p>
        </fieldset>
      ))}
      <Button disabled={spans.length >= 14} onClick={() => setSpans([...spans, usualSpan])}>
        {say('增加时段', 'Add a span')}
      </Button>
    </FormDialog>
  )
}

interface FloorLine {
  readonly floor: number | null
  readonly name: string
  readonly elevationM: number | null
}
export const FloorsDialog = ({ site, onClose }: SiteDialogProps): ReactElement => {
  const say = useSay()
  const act = useAct(setFloors, { onDone: onClose })
  const [lines, setLines] = useState<readonly FloorLine[]>(site.floors)
  const [tried, setTried] = useState(false)
  const change = (at: number, part: Partial<FloorLine>) =>
    setLines(lines.map((line, index) => (index === at ? { ...line, ...part } : line)))
  const filled = lines.flatMap((line) =>
    line.floor === null || line.floor === 0 || line.name.trim() === ''
      ? []
      : [{ floor: line.floor, name: line.name.trim(), elevationM: line.elevationM }],
  )
  const nextFloor = Math.max(0, ...lines.map((line) => line.floor ?? 0)) + 1
  return (
    <FormDialog
      open
      width={760}
      title={say('楼层', 'Floors')}
      onClose={onClose}
      onSubmit={() => {
        setTried(true)
        if (filled.length === lines.length)
          act.mutate({ params: { siteId: site.siteId }, body: { version: site.version, floors: filled } })
      }}
      submitLabel={say('保存', 'Save')}
      busy={act.isPending}
      error={act.error}
    >
      {lines.map((line, index) => (
        // Lines have no identity of their own: their place in the list is it.
        // biome-ignore lint/suspicious/noArrayIndexKey: see above
        <div className="row" key={index} style={{ marginBottom: 6 }}>
          <label htmlFor={`floor-${index}`}>{say('楼层', 'Floor')}</label>
          <NumberInput
            id={`floor-${index}`}
            value={line.floor}
            min={-20}
            max={200}
            whole
            width={90}
            onChange={(floor) => change(index, { floor })}
          />
          <Input
            style={{ width: 180 }}
            value={line.name}
            maxLength={40}
            aria-label={`${say('名称', 'Name')} ${index + 1}`}
            onChange={(event) => change(index, { name: event.target.value })}
          />
          <label htmlFor={`elevation-${index}`}>{say('标高(米)', 'Elevation (m)')}</label>
          <NumberInput
            id={`elevation-${index}`}
            value={line.elevationM}
            min={-200}
            max={1000}
            width={110}
            onChange={(elevationM) => change(index, { elevationM })}
          />
          <Button onClick={() => setLines(lines.filter((_line, at) => at !== index))}>
            {say('删除', 'Remove')}
            <span className="hidden">{index + 1}</span>
          </Button>
        </div>
      ))}
      <p className="fault" role={tried ? 'alert' : undefined}>
        {tried && filled.length < lines.length
          ? say('每层都要有编号(1 或 -1 起)和名称。', 'Each floor needs a number (from 1 or -1) and a name.')
          : ''}
      </p>
      <Button onClick={() => setLines([...lines, { floor: nextFloor, name: `${nextFloor}F`, elevationM: null }])}>
        {say('增加一层', 'Add a floor')}
      </Button>
    </FormDialog>
  )
}

const emptyContact: Contact = { rung: 'site', name: '', title: '', phone: '' }
export const ContactsDialog = ({ site, onClose }: SiteDialogProps): ReactElement => {
  const say = useSay()
  const act = useAct(setContacts, { onDone: onClose })
  const [lines, setLines] = useState<readonly Contact[]>(site.contacts.length === 0 ? [emptyContact] : site.contacts)
  const [tried, setTried] = useState(false)
  const change = (at: number, part: Partial<Contact>) =>
    setLines(lines.map((line, index) => (index === at ? { ...line, ...part } : line)))
  const good = lines.every((line) => line.name.trim() !== '' && line.phone.trim().length >= 5)
  return (
    <FormDialog
      open
      width={860}
      title={say('报警联系人', 'Contacts')}
      onClose={onClose}
      onSubmit={() => {
        setTried(true)
        if (good) act.mutate({ params: { siteId: site.siteId }, body: { version: site.version, contacts: [...lines] } })
      }}
      submitLabel={say('保存', 'Save')}
      busy={act.isPending}
      error={act.error}
    >
      {lines.map((line, index) => (
        // Lines have no identity of their own: their place in the list is it.
        // biome-ignore lint/suspicious/noArrayIndexKey: see above
        <fieldset className="field" key={index}>
          <legend>
            {say('联系人', 'Contact')} {index + 1}
          </legend>
          <div className="form-grid">
            <FieldSelect<Rung>
              label={say('层级', 'Rung')}
              value={line.rung}
              options={rungs.map((value) => ({ value, label: say(rungWords[value]) }))}
              onChange={(rung) => change(index, { rung })}
            />
            <TextField
              label={say('姓名', 'Name')}
              value={line.name}
              onChange={(name) => change(index, { name })}
              maxLength={40}
              required
              fault={tried && line.name.trim() === '' ? say('请填写姓名。', 'Required.') : undefined}
            />
            <TextField
              label={say('职务', 'Title')}
              value={line.title}
              onChange={(title) => change(index, { title })}
              maxLength={40}
            />
            <TextField
              label={say('电话', 'Phone')}
              value={line.phone}
              onChange={(phone) => change(index, { phone })}
              maxLength={20}
              required
              fault={tried && line.phone.trim().length < 5 ? say('请填写电话。', 'Required.') : undefined}
            />
          </div>
          <Button onClick={() => setLines(lines.filter((_line, at) => at !== index))}>
            {say('删除', 'Remove')}
            <span className="hidden">{index + 1}</span>
          </Button>
        </fieldset>
      ))}
      <Button disabled={lines.length >= 40} onClick={() => setLines([...lines, emptyContact])}>
        {say('增加联系人', 'Add a contact')}
      </Button>
    </FormDialog>
  )
}

export const PlanDialog = ({ site, onClose }: SiteDialogProps): ReactElement => {
  const say = useSay()
  const act = useAct(placePlan, { onDone: onClose })
  const [floor, setFloor] = useState('0')
  const [files, setFiles] = useState<readonly StoredUpload[]>([])
  const ring = cornersOf(site.fence)
  const edge = (pick: (values: readonly number[]) => number, part: 0 | 1) =>
    ring.length === 0 ? null : pick(ring.map((corner) => corner[part]))
  const least = (values: readonly number[]) => Math.min(...values)
  const most = (values: readonly number[]) => Math.max(...values)
  const [west, setWest] = useState(edge(least, 0))
  const [south, setSouth] = useState(edge(least, 1))
  const [east, setEast] = useState(edge(most, 0))
  const [north, setNorth] = useState(edge(most, 1))
  const [turned, setTurned] = useState<number | null>(0)
  const [tried, setTried] = useState(false)
  const [file] = files
  const complete = file !== undefined && west !== null && south !== null && east !== null && north !== null
  return (
    <FormDialog
      open
      title={say('放置平面图', 'Place a plan')}
      onClose={onClose}
      onSubmit={() => {
        setTried(true)
        if (complete)
          act.mutate({
            params: { siteId: site.siteId },
            body: {
              floor: Number(floor),
              uploadId: file.uploadId,
              bounds: [west, south, east, north],
              turnedDeg: turned ?? 0,
            },
          })
      }}
      submitLabel={say('放置', 'Place')}
      busy={act.isPending}
      error={act.error}
    >
      <FieldSelect
        label={say('楼层', 'Floor')}
        value={floor}
        options={[
          { value: '0', label: say('总平面', 'Whole site') },
          ...site.floors.map((each) => ({ value: String(each.floor), label: each.name })),
        ]}
        onChange={setFloor}
      />
      <UploadList
        label={say('平面图(PNG 或 JPEG)', 'Plan (PNG or JPEG)')}
        accept="image/png,image/jpeg"
        files={files}
        onChange={setFiles}
        most={1}
      />
      <div className="form-grid">
        <NumberField label={say('西边经度', 'West')} value={west} onChange={setWest} min={-180} max={180} required />
        <NumberField label={say('东边经度', 'East')} value={east} onChange={setEast} min={-180} max={180} required />
        <NumberField label={say('南边纬度', 'South')} value={south} onChange={setSouth} min={-90} max={90} required />
        <NumberField label={say('北边纬度', 'North')} value={north} onChange={setNorth} min={-90} max={90} required />
        <NumberField
          label={say('顺时针旋转(度)', 'Turned clockwise (°)')}
          value={turned}
          onChange={setTurned}
          min={-360}
          max={360}
        />
      </div>
      <p className="fault">
        {tried && !complete ? say('请上传平面图并填写四边的经纬度。', 'Upload the plan and give its four sides.') : ''}
      </p>
    </FormDialog>
  )
}

export const StateDialog = ({ site, onClose }: SiteDialogProps): ReactElement => {
  const say = useSay()
  const act = useAct(setSiteState, { onDone: onClose })
  const next: readonly SiteState[] =
    site.state === 'active' ? ['paused', 'ended'] : site.state === 'paused' ? ['active', 'ended'] : ['active']
  const [state, setState] = useState<SiteState>(next[0] ?? 'active')
  return (
    <ReasonDialog
      title={say('工地状态', 'State of the site')}
      submitLabel={say('确定', 'Confirm')}
      busy={act.isPending}
      error={act.error}
      onClose={onClose}
      onSubmit={(reason) =>
        act.mutate({ params: { siteId: site.siteId }, body: { version: site.version, state, reason } })
      }
    >
      <ChoiceField
        label={say('改为', 'Becomes')}
        value={state}
        onChange={setState}
        options={next.map((value) => ({ value, label: say(siteStateWords[value]) }))}
      />
      <p className={state === 'active' ? 'notice' : 'notice warn'}>{say(consequences[state])}</p>
    </ReasonDialog>
  )
}
