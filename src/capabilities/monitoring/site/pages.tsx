/** Public pages of sites: dust and noise beside their limits, now, by hour and by day. No person is in them. */
import type { ReactElement } from 'react'
import { wallClock } from '../../../kernel/time.ts'
import { type Language, say, type Words, words } from '../../../kernel/words.ts'
import type { SitePage } from '../../../platform/platform.ts'
import { Empty, Trail } from '../../../site/parts.tsx'
import type { Level } from '../model/sites/figures.ts'
import { Chart } from './chart.tsx'
import type { PublicFigure, PublicMetric, PublicSite, PublicSiteDetail, SitesReading } from './reading.ts'

const levelWords: Readonly<Record<Level, Words>> = {
  ok: words('达标', 'Within the limit'),
  near: words('接近限值', 'Near the limit'),
  over: words('超过限值', 'Above the limit'),
  stale: words('暂无新数据', 'No recent data'),
  unknown: words('无限值', 'No limit'),
}
const levelTag: Readonly<Record<Level, string>> = {
  ok: 'done',
  near: 'warning',
  over: 'overdue',
  stale: 'paused',
  unknown: 'paused',
}
const t = (language: Language) => (zh: string, en: string) => say(words(zh, en), language)
const hourText = (hour: number): string => `${String(hour).padStart(2, '0')}:00`
const text = (value: number | null): string => (value === null ? '—' : String(value))

const Now = ({ figure, language }: { readonly figure: PublicFigure; readonly language: Language }): ReactElement => (
  <>
    {say(figure.name, language)}{' '}
    {figure.isHourMean
      ? say(words('小时均值 ', 'mean of the hour '), language)
      : figure.level === null
        ? say(words('瞬时值 ', 'at the moment '), language)
        : ''}
    <b>{figure.value}</b> {figure.unit}{' '}
    {figure.level === null ? null : (
      <>
        <span className={`tag ${levelTag[figure.level]}`}>{say(levelWords[figure.level], language)}</span>{' '}
        {figure.unverified ? (
          <span className="tag unverified">{say(words('限值待核', 'limit unverified'), language)}</span>
        ) : null}
      </>
    )}
  </>
)

export const SitesPage = ({
  sites,
  caseNumber,
  language,
}: {
  readonly sites: readonly PublicSite[]
  readonly caseNumber: string | null
  readonly language: Language
}): ReactElement => {
  const say2 = t(language)
  return (
    <>
      <Trail
        language={language}
        steps={[{ href: '/', text: say2('首页', 'Home') }, { text: say2('工地环境', 'Sites') }]}
      />
      <h1>{say2('工地扬尘与噪声', 'Dust and noise of building sites')}</h1>
      <p className="lead">
        {say2(
          '本区在建工地的在线监测数据。点工地名称看今天每小时和本月每天的情况。',
          'Measured on the building sites of the district, by hour today and by day this month.',
        )}
      </p>
      {caseNumber === null ? null : (
        <p>
          {say2('项目编号', 'Project')}:{caseNumber} · <a href="/sites">{say2('查看全部工地', 'All sites')}</a>
        </p>
      )}
      {sites.length === 0 ? (
        <Empty>
          {caseNumber === null
            ? say2('现在没有公开的工地。', 'No site is published now.')
            : say2('该项目没有公开的在线监测工地。', 'This project has no published site.')}
        </Empty>
      ) : (
        <div className="scroll" tabIndex={0} role="region" aria-label={say2('工地列表', 'Sites')}>
          <table className="rows">
            <caption>{say2('工地列表', 'Sites')}</caption>
            <thead>
              <tr>
                <th scope="col">{say2('工地', 'Site')}</th>
                <th scope="col">{say2('地点', 'Place')}</th>
                <th scope="col">{say2('现在', 'Now')}</th>
                <th scope="col">{say2('测量时间', 'Measured at')}</th>
              </tr>
            </thead>
            <tbody>
              {sites.map((site) => (
                <tr key={site.code}>
                  <th scope="row">
                    <a href={`/sites/${encodeURIComponent(site.code)}`}>{site.name}</a>
                  </th>
                  <td data-label={say2('地点', 'Place')}>{site.address === '' ? '—' : site.address}</td>
                  <td data-label={say2('现在', 'Now')}>
                    {site.figures.length === 0
                      ? '—'
                      : site.figures.map((figure) => (
                          <div key={figure.metric}>
                            <Now figure={figure} language={language} />
                          </div>
                        ))}
                  </td>
                  <td data-label={say2('测量时间', 'Measured at')}>
                    <span className="whole">{site.figures[0] === undefined ? '—' : wallClock(site.figures[0].at)}</span>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  )
}

const Metric = ({ metric, language }: { readonly metric: PublicMetric; readonly language: Language }): ReactElement => {
  const say2 = t(language)
  const name = say(metric.name, language)
  const hours = metric.today.hours.flatMap((figure, hour) => (figure.value === null ? [] : [{ hour, ...figure }]))
  const days = metric.month.filter((day) => day.measuredHours > 0)
  const verdict = (over: boolean, limit: number | null): string =>
    limit === null ? '—' : over ? say2('超限', 'above') : say2('达标', 'within')
  return (
    <section>
      <h2>
        {name} ({metric.unit})
      </h2>
      <p>
        {metric.limits.length === 0
          ? say2('没有设置限值。', 'No limit is set.')
          : metric.limits
              .map((limit) => `${hourText(limit.from)} ${say2('起限值', 'limit')} ${limit.value} ${metric.unit}`)
              .join(';')}{' '}
        {metric.unverified ? <span className="tag unverified">{say2('限值待核', 'limit unverified')}</span> : null}
      </p>
      <h3>{say2('今天每小时', 'Today by hour')}</h3>
      {hours.length === 0 ? (
        <Empty>{say2('今天还没有数据。', 'Nothing was measured today.')}</Empty>
      ) : (
        <>
          <Chart
            every={3}
            label={say2(
              `${name}今天每小时的平均值和限值,虚线为限值,红柱为超限;具体数值见下表`,
              `${name} by hour with its limit (dashed); the table below says the same`,
            )}
            columns={metric.today.hours.map((figure, hour) => ({ label: String(hour), ...figure }))}
          />
          <p>
            {say2('平均', 'Mean')} <b>{text(metric.today.mean)}</b>,{say2('最高小时', 'highest hour')}{' '}
            <b>{text(metric.today.worst)}</b>,{say2('超限', 'above the limit')} <b>{metric.today.overHours}</b>{' '}
            {say2('小时', 'hours')}
          </p>
          <details>
            <summary>{say2('每小时数值', 'Values by hour')}</summary>
            <table>
              <caption>
                {name}:{say2('今天每小时平均值', 'hourly means of today')}
              </caption>
              <thead>
                <tr>
                  <th scope="col">{say2('时段', 'Hour')}</th>
                  <th scope="col">{metric.unit}</th>
                  <th scope="col">{say2('限值', 'Limit')}</th>
                  <th scope="col">{say2('结论', 'Result')}</th>
                </tr>
              </thead>
              <tbody>
                {hours.map(({ hour, value, limit, over }) => (
                  <tr key={hour}>
                    <th scope="row">{hourText(hour)}</th>
                    <td>{text(value)}</td>
                    <td>{text(limit)}</td>
                    <td>{verdict(over, limit)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </details>
        </>
      )}
      <h3>{say2('本月每天', 'This month by day')}</h3>
      {days.length === 0 ? (
        <Empty>{say2('本月还没有数据。', 'Nothing was measured this month.')}</Empty>
      ) : (
        <>
          <Chart
            every={5}
            label={say2(
              `${name}本月每天的平均值,红柱为当天有超限小时;具体数值见下表`,
              `${name} by day; red where an hour was above the limit`,
            )}
            columns={metric.month.map((day) => ({
              label: String(Number(day.day.slice(8))),
              value: day.mean,
              limit: null,
              over: day.overHours > 0,
            }))}
          />
          <details>
            <summary>{say2('每天数值', 'Values by day')}</summary>
            <table>
              <caption>
                {name}:{say2('本月每天', 'by day this month')}
              </caption>
              <thead>
                <tr>
                  <th scope="col">{say2('日期', 'Day')}</th>
                  <th scope="col">{say2('日平均', 'Mean')}</th>
                  <th scope="col">{say2('最高小时', 'Highest hour')}</th>
                  <th scope="col">{say2('超限小时', 'Hours above')}</th>
                </tr>
              </thead>
              <tbody>
                {days.map((day) => (
                  <tr key={day.day}>
                    <th scope="row">{day.day}</th>
                    <td>{text(day.mean)}</td>
                    <td>{text(day.worst)}</td>
                    <td>{day.overHours}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </details>
        </>
      )}
      <p className="muted">
        {say2('限值依据', 'The limit rests on')}:
        {[...new Set(metric.limits.map((limit) => limit.basis ?? ''))].filter((basis) => basis !== '').join(';') || '—'}
      </p>
    </section>
  )
}
export const SiteDetailPage = ({
  site,
  language,
}: {
  readonly site: PublicSiteDetail
  readonly language: Language
}): ReactElement => {
  const say2 = t(language)
  return (
    <>
      <Trail
        language={language}
        steps={[
          { href: '/', text: say2('首页', 'Home') },
          { href: '/sites', text: say2('工地环境', 'Sites') },
          { text: site.name },
        ]}
      />
      <h1>{site.name}</h1>
      <dl className="facts card">
        <dt>{say2('项目', 'Project')}</dt>
        <dd>
          <a href={`/projects/${encodeURIComponent(site.caseNumber)}`}>{site.projectName}</a>
        </dd>
        <dt>{say2('工地编号', 'Code')}</dt>
        <dd>{site.code}</dd>
        <dt>{say2('地点', 'Place')}</dt>
        <dd>{site.address === '' ? '—' : site.address}</dd>
        <dt>{say2('状态', 'State')}</dt>
        <dd>{site.paused ? say2('暂停施工', 'Paused') : say2('在建', 'Under construction')}</dd>
        {site.figures.map((figure) => (
          <div key={figure.metric}>
            <dt>{say2('最新', 'Newest')}</dt>
            <dd>
              <Now figure={figure} language={language} /> <small>{wallClock(figure.at)}</small>
            </dd>
          </div>
        ))}
      </dl>
      {site.metrics.map((metric) => (
        <Metric key={metric.metric} metric={metric} language={language} />
      ))}
      <p className="muted">
        {say2(
          '数据来自工地在线监测设备,多台设备取小时值最高的一台,噪声按能量平均。在线数据未经人工审核,仅供参考,不作为执法依据。页面不含任何个人信息。',
          'Measured by devices on the site; of several the worst counts, and noise is averaged as energy. Not checked by people, for information only. Nothing here is about a person.',
        )}{' '}
        {say2('页面生成时间', 'Made at')} {wallClock(site.at)}
      </p>
    </>
  )
}

export const sitePages = (reading: SitesReading): readonly SitePage[] => [
  {
    path: '/sites',
    render: async ({ query, language }) => {
      const caseNumber = query['project'] ?? null
      return {
        title: say(words('工地扬尘与噪声', 'Dust and noise of building sites'), language),
        body: <SitesPage sites={await reading.sites(caseNumber)} caseNumber={caseNumber} language={language} />,
      }
    },
  },
  {
    path: '/sites/:code',
    render: async ({ params, language }) => {
      const site = await reading.site(params['code'] ?? '')
      if (site === null) {
        const title = say(words('没有这个工地', 'No such site'), language)
        return {
          title,
          status: 404,
          body: (
            <>
              <h1>{title}</h1>
              <p className="notice bad">
                {say(
                  words(
                    '没有公开的工地使用这个编号:可能已经结束,请从工地列表中查看。',
                    'No published site has this code; it may have ended. See the list of sites.',
                  ),
                  language,
                )}
              </p>
              <p>
                <a href="/sites">{say(words('工地列表', 'Sites'), language)}</a>
              </p>
            </>
          ),
        }
      }
      return { title: site.name, body: <SiteDetailPage site={site} language={language} /> }
    },
  },
]
