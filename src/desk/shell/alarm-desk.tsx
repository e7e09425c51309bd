/** The alarm desk with the orders of another capability put in: neither of the two knows the other's pages. */
import type { ReactElement } from 'react'
import { AlarmsPage } from '../../capabilities/monitoring/desk/pages.tsx'
import { AlarmOrderDialog } from '../../capabilities/supervision/desk/pages.tsx'

export const AlarmDesk = (): ReactElement => <AlarmsPage Order={AlarmOrderDialog} />
