/** 再次补正待批准: every request for a second list that waits for a supervisor. */
import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { z } from 'zod'
import { useFilters } from '../../../../desk/filters.ts'
import { useSay } from '../../../../desk/language.tsx'
import { useRead } from '../../../../desk/queries.ts'
import { CaseTable } from '../../../../desk/ui/case-table.tsx'
import { Loaded } from '../../../../desk/ui/loaded.tsx'
import { Page } from '../../../../desk/ui/page.tsx'
import { wallClock } from '../../../../kernel/time.ts'
import { words } from '../../../../kernel/words.ts'
import { listSecondLists } from '../../contract/rounds.ts'

const search = z.object({ after: z.string().max(400).optional() })

export const SecondListsPage = (): ReactElement => {
  const say = useSay()
  const [filters] = useFilters(search)
  const waiting = useRead(listSecondLists, { query: { after: filters.after, limit: 50 } }, { keep: true })
  return (
    <Page title={say('再次补正审批', 'Second lists to approve')}>
      <Loaded query={waiting}>
        {(data) => (
          <CaseTable
            label={say('再次补正待批准', 'Second lists to approve')}
            rows={data.rows}
            keyOf={(row) => row.requestId}
            keys
            columns={[
              {
                title: words('办件', 'Case'),
                heads: true,
                show: (row) => (
                  <Link to="/applications/$applicationId" params={{ applicationId: row.applicationId }} hash="rounds">
                    {row.caseNumber}
                  </Link>
                ),
              },
              { title: words('项目', 'Project'), show: (row) => row.projectName },
              { title: words('新的情况', 'New facts'), show: (row) => row.reason },
              { title: words('处数', 'Points'), show: (row) => row.points.length },
              {
                title: words('提请', 'Asked by'),
                show: (row) => `${row.proposedBy} ${wallClock(row.proposedAt)}`,
              },
            ]}
            next={data.next}
            isLaterPage={filters.after !== undefined}
            empty={words('没有待批准的再次补正。', 'No second list waits for approval.')}
          />
        )}
      </Loaded>
    </Page>
  )
}
