/** Who nominates, approves and ends responsible persons on site. Pure; the desk shows the same reasons. */
import { type Actor, holds, type Role, roleWords } from '../../../kernel/actor.ts'
import { all, allowed, type Decision, refusedBecause } from '../../../kernel/decision.ts'
import type { OrganisationId, PersonId } from '../../../kernel/identity.ts'
import { defineRefusal, type Refused } from '../../../kernel/refusal.ts'
import { type Words, words } from '../../../kernel/words.ts'
import type { SitePerson } from '../contract/site-persons.ts'
import type { ProjectState } from '../contract.ts'
import type { SitePersonState } from '../model/site-posts.ts'
import { isOpen } from '../model/stages.ts'
import { projectOver } from '../policy.ts'

export const notOwnSide = defineRefusal('forbidden', 'projects.not-own-side', {
  zh: '只有该参建单位或者建设单位的人员可以办理,请联系他们。',
  en: 'Only people of that party or of the owner do this.',
})
export const notApprovingOfficer = defineRefusal('forbidden', 'projects.not-approving-officer', {
  zh: '现场责任人由{department}的{roles}核准,请联系该部门。',
  en: 'Responsible persons are approved by {department} ({rolesEn}).',
})
export const ownOrganisation = defineRefusal('forbidden', 'projects.own-organisation', {
  zh: '您是本项目参建单位的人员,应当回避,请由其他人办理。',
  en: 'You belong to a party of this project; somebody else decides.',
})
export const noSuchParty = defineRefusal('conflict', 'projects.no-party-for-post', {
  zh: '项目还没有相应的参建单位({roles}),请先在“参建单位”中增加。',
  en: 'The project has no such party yet ({roles}); add it first.',
})
export const nominationOver = defineRefusal('conflict', 'projects.nomination-over', {
  zh: '该提名已经{state},请刷新页面后查看。',
  en: 'The nomination is settled already; reload.',
})
export const notInPost = defineRefusal('conflict', 'projects.not-in-post', {
  zh: '该人员不在岗({state}),无需办理离岗。',
  en: 'This person is not in the post.',
})

export const sitePersonStateWords: Readonly<Record<SitePersonState, { readonly zh: string; readonly en: string }>> = {
  nominated: { zh: '待核准', en: 'To approve' },
  approved: { zh: '在岗', en: 'In the post' },
  rejected: { zh: '未予核准', en: 'Not approved' },
  withdrawn: { zh: '已撤回', en: 'Withdrawn' },
  ended: { zh: '已离岗', en: 'Left' },
}
/** What an officer is told of the same certificate in another project: it holds a post there, or waits for one as here. */
export const elsewhereWords = (each: SitePerson['elsewhere'][number]): Words =>
  each.waits
    ? words(
        `同一证书还被提名担任“${each.projectName}”(${each.caseNumber})的${each.postName.zh},也在等待核准。`,
        `The same certificate is nominated as ${each.postName.en} in ${each.projectName} (${each.caseNumber}) too.`,
      )
    : words(
        `同一证书正在“${each.projectName}”(${each.caseNumber})担任${each.postName.zh}。`,
        `The same certificate holds ${each.postName.en} in ${each.projectName} (${each.caseNumber}).`,
      )

const when = (condition: boolean, because: () => Refused): Decision => (condition ? allowed : refusedBecause(because()))
const officerRoles: readonly Role[] = ['inspector', 'reviewer', 'lead', 'approver']

export interface SiteFacts {
  readonly state: ProjectState
  readonly ownerOrganisationId: OrganisationId
  /** Owner and parties of today. */
  readonly parties: readonly OrganisationId[]
  /** The department that approves. */
  readonly department: string
  readonly departmentName: string
}
export interface PersonFacts {
  readonly state: SitePersonState
  readonly organisationId: OrganisationId
  readonly nominatedBy: PersonId | null
}

/** Does somebody act for a party of today, or for the owner, who answers for all of them? */
export const actsFor = (
  actor: Actor,
  organisation: OrganisationId,
  project: Pick<SiteFacts, 'ownerOrganisationId' | 'parties'>,
): boolean =>
  holds(actor, 'applicant', { organisationId: project.ownerOrganisationId }) ||
  (project.parties.includes(organisation) &&
    (['applicant', 'site-manager'] as const).some((role) => holds(actor, role, { organisationId: organisation })))

const byOwnSide = (actor: Actor, project: SiteFacts, organisation: OrganisationId): Decision =>
  when(actsFor(actor, organisation, project), notOwnSide)
const isAlive = (project: SiteFacts): Decision => when(isOpen(project.state), projectOver)
const byOfficer = (actor: Actor, project: SiteFacts): Decision =>
  all(
    when(
      officerRoles.some((role) => holds(actor, role, { department: project.department })),
      () =>
        notApprovingOfficer({
          department: project.departmentName,
          roles: officerRoles.map((role) => roleWords[role].zh).join('、'),
          rolesEn: officerRoles.map((role) => roleWords[role].en.toLowerCase()).join(', '),
        }),
    ),
    when(
      actor.kind !== 'person' ||
        !actor.roles.some(
          ({ organisationId }) => organisationId !== undefined && project.parties.includes(organisationId),
        ),
      ownOrganisation,
    ),
  )
const isNominated = (person: PersonFacts): Decision =>
  when(person.state === 'nominated', () => nominationOver({ state: sitePersonStateWords[person.state].zh }))

export const mayNominate = (actor: Actor, project: SiteFacts, organisation: OrganisationId): Decision =>
  all(byOwnSide(actor, project, organisation), isAlive(project))
/** Who nominated, for whatever organisation, does not approve. */
export const mayDecide = (actor: Actor, project: SiteFacts, person: PersonFacts): Decision =>
  all(
    byOfficer(actor, project),
    isAlive(project),
    isNominated(person),
    when(actor.kind !== 'person' || actor.personId !== person.nominatedBy, ownOrganisation),
  )
export const mayWithdraw = (actor: Actor, project: SiteFacts, person: PersonFacts): Decision =>
  all(byOwnSide(actor, project, person.organisationId), isNominated(person))
export const mayEnd = (actor: Actor, project: SiteFacts, person: PersonFacts): Decision => {
  const side = byOwnSide(actor, project, person.organisationId)
  const officer = byOfficer(actor, project)
  return all(
    side.allowed || officer.allowed ? allowed : officerRoles.some((role) => holds(actor, role)) ? officer : side,
    when(person.state === 'approved', () => notInPost({ state: sitePersonStateWords[person.state].zh })),
  )
}
