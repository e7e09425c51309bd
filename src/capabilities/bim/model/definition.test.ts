import { describe, expect, it } from 'vitest'
import { definitionSchema } from './definition.ts'

const pipes = { kind: 'pipes', models: ['00000000-0000-7000-8000-000000000001'] }

describe('definition of a check', () => {
  it.each([-5, 0.6, Number.NaN])('says in Chinese which tolerances it takes: %s', (toleranceM) => {
    const parsed = definitionSchema.safeParse({ ...pipes, toleranceM })
    const faults = parsed.error?.issues.filter(({ path }) => path.at(-1) === 'toleranceM') ?? []
    expect(faults.map(({ message }) => message)).toEqual(['米数请填写 0 到 0.5 之间的数'])
  })
})
