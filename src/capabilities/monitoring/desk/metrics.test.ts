import { describe, expect, it } from 'vitest'
import { agoOf } from './metrics.ts'

describe('how long ago something was', () => {
  it.each([
    [-5_000, '刚刚'],
    [0, '刚刚'],
    [29_999, '刚刚'],
    [30_000, '1 分钟前'],
    [300_000, '5 分钟前'],
    [7_200_000, '2 小时前'],
    [259_200_000, '3 天前'],
  ])('%i ms: %s', (ms, text) => {
    expect(agoOf(ms).zh).toBe(text)
  })
})
