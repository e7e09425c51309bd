import { describe, expect, it } from 'vitest'
import { nestedQuotes } from './quotes.ts'

describe('quotation marks within quotation marks', () => {
  it('are single, and double again one deeper', () => {
    expect(nestedQuotes('“甲项目”的“送达“企业投资项目备案”决定”将到期')).toBe(
      '“甲项目”的“送达‘企业投资项目备案’决定”将到期',
    )
    expect(nestedQuotes('“一“二“三”二”一”')).toBe('“一‘二“三”二’一”')
  })
  it('stay as they are where they are not in pairs, or stand alone', () => {
    for (const text of ['没有引号', '“甲”和“乙”', '“甲“乙”', '甲”乙“', '“甲‘乙’丙”'])
      expect(nestedQuotes(text)).toBe(text)
  })
})
