import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addMs, instant, msOf } from '../../kernel/time.ts'
import {
  afterFailure,
  FAILURES_UNTIL_LOCK,
  type Failures,
  isCommonPassword,
  lockedUntil,
  loginKey,
  passwordFault,
} from './model.ts'

const now = instant('2026-03-02T01:00:00Z')
const fail = (times: number, from: Failures | null = null): Failures | null => {
  let failures = from
  for (let time = 0; time < times; time += 1) failures = afterFailure(failures, now)
  return failures
}

describe('a password', () => {
  it.each([
    'short',
    'password123!',
    '1234567890',
    'aaaaaaaaaaaa',
    'abcdefghijkl',
    'abababababab',
    'Admin@123456',
    '１２３４５６７８９０',
    'Qwerty!2026',
    'Chongqing2026',
  ])('like %s is refused with a sentence that says what to do', (password) => {
    const fault = passwordFault(password, 'zhangsan')
    expect(fault?.zh).toMatch(/至少|换一个/)
  })
  it.each(['青山遮不住 毕竟东流去', 'correct horse battery', 'Tm9-vaults.plum'])('like %s is accepted', (password) => {
    expect(passwordFault(password, 'zhangsan')).toBeNull()
  })
  it('must not contain the login, in whatever width or case', () => {
    expect(passwordFault('my-ZhangSan-door', 'zhangsan')?.zh).toContain('用户名')
    expect(passwordFault('my-ｚｈａｎｇｓａｎ-door', 'ZHANGSAN')?.zh).toContain('用户名')
  })
  it('of digits alone is always common, however long', () => {
    fc.assert(fc.property(fc.stringMatching(/^\d{10,40}$/), (digits) => isCommonPassword(digits)))
  })
})

describe('a login', () => {
  it('is the same in any case, width and with spaces around', () => {
    expect(loginKey(' ＺhangSan ')).toBe(loginKey('zhangsan'))
  })
})

describe('failures', () => {
  it('do not lock before the fifth in a row', () => {
    expect(lockedUntil(fail(FAILURES_UNTIL_LOCK - 1), now)).toBeNull()
    expect(lockedUntil(fail(FAILURES_UNTIL_LOCK), now)).toBe(addMs(now, 5 * 60_000))
  })
  it('lock ever longer, but never longer than an hour', () => {
    fc.assert(
      fc.property(fc.integer({ min: FAILURES_UNTIL_LOCK, max: 60 }), (times) => {
        const [shorter, longer] = [fail(times), fail(times + 1)].map(
          (one) => msOf(lockedUntil(one, now) ?? now) - msOf(now),
        )
        expect(longer).toBeGreaterThanOrEqual(shorter ?? 0)
        expect(longer).toBeLessThanOrEqual(3_600_000)
      }),
    )
  })
  it('no longer lock when the time is over, and are forgotten after a day', () => {
    const failures = fail(FAILURES_UNTIL_LOCK)
    expect(lockedUntil(failures, addMs(now, 5 * 60_000))).toBeNull()
    expect(afterFailure(failures, addMs(now, 25 * 3_600_000)).failedCount).toBe(1)
  })
})
