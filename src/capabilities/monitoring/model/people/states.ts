/** Where a registration stands on a day. */
import type { LocalDate } from '../../../../kernel/time.ts'
import { type Words, words } from '../../../../kernel/words.ts'

export const registrationStates = ['valid', 'planned', 'expired', 'left'] as const
export type RegistrationState = (typeof registrationStates)[number]
export const registrationStateWords: Readonly<Record<RegistrationState, Words>> = {
  valid: words('有效', 'Valid'),
  planned: words('未到进场日', 'Not yet'),
  expired: words('已过有效期', 'Expired'),
  left: words('已退场', 'Left'),
}
export interface RegistrationPeriod {
  readonly validFrom: LocalDate
  readonly validTo: LocalDate | null
  /** Last day on the site. */
  readonly leftOn: LocalDate | null
}
export const registrationStateOn = (period: RegistrationPeriod, day: LocalDate): RegistrationState =>
  period.leftOn !== null && period.leftOn < day
    ? 'left'
    : period.validFrom > day
      ? 'planned'
      : period.validTo !== null && period.validTo < day
        ? 'expired'
        : 'valid'
