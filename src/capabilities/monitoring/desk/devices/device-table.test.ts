import { describe, expect, it } from 'vitest'
import { skewWords } from './device-table.tsx'

describe('how far a clock is off', () => {
  it('says fast and slow in seconds, and in minutes from two on', () => {
    expect(skewWords(3_200).zh).toBe('快 3 秒')
    expect(skewWords(-90_000).zh).toBe('慢 90 秒')
    expect(skewWords(600_000).zh).toBe('快 10 分钟')
  })
  it('says hours and days where minutes would tell nobody anything', () => {
    expect(skewWords(8 * 3_600_000).zh).toBe('快 8 小时')
    expect(skewWords(-20_000 * 86_400_000).zh).toBe('慢 20000 天')
  })
  it('takes less than half a second as right', () => {
    expect(skewWords(-400).zh).toBe('准')
  })
})
