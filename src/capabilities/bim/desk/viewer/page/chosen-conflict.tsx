/** The conflict at which the viewer looks. */
import type { ReactElement } from 'react'
import { useSay } from '../../../../../desk/language.tsx'
import { LinkButton } from '../../../../../desk/ui/link-button.tsx'
import { Card } from '../../../../../desk/ui/page.tsx'
import type { ConflictRow } from '../../../contract/conflicts.ts'
import { Metres, SeverityMark, Unverified } from '../../parts.tsx'

export const ChosenConflict = ({ row }: { readonly row: ConflictRow }): ReactElement => {
  const say = useSay()
  return (
    <Card title={`${row.number} ${row.title}`} beside={<SeverityMark severity={row.severity} />}>
      <p style={{ margin: '0 0 6px' }} role="status">
        {row.sentence}
      </p>
      <p className="small" style={{ margin: '0 0 6px' }}>
        {say('要求', 'required')} <Metres value={row.requiredM} none={row.outcome !== 'unknown'} /> ·{' '}
        {say('实际', 'actual')}{' '}
        <Metres value={row.actualM} digits={3} none={row.outcome === 'breach' && row.requiredM === null} /> ·{' '}
        {say('还差', 'short by')} <Metres value={row.shortfallM} digits={3} none={row.outcome !== 'unknown'} />
        <br />
        {row.clause} {!row.verified && <Unverified />}
      </p>
      <LinkButton
        size="small"
        to="/bim/checks/$checkId"
        params={{ checkId: row.checkId }}
        search={{ tab: 'conflicts', conflict: row.conflictId } as never}
      >
        {say('打开冲突详情', 'Open it')}
      </LinkButton>
    </Card>
  )
}
