/** The places of the alarm desk. */
import { Link, useRouterState } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { useSay } from '../../../../desk/language.tsx'
import { words } from '../../../../kernel/words.ts'

const places = [
  { to: '/alarms', label: words('处置', 'Queue') },
  { to: '/alarm-statistics', label: words('统计', 'Statistics') },
] as const

export const AlarmTabs = (): ReactElement => {
  const say = useSay()
  const path = useRouterState({ select: (state) => state.location.pathname })
  return (
    <nav className="tabs" aria-label={say('报警', 'Alarms')}>
      {places.map((place) => (
        <Link
          key={place.to}
          to={place.to}
          {...(path.endsWith(place.to) ? { 'aria-current': 'page' as const } : { 'aria-current': undefined })}
        >
          {say(place.label)}
        </Link>
      ))}
    </nav>
  )
}
