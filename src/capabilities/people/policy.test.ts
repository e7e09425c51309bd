import { describe, expect, it } from 'vitest'
import { type Actor, anonymous, type HeldRole, type Role, roles, system } from '../../kernel/actor.ts'
import type { Decision } from '../../kernel/decision.ts'
import type { OrganisationId, PersonId } from '../../kernel/identity.ts'
import { addMs, DAY_MS, instant } from '../../kernel/time.ts'
import {
  longestDelegationDays,
  mayConfirm,
  mayCreateOrganisation,
  mayDeactivate,
  mayDelegate,
  mayEndDelegation,
  mayGrant,
  mayManagePeople,
  mayRevoke,
  mayUpdateOrganisation,
  needsConfirmation,
} from './policy.ts'

const now = instant('2026-03-02T01:30:00Z')
const id = (text: string) => text as PersonId
const organisation = 'org' as OrganisationId
const person = (name: string, ...held: HeldRole[]): Actor => ({ kind: 'person', personId: id(name), name, roles: held })
const withRole = (role: Role): Actor => person('me', { role, department: 'housing' })
const admin = person('admin', { role: 'administrator' })
const codeOf = (decision: Decision): string => (decision.allowed ? 'allowed' : decision.because.refusal.code)
const wish = (more: object = {}) => ({
  personId: id('you'),
  role: 'reviewer' as Role,
  department: 'housing' as string | null,
  organisationId: null as OrganisationId | null,
  from: now,
  to: null,
  ...more,
})

describe('the permission matrix', () => {
  const matrix: Record<string, { rule: (actor: Actor) => Decision; allowed: readonly Role[] }> = {
    'manage people': { rule: mayManagePeople, allowed: ['administrator'] },
    'grant a role': { rule: (actor) => mayGrant(actor, wish(), now, 2), allowed: ['administrator'] },
    'revoke a role': {
      rule: (actor) => mayRevoke(actor, { personId: id('you'), role: 'clerk', state: 'in-force', grantedBy: '' }, 1),
      allowed: ['administrator'],
    },
    'create an organisation': {
      rule: mayCreateOrganisation,
      allowed: ['applicant', 'clerk', 'lead', 'administrator'],
    },
    'change an organisation': { rule: mayUpdateOrganisation, allowed: ['clerk', 'administrator'] },
  }
  for (const [what, { rule, allowed }] of Object.entries(matrix)) {
    it.each(roles)(`${what}: %s`, (role) => {
      expect(rule(withRole(role)).allowed).toBe(allowed.includes(role))
    })
    it(`${what}: nobody who has not signed in`, () => {
      expect(codeOf(rule(anonymous))).toBe('people.sign-in-first')
    })
  }
})

describe('granting', () => {
  it('to oneself is refused, whatever the role', () => {
    for (const role of roles)
      expect(codeOf(mayGrant(admin, wish({ personId: id('admin'), role }), now, 5))).toBe('people.not-to-oneself')
  })
  it('of the roles that the policy names, and of an administrator always, needs a second administrator', () => {
    expect(needsConfirmation(admin, 'administrator', [], 2)).toBe(true)
    expect(needsConfirmation(admin, 'approver', ['approver'], 2)).toBe(true)
    expect(needsConfirmation(admin, 'reviewer', ['approver'], 2)).toBe(false)
    expect(needsConfirmation(system('setup'), 'administrator', ['administrator'], 2)).toBe(false)
  })
  it('of the second administrator ever is done by the first alone, of any later one never', () => {
    expect(needsConfirmation(admin, 'administrator', ['administrator'], 1)).toBe(false)
    for (const ever of [2, 3, 9]) expect(needsConfirmation(admin, 'administrator', ['administrator'], ever)).toBe(true)
    expect(needsConfirmation(admin, 'approver', ['approver'], 1)).toBe(true)
  })
  it('of an administrator by the system stops once two are in force', () => {
    const first = wish({ role: 'administrator', department: null })
    expect(codeOf(mayGrant(system('setup'), first, now, 1))).toBe('allowed')
    expect(codeOf(mayGrant(system('setup'), first, now, 2))).toBe('people.four-eyes')
  })
  it("needs a department for an officer and an organisation for an applicant, and neither for the others' roles", () => {
    expect(codeOf(mayGrant(admin, wish({ department: null }), now, 1))).toBe('people.department-needed')
    expect(codeOf(mayGrant(admin, wish({ role: 'applicant', department: null }), now, 1))).toBe(
      'people.organisation-needed',
    )
    expect(codeOf(mayGrant(admin, wish({ role: 'citizen' }), now, 1))).toBe('people.place-not-wanted')
    expect(codeOf(mayGrant(admin, wish({ organisationId: organisation }), now, 1))).toBe('people.place-not-wanted')
    const applicant = wish({ role: 'applicant', department: null, organisationId: organisation })
    expect(codeOf(mayGrant(admin, applicant, now, 1))).toBe('allowed')
  })
  it('for an empty or past period is refused', () => {
    expect(codeOf(mayGrant(admin, wish({ to: now }), now, 1))).toBe('people.period-empty')
    expect(codeOf(mayGrant(admin, wish({ from: addMs(now, -9), to: addMs(now, -1) }), now, 1))).toBe(
      'people.period-empty',
    )
  })
})

describe('four eyes', () => {
  const request = {
    personId: id('you'),
    role: 'administrator' as Role,
    state: 'requested' as const,
    grantedBy: 'person:admin',
  }
  const second = person('second', { role: 'administrator' })
  it('lets a second administrator confirm', () => expect(codeOf(mayConfirm(second, request))).toBe('allowed'))
  it('refuses who made the request', () => expect(codeOf(mayConfirm(admin, request))).toBe('people.four-eyes'))
  it('refuses who would receive the role', () =>
    expect(codeOf(mayConfirm(person('you', { role: 'administrator' }), request))).toBe('people.not-to-oneself'))
  it('refuses the system', () => expect(codeOf(mayConfirm(system('x'), request))).toBe('people.four-eyes'))
  it('refuses a grant that no longer waits', () =>
    expect(codeOf(mayConfirm(second, { ...request, state: 'revoked' }))).toBe('people.not-awaiting-confirmation'))
})

describe('the last administrator', () => {
  const grant = { personId: id('admin'), role: 'administrator' as Role, state: 'in-force' as const, grantedBy: '' }
  it('cannot lose the role', () => {
    expect(codeOf(mayRevoke(admin, grant, 0))).toBe('people.last-administrator')
    expect(codeOf(mayRevoke(admin, grant, 1))).toBe('allowed')
  })
  it('cannot be made inactive', () => {
    expect(codeOf(mayDeactivate(admin, true, 0))).toBe('people.last-administrator')
    expect(codeOf(mayDeactivate(admin, false, 0))).toBe('allowed')
  })
  it('does not keep a mere request from being turned down', () =>
    expect(codeOf(mayRevoke(admin, { ...grant, state: 'requested' }, 0))).toBe('allowed'))
})

describe('delegating', () => {
  const me = person('me', { role: 'reviewer', department: 'housing' })
  const plan = (more: object = {}) => ({
    role: 'reviewer' as Role,
    department: 'housing' as string | null,
    organisationId: null,
    toPersonId: id('you'),
    from: now,
    to: addMs(now, DAY_MS),
    colleague: true,
    ...more,
  })
  it('an own role to a colleague is allowed', () => expect(codeOf(mayDelegate(me, plan(), now))).toBe('allowed'))
  it.each([
    ['to oneself', { toPersonId: id('me') }, 'people.delegate-to-oneself'],
    ['a role not held', { role: 'approver' }, 'people.role-not-held'],
    ['a role of another department', { department: 'water' }, 'people.role-not-held'],
    ['to a stranger', { colleague: false }, 'people.not-a-colleague'],
    ['for a time that is over', { from: addMs(now, -9), to: now }, 'people.period-empty'],
    ['for longer than allowed', { to: addMs(now, longestDelegationDays * DAY_MS + 1) }, 'people.period-too-long'],
  ])('%s is refused', (_what, more, code) => expect(codeOf(mayDelegate(me, plan(more), now))).toBe(code))
  it("an administrator's role is refused", () =>
    expect(codeOf(mayDelegate(admin, plan({ role: 'administrator', department: null }), now))).toBe(
      'people.role-not-delegable',
    ))
  it('a delegated role cannot be passed on', () => {
    const receiver = person('me', { role: 'reviewer', department: 'housing', onBehalfOf: id('boss') })
    expect(codeOf(mayDelegate(receiver, plan(), now))).toBe('people.role-not-held')
  })
  it('is ended by giver, receiver or administrator and nobody else', () => {
    const delegation = { fromPersonId: id('me'), toPersonId: id('you') }
    expect([me, person('you'), admin].map((each) => codeOf(mayEndDelegation(each, delegation)))).toEqual([
      'allowed',
      'allowed',
      'allowed',
    ])
    expect(codeOf(mayEndDelegation(person('other'), delegation))).toBe('people.not-your-delegation')
    expect(codeOf(mayEndDelegation(anonymous, delegation))).toBe('people.sign-in-first')
  })
})
