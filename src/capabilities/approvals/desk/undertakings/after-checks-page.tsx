/** 事后核查: what the departments have still to look at. */
import { Link } from '@tanstack/react-router'
import { Select } from 'antd'
import { type ReactElement, useId } from 'react'
import { z } from 'zod'
import { useFilters } from '../../../../desk/filters.ts'
import { useSay } from '../../../../desk/language.tsx'
import { useRead } from '../../../../desk/queries.ts'
import { CaseTable } from '../../../../desk/ui/case-table.tsx'
import { ClockBadge } from '../../../../desk/ui/clock-badge.tsx'
import { Loaded } from '../../../../desk/ui/loaded.tsx'
import { Page } from '../../../../desk/ui/page.tsx'
import { words } from '../../../../kernel/words.ts'
import { listAfterChecks } from '../../contract/undertakings.ts'
import { afterCheckStateWords } from '../../model/undertakings.ts'
import { ExplanationDialog } from '../explanation.tsx'

const states = ['open', 'found', 'answered', 'settled'] as const
const search = z.object({
  state: z.enum(states).optional().catch(undefined),
  explain: z.string().optional().catch(undefined),
  after: z.string().max(400).optional(),
})

export const AfterChecksPage = (): ReactElement => {
  const say = useSay()
  const id = useId()
  const [filters, change] = useFilters(search)
  const checks = useRead(
    listAfterChecks,
    { query: { state: filters.state, after: filters.after, limit: 50 } },
    { keep: true },
  )
  return (
    <Page title={say('事后核查', 'Checks afterwards')}>
      <div className="row" style={{ marginBottom: 12 }}>
        <label htmlFor={id}>{say('状态', 'State')}</label>
        <Select
          id={id}
          style={{ width: 220 }}
          value={filters.state ?? ''}
          onChange={(value: string) => change({ state: states.find((state) => state === value) })}
          options={[
            { value: '', label: say('未办结', 'Not settled') },
            ...states.map((state) => ({ value: state, label: say(afterCheckStateWords[state]) })),
          ]}
        />
      </div>
      <Loaded query={checks}>
        {(data) => (
          <CaseTable
            label={say('事后核查任务', 'Checks afterwards')}
            rows={data.rows}
            keyOf={(row) => row.afterCheckId}
            keys
            columns={[
              {
                title: words('办件', 'Case'),
                heads: true,
                show: (row) => (
                  <Link to="/applications/$applicationId" params={{ applicationId: row.applicationId }} hash="promises">
                    {row.caseNumber}
                  </Link>
                ),
              },
              { title: words('项目', 'Project'), show: (row) => row.projectName },
              { title: words('事项', 'Item'), show: (row) => say(row.itemName) },
              { title: words('部门', 'Department'), show: (row) => row.departmentName },
              { title: words('状态', 'State'), show: (row) => say(row.stateName) },
              {
                title: words('核查期限', 'Clock'),
                show: (row) =>
                  row.clock === null ? (
                    '—'
                  ) : (
                    <ClockBadge clock={row.clock} onExplain={() => change({ explain: row.clock?.clockId })} />
                  ),
              },
            ]}
            next={data.next}
            isLaterPage={filters.after !== undefined}
          />
        )}
      </Loaded>
      <ExplanationDialog clockId={filters.explain} onClose={() => change({ explain: undefined })} />
    </Page>
  )
}
