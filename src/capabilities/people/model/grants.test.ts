import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { PersonId } from '../../../kernel/identity.ts'
import { addMs, type Instant, instant } from '../../../kernel/time.ts'
import { type DelegationRow, type GrantRow, grantStateAt, heldRolesOf } from './grants.ts'

const zero = instant('2026-03-02T00:00:00Z')
const at = (hours: number): Instant => addMs(zero, hours * 3_600_000)
const ada = 'ada' as PersonId
const bo = 'bo' as PersonId
const everyone = new Set([ada, bo])
const grant = (more: Partial<GrantRow> = {}): GrantRow => ({
  personId: ada,
  role: 'reviewer',
  department: 'housing',
  organisationId: null,
  from: at(0),
  to: at(10),
  confirmedAt: at(0),
  revokedAt: null,
  ...more,
})
const delegation = (more: Partial<DelegationRow> = {}): DelegationRow => ({
  fromPersonId: ada,
  toPersonId: bo,
  role: 'reviewer',
  department: 'housing',
  organisationId: null,
  from: at(2),
  to: at(6),
  endedAt: null,
  ...more,
})

describe('a role grant', () => {
  it('is in force from its first instant and not at its end', () => {
    expect(grantStateAt(grant(), at(-1))).toBe('requested')
    expect(grantStateAt(grant({ confirmedAt: at(-2) }), at(-1))).toBe('planned')
    expect(grantStateAt(grant(), at(0))).toBe('in-force')
    expect(grantStateAt(grant(), addMs(at(10), -1))).toBe('in-force')
    expect(grantStateAt(grant(), at(10))).toBe('ended')
  })
  it('without an end stays in force', () => {
    expect(grantStateAt(grant({ to: null }), at(1e6))).toBe('in-force')
  })
  it('is worth nothing until confirmed and nothing once revoked', () => {
    expect(grantStateAt(grant({ confirmedAt: null }), at(1))).toBe('requested')
    expect(grantStateAt(grant({ revokedAt: at(1) }), at(1))).toBe('revoked')
    expect(grantStateAt(grant({ confirmedAt: null, revokedAt: at(1) }), at(2))).toBe('revoked')
  })
  it('never gives a role outside its period', () =>
    fc.assert(
      fc.property(
        fc.integer({ min: -30, max: 30 }),
        fc.integer({ min: -20, max: 20 }),
        fc.nat(20),
        (now, from, length) => {
          const roles = heldRolesOf(
            ada,
            [grant({ confirmedAt: at(-99), from: at(from), to: at(from + length) })],
            [],
            everyone,
            at(now),
          )
          expect(roles.length).toBe(now >= from && now < from + length ? 1 : 0)
        },
      ),
    ))
})

describe('the roles a person holds', () => {
  it('counts two equal grants once', () => {
    expect(heldRolesOf(ada, [grant(), grant()], [], everyone, at(1))).toHaveLength(1)
  })
  it('includes a delegated role with the name of the giver, in its period only', () => {
    const roles = (hours: number) => heldRolesOf(bo, [grant()], [delegation()], everyone, at(hours))
    expect(roles(1)).toEqual([])
    expect(roles(2)).toEqual([{ role: 'reviewer', department: 'housing', organisationId: undefined, onBehalfOf: ada }])
    expect(roles(6)).toEqual([])
  })
  it('leaves the giver the role', () => {
    expect(heldRolesOf(ada, [grant()], [delegation()], everyone, at(3))).toHaveLength(1)
  })
  it('loses a delegated role when the giver loses it, ends it or becomes inactive', () => {
    expect(heldRolesOf(bo, [grant({ revokedAt: at(3) })], [delegation()], everyone, at(3))).toEqual([])
    expect(heldRolesOf(bo, [grant()], [delegation({ endedAt: at(3) })], everyone, at(3))).toEqual([])
    expect(heldRolesOf(bo, [grant()], [delegation()], new Set([bo]), at(3))).toEqual([])
  })
  it('does not pass on a role of another department', () => {
    expect(heldRolesOf(bo, [grant({ department: 'water' })], [delegation()], everyone, at(3))).toEqual([])
  })
})
