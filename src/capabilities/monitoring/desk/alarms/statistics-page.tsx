/** 报警统计: how many alarms by rule and site, how long they waited, how many were false. */
import { Link } from '@tanstack/react-router'
import { Input } from 'antd'
import { type ReactElement, useId } from 'react'
import { z } from 'zod'
import { today } from '../../../../desk/browser.ts'
import { useFilters } from '../../../../desk/filters.ts'
import { useSay } from '../../../../desk/language.tsx'
import { useRead } from '../../../../desk/queries.ts'
import { CaseTable, type Column } from '../../../../desk/ui/case-table.tsx'
import { Loaded } from '../../../../desk/ui/loaded.tsx'
import { Card, Page } from '../../../../desk/ui/page.tsx'
import { addDays, localDateSchema } from '../../../../kernel/time.ts'
import { words } from '../../../../kernel/words.ts'
import { type AlarmStatistics, alarmStatistics } from '../../contract/alarms.ts'
import type { SiteId } from '../../model/report.ts'
import { Fact, FilterSelect } from '../parts.tsx'
import { useSiteChoices } from '../sites/choices.ts'
import { daysOf, falseShare, minutesText } from './statistics.ts'
import { AlarmTabs } from './tabs.tsx'

const search = z.object({
  siteId: z.uuid().optional().catch(undefined),
  from: localDateSchema.optional().catch(undefined),
  to: localDateSchema.optional().catch(undefined),
})
const BACK_DAYS = 29

interface Counted {
  readonly alarms: number
  readonly closed: number
  readonly falseAlarms: number
  readonly overdue: number
  readonly acknowledgeMinutes: number | null
  readonly disposeMinutes: number | null
}
/** The columns that rules and sites share. */
const useCountColumns = <T extends Counted>(): readonly Column<T>[] => {
  const say = useSay()
  return [
    { title: words('报警', 'Alarms'), whole: true, show: (row) => row.alarms },
    {
      title: words('确认用时', 'To acknowledge'),
      whole: true,
      show: (row) => say(minutesText(row.acknowledgeMinutes)),
    },
    { title: words('处置用时', 'To dispose'), whole: true, show: (row) => say(minutesText(row.disposeMinutes)) },
    {
      title: words('超期', 'Overdue'),
      whole: true,
      show: (row) => (row.overdue === 0 ? 0 : <span className="clock overdue">{row.overdue}</span>),
    },
    {
      title: words('误报', 'False'),
      whole: true,
      show: (row) => {
        const share = falseShare(row)
        return share === null ? '—' : `${row.falseAlarms}/${row.closed}(${share}%)`
      },
    },
  ]
}

const Figures = ({ data }: { readonly data: AlarmStatistics }): ReactElement => {
  const say = useSay()
  const ruleColumns = useCountColumns<AlarmStatistics['perRule'][number]>()
  const siteColumns = useCountColumns<AlarmStatistics['perSite'][number]>()
  const share = falseShare(data)
  return (
    <div className="stack">
      <dl className="facts card totals">
        <Fact name={words('报警', 'Alarms')}>{data.total}</Fact>
        <Fact name={words('确认用时(中位)', 'To acknowledge (median)')}>
          {say(minutesText(data.acknowledgeMinutes))}
        </Fact>
        <Fact name={words('处置用时(中位)', 'To dispose (median)')}>{say(minutesText(data.disposeMinutes))}</Fact>
        <Fact name={words('关闭用时(中位)', 'To close (median)')}>{say(minutesText(data.closeMinutes))}</Fact>
        <Fact name={words('超期', 'Overdue')}>{data.overdue}</Fact>
        <Fact name={words('上报到现场以上', 'Went above the site')}>{data.escalated}</Fact>
        <Fact name={words('误报占已关闭', 'False among the closed')}>
          {share === null ? '—' : `${share}%(${data.falseAlarms}/${data.closed})`}
        </Fact>
      </dl>
      <Card title={say('按规则', 'By rule')}>
        <CaseTable
          label={say('按规则', 'By rule')}
          rows={data.perRule}
          keyOf={(row) => row.ruleKey}
          empty={words('这段时间没有报警。', 'No alarms in this period.')}
          columns={[
            {
              title: words('规则', 'Rule'),
              heads: true,
              show: (row) => (
                <Link to="/alarms" search={{ ruleKey: row.ruleKey, show: 'all' } as never}>
                  {say(row.ruleName)}
                </Link>
              ),
            },
            ...ruleColumns,
          ]}
        />
      </Card>
      <Card title={say('按工地', 'By site')}>
        <CaseTable
          label={say('按工地', 'By site')}
          rows={data.perSite}
          keyOf={(row) => row.siteId}
          empty={words('这段时间没有报警。', 'No alarms in this period.')}
          columns={[
            {
              title: words('工地', 'Site'),
              heads: true,
              show: (row) => (
                <Link to="/alarms" search={{ siteId: row.siteId, show: 'all' } as never}>
                  {row.siteName}
                </Link>
              ),
            },
            { title: words('一、二级', 'Severity 1 and 2'), whole: true, show: (row) => row.severe },
            ...siteColumns,
          ]}
        />
      </Card>
      <Card title={say('按日', 'By day')}>
        <CaseTable
          label={say('按日', 'By day')}
          rows={daysOf(data.perDay)}
          keyOf={(row) => row.day}
          empty={words('这段时间没有报警。', 'No alarms in this period.')}
          columns={[
            { title: words('日期', 'Day'), heads: true, whole: true, show: (row) => row.day },
            { title: words('报警', 'Alarms'), show: (row) => row.total },
            { title: words('一级', 'Severity 1'), show: (row) => row.bySeverity[0] },
            { title: words('二级', 'Severity 2'), show: (row) => row.bySeverity[1] },
            { title: words('三级', 'Severity 3'), show: (row) => row.bySeverity[2] },
            { title: words('四级', 'Severity 4'), show: (row) => row.bySeverity[3] },
          ]}
        />
      </Card>
    </div>
  )
}

export const AlarmStatisticsPage = (): ReactElement => {
  const say = useSay()
  const id = useId()
  const sites = useSiteChoices()
  const [filters, change] = useFilters(search)
  const to = filters.to ?? today()
  const from = filters.from ?? addDays(to, -BACK_DAYS)
  const query = useRead(
    alarmStatistics,
    { query: { from, to, siteId: filters.siteId as SiteId | undefined } },
    { keep: true },
  )
  const day = (name: 'from' | 'to', label: string, value: string) => (
    <span className="row pair">
      <label htmlFor={`${id}-${name}`}>{label}</label>
      <Input
        id={`${id}-${name}`}
        type="date"
        style={{ width: 160 }}
        value={value}
        max={today()}
        onChange={(event) => {
          const parsed = localDateSchema.safeParse(event.target.value)
          if (parsed.success) change({ [name]: parsed.data })
        }}
      />
    </span>
  )
  return (
    <Page title={say('报警统计', 'Statistics of alarms')}>
      <AlarmTabs />
      <div className="row" style={{ marginBottom: 12 }}>
        {day('from', say('从', 'From'), from)}
        {day('to', say('到', 'To'), to)}
        <FilterSelect
          label={say('工地', 'Site')}
          value={filters.siteId}
          search
          width={260}
          options={sites}
          onChange={(siteId) => change({ siteId })}
        />
      </div>
      <p className="quiet small">
        {say(
          '按报警发生的日期统计;用时从报警起算,取中位数;误报只在已关闭的报警中计算。',
          'By the day on which alarms were raised; times are medians from the alarm on; false alarms are a share of the closed ones.',
        )}
      </p>
      <Loaded query={query}>{(data) => <Figures data={data} />}</Loaded>
    </Page>
  )
}
