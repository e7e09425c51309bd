/** How many cases stand in each colour; each count is a filter. */
import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { useSay } from '../../../desk/language.tsx'
import { colourMarks, colourWords } from '../../../desk/ui/clock-badge.tsx'
import { colours } from './search.ts'

interface ColourCountsProps {
  readonly counts: Readonly<Record<(typeof colours)[number], number>>
  readonly chosen: (typeof colours)[number] | undefined
}
export const ColourCounts = ({ counts, chosen }: ColourCountsProps): ReactElement => {
  const say = useSay()
  return (
    <nav className="counts" aria-label={say('按状态筛选', 'Filter by state')}>
      {colours.map((colour) => {
        const isChosen = chosen === colour
        return (
          <Link
            key={colour}
            to="."
            search={(before: object) => ({ ...before, after: undefined, colour: isChosen ? undefined : colour })}
            {...(isChosen ? { 'aria-current': 'true' as const } : { 'aria-current': undefined })}
          >
            <span className={`clock ${colour}`}>
              <span className="mark" aria-hidden="true">
                {colourMarks[colour]}
              </span>
              {say(colourWords[colour])} {counts[colour]}
              {isChosen && <span>({say('已筛选,点按取消', 'filtered; click to clear')})</span>}
            </span>
          </Link>
        )
      })}
    </nav>
  )
}
