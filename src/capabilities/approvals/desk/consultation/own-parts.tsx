/** 交办: parts of opinions that wait for me or my department. Nothing is shown while there are none. */
import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { useSay } from '../../../../desk/language.tsx'
import { useRead } from '../../../../desk/queries.ts'
import { Card } from '../../../../desk/ui/page.tsx'
import { readOwnParts } from '../../contract/consultation.ts'
import { PartLine } from './tasks-view.tsx'

export const OwnParts = (): ReactElement | null => {
  const say = useSay()
  const { data } = useRead(readOwnParts, {})
  if (data === undefined || data.rows.length === 0) return null
  return (
    <Card title={say('交办的意见分解', 'Parts of opinions')}>
      <ul style={{ margin: 0 }}>
        {data.rows.map((part) => (
          <li key={part.partId}>
            <Link to="/applications/$applicationId" params={{ applicationId: part.applicationId }}>
              {part.caseNumber} {say(part.itemName)}
            </Link>{' '}
            {part.mine && <span className="tag">{say('我的', 'mine')}</span>}
            <PartLine part={part} />
          </li>
        ))}
      </ul>
    </Card>
  )
}
