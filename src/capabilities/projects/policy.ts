/** Who may do what in the project register. Pure; the desk shows the same reasons. */
import { type Actor, holds, type Role } from '../../kernel/actor.ts'
import { allowed, type Decision, refusedBecause } from '../../kernel/decision.ts'
import type { OrganisationId } from '../../kernel/identity.ts'
import { defineRefusal } from '../../kernel/refusal.ts'
import type { HoldReason, ProjectStage, ProjectState } from './contract.ts'
import { isOpen } from './model/stages.ts'

export const signInFirst = defineRefusal('unauthenticated', 'projects.sign-in-first', {
  zh: '请先登录再继续。',
  en: 'Sign in first.',
})
/** Also given to strangers: they do not learn whether there is such a project. */
export const projectMissing = defineRefusal('missing', 'projects.missing', {
  zh: '没有找到该项目,或您无权查看;请核对编号,或联系建设单位、窗口人员。',
  en: 'No such project, or not for you to see; check the number or ask the owner or a clerk.',
})
export const notYourOrganisation = defineRefusal('forbidden', 'projects.not-your-organisation', {
  zh: '只能为本单位登记项目,请选择您代表的单位,或到综合窗口办理。',
  en: 'Register projects of your own organisation only, or go to a window.',
})
export const notYourProject = defineRefusal('forbidden', 'projects.not-your-project', {
  zh: '只有建设单位的申请人、窗口人员或牵头部门可以修改,请联系他们。',
  en: 'Only an applicant of the owner, a clerk or the lead department changes this.',
})
export const officersChange = defineRefusal('forbidden', 'projects.officers-change', {
  zh: '项目已过立项用地阶段,名称、代码、类型、投资和用地方式须由窗口人员或牵头部门更改,请联系他们。',
  en: 'After the first stage a clerk or the lead department changes name, code, type, investor and land.',
})
export const leadsOnly = defineRefusal('forbidden', 'projects.leads-only', {
  zh: '此操作由牵头部门经办或审批决定人办理,请联系牵头部门。',
  en: 'The lead department or an approver does this.',
})
export const inspectorsHold = defineRefusal('forbidden', 'projects.inspectors-hold', {
  zh: '监督检查人员只能因责令停工或极端天气暂停和恢复项目;其他原因请联系牵头部门。',
  en: 'Inspectors hold and resume for safety stops and weather only; for other reasons ask the lead department.',
})
export const clerksPublish = defineRefusal('forbidden', 'projects.clerks-publish', {
  zh: '公开项目由窗口人员、牵头部门或审批决定人办理,请联系他们。',
  en: 'A clerk, the lead department or an approver publishes projects.',
})
export const projectOver = defineRefusal('conflict', 'projects.over', {
  zh: '项目已办结或已撤销,不能再修改;如需继续,请由牵头部门先恢复为推进中。',
  en: 'The project is closed or withdrawn; the lead department must reopen it first.',
})

/** Roles of the authorities that see every project. */
export const officerRoles: readonly Role[] = [
  'clerk',
  'reviewer',
  'lead',
  'approver',
  'supervisor',
  'navigator',
  'inspector',
  'administrator',
]
export const isOfficer = (actor: Actor): boolean =>
  actor.kind === 'system' || officerRoles.some((role) => holds(actor, role))
/** Organisations for which a person acts. */
export const organisationsOf = (actor: Actor): readonly OrganisationId[] =>
  actor.kind === 'person'
    ? [
        ...new Set(
          actor.roles
            .filter((held) => held.role === 'applicant' || held.role === 'site-manager')
            .flatMap((held) => held.organisationId ?? []),
        ),
      ]
    : []

const oneOf = (actor: Actor, ...roles: readonly Role[]): boolean =>
  actor.kind === 'system' || roles.some((role) => holds(actor, role))
const refuse = (actor: Actor, because: Decision): Decision =>
  actor.kind === 'anonymous' ? refusedBecause(signInFirst()) : because

/** `parties`: organisations that are owner or party today. */
export const maySeeProject = (actor: Actor, parties: readonly OrganisationId[]): Decision => {
  if (isOfficer(actor) || organisationsOf(actor).some((own) => parties.includes(own))) return allowed
  return refuse(actor, refusedBecause(projectMissing()))
}
export const mayRegister = (actor: Actor, owner: OrganisationId): Decision => {
  if (oneOf(actor, 'clerk', 'lead') || holds(actor, 'applicant', { organisationId: owner })) return allowed
  return refuse(actor, refusedBecause(notYourOrganisation()))
}

export interface ProjectFacts {
  readonly ownerOrganisationId: OrganisationId
  readonly stage: ProjectStage
  readonly state: ProjectState
}
/** Fields that only the authorities change once the first stage is over. */
export const coreFields = ['name', 'projectCode', 'projectType', 'investor', 'land'] as const

/** May somebody change the named fields? */
export const mayUpdate = (actor: Actor, project: ProjectFacts, fields: readonly string[]): Decision => {
  const officer = oneOf(actor, 'clerk', 'lead')
  if (!officer && !holds(actor, 'applicant', { organisationId: project.ownerOrganisationId }))
    return refuse(actor, refusedBecause(notYourProject()))
  if (!isOpen(project.state)) return refusedBecause(projectOver())
  const core = fields.some((field) => coreFields.some((each) => each === field))
  return officer || project.stage === 'land' || !core ? allowed : refusedBecause(officersChange())
}
export const mayChangeParties = (actor: Actor, project: ProjectFacts): Decision => mayUpdate(actor, project, [])
export const mayChangeStage = (actor: Actor): Decision =>
  oneOf(actor, 'lead', 'approver') ? allowed : refuse(actor, refusedBecause(leadsOnly()))
export const mayPublish = (actor: Actor): Decision =>
  oneOf(actor, 'clerk', 'lead', 'approver') ? allowed : refuse(actor, refusedBecause(clerksPublish()))

const inspectorsReasons: readonly HoldReason[] = ['safety-stop', 'weather']
/** Putting on hold for a reason, and resuming from it. */
export const mayHold = (actor: Actor, reason: HoldReason): Decision => {
  if (oneOf(actor, 'lead', 'approver')) return allowed
  if (!holds(actor, 'inspector')) return refuse(actor, refusedBecause(leadsOnly()))
  return inspectorsReasons.includes(reason) ? allowed : refusedBecause(inspectorsHold())
}
