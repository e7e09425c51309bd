/** Which milestones a project has reached: what was registered, and what registers and forms prove by themselves. */
import type { ProjectId } from '../../../kernel/identity.ts'
import { type LocalDate, localDateOf } from '../../../kernel/time.ts'
import type { Words } from '../../../kernel/words.ts'
import type { Database } from '../../../platform/platform.ts'
import type { Party, Project } from '../../projects/contract.ts'
import type { MilestoneStanding } from '../model/milestones.ts'
import type { ApplicationRecord } from '../store/applications.ts'
import { milestonesInForce, submittedFact } from '../store/milestones.ts'
import type { Context } from './context.ts'

/** What the registers and the forms prove by themselves. */
const derivedOf = async (
  db: Database,
  project: Project,
  parties: readonly Party[],
): Promise<readonly MilestoneStanding[]> => {
  const found: MilestoneStanding[] = []
  const derived = (milestone: string, reachedOn: LocalDate, basis: Words): void => {
    found.push({ milestone, reachedOn, origin: 'derived', basis })
  }
  const fromForm = async (milestone: string, field: string): Promise<void> => {
    const fact = await submittedFact(db, project.id, field)
    if (fact !== null)
      derived(milestone, localDateOf(fact.at), {
        zh: `申请${fact.caseNumber}的表单已填写`,
        en: `Given in the form of ${fact.caseNumber}`,
      })
  }
  if (project.projectCode !== null)
    derived('project-code', localDateOf(project.registeredAt), {
      zh: `项目登记:${project.projectCode}`,
      en: `Project register: ${project.projectCode}`,
    })
  else await fromForm('project-code', 'projectCode')
  const contractor = parties.find((party) => party.role === 'contractor')
  if (contractor !== undefined)
    derived('contractor-appointed', contractor.from, {
      zh: `参建单位登记:${contractor.organisationName}`,
      en: `Party: ${contractor.organisationName}`,
    })
  else await fromForm('contractor-appointed', 'contractorName')
  return found
}
/** Every milestone that the project has reached; what was registered goes before what is derived. */
export const reachedMilestones = async (
  context: Context,
  db: Database,
  projectId: ProjectId,
): Promise<ReadonlyMap<string, MilestoneStanding>> => {
  const project = await context.projects.project(db, projectId)
  if (project === null) return new Map()
  const standings = new Map<string, MilestoneStanding>()
  for (const one of await derivedOf(db, project, await context.projects.parties(db, projectId)))
    standings.set(one.milestone, one)
  for (const row of await milestonesInForce(db, projectId))
    if (row.reached_on !== null)
      standings.set(row.milestone, {
        milestone: row.milestone,
        reachedOn: row.reached_on,
        origin: row.origin,
        basis: null,
      })
  return standings
}

/** The milestones reached, for the items of an application; nothing is read where none of them waits for one. */
export const milestonesFor = async (
  context: Context,
  db: Database,
  application: Pick<ApplicationRecord, 'item_ids' | 'catalogue_day' | 'project_id'>,
): Promise<ReadonlySet<string>> => {
  const { item_ids, catalogue_day, project_id } = application
  if (!item_ids.some((itemId) => (context.law.item(itemId, catalogue_day)?.milestones.length ?? 0) > 0))
    return new Set()
  return new Set((await reachedMilestones(context, db, project_id)).keys())
}
