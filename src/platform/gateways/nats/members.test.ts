import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createMembers, divide, shardOf } from './members.ts'

const names = fc.uniqueArray(fc.uuid(), { minLength: 1, maxLength: 8 })

describe('shards of keys', () => {
  it('are the same everywhere and spread evenly', () => {
    expect(shardOf('0199a2c4-0000-7000-8000-000000000001', 16)).toBe(
      shardOf('0199a2c4-0000-7000-8000-000000000001', 16),
    )
    const counts = Array.from({ length: 16 }, () => 0)
    // Identities that were made one after another differ in few places.
    for (let index = 0; index < 16_000; index += 1) {
      const shard = shardOf(`0199a2c4-0000-7000-8000-${index.toString(16).padStart(12, '0')}`, 16)
      counts[shard] = (counts[shard] ?? 0) + 1
    }
    for (const count of counts) expect(count).toSatisfy((each: number) => each > 850 && each < 1_150)
  })
})

describe('the division of shards', () => {
  it('gives every shard to one process, to none more than its share, and does not depend on the order of names', () => {
    fc.assert(
      fc.property(names, fc.integer({ min: 1, max: 32 }), (nodes, shards) => {
        const division = divide(nodes.toSorted(), shards)
        expect(division).toHaveLength(shards)
        for (const node of nodes)
          expect(division.filter((each) => each === node).length).toBeLessThanOrEqual(Math.ceil(shards / nodes.length))
        for (const owner of division) expect(nodes).toContain(owner)
      }),
      { seed: 7, numRuns: 200 },
    )
  })
  it('changes when a process leaves, falls silent or comes', () => {
    const members = createMembers(16, 3_000)
    members.heard('a', false, 0)
    expect(members.owns('a', 3, 0)).toBe(true)
    members.heard('b', false, 1_000)
    const owned = (node: string, now: number) =>
      Array.from({ length: 16 }, (_, shard) => members.owns(node, shard, now)).filter(Boolean).length
    expect([owned('a', 1_000), owned('b', 1_000)]).toEqual([8, 8])
    members.heard('a', false, 3_500)
    // b was heard last at 1,000: three seconds later nobody counts on it.
    expect([owned('a', 4_100), owned('b', 4_100)]).toEqual([16, 0])
    members.heard('b', false, 4_200)
    members.heard('a', true, 4_300)
    expect([owned('a', 4_300), owned('b', 4_300)]).toEqual([0, 16])
    expect(members.present(4_300)).toEqual(['b'])
  })
})
