/** Reports that were received and not believed: why, how far the clock of the device seems to be off, what to do. Pure. */
import { DAY_MS, type Instant, msOf } from '../../../../kernel/time.ts'
import { type Words, words } from '../../../../kernel/words.ts'
import type { QuarantineReason } from './durable.ts'

export const setAsideWords: Readonly<Record<QuarantineReason, Words>> = {
  future: words('设备时间晚于接收时间', 'Dated in the future'),
  'too-old': words('早于保存期限的旧数据', 'Older than what is kept'),
  implausible: words('内容不合理', 'Implausible'),
  unstorable: words('数据库无法保存', 'Not storable'),
}

/** The time of the device minus ours, ms; null where the device told no moment. */
export const skewOf = (at: string, receivedAt: string): number | null => {
  const skew = msOf(at as Instant) - msOf(receivedAt as Instant)
  return Number.isFinite(skew) ? skew : null
}
/**
 * The skew that some reports suggest, ms: their median. What a device sends again says nothing of its clock, and of an
 * implausible content its time says nothing either.
 */
export const suggestedSkew = (
  reason: QuarantineReason,
  reports: readonly { readonly at: string; readonly receivedAt: string; readonly buffered: boolean }[],
): number | null => {
  if (reason !== 'future' && reason !== 'too-old') return null
  const skews = reports
    .flatMap(({ at, receivedAt, buffered }) => {
      const skew = buffered ? null : skewOf(at, receivedAt)
      return skew === null ? [] : [skew]
    })
    .sort((a, b) => a - b)
  return skews[Math.floor((skews.length - 1) / 2)] ?? null
}

/** A clock that lost its power begins at 1970, 2000 or the year of its firmware: then it is years off, ms. */
const RESET_MS = 365 * DAY_MS

/** What somebody should do about reports that were set aside. */
export const setAsideAdvice = (reason: QuarantineReason, skewMs: number | null): Words => {
  switch (reason) {
    case 'future':
      return words(
        '设备时钟偏快。请在设备上校时并核对时区(北京时间),校时后的上报正常入库;已隔离的不再入库。',
        'The clock of the device is fast: set it, and check its time zone (UTC+8). Reports after that are stored.',
      )
    case 'too-old':
      if (skewMs === null)
        return words(
          '设备补传了保存期限以前的数据,不再入库。请核对补传的起始时间;需要留存的,保留设备中的原始记录。',
          'The device sent again what is older than what is kept: check from when it sends; keep its own records.',
        )
      return skewMs < -RESET_MS
        ? words(
            '设备时钟已归零(多为断电后丢失时间)。请校时并检查时钟电池。',
            'The clock of the device was reset: set it and check its battery.',
          )
        : words('设备时钟偏慢。请在设备上校时。', 'The clock of the device is slow: set it.')
    case 'implausible':
      return words(
        '请核对指标模板与单位系数、设备坐标和程序版本;修正后的上报正常入库。',
        'Check metric profile, unit factors, coordinates and firmware of the device.',
      )
    case 'unstorable':
      return words(
        '请把说明一栏的内容交给系统管理员排查;设备不需要重发。',
        'Give the note to the administrator; the device need not send again.',
      )
  }
}
