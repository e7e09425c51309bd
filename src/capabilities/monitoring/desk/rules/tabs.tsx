/** The places of the rule desk. */
import type { ReactElement } from 'react'
import { PlaceTabs } from '../../../../desk/ui/place-tabs.tsx'
import { words } from '../../../../kernel/words.ts'

const places = [
  { to: '/monitoring-rules', label: words('规则', 'Rules') },
  { to: '/monitoring-limits', label: words('限值与依据', 'Limits') },
] as const
const label = words('监测规则', 'Rules')

export const RuleTabs = (): ReactElement => <PlaceTabs label={label} places={places} />
