import { describe, expect, it } from 'vitest'
import type { ClockView } from '../../capabilities/approvals/contract.ts'
import { clockSchema } from '../../capabilities/approvals/contract.ts'
import { colourMarks, colourWords, standing } from './clock-badge.tsx'

const clock: ClockView = clockSchema.parse({
  clockId: '0199f6d0-0000-7000-8000-000000000001',
  kind: 'promise',
  subject: { kind: 'item-run', id: 'x' },
  label: { zh: '承诺时限', en: 'Promise' },
  unit: 'workday',
  budget: 10,
  consumed: 7,
  remaining: 3,
  state: 'running',
  colour: 'normal',
  due: '2026-03-13',
  provisional: false,
  onTime: null,
  certainty: 'A',
  basis: '行政许可法 第四十二条',
  totals: { gross: 7, authority: 7, applicant: 0, thirdParty: 0 },
})
const sentence = (part: Partial<ClockView>): string => standing({ ...clock, ...part }).zh

describe('a clock in words', () => {
  it('says how many days are left, and how many it is over', () => {
    expect(sentence({})).toBe('剩 3 个工作日')
    expect(sentence({ remaining: -2, colour: 'overdue' })).toBe('超 2 个工作日')
  })
  it('keeps the remaining days in sight while it is paused', () => {
    expect(sentence({ state: 'paused', colour: 'paused' })).toContain('剩 3 个工作日')
    expect(sentence({ state: 'paused', colour: 'paused' })).toContain('暂停')
  })
  it('tells a late end from one in time', () => {
    expect(sentence({ state: 'stopped', onTime: true })).toContain('按时')
    expect(sentence({ state: 'stopped', onTime: false })).toContain('超期')
  })
  it('gives every colour its own word and its own sign, so that nothing rests on colour alone', () => {
    const colours = Object.keys(colourWords) as ClockView['colour'][]
    expect(new Set(colours.map((colour) => colourWords[colour].zh)).size).toBe(colours.length)
    expect(new Set(colours.map((colour) => colourMarks[colour])).size).toBe(colours.length)
  })
})
