/** 部门待办: what this department must handle or answer, the most pressing first. */
import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import type { z } from 'zod'
import { useFilters } from '../../../desk/filters.ts'
import { useSay } from '../../../desk/language.tsx'
import { useRead } from '../../../desk/queries.ts'
import { useShortcuts } from '../../../desk/shortcuts.ts'
import { CaseTable, type Column } from '../../../desk/ui/case-table.tsx'
import { ClockBadge } from '../../../desk/ui/clock-badge.tsx'
import { Loaded } from '../../../desk/ui/loaded.tsx'
import { Page } from '../../../desk/ui/page.tsx'
import { words } from '../../../kernel/words.ts'
import type { workRowSchema } from '../contract.ts'
import { readQueue } from '../contract.ts'
import { ColourCounts } from './colour-counts.tsx'
import { OwnParts } from './consultation/own-parts.tsx'
import { queueSearch } from './search.ts'

type WorkRow = z.infer<typeof workRowSchema>

const useColumns = (): readonly Column<WorkRow>[] => {
  const say = useSay()
  return [
    {
      title: words('事项', 'Item'),
      heads: true,
      show: (row) => (
        <Link
          to="/applications/$applicationId"
          params={{ applicationId: row.applicationId }}
          search={{ run: row.itemRunId }}
        >
          {row.kind === 'opinion-task' ? `${say('征求意见', 'Opinion')}:` : ''}
          {say(row.itemName)}
        </Link>
      ),
    },
    { title: words('项目', 'Project'), show: (row) => row.projectName },
    { title: words('办件编号', 'Case number'), show: (row) => row.caseNumber },
    { title: words('下一步', 'Next'), show: (row) => say(row.next) },
    {
      title: words('时限', 'Clock'),
      show: (row) => (
        <span className="row">
          {row.clock === null ? (
            <span className="quiet">{say('不计时', 'No clock')}</span>
          ) : (
            <ClockBadge clock={row.clock} />
          )}
          {row.hold !== null && <span className="tag">{say(row.hold)}</span>}
        </span>
      ),
    },
  ]
}

export const QueuePage = (): ReactElement => {
  const say = useSay()
  const [filters, change] = useFilters(queueSearch)
  const columns = useColumns()
  const queue = useRead(
    readQueue,
    { query: { desk: 'department', colour: filters.colour, after: filters.after } },
    { keep: true },
  )
  useShortcuts([
    { key: '0', what: words('显示全部', 'Show all'), run: () => change({ colour: undefined }) },
    { key: '1', what: words('只看超期', 'Overdue only'), run: () => change({ colour: 'overdue' }) },
    { key: '2', what: words('只看临期', 'Due soon only'), run: () => change({ colour: 'warning' }) },
  ])
  return (
    <Page title={say('部门待办', 'Department queue')}>
      <Loaded query={queue}>
        {(data) => (
          <>
            <OwnParts />
            <ColourCounts counts={data.counts} chosen={filters.colour} />
            <CaseTable
              label={say('部门待办,按剩余时间排序', 'Department queue by remaining time')}
              rows={data.rows}
              columns={columns}
              keyOf={(row) => `${row.kind}:${row.id}`}
              next={data.next}
              isLaterPage={filters.after !== undefined}
              keys
              empty={words(
                '没有待办。有新的事项分来时会自动出现在这里。',
                'Nothing to do. New work appears here by itself.',
              )}
            />
          </>
        )}
      </Loaded>
    </Page>
  )
}
