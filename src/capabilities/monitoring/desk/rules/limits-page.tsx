/** 限值与依据: every limit with its statistic, part of the day, region, ground and validity. */
import type { ReactElement } from 'react'
import { useSay } from '../../../../desk/language.tsx'
import { useRead } from '../../../../desk/queries.ts'
import { CaseTable } from '../../../../desk/ui/case-table.tsx'
import { Loaded } from '../../../../desk/ui/loaded.tsx'
import { Page } from '../../../../desk/ui/page.tsx'
import { type Words, words } from '../../../../kernel/words.ts'
import { type LimitView, listLimits } from '../../contract/rules.ts'
import { metricName } from '../metrics.ts'
import { Basis } from '../parts.tsx'
import { RuleTabs } from './tabs.tsx'

const statisticWords: Readonly<Record<LimitView['statistic']['kind'], Words>> = {
  momentary: words('瞬时值', 'momentary'),
  leq: words('等效声级', 'equivalent level'),
  max: words('最大值', 'maximum'),
  mean: words('平均值', 'mean'),
}
const windowWords = { all: words('全天', 'all day'), day: words('昼间', 'day'), night: words('夜间', 'night') } as const

export const LimitsPage = (): ReactElement => {
  const say = useSay()
  const query = useRead(listLimits, { query: {} })
  return (
    <Page title={say('限值与依据', 'Limits and their grounds')}>
      <RuleTabs />
      <Loaded query={query}>
        {(data) => (
          <>
            <p className="quiet">
              {say('夜间', 'Night')} {data.night.from}—{data.night.to} ·{' '}
              {say(
                '标注“待核”的数值尚未与原文核对,只作参考。',
                'Figures marked as unverified were not compared with the original.',
              )}
            </p>
            <CaseTable
              label={say('限值', 'Limits')}
              rows={data.rows.flatMap((limit) =>
                limit.rows.map((row, index) => ({
                  limit,
                  row,
                  key: `${limit.id} ${index}`,
                  current: limit.current.some(
                    (each) =>
                      each.window === row.window && each.value === row.value && each.validFrom === row.validFrom,
                  ),
                })),
              )}
              keyOf={(row) => row.key}
              columns={[
                { title: words('限值', 'Limit'), heads: true, show: ({ limit }) => say(limit.name) },
                { title: words('指标', 'Metric'), show: ({ limit }) => say(metricName(limit.metric)) },
                {
                  title: words('数值', 'Figure'),
                  whole: true,
                  show: ({ limit, row }) => `${row.value} ${limit.unit}`,
                },
                {
                  title: words('口径', 'Statistic'),
                  show: ({ limit }) =>
                    `${limit.statistic.minutes === null ? '' : say(`${limit.statistic.minutes} 分钟`, `${limit.statistic.minutes} min `)}${say(statisticWords[limit.statistic.kind])}`,
                },
                { title: words('时段', 'Window'), show: ({ row }) => say(windowWords[row.window]) },
                { title: words('每日允许', 'Allowed a day'), show: ({ row }) => row.allowedPerDay ?? '—' },
                { title: words('地区', 'Region'), show: ({ limit }) => limit.region ?? say('全国', 'all') },
                { title: words('依据', 'Ground'), show: ({ row }) => <Basis source={row.source} /> },
                {
                  title: words('有效期', 'Valid'),
                  show: ({ row, current }) => (
                    <>
                      {row.validFrom ?? '…'} — {row.validTo ?? '…'}{' '}
                      {current ? (
                        <span className="clock normal">{say('现行', 'in force')}</span>
                      ) : (
                        <span className="clock done">{say('未生效或已失效', 'not in force')}</span>
                      )}
                    </>
                  ),
                },
              ]}
            />
          </>
        )}
      </Loaded>
    </Page>
  )
}
