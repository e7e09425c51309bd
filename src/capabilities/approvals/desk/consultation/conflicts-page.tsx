/** 意见分歧: what waits for mediation, for the lead departments and the supervisor. */
import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { useSay } from '../../../../desk/language.tsx'
import { useRead } from '../../../../desk/queries.ts'
import { CaseTable, type Column } from '../../../../desk/ui/case-table.tsx'
import { ClockBadge } from '../../../../desk/ui/clock-badge.tsx'
import { Loaded } from '../../../../desk/ui/loaded.tsx'
import { Page } from '../../../../desk/ui/page.tsx'
import type { ReplyOf } from '../../../../kernel/endpoint.ts'
import { words } from '../../../../kernel/words.ts'
import { listConflicts } from '../../contract/consultation.ts'

type Row = ReplyOf<typeof listConflicts>['rows'][number]

export const ConflictsPage = (): ReactElement => {
  const say = useSay()
  const conflicts = useRead(listConflicts, { query: { limit: 200 } })
  const columns: readonly Column<Row>[] = [
    {
      title: words('事项', 'Item'),
      heads: true,
      show: (row) => (
        <Link
          to="/applications/$applicationId"
          params={{ applicationId: row.applicationId }}
          search={{ run: row.itemRunId }}
          hash="consultation"
        >
          {say(row.itemName)}
        </Link>
      ),
    },
    { title: words('项目', 'Project'), show: (row) => row.projectName },
    { title: words('办件编号', 'Case number'), show: (row) => row.caseNumber },
    { title: words('分歧部门', 'Departments'), show: (row) => row.departments.join('、') },
    {
      title: words('协调', 'Mediator'),
      show: (row) => `${row.mediatorName}${row.escalatedAt === null ? '' : say(' → 效能监督', ' → supervisor')}`,
    },
    { title: words('时限', 'Clock'), show: (row) => (row.clock === null ? '—' : <ClockBadge clock={row.clock} />) },
  ]
  return (
    <Page title={say('意见分歧协调', 'Conflicts of opinions')}>
      <Loaded query={conflicts}>
        {(data) => (
          <CaseTable
            label={say('待协调的意见分歧', 'Open conflicts')}
            rows={data.rows}
            columns={columns}
            keyOf={(row) => row.conflictId}
            keys
            empty={words('没有待协调的意见分歧。', 'No open conflicts.')}
          />
        )}
      </Loaded>
    </Page>
  )
}
