/** 预审答复: requests for advice that wait, those that press most first. */
import { Link } from '@tanstack/react-router'
import { Radio } from 'antd'
import type { ReactElement } from 'react'
import { z } from 'zod'
import { useFilters } from '../../../../desk/filters.ts'
import { useSay } from '../../../../desk/language.tsx'
import { useRead } from '../../../../desk/queries.ts'
import { CaseTable } from '../../../../desk/ui/case-table.tsx'
import { ClockBadge } from '../../../../desk/ui/clock-badge.tsx'
import { Loaded } from '../../../../desk/ui/loaded.tsx'
import { Page } from '../../../../desk/ui/page.tsx'
import { wallClock } from '../../../../kernel/time.ts'
import { words } from '../../../../kernel/words.ts'
import { adviceStateSchema, adviceStateWords, listAdvice, notBinding } from '../../contract/advice.ts'

const search = z.object({
  state: adviceStateSchema.optional().catch(undefined),
  after: z.string().max(400).optional(),
})

export const AdviceListPage = (): ReactElement => {
  const say = useSay()
  const [filters, change] = useFilters(search)
  const state = filters.state ?? 'asked'
  const list = useRead(listAdvice, { query: { state, after: filters.after } }, { keep: true })
  return (
    <Page title={say('预审答复', 'Advice')} beside={<span className="tag">{say('非正式', 'Not binding')}</span>}>
      <p className="notice">{say(notBinding)}</p>
      <Radio.Group
        aria-label={say('状态', 'State')}
        name="advice-state"
        value={state}
        onChange={(event) => change({ state: adviceStateSchema.parse(event.target.value), after: undefined })}
        options={adviceStateSchema.options.map((value) => ({ value, label: say(adviceStateWords[value]) }))}
        style={{ marginBottom: 12 }}
      />
      <Loaded query={list}>
        {(data) => (
          <CaseTable
            label={say('预审', 'Requests for advice')}
            rows={data.rows}
            keyOf={(row) => row.adviceId}
            columns={[
              {
                title: words('编号', 'Number'),
                heads: true,
                show: (row) => (
                  <Link to="/advice/$adviceId" params={{ adviceId: row.adviceId }}>
                    {row.caseNumber} · {say(`第${row.round}次`, `round ${row.round}`)}
                  </Link>
                ),
              },
              { title: words('项目', 'Project'), show: (row) => row.projectName },
              { title: words('阶段', 'Stage'), show: (row) => say(row.stageName) },
              { title: words('问题', 'Question'), show: (row) => row.question },
              { title: words('送审时间', 'Asked at'), show: (row) => wallClock(row.askedAt) },
              {
                title: words('承诺时限', 'Promised'),
                show: (row) => (row.clock === null ? '—' : <ClockBadge clock={row.clock} />),
              },
            ]}
            next={data.next}
            isLaterPage={filters.after !== undefined}
            keys
            empty={words('没有这样的预审。', 'No such request.')}
          />
        )}
      </Loaded>
    </Page>
  )
}
