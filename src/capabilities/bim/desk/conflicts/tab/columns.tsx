/** The columns of the list of conflicts. */
import { Link } from '@tanstack/react-router'
import { Checkbox } from 'antd'
import type { useSay } from '../../../../../desk/language.tsx'
import type { Column } from '../../../../../desk/ui/case-table.tsx'
import { words } from '../../../../../kernel/words.ts'
import type { ConflictRow } from '../../../contract/conflicts.ts'
import type { ConflictId } from '../../../contract.ts'
import { conflictKindWords, outcomeWords } from '../../../model/words.ts'
import { LifeMark, Metres, SeverityMark, StatusMark, Unverified } from '../../parts.tsx'

export const columnsOf = (
  say: ReturnType<typeof useSay>,
  picked: ReadonlySet<ConflictId>,
  toggle: (conflictId: ConflictId) => void,
): readonly Column<ConflictRow>[] => [
  {
    title: words('选', 'Pick'),
    show: (row) => (
      <Checkbox
        checked={picked.has(row.conflictId)}
        onChange={() => toggle(row.conflictId)}
        aria-label={say(`选择 ${row.number}`, `Pick ${row.number}`)}
      />
    ),
  },
  {
    title: words('冲突', 'Conflict'),
    heads: true,
    show: (row) => (
      <>
        <Link to="." search={(before: object) => ({ ...before, conflict: row.conflictId })} resetScroll={false}>
          {row.number} {row.title}
        </Link>
        <div className="small" style={{ fontWeight: 400 }}>
          {row.sentence}
        </div>
      </>
    ),
  },
  {
    title: words('级别', 'Severity'),
    whole: true,
    show: (row) => (
      <>
        <SeverityMark severity={row.severity} />
        {row.outcome !== 'breach' && (
          <div style={{ marginTop: 4 }}>
            <span className="tag">{say(outcomeWords[row.outcome])}</span>
          </div>
        )}
      </>
    ),
  },
  { title: words('类型', 'Kind'), show: (row) => say(conflictKindWords[row.kind]) },
  {
    title: words('要求 / 实际 / 差', 'Required / actual / short'),
    show: (row) => (
      <>
        <Metres value={row.requiredM} none={row.outcome !== 'unknown'} /> /{' '}
        <Metres value={row.actualM} none={row.outcome === 'breach' && row.requiredM === null} /> /{' '}
        <strong>
          <Metres value={row.shortfallM} none={row.outcome !== 'unknown'} />
        </strong>
      </>
    ),
  },
  {
    title: words('条文', 'Clause'),
    show: (row) => (
      <span className="small">
        {row.clause} {!row.verified && <Unverified />}
      </span>
    ),
  },
  {
    title: words('情况', 'State'),
    show: (row) => (
      <span className="row" style={{ gap: 4 }}>
        <LifeMark life={row.life} />
        <StatusMark status={row.status} />
        {row.excepted && <span className="tag">{say('已批准例外', 'excepted')}</span>}
      </span>
    ),
  },
  {
    title: words('责任人、期限', 'Assignee, due'),
    show: (row) => (
      <>
        {row.assignee?.name ?? '—'}
        {row.dueOn !== null && (
          <div className={row.overdue ? 'fault small' : 'small'}>
            {row.dueOn} {row.overdue && say('超期', 'overdue')}
          </div>
        )}
      </>
    ),
  },
]
