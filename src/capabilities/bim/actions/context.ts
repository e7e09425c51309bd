/** What every action of bim works with, and what it reads of a project. */

import type { PipeClasses } from '../../../engines/pipes/classes.ts'
import type { SurveyColumns } from '../../../engines/pipes/import/columns.ts'
import type { PipeRules } from '../../../engines/pipes/rules/schema.ts'
import type { Actor } from '../../../kernel/actor.ts'
import type { OrganisationId, PersonId, ProjectId } from '../../../kernel/identity.ts'
import { type LocalDate, localDateOf } from '../../../kernel/time.ts'
import type { Database, Platform, Unit } from '../../../platform/platform.ts'
import type { PeopleReader } from '../../people/contract.ts'
import type { Project, ProjectReader } from '../../projects/contract.ts'
import type { SourceFile } from '../contract.ts'
import * as refuse from '../model/refusals.ts'
import type { Settings } from '../model/settings.ts'
import type { ProjectFacts } from '../policy.ts'
import { lockProject, projectOf } from '../store/models.ts'

export interface Context {
  readonly platform: Platform
  readonly people: PeopleReader
  readonly projects: ProjectReader
  readonly settings: Settings
  readonly classes: PipeClasses
  readonly columns: SurveyColumns
  readonly rules: PipeRules
  /** Items of the one window that ask for the gate in a project: names for people. */
  readonly askedBy: (
    db: Database,
    projectId: ProjectId,
  ) => Promise<readonly { readonly zh: string; readonly en: string }[]>
}
export interface Site {
  readonly project: Project
  readonly facts: ProjectFacts
}

const load = async (context: Context, db: Database, project: Project, today: LocalDate): Promise<Site> => {
  const parties = await context.projects.parties(db, project.id, today)
  const organisations = new Set<OrganisationId>([
    project.ownerOrganisationId,
    ...parties.map((party) => party.organisationId as OrganisationId),
  ])
  return {
    project,
    facts: {
      organisations: [...organisations],
      open: project.state === 'registered' || project.state === 'active',
      departments: context.settings.departments,
    },
  }
}
/** Reads a project that the actor may see. The system may see all. */
export const readSite = async (
  context: Context,
  db: Database,
  actor: Actor,
  id: ProjectId,
  today: LocalDate,
): Promise<Site> => {
  const project = await context.projects.project(db, id)
  if (project === null || (actor.kind !== 'system' && !(await context.projects.maySee(db, actor, id, today))))
    throw refuse.projectMissing()
  return load(context, db, project, today)
}
/** Locks a project for a command. */
export const lockSite = async (context: Context, unit: Unit, id: ProjectId): Promise<Site> => {
  const site = await readSite(context, unit.db, unit.actor, id, unit.today)
  await lockProject(unit.db, id)
  return site
}
type Owned = Parameters<typeof projectOf>[1]
const ownerOf = async (db: Database, what: Owned, id: string): Promise<ProjectId> => {
  const projectId = await projectOf(db, what, id)
  if (projectId === null) throw refuse.thingMissing()
  return projectId
}
/** A thing of a project that somebody may not see is missing for them. */
const unseen = async <T>(work: () => Promise<T>): Promise<T> => {
  try {
    return await work()
  } catch (error) {
    if (
      error instanceof Error &&
      'refusal' in error &&
      (error.refusal as { code?: string }).code === 'bim.project-missing'
    )
      throw refuse.thingMissing()
    throw error
  }
}
export const lockSiteOf = (context: Context, unit: Unit, what: Owned, id: string): Promise<Site> =>
  unseen(async () => lockSite(context, unit, await ownerOf(unit.db, what, id)))
export const readSiteOf = (context: Context, db: Database, actor: Actor, what: Owned, id: string): Promise<Site> =>
  unseen(async () => readSite(context, db, actor, await ownerOf(db, what, id), todayOf(context)))

export const found = <T>(value: T | null | undefined): T => {
  if (value === undefined || value === null) throw refuse.thingMissing()
  return value
}
export const requirePerson = (actor: Actor): PersonId => {
  if (actor.kind !== 'person') throw refuse.notOwnSide()
  return actor.personId
}
export const todayOf = (context: Context): LocalDate => localDateOf(context.platform.clock())

/** Names of persons; '系统' for what no person did. */
export const personNames = async (
  context: Context,
  db: Database,
  ids: readonly (PersonId | null)[],
): Promise<(id: PersonId | null) => string> => {
  const names = await context.people.personNames(db, [...new Set(ids.filter((id) => id !== null))])
  return (id) => (id === null ? '系统' : (names.get(id) ?? '已注销人员'))
}
/** Files that this person has uploaded, without viruses. */
export const filesOf = async (
  context: Context,
  db: Database,
  actor: Actor,
  uploadIds: readonly string[],
): Promise<SourceFile[]> => {
  const person = requirePerson(actor)
  const files: SourceFile[] = []
  for (const uploadId of new Set(uploadIds)) {
    const upload = await context.platform.files.upload(db, uploadId)
    if (upload === null || upload.uploadedBy !== person) throw refuse.uploadMissing()
    if (upload.scan === 'infected') throw refuse.uploadInfected({ file: upload.fileName })
    const { sha256, fileName, mediaType, sizeBytes } = upload
    files.push({ sha256, fileName, mediaType, sizeBytes })
  }
  return files
}
export const aboutProject = ({ project }: Site) => ({ projectId: project.id, projectName: project.name })
