/** What every action of completion works with, and what it reads of a project. */
import type { Actor } from '../../../kernel/actor.ts'
import type { PersonId, ProjectId } from '../../../kernel/identity.ts'
import { type LocalDate, localDateOf } from '../../../kernel/time.ts'
import type { Database, Platform, Unit } from '../../../platform/platform.ts'
import type { ApprovalsReader, ApprovalsWriter } from '../../approvals/contract/reader.ts'
import type { PeopleReader } from '../../people/contract.ts'
import type { Project, ProjectReader } from '../../projects/contract.ts'
import type { Evidence } from '../contract.ts'
import * as refuse from '../model/refusals.ts'
import type { CompletionRules } from '../model/rules.ts'
import type { Department, ProjectFacts } from '../policy.ts'
import { type Book, lockProject, projectOf, readBook } from '../store.ts'

export interface Context {
  readonly platform: Platform
  readonly people: PeopleReader
  readonly projects: ProjectReader
  readonly approvals: ApprovalsReader
  readonly approvalsWriter: ApprovalsWriter
  readonly rules: CompletionRules
}
export interface Site {
  readonly project: Project
  readonly facts: ProjectFacts
  readonly book: Book
  readonly department: (code: string) => Department
  readonly lead: Department
}
const load = async (context: Context, db: Database, project: Project, today: LocalDate): Promise<Site> => {
  const names = new Map((await context.people.departments(db, today)).map((each) => [each.code, each.name]))
  const department = (code: string): Department => ({ code, name: names.get(code) ?? code })
  return {
    project,
    facts: {
      ownerId: project.ownerOrganisationId,
      ownerName: project.ownerName,
      open: project.state === 'registered' || project.state === 'active',
    },
    book: await readBook(db, project.id),
    department,
    lead: department(context.rules.jointLead),
  }
}
/** Reads a project that the actor may see. */
export const readSite = async (
  context: Context,
  db: Database,
  actor: Actor,
  id: ProjectId,
  today: LocalDate,
): Promise<Site> => {
  const project = await context.projects.project(db, id)
  if (project === null || !(await context.projects.maySee(db, actor, id, today))) throw refuse.projectMissing()
  return load(context, db, project, today)
}
/** Locks a project for a command. The system may act on all. */
export const lockSite = async (context: Context, unit: Unit, id: ProjectId): Promise<Site> => {
  await lockProject(unit.db, id)
  if (unit.actor.kind !== 'system') return readSite(context, unit.db, unit.actor, id, unit.today)
  const project = await context.projects.project(unit.db, id)
  if (project === null) throw refuse.projectMissing()
  return load(context, unit.db, project, unit.today)
}
export const lockSiteOf = async (
  context: Context,
  unit: Unit,
  what: Parameters<typeof projectOf>[1],
  id: string,
): Promise<Site> => {
  const projectId = await projectOf(unit.db, what, id)
  if (projectId === null) throw refuse.thingMissing()
  return lockSite(context, unit, projectId)
}
export const found = <T>(value: T | undefined): T => {
  if (value === undefined) throw refuse.thingMissing()
  return value
}
export const requirePerson = (actor: Actor): PersonId => {
  if (actor.kind !== 'person') throw refuse.notOwner()
  return actor.personId
}
/** Files that this person has uploaded. */
export const evidenceOf = async (context: Context, unit: Unit, uploadIds: readonly string[]): Promise<Evidence[]> => {
  const person = requirePerson(unit.actor)
  const files: Evidence[] = []
  for (const uploadId of uploadIds) {
    const upload = await context.platform.files.upload(unit.db, uploadId)
    if (upload === null || (upload.uploadedBy !== null && upload.uploadedBy !== person)) throw refuse.uploadMissing()
    if (upload.scan === 'infected') throw refuse.uploadInfected({ file: upload.fileName })
    const { sha256, fileName, mediaType, sizeBytes } = upload
    files.push({ sha256, fileName, mediaType, sizeBytes })
  }
  return files
}
export const aboutProject = ({ project }: Site) => ({
  projectId: project.id,
  projectName: project.name,
  organisationId: project.ownerOrganisationId,
})
export const aboutDepartment = (site: Site, code: string) => ({
  department: code,
  departmentName: site.department(code).name,
})
export const placeOf = ({ project }: Site) => ({
  subject: { kind: 'completion', id: project.id },
  projectId: project.id,
})
/** For what the public may know of a published project. */
export const openly = ({ project }: Site) => ({
  visibility: project.published ? ('public' as const) : ('parties' as const),
})
export const todayOf = (context: Context): LocalDate => localDateOf(context.platform.clock())
