/** The places of the device desk. */
import type { ReactElement } from 'react'
import { PlaceTabs } from '../../../../desk/ui/place-tabs.tsx'
import { words } from '../../../../kernel/words.ts'
import { useIsAuthority } from '../roles.ts'

const places = [
  { to: '/devices', label: words('设备', 'Devices'), all: true },
  { to: '/device-quarantine', label: words('待认领', 'Waiting to be claimed'), all: false },
  { to: '/set-aside-reports', label: words('未采信上报与时钟', 'Reports set aside, clocks'), all: true },
  { to: '/metric-profiles', label: words('指标模板', 'Metric profiles'), all: true },
  { to: '/device-gateways', label: words('接入网关', 'Gateways'), all: false },
] as const

const label = words('设备管理', 'Devices')

export const DeviceTabs = (): ReactElement => {
  const authority = useIsAuthority()
  return <PlaceTabs label={label} places={places.filter((place) => place.all || authority)} />
}
