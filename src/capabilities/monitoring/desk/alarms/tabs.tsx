/** The places of the alarm desk. */
import type { ReactElement } from 'react'
import { PlaceTabs } from '../../../../desk/ui/place-tabs.tsx'
import { words } from '../../../../kernel/words.ts'

const places = [
  { to: '/alarms', label: words('处置', 'Queue') },
  { to: '/alarm-statistics', label: words('统计', 'Statistics') },
] as const
const label = words('报警', 'Alarms')

export const AlarmTabs = (): ReactElement => <PlaceTabs label={label} places={places} />
