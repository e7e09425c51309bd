/** What the use cases of this capability share. */

import type { Actor } from '../../../kernel/actor.ts'
import { require } from '../../../kernel/decision.ts'
import type { Visibility } from '../../../kernel/event.ts'
import type { ProjectId } from '../../../kernel/identity.ts'
import { defineRefusal } from '../../../kernel/refusal.ts'
import type { LocalDate } from '../../../kernel/time.ts'
import type { Database } from '../../../platform/platform.ts'
import type { PeopleReader } from '../../people/contract.ts'
import type { BaseMap, Party, Project, ProjectDetail } from '../contract.ts'
import { checkProjectCode } from '../model/code.ts'
import { placeWarnings } from '../model/place.ts'
import type { ProjectSettings } from '../model/settings.ts'
import type { SitePostRules } from '../model/site-posts.ts'
import { maySeeProject, projectMissing } from '../policy.ts'
import { type PartyRecord, partiesOf } from '../store/parties.ts'
import { lockProject, type ProjectRecord, projectsByCode, projectsByIds } from '../store/projects.ts'

export interface ProjectContext {
  readonly people: PeopleReader
  readonly settings: ProjectSettings
  /** Code of the jurisdiction in which new projects are registered. */
  readonly jurisdictionCode: string
  readonly baseMap: BaseMap
  /** Posts on site and what they ask for. */
  readonly posts: SitePostRules
}

export const changedMeanwhile = defineRefusal('conflict', 'projects.changed-meanwhile', {
  zh: '项目信息已被他人修改,请刷新页面后再改。',
  en: 'Somebody changed the project meanwhile; reload and try again.',
})
export const codeInvalid = defineRefusal('invalid', 'projects.code-invalid', {
  zh: '投资项目统一代码不正确:{reason}',
  en: 'The national project code is wrong; compare it with the notice of the investment platform.',
})
export const boundaryInvalid = defineRefusal('invalid', 'projects.boundary-invalid', {
  zh: '{reason}',
  en: 'The site boundary is open, crosses itself or has no area; draw it again.',
})
export const organisationUnknown = defineRefusal('invalid', 'projects.organisation-unknown', {
  zh: '没有找到所选单位,请先登记单位再选择。',
  en: 'No such organisation; register it first.',
})
export const personUnknown = defineRefusal('invalid', 'projects.person-unknown', {
  zh: '没有找到所选负责人,请重新选择。',
  en: 'No such person; choose again.',
})
export const partyKnown = defineRefusal('conflict', 'projects.party-known', {
  zh: '该单位已经是本项目的“{role}”,无需重复添加。',
  en: 'The organisation has this role in the project already.',
})
export const partyMissing = defineRefusal('missing', 'projects.party-missing', {
  zh: '没有找到该参建单位,请刷新页面后重新选择。',
  en: 'No such party; reload and choose again.',
})
export const partyOver = defineRefusal('conflict', 'projects.party-over', {
  zh: '该参建单位已于{to}退出,无需重复办理。',
  en: 'This party has left already.',
})
export const partyPeriod = defineRefusal('invalid', 'projects.party-period', {
  zh: '退出日期不能早于加入日期{from},请改正日期。',
  en: 'The last day cannot be before the first.',
})
export const lastOwner = defineRefusal('conflict', 'projects.last-owner', {
  zh: '项目必须有建设单位;请先添加新的建设单位,再让原建设单位退出。',
  en: 'A project needs an owner: add the new one first.',
})
export const wrongStep = defineRefusal('conflict', 'projects.wrong-step', {
  zh: '项目不能从“{from}”直接变为“{to}”,请按流程逐步办理。',
  en: 'The project cannot go from there to here directly; take the steps between.',
})
export const onHold = defineRefusal('conflict', 'projects.on-hold', {
  zh: '项目因“{reason}”暂停中,请先恢复项目再推进。',
  en: 'The project is on hold; resume it first.',
})
export const cursorInvalid = defineRefusal('invalid', 'projects.cursor-invalid', {
  zh: '翻页参数不正确,请从第一页重新开始。',
  en: 'The page cursor is wrong; start from the first page.',
})

/** Locks a project, or refuses. */
export const lockedProject = async (db: Database, id: ProjectId): Promise<ProjectRecord> => {
  const project = await lockProject(db, id)
  if (project === null) throw projectMissing()
  return project
}

export const aboutOf = (project: ProjectRecord) => ({
  projectId: project.id,
  caseNumber: project.caseNumber,
  name: project.name,
})
/** Where an entry about a project belongs in the journal. */
export const placeInJournal = (project: ProjectRecord) => ({
  subject: { kind: 'project', id: project.id },
  projectId: project.id,
})
/** Entries about an unpublished project are for its parties. */
export const visibilityOf = (project: ProjectRecord): Visibility => (project.published ? 'public' : 'parties')

/** Puts the owners' names of today to the rows. */
export const withOwners = async (
  context: ProjectContext,
  db: Database,
  rows: readonly ProjectRecord[],
): Promise<readonly Project[]> => {
  const owners = await context.people.organisations(
    db,
    rows.map((row) => row.ownerOrganisationId),
  )
  return rows.map((row) => ({ ...row, ownerName: owners.get(row.ownerOrganisationId)?.name ?? '' }))
}
export const projectById = async (context: ProjectContext, db: Database, id: ProjectId): Promise<Project | null> =>
  (await withOwners(context, db, await projectsByIds(db, [id])))[0] ?? null

export const withNames = async (
  context: ProjectContext,
  db: Database,
  rows: readonly PartyRecord[],
): Promise<readonly (Party & { readonly projectId: ProjectId })[]> => {
  const organisations = await context.people.organisations(
    db,
    rows.map((row) => row.organisationId),
  )
  return rows.map((row) => ({ ...row, organisationName: organisations.get(row.organisationId)?.name ?? '' }))
}

const partyReply = ({ projectId: _projectId, ...party }: Party & { readonly projectId: ProjectId }): Party => party

/** Sentences for people about what looks wrong and is not refused. */
const warningsOf = async (
  context: ProjectContext,
  db: Database,
  project: ProjectRecord,
): Promise<readonly string[]> => {
  const warnings: string[] = []
  if (project.projectCode !== null) {
    warnings.push(...checkProjectCode(project.projectCode, context.settings.projectCode.checkMode).warnings)
    const others = (await projectsByCode(db, project.projectCode)).filter((other) => other.id !== project.id)
    if (others.length > 0) warnings.push(`该项目代码还登记在另外${others.length}个项目上,如非同一项目拆分,请核对。`)
  }
  return [...warnings, ...placeWarnings(project)]
}

/** The whole of a project for whoever may see it. */
export const detailOf = async (
  context: ProjectContext,
  db: Database,
  actor: Actor,
  id: ProjectId,
  on: LocalDate,
): Promise<ProjectDetail> => {
  const project = await projectById(context, db, id)
  if (project === null) throw projectMissing()
  const parties = await withNames(context, db, await partiesOf(db, [id]))
  const today = parties.filter((party) => party.from <= on && (party.to === null || party.to >= on))
  require(maySeeProject(actor, [project.ownerOrganisationId, ...today.map((party) => party.organisationId)]))
  return { ...project, parties: parties.map(partyReply), warnings: [...(await warningsOf(context, db, project))] }
}
