/** The reader and writer of this capability, for others. */
import type { ProjectId } from '../../kernel/identity.ts'
import type { Clock } from '../../kernel/time.ts'
import { localDateOf } from '../../kernel/time.ts'
import type { Database } from '../../platform/platform.ts'
import { type ProjectContext, projectById, withNames, withOwners } from './actions/context.ts'
import { addParty, registerProject } from './actions/register.ts'
import { advanceStage, hold, publish, resume, returnToStage, setState } from './actions/stages.ts'
import type { Party, Project, ProjectReader, ProjectWriter, PublicProject } from './contract.ts'
import { maySeeProject } from './policy.ts'
import { partiesOf, partyOrganisations } from './store/parties.ts'
import { findProjects, projectsAt, projectsByCode, projectsByIds } from './store/projects.ts'

/** Builds the public face of a project from what is allowed to be in it. */
const publicFace = (project: Project, parties: readonly Party[]): PublicProject => ({
  id: project.id,
  caseNumber: project.caseNumber,
  projectCode: project.projectCode,
  name: project.name,
  ownerName: project.ownerName,
  projectType: project.projectType,
  purpose: project.purpose,
  stage: project.stage,
  state: project.state,
  holdReason: project.holdReason,
  address: project.address,
  streetCode: project.streetCode,
  description: project.description,
  floorAreaM2: project.floorAreaM2,
  siteAreaM2: project.siteAreaM2,
  buildingHeightM: project.buildingHeightM,
  point: project.point,
  boundary: project.boundary,
  parties: parties.map((party) => ({ role: party.role, organisationName: party.organisationName })),
})

export const makeProjectReader = (context: ProjectContext, clock: Clock): ProjectReader => {
  const publicFaces = async (db: Database, projects: readonly Project[]): Promise<readonly PublicProject[]> => {
    const shown = projects.filter((project) => project.published)
    const ids = shown.map((project) => project.id)
    const parties = await withNames(context, db, await partiesOf(db, ids, localDateOf(clock())))
    return shown.map((project) =>
      publicFace(
        project,
        parties.filter((party) => party.projectId === project.id),
      ),
    )
  }
  return {
    project: (db, id) => projectById(context, db, id),
    projects: async (db, ids) =>
      new Map((await withOwners(context, db, await projectsByIds(db, ids))).map((each) => [each.id, each])),
    projectsByCode: async (db, code) => withOwners(context, db, await projectsByCode(db, code)),
    projectsAt: async (db, place) => withOwners(context, db, await projectsAt(db, place)),
    parties: async (db, id, on) => withNames(context, db, await partiesOf(db, [id], on)),
    projectsOfOrganisation: async (db, organisationId, on) =>
      withOwners(context, db, await findProjects(db, { organisations: { ids: [organisationId], on }, limit: 1000 })),
    publicProject: async (db, id) => {
      const project = await projectById(context, db, id)
      return project === null ? null : ((await publicFaces(db, [project]))[0] ?? null)
    },
    publicProjects: async (db, filter = {}) =>
      publicFaces(
        db,
        await withOwners(
          context,
          db,
          await findProjects(db, {
            publishedOnly: true,
            search: filter.search,
            stage: filter.stage,
            limit: filter.limit ?? 100,
          }),
        ),
      ),
    baseMap: () => context.baseMap,
    maySee: async (db, actor, id: ProjectId, on) => {
      const [project] = await projectsByIds(db, [id])
      if (project === undefined) return false
      const parties = await partyOrganisations(db, id, on)
      return maySeeProject(actor, [project.ownerOrganisationId, ...parties]).allowed
    },
  }
}

export const makeProjectWriter = (context: ProjectContext): ProjectWriter => ({
  register: (unit, project) => registerProject(context, unit, project),
  advanceStage,
  returnToStage,
  setState,
  hold,
  resume,
  publish,
  addParty: (unit, projectId, party) => addParty(context, unit, projectId, party),
})
