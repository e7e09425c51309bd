/** The places of the device desk. */
import { Link, useRouterState } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { useSay } from '../../../../desk/language.tsx'
import { words } from '../../../../kernel/words.ts'
import { useIsAuthority } from '../roles.ts'

const places = [
  { to: '/devices', label: words('设备', 'Devices'), all: true },
  { to: '/device-quarantine', label: words('待认领', 'Waiting to be claimed'), all: false },
  { to: '/set-aside-reports', label: words('未采信上报与时钟', 'Reports set aside, clocks'), all: true },
  { to: '/metric-profiles', label: words('指标模板', 'Metric profiles'), all: true },
  { to: '/device-gateways', label: words('接入网关', 'Gateways'), all: false },
] as const

export const DeviceTabs = (): ReactElement => {
  const say = useSay()
  const authority = useIsAuthority()
  const path = useRouterState({ select: (state) => state.location.pathname })
  return (
    <nav className="tabs" aria-label={say('设备管理', 'Devices')}>
      {places
        .filter((place) => place.all || authority)
        .map((place) => (
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
