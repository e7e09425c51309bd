/** The official calendar is about to end: told to every officer on every page, until the next notice is in force. */
import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { useSay } from '../../../../desk/language.tsx'
import { useRead } from '../../../../desk/queries.ts'
import { readCalendarAlarm } from '../../contract/clocks.ts'

export const CalendarBanner = (): ReactElement | null => {
  const say = useSay()
  const { data } = useRead(readCalendarAlarm, {})
  const alarm = data?.alarm ?? null
  if (alarm === null) return null
  return (
    <p className="notice warn" role="status">
      {say(alarm.sentence)} <Link to="/calendars">{say('工作日历', 'Calendars')}</Link>
    </p>
  )
}
