/** The places of the rule desk. */
import { Link, useRouterState } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { useSay } from '../../../../desk/language.tsx'
import { words } from '../../../../kernel/words.ts'

const places = [
  { to: '/monitoring-rules', label: words('规则', 'Rules') },
  { to: '/monitoring-limits', label: words('限值与依据', 'Limits') },
] as const

export const RuleTabs = (): ReactElement => {
  const say = useSay()
  const path = useRouterState({ select: (state) => state.location.pathname })
  return (
    <nav className="tabs" aria-label={say('监测规则', 'Rules')}>
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
