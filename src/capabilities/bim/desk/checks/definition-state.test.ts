import { describe, expect, it } from 'vitest'
import { definitionSchema } from '../../model/definition.ts'
import { emptyClash, emptyPipes, selectorOf, selectorText } from './definition-state.ts'

const model = '01985f00-0000-7000-8000-000000000001'
describe('a definition', () => {
  it('begins as one that needs only models to be valid', () => {
    expect(definitionSchema.safeParse(emptyPipes).success).toBe(false)
    expect(definitionSchema.safeParse({ ...emptyPipes, models: [model] }).success).toBe(true)
    expect(definitionSchema.safeParse(emptyClash).success).toBe(false)
    const side = { models: [model], selector: {} }
    expect(definitionSchema.safeParse({ ...emptyClash, a: side, b: side }).success).toBe(true)
  })
  it('drops conditions that name nothing', () => {
    expect(selectorOf({ classes: [], systems: ['给水'] })).toEqual({ systems: ['给水'] })
    expect(selectorText({})).toBe('全部')
    expect(selectorText({ classes: ['IfcWall', 'IfcSlab'], storeys: ['1F'] })).toBe('IfcWall、IfcSlab 且 1F')
  })
})
