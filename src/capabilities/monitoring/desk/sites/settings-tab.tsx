/** The settings of a site: description, fence, zones, hours, floors, plans, contacts, state. */
import { type ReactElement, useState } from 'react'
import { useSay } from '../../../../desk/language.tsx'
import { useAct } from '../../../../desk/queries.ts'
import { ActButton } from '../../../../desk/ui/act-button.tsx'
import { CaseTable } from '../../../../desk/ui/case-table.tsx'
import { Card } from '../../../../desk/ui/page.tsx'
import { RefusalNotice } from '../../../../desk/ui/refusal-notice.tsx'
import { wallClock } from '../../../../kernel/time.ts'
import { words } from '../../../../kernel/words.ts'
import { removePlan, removeZone, type SiteView, type ZoneView } from '../../contract/sites.ts'
import { rungWords } from '../../model/alarms/states.ts'
import { hoursText } from '../../model/sites/hours.ts'
import { siteStateWords, zoneKindWords } from '../../model/sites/words.ts'
import { ReasonDialog } from '../devices/reason-dialog.tsx'
import { Fact } from '../parts.tsx'
import { cornersOf } from './ring.ts'
import {
  ContactsDialog,
  DescribeDialog,
  FenceDialog,
  FloorsDialog,
  HoursDialog,
  PlanDialog,
  type SiteDialogProps,
  StateDialog,
  ZoneDialog,
} from './settings-dialogs.tsx'

type Act = 'describe' | 'fence' | 'hours' | 'floors' | 'contacts' | 'plan' | 'state'
const dialogs: Readonly<Record<Act, (props: SiteDialogProps) => ReactElement>> = {
  describe: DescribeDialog,
  fence: FenceDialog,
  hours: HoursDialog,
  floors: FloorsDialog,
  contacts: ContactsDialog,
  plan: PlanDialog,
  state: StateDialog,
}
type Zoning =
  | { readonly act: 'draw'; readonly zone: ZoneView | null }
  | { readonly act: 'remove'; readonly zone: ZoneView }

export const SettingsTab = ({ site }: { readonly site: SiteView }): ReactElement => {
  const say = useSay()
  const [acting, setActing] = useState<Act | null>(null)
  const [zoning, setZoning] = useState<Zoning | null>(null)
  const close = () => setActing(null)
  const remove = useAct(removeZone, { onDone: () => setZoning(null) })
  const takeDown = useAct(removePlan)
  const Dialog = acting === null ? null : dialogs[acting]
  const { operate, keep } = site.may
  const edit = (act: Act, label: string, because = keep) => (
    <ActButton because={because} onAct={() => setActing(act)}>
      {label}
    </ActButton>
  )
  return (
    <>
      <Card
        title={say('基本信息', 'Description')}
        beside={
          <>
            {edit('describe', say('修改', 'Change'), operate)}
            {edit('state', say('暂停、恢复或结束', 'Pause, resume or end'), operate)}
          </>
        }
      >
        <dl className="facts">
          <Fact name={words('编号', 'Code')}>{site.code}</Fact>
          <Fact name={words('状态', 'State')}>
            {say(siteStateWords[site.state])} {site.stateReason}
          </Fact>
          <Fact name={words('地址', 'Address')}>{site.address || '—'}</Fact>
          <Fact name={words('监管部门', 'Supervised by')}>{site.departmentName ?? say('按默认', 'default')}</Fact>
          <Fact name={words('施工单位', 'Contractor')}>{site.contractor?.name ?? '—'}</Fact>
          <Fact name={words('监理单位', 'Supervision unit')}>{site.supervision?.name ?? '—'}</Fact>
          <Fact name={words('建立', 'Opened')}>{wallClock(site.openedAt)}</Fact>
          {site.endedAt !== null && <Fact name={words('结束', 'Ended')}>{wallClock(site.endedAt)}</Fact>}
        </dl>
      </Card>
      <Card
        title={say('围栏和作业时间', 'Fence and working hours')}
        beside={
          <>
            {edit('fence', say('绘制围栏', 'Draw the fence'), operate)}
            {edit('hours', say('作业时间', 'Working hours'))}
          </>
        }
      >
        <p>
          {say('围栏', 'Fence')}:
          {site.fence === null
            ? say('未设置,不保存人员位置', 'none: no position is kept')
            : say(`${cornersOf(site.fence).length} 个角点`, `${cornersOf(site.fence).length} corners`)}
          <br />
          {say('作业时间', 'Working hours')}:{hoursText(site.workingHours)}
        </p>
      </Card>
      <Card
        title={say('区域', 'Zones')}
        beside={
          <ActButton because={keep} onAct={() => setZoning({ act: 'draw', zone: null })}>
            {say('划定区域', 'Draw a zone')}
          </ActButton>
        }
      >
        <CaseTable
          label={say('区域', 'Zones')}
          rows={site.zones}
          keyOf={(row) => row.zoneId}
          empty={words('还没有划定区域。', 'No zones yet.')}
          columns={[
            { title: words('名称', 'Name'), heads: true, show: (row) => row.name },
            { title: words('类型', 'Kind'), show: (row) => say(zoneKindWords[row.kind]) },
            {
              title: words('楼层', 'Floor'),
              show: (row) =>
                row.floor === null
                  ? say('不分楼层', 'every floor')
                  : (site.floors.find((floor) => floor.floor === row.floor)?.name ?? row.floor),
            },
            {
              title: words('操作', 'Actions'),
              show: (row) => (
                <span className="row">
                  <ActButton
                    because={keep}
                    look={{ size: 'small' }}
                    onAct={() => setZoning({ act: 'draw', zone: row })}
                  >
                    {say('修改', 'Change')}
                    <span className="hidden">{row.name}</span>
                  </ActButton>
                  <ActButton
                    because={keep}
                    look={{ size: 'small' }}
                    onAct={() => setZoning({ act: 'remove', zone: row })}
                  >
                    {say('撤销', 'Remove')}
                    <span className="hidden">{row.name}</span>
                  </ActButton>
                </span>
              ),
            },
          ]}
        />
      </Card>
      <Card
        title={say('楼层和平面图', 'Floors and plans')}
        beside={
          <>
            {edit('floors', say('楼层', 'Floors'))}
            {edit('plan', say('放置平面图', 'Place a plan'))}
          </>
        }
      >
        <RefusalNotice error={takeDown.error} />
        <p>
          {say('楼层', 'Floors')}:{site.floors.map((floor) => floor.name).join('、') || '—'}
        </p>
        <ul>
          {site.plans.map((plan) => (
            <li key={plan.floor} className="row">
              {plan.floor === 0
                ? say('总平面', 'Whole site')
                : (site.floors.find((floor) => floor.floor === plan.floor)?.name ?? plan.floor)}{' '}
              · {plan.fileName} · {wallClock(plan.placedAt)}
              <ActButton
                because={keep}
                look={{ size: 'small' }}
                busy={takeDown.isPending}
                onAct={() => takeDown.mutate({ params: { siteId: site.siteId, floor: plan.floor } })}
              >
                {say('撤下', 'Remove')}
                <span className="hidden">{plan.fileName}</span>
              </ActButton>
            </li>
          ))}
        </ul>
      </Card>
      <Card title={say('报警联系人', 'Contacts')} beside={edit('contacts', say('修改', 'Change'))}>
        <CaseTable
          label={say('报警联系人', 'Contacts')}
          rows={site.contacts}
          keyOf={(row) => `${row.rung} ${row.name} ${row.phone}`}
          empty={words('还没有联系人。', 'No contacts yet.')}
          columns={[
            { title: words('姓名', 'Name'), heads: true, show: (row) => row.name },
            { title: words('层级', 'Rung'), show: (row) => say(rungWords[row.rung]) },
            { title: words('职务', 'Title'), show: (row) => row.title || '—' },
            { title: words('电话', 'Phone'), show: (row) => row.phone },
          ]}
        />
      </Card>
      {Dialog !== null && <Dialog site={site} onClose={close} />}
      {zoning?.act === 'draw' && <ZoneDialog site={site} zone={zoning.zone} onClose={() => setZoning(null)} />}
      {zoning?.act === 'remove' && (
        <ReasonDialog
          danger
          title={`${say('撤销区域', 'Remove the zone')}:${zoning.zone.name}`}
          submitLabel={say('撤销', 'Remove')}
          busy={remove.isPending}
          error={remove.error}
          onClose={() => setZoning(null)}
          onSubmit={(reason) =>
            remove.mutate({
              params: { siteId: site.siteId, zoneId: zoning.zone.zoneId },
              body: { version: zoning.zone.version, reason },
            })
          }
        />
      )}
    </>
  )
}
