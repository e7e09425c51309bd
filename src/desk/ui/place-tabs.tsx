/** Links between the pages of one work place; the one that is open says so. */
import { Link, type LinkProps, useRouterState } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import type { Words } from '../../kernel/words.ts'
import { useSay } from '../language.tsx'

export interface TabPlace {
  readonly to: NonNullable<LinkProps['to']>
  readonly label: Words
}
export const PlaceTabs = ({
  label,
  places,
}: {
  readonly label: Words
  readonly places: readonly TabPlace[]
}): ReactElement => {
  const say = useSay()
  const path = useRouterState({ select: (state) => state.location.pathname })
  return (
    <nav className="tabs" aria-label={say(label)}>
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
