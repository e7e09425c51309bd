/** One site: its plan, measured values, people, alarms, devices and settings, each under its own address. */
import { Link, useParams } from '@tanstack/react-router'
import { Button } from 'antd'
import type { ReactElement } from 'react'
import { z } from 'zod'
import { today } from '../../../../desk/browser.ts'
import { addressOf } from '../../../../desk/call.ts'
import { useFilters } from '../../../../desk/filters.ts'
import { useSay } from '../../../../desk/language.tsx'
import { useRead } from '../../../../desk/queries.ts'
import { Loaded } from '../../../../desk/ui/loaded.tsx'
import { Page } from '../../../../desk/ui/page.tsx'
import { localDateSchema } from '../../../../kernel/time.ts'
import { type Words, words } from '../../../../kernel/words.ts'
import { dailyReport, readSite, type SiteView } from '../../contract/sites.ts'
import type { SiteId } from '../../model/report.ts'
import { siteStateWords } from '../../model/sites/words.ts'
import { SiteAlarms } from './alarms-tab.tsx'
import { ChartsTab } from './charts-tab.tsx'
import { SiteDevices } from './devices-tab.tsx'
import { PeopleTab } from './people-tab.tsx'
import { PlanTab } from './plan-tab.tsx'
import { SettingsTab } from './settings-tab.tsx'
import { standingLook, standingOf, standingWords } from './standing.ts'

const tabs = ['plan', 'charts', 'people', 'alarms', 'devices', 'settings'] as const
type Tab = (typeof tabs)[number]
const tabWords: Readonly<Record<Tab, Words>> = {
  plan: words('现场', 'Plan'),
  charts: words('监测数据', 'Measured values'),
  people: words('人员与考勤', 'People'),
  alarms: words('报警', 'Alarms'),
  devices: words('设备', 'Devices'),
  settings: words('设置', 'Settings'),
}
const search = z.object({
  tab: z.enum(tabs).optional().catch(undefined),
  reportDay: localDateSchema.optional().catch(undefined),
})

const views: Readonly<Record<Tab, (props: { readonly site: SiteView }) => ReactElement>> = {
  plan: PlanTab,
  charts: ChartsTab,
  people: PeopleTab,
  alarms: SiteAlarms,
  devices: SiteDevices,
  settings: SettingsTab,
}

export const SitePage = (): ReactElement => {
  const say = useSay()
  const { siteId } = useParams({ strict: false }) as { readonly siteId: SiteId }
  const [filters, change] = useFilters(search)
  const query = useRead(readSite, { params: { siteId } })
  const tab = filters.tab ?? 'plan'
  const View = views[tab]
  const site = query.data
  const standing = site === undefined ? null : standingOf(site)
  const day = filters.reportDay ?? today()
  return (
    <Page
      title={site?.name ?? say('工地', 'Site')}
      beside={
        site !== undefined &&
        standing !== null && (
          <>
            <span className="tag">{say(siteStateWords[site.state])}</span>
            <span className={`clock ${standingLook[standing].badge}`}>{say(standingWords[standing])}</span>
          </>
        )
      }
      actions={
        site !== undefined && (
          <>
            <label className="row pair">
              {say('日报日期', 'Day of the report')}
              <input
                type="date"
                className="plain-date"
                value={day}
                max={today()}
                onChange={(event) => {
                  const parsed = localDateSchema.safeParse(event.target.value)
                  if (parsed.success) change({ reportDay: parsed.data })
                }}
              />
            </label>
            <Button href={addressOf(dailyReport, { siteId }, { day })} target="_blank" rel="noreferrer">
              {say('工地日报(PDF)', 'Daily report (PDF)')}
            </Button>
          </>
        )
      }
    >
      {site !== undefined && (
        <p className="small">
          <Link to="/sites">{say('工地一张图', 'Map of sites')}</Link> · {site.code} ·{' '}
          <Link to="/projects/$projectId" params={{ projectId: site.projectId }}>
            {site.projectName}
          </Link>{' '}
          · {site.address}
          {site.contractor !== null && ` · ${say('施工', 'contractor')} ${site.contractor.name}`}
          {site.supervision !== null && ` · ${say('监理', 'supervision')} ${site.supervision.name}`}
          {site.departmentName !== null && ` · ${say('监管', 'supervised by')} ${site.departmentName}`}
        </p>
      )}
      {site !== undefined && (
        <nav className="tabs" aria-label={say('工地内容', 'Parts of the site')}>
          {tabs.map((one) => (
            <Link
              key={one}
              to="."
              // The router marks every address that this one begins with; a tab is marked by its name alone.
              activeOptions={{ exact: true, includeSearch: true }}
              search={{ tab: one === 'plan' ? undefined : one } as never}
              {...(one === tab ? { 'aria-current': 'page' as const } : { 'aria-current': undefined })}
            >
              {say(tabWords[one])}
            </Link>
          ))}
        </nav>
      )}
      <Loaded query={query}>{(data) => <View key={tab} site={data} />}</Loaded>
    </Page>
  )
}
