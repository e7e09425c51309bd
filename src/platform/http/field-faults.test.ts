import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { localDateSchema } from '../../kernel/time.ts'
import { errorMap, fieldFaults } from './field-faults.ts'

const faultsOf = (shape: z.ZodType, value: unknown, language: 'zh' | 'en' = 'zh', prefix = '') => {
  const parsed = shape.safeParse(value, { error: errorMap(language) })
  return parsed.success ? [] : fieldFaults(parsed.error, prefix)
}
const sentence = (shape: z.ZodType, value: unknown) => faultsOf(shape, value)[0]?.message

describe('a fault of the input', () => {
  it.each([
    ['a missing text', z.string(), undefined, '请填写此项。'],
    ['an empty text', z.string().min(1), '', '请填写此项。'],
    ['a short text', z.string().min(4), '字', '至少填写 4 个字。'],
    ['a long text', z.string().max(2), '长文字', '最多 2 个字,请精简。'],
    ['a text for a number', z.number(), 'x', '格式不对,应填写数字。'],
    ['a fraction', z.number().int(), 1.5, '格式不对,应填写整数。'],
    ['too small a number', z.number().min(3), 2, '不能小于 3。'],
    ['zero where more is needed', z.number().positive(), 0, '必须大于 0。'],
    ['too big a number', z.number().max(3), 4, '不能大于 3。'],
    ['an empty list', z.array(z.string()).min(1), [], '请至少选择或填写一项。'],
    ['no choice', z.enum(['a', 'b']), undefined, '请选择此项。'],
    ['a wrong choice', z.enum(['a', 'b']), 'c', '请从以下选项中选择:a、b。'],
    ['a wrong mail address', z.email(), 'x@', '请填写有效的电子邮箱,例如 name@example.cn。'],
    ['a field too much', z.strictObject({}), { x: 1 }, '没有这些字段,请删除:x。'],
    ['a sentence of the schema itself, which wins', localDateSchema, '2026-02-30', '请填写真实日期,格式为 YYYY-MM-DD'],
  ])('%s gets its own Chinese sentence', (_title, shape, value, expected) => {
    expect(sentence(shape, value)).toBe(expected)
  })
  it('has an English sentence too', () => {
    expect(faultsOf(z.object({ a: z.string() }), {}, 'en')).toEqual([{ path: 'a', message: 'Fill this in.' }])
  })
  it('of a union is that of the branch that came nearest', () => {
    const shape = z.object({ at: z.union([z.string(), z.object({ lat: z.number(), lon: z.number() })]) })
    expect(faultsOf(shape, { at: { lat: 1, lon: 'x' } })).toEqual([
      { path: 'at.lon', message: '格式不对,应填写数字。' },
    ])
  })
  it('stands under a prefix where one is given', () => {
    expect(faultsOf(z.object({ a: z.array(z.string()) }), { a: [1] }, 'zh', 'answers')[0]?.path).toBe('answers.a.0')
  })
})
