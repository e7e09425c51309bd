import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seeded } from '../sample/street.ts'
import { Names } from './names.ts'

describe('numbers of names', () => {
  it('are those that a Map would give, whatever comes, goes and comes again', () => {
    const act = fc.record({ name: fc.stringMatching(/^[ab]{0,4}$/), come: fc.boolean() })
    fc.assert(
      fc.property(fc.array(act, { maxLength: 200 }), (acts) => {
        const names = new Names(1)
        const truth = new Map<string, number>()
        let next = 0
        for (const { name, come } of acts) {
          if (come) {
            expect(names.numberOf(name, next)).toBe(truth.get(name) ?? next)
            if (!truth.has(name)) truth.set(name, next)
            next += 1
          } else {
            names.remove(name)
            truth.delete(name)
          }
          expect(names.size).toBe(truth.size)
          expect(names.find(name)).toBe(truth.get(name))
        }
        for (const [name, number] of truth) expect(names.find(name)).toBe(number)
      }),
      { seed: 4, numRuns: 300 },
    )
  })
  it('hold for so many that some find no place near their own, and after half of them have gone', () => {
    const names = new Names(16)
    const random = seeded(5)
    const all = [...new Set(Array.from({ length: 60_000 }, () => `survey/${Math.floor(random() * 1e9)}`))]
    for (const [number, name] of all.entries()) expect(names.numberOf(name, number)).toBe(number)
    for (let k = 0; k < all.length; k += 2) names.remove(all[k] ?? '')
    for (const [number, name] of all.entries()) expect(names.find(name)).toBe(number % 2 === 0 ? undefined : number)
    for (let k = 0; k < all.length; k += 2) names.numberOf(all[k] ?? '', k)
    expect(all.every((name, number) => names.find(name) === number)).toBe(true)
    expect(names.find('survey/none')).toBeUndefined()
  })
})
