/** 窗口收件: submitted applications that wait for acceptance, correction or refusal. */
import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { useFilters } from '../../../desk/filters.ts'
import { useSay } from '../../../desk/language.tsx'
import { useRead } from '../../../desk/queries.ts'
import { CaseTable } from '../../../desk/ui/case-table.tsx'
import { ClockBadge } from '../../../desk/ui/clock-badge.tsx'
import { Loaded } from '../../../desk/ui/loaded.tsx'
import { Page } from '../../../desk/ui/page.tsx'
import { words } from '../../../kernel/words.ts'
import { readQueue } from '../contract.ts'
import { ColourCounts } from './colour-counts.tsx'
import { queueSearch } from './search.ts'

export const IntakePage = (): ReactElement => {
  const say = useSay()
  const [filters] = useFilters(queueSearch)
  const queue = useRead(
    readQueue,
    { query: { desk: 'intake', colour: filters.colour, after: filters.after } },
    { keep: true },
  )
  return (
    <Page
      title={say('窗口收件', 'Intake')}
      actions={
        queue.data === undefined ? undefined : (
          <Link to="/applications/new">{say('代申请人填报', 'Fill in for an applicant')}</Link>
        )
      }
    >
      <Loaded query={queue}>
        {(data) => (
          <>
            <ColourCounts counts={data.counts} chosen={filters.colour} />
            <CaseTable
              label={say('待受理申请', 'Applications to be accepted')}
              rows={data.rows}
              keyOf={(row) => row.id}
              columns={[
                {
                  title: words('办件编号', 'Case number'),
                  heads: true,
                  show: (row) => (
                    <Link to="/applications/$applicationId" params={{ applicationId: row.applicationId }}>
                      {row.caseNumber}
                    </Link>
                  ),
                },
                { title: words('项目', 'Project'), show: (row) => row.projectName },
                { title: words('内容', 'Content'), show: (row) => say(row.itemName) },
                { title: words('下一步', 'Next'), show: (row) => say(row.next) },
                {
                  title: words('受理时限', 'Clock'),
                  show: (row) => (row.clock === null ? '—' : <ClockBadge clock={row.clock} />),
                },
              ]}
              next={data.next}
              isLaterPage={filters.after !== undefined}
              keys
              empty={words('没有待受理的申请。', 'No applications to accept.')}
            />
          </>
        )}
      </Loaded>
    </Page>
  )
}
