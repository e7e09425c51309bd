/** What happened, newest first; a late entry shows both times. */
import type { ReactElement } from 'react'
import type { z } from 'zod'
import type { timelineRowSchema } from '../../capabilities/approvals/contract.ts'
import { msOf, wallClock } from '../../kernel/time.ts'
import { useSay } from '../language.tsx'

type Row = z.infer<typeof timelineRowSchema>
const LATE_MS = 3_600_000

export const Timeline = ({ rows }: { readonly rows: readonly Row[] }): ReactElement => {
  const say = useSay()
  if (rows.length === 0) return <p className="quiet">{say('还没有记录。', 'Nothing yet.')}</p>
  return (
    <ol className="timeline">
      {[...rows].reverse().map((row) => (
        <li key={row.entryId}>
          <div>{row.sentence}</div>
          <div className="quiet small">
            <time dateTime={row.occurredAt}>{wallClock(row.occurredAt)}</time>
            {row.by === '' ? '' : ` · ${row.by}`}
            {row.seq > 0 ? ` · #${row.seq}` : ''}
            {msOf(row.recordedAt) - msOf(row.occurredAt) > LATE_MS
              ? ` · ${say('补录于', 'entered later, on')} ${wallClock(row.recordedAt)}`
              : ''}
          </div>
        </li>
      ))}
    </ol>
  )
}
