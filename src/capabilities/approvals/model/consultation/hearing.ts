/**
 * The steps of a hearing (行政许可法 47, 48). Every length is in workdays (82) and comes from the data. Pure: only the days on
 * which something happened are stored, every due day is derived under the calendar in force.
 */
import type { LocalDate } from '../../../../kernel/time.ts'
import type { Calendar } from '../../../../kernel/working-days.ts'

export interface HearingDays {
  readonly request: number
  readonly hold: number
  readonly notice: number
}
export interface HearingFacts {
  /** The day on which the right to a hearing was told. */
  readonly informedOn: LocalDate
  /** Held on the authority's own initiative (46): no request is waited for. */
  readonly onRequest: boolean
  readonly requestedOn: LocalDate | null
  readonly noticedOn: LocalDate | null
  readonly hearingOn: LocalDate | null
  readonly heldOn: LocalDate | null
}
export interface HearingStep {
  readonly step: 'request' | 'notice' | 'hold'
  readonly due: LocalDate | null
  readonly doneOn: LocalDate | null
  readonly late: boolean
}

/** The last day on which a hearing may be asked for. */
export const lastRequestDay = (calendar: Calendar, informedOn: LocalDate, days: HearingDays): LocalDate =>
  calendar.addWorkdays(informedOn, days.request)
/** The last day on which it may be held: so many workdays after the request (or the start, on own initiative). */
export const lastHearingDay = (calendar: Calendar, since: LocalDate, days: HearingDays): LocalDate =>
  calendar.addWorkdays(since, days.hold)
/** The first day on which a hearing may be held when notice is given on a day. */
export const firstHearingDay = (calendar: Calendar, noticedOn: LocalDate, days: HearingDays): LocalDate =>
  calendar.addWorkdays(noticedOn, days.notice)

export const hearingSteps = (
  calendar: Calendar,
  facts: HearingFacts,
  days: HearingDays,
  today: LocalDate,
): readonly HearingStep[] => {
  const step = (name: HearingStep['step'], due: LocalDate | null, doneOn: LocalDate | null): HearingStep => ({
    step: name,
    due,
    doneOn,
    late: due !== null && (doneOn === null ? today > due : doneOn > due),
  })
  const since = facts.onRequest ? facts.requestedOn : facts.informedOn
  const holdBy = since === null ? null : lastHearingDay(calendar, since, days)
  // Notice must be given so early that the hearing, on its day or on the last possible one, is still far enough away.
  const hearing = facts.hearingOn ?? holdBy
  return [
    ...(facts.onRequest ? [step('request', lastRequestDay(calendar, facts.informedOn, days), facts.requestedOn)] : []),
    step('notice', hearing === null ? null : calendar.addWorkdays(hearing, -days.notice), facts.noticedOn),
    step('hold', holdBy, facts.heldOn),
  ]
}
