/** 计时看板: every running clock, who holds the ball, how much is left. */
import { Link } from '@tanstack/react-router'
import { Select } from 'antd'
import { type ReactElement, useId } from 'react'
import { useFilters } from '../../../desk/filters.ts'
import { useSay } from '../../../desk/language.tsx'
import { useRead } from '../../../desk/queries.ts'
import { CaseTable } from '../../../desk/ui/case-table.tsx'
import { ClockBadge } from '../../../desk/ui/clock-badge.tsx'
import { Loaded } from '../../../desk/ui/loaded.tsx'
import { Page } from '../../../desk/ui/page.tsx'
import { words } from '../../../kernel/words.ts'
import { listDepartments } from '../../people/contract.ts'
import { readClockBoard } from '../contract.ts'
import { EscalationMark } from './clocks/escalations-page.tsx'
import { ColourCounts } from './colour-counts.tsx'
import { ExplanationDialog, holderWords } from './explanation.tsx'
import { boardSearch } from './search.ts'

export const ClocksPage = (): ReactElement => {
  const say = useSay()
  const id = useId()
  const [filters, change] = useFilters(boardSearch)
  const departments = useRead(listDepartments, {})
  const board = useRead(
    readClockBoard,
    { query: { colour: filters.colour, department: filters.department, after: filters.after } },
    { keep: true },
  )
  return (
    <Page title={say('计时看板', 'Clock board')}>
      <div className="row" style={{ marginBottom: 12 }}>
        <label htmlFor={id}>{say('部门', 'Department')}</label>
        <Select
          id={id}
          style={{ width: 260, maxWidth: '100%' }}
          value={filters.department ?? ''}
          showSearch={{ optionFilterProp: 'label' }}
          onChange={(department: string) => change({ department: department === '' ? undefined : department })}
          options={[
            { value: '', label: say('全部部门', 'All departments') },
            ...(departments.data?.rows ?? []).map((department) => ({ value: department.code, label: department.name })),
          ]}
        />
      </div>
      <Loaded query={board}>
        {(data) => (
          <>
            <ColourCounts counts={data.counts} chosen={filters.colour} />
            <CaseTable
              label={say('全部计时', 'All clocks')}
              rows={data.rows}
              keyOf={(row) => row.clock.clockId}
              keys
              columns={[
                {
                  title: words('办件', 'Case'),
                  heads: true,
                  show: (row) => (
                    <Link to="/applications/$applicationId" params={{ applicationId: row.applicationId }}>
                      {row.caseNumber}
                    </Link>
                  ),
                },
                { title: words('项目', 'Project'), show: (row) => row.projectName },
                {
                  title: words('事项', 'Item'),
                  show: (row) => (row.itemName === null ? say(row.clock.label) : say(row.itemName)),
                },
                { title: words('部门', 'Department'), show: (row) => row.departmentName },
                {
                  title: words('谁持球', 'Ball with'),
                  show: (row) => (
                    <>
                      <strong>{say(holderWords[row.holder])}</strong>
                      <div className="small">{say(row.waitingFor)}</div>
                    </>
                  ),
                },
                {
                  title: words('时限(点按看逐日说明)', 'Clock (click to explain)'),
                  show: (row) => (
                    <ClockBadge clock={row.clock} onExplain={() => change({ explain: row.clock.clockId })} />
                  ),
                },
                {
                  title: words('催办', 'Escalated'),
                  show: (row) => (row.escalation === null ? '—' : <EscalationMark mark={row.escalation} />),
                },
              ]}
              next={data.next}
              isLaterPage={filters.after !== undefined}
            />
          </>
        )}
      </Loaded>
      <ExplanationDialog clockId={filters.explain} onClose={() => change({ explain: undefined })} />
    </Page>
  )
}
