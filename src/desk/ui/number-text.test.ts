import { describe, expect, it } from 'vitest'
import { plainNumber } from './number-text.ts'

describe('a number that somebody types', () => {
  it('is read from digits, separators of thousands, and the signs of a Chinese keyboard', () => {
    expect(plainNumber(' 1,250.5 ')).toBe('1250.5')
    expect(plainNumber('123。5')).toBe('123.5')
    expect(plainNumber('-0.5')).toBe('-0.5')
    expect(plainNumber('+7')).toBe('7')
    expect(plainNumber('.5')).toBe('.5')
    expect(plainNumber('12.')).toBe('12.')
    expect(plainNumber('1e+5')).toBe('1e+5')
  })
  it('is empty where nothing is typed', () => {
    expect(plainNumber('  ')).toBe('')
  })
  it('is not guessed from words or from a part of what is typed', () => {
    for (const text of ['一百', '12a', '100万', '5 m²', '1.2.3', '-', '1-2', '0x10', '1e'])
      expect(plainNumber(text), text).toBeNull()
  })
})
