import { describe, expect, it } from 'vitest'
import { type Actor, anonymous, type Role, roles, system } from '../../kernel/actor.ts'
import type { Decision } from '../../kernel/decision.ts'
import type { OrganisationId, PersonId } from '../../kernel/identity.ts'
import { holdReasons, type ProjectState } from './contract.ts'
import {
  mayChangeParties,
  mayChangeStage,
  mayHold,
  mayPublish,
  mayRegister,
  maySeeProject,
  mayUpdate,
} from './policy.ts'

const own = 'own' as OrganisationId
const other = 'other' as OrganisationId
const actor = (role: Role, organisationId?: OrganisationId): Actor => ({
  kind: 'person',
  personId: 'me' as PersonId,
  name: 'me',
  roles: [{ role, organisationId }],
})
const codeOf = (decision: Decision): string => (decision.allowed ? 'allowed' : decision.because.refusal.code)
const project = (state: ProjectState = 'active', stage: 'land' | 'permit' = 'land') => ({
  ownerOrganisationId: own,
  stage,
  state,
})

describe('the permission matrix', () => {
  const matrix: Record<string, { rule: (who: Actor) => Decision; allowed: readonly Role[] }> = {
    'see a project of another organisation': {
      rule: (who) => maySeeProject(who, [other]),
      allowed: ['clerk', 'reviewer', 'lead', 'approver', 'supervisor', 'navigator', 'inspector', 'administrator'],
    },
    'register for the own organisation': {
      rule: (who) => mayRegister(who, own),
      allowed: ['applicant', 'clerk', 'lead'],
    },
    'register for another organisation': { rule: (who) => mayRegister(who, other), allowed: ['clerk', 'lead'] },
    'change a project of the own organisation': {
      rule: (who) => mayUpdate(who, project(), ['description']),
      allowed: ['applicant', 'clerk', 'lead'],
    },
    'change its parties': { rule: (who) => mayChangeParties(who, project()), allowed: ['applicant', 'clerk', 'lead'] },
    'change the stage': { rule: mayChangeStage, allowed: ['lead', 'approver'] },
    'hold for money': { rule: (who) => mayHold(who, 'funding'), allowed: ['lead', 'approver'] },
    'order a stop': { rule: (who) => mayHold(who, 'safety-stop'), allowed: ['lead', 'approver', 'inspector'] },
    publish: { rule: mayPublish, allowed: ['clerk', 'lead', 'approver'] },
  }
  for (const [what, { rule, allowed }] of Object.entries(matrix)) {
    it.each(roles)(`${what}: %s`, (role) => {
      expect(rule(actor(role, own)).allowed).toBe(allowed.includes(role))
    })
    it(`${what}: nobody who has not signed in`, () => expect(codeOf(rule(anonymous))).toBe('projects.sign-in-first'))
    it(`${what}: the system`, () => expect(rule(system('test')).allowed).toBe(true))
  }
})

describe('seeing a project', () => {
  it('is for its owner, its parties and their site managers', () => {
    expect(codeOf(maySeeProject(actor('applicant', own), [other, own]))).toBe('allowed')
    expect(codeOf(maySeeProject(actor('site-manager', own), [own]))).toBe('allowed')
  })
  it('is refused to strangers as if there were no such project', () => {
    expect(codeOf(maySeeProject(actor('applicant', own), [other]))).toBe('projects.missing')
    expect(codeOf(maySeeProject(actor('citizen'), [other]))).toBe('projects.missing')
  })
})

describe('changing a project', () => {
  it('in its core is for the authorities once the first stage is over', () => {
    const applicant = actor('applicant', own)
    expect(codeOf(mayUpdate(applicant, project('active', 'land'), ['name']))).toBe('allowed')
    expect(codeOf(mayUpdate(applicant, project('active', 'permit'), ['name']))).toBe('projects.officers-change')
    expect(codeOf(mayUpdate(applicant, project('active', 'permit'), ['address']))).toBe('allowed')
    expect(codeOf(mayUpdate(actor('clerk'), project('active', 'permit'), ['name']))).toBe('allowed')
  })
  it('is over when the project is', () => {
    for (const state of ['closed', 'withdrawn'] as const)
      expect(codeOf(mayUpdate(actor('lead'), project(state), ['address']))).toBe('projects.over')
  })
  it('is not for applicants of a mere party', () =>
    expect(codeOf(mayUpdate(actor('applicant', other), project(), ['address']))).toBe('projects.not-your-project'))
})

describe('an inspector', () => {
  it('holds for safety and weather alone', () => {
    const may = holdReasons.filter((reason) => mayHold(actor('inspector'), reason).allowed)
    expect(may).toEqual(['safety-stop', 'weather'])
    expect(codeOf(mayHold(actor('inspector'), 'legal'))).toBe('projects.inspectors-hold')
  })
})
