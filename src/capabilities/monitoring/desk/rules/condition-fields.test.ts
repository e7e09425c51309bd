import { describe, expect, it } from 'vitest'
import { conditionSchema, type RuleKind } from '../../model/rules/definition.ts'
import { conditionFields, startOf } from './condition-fields.ts'

const kinds = Object.keys(conditionFields) as RuleKind[]
describe('the form of a rule', () => {
  it('asks for every figure of a condition, of every kind', () => {
    for (const option of conditionSchema.options) {
      const kind = option.shape.kind.value
      const asked = conditionFields[kind].map((field) => field.key)
      expect(
        Object.keys(option.shape)
          .filter((key) => key !== 'kind')
          .toSorted(),
      ).toEqual(asked.toSorted())
    }
  })
  it('begins with a condition that the server takes, but for a choice that only people can make', () => {
    for (const kind of kinds.filter((each) => each !== 'device-alarm'))
      expect([kind, conditionSchema.safeParse(startOf(kind)).success]).toEqual([kind, true])
    expect(conditionSchema.safeParse({ ...startOf('device-alarm'), codeSet: 'crane-danger' }).success).toBe(true)
  })
})
