/** Endpoints to actions. */
import type { Actor } from '../../kernel/actor.ts'
import { isUuid, type OrganisationId, type ProjectId } from '../../kernel/identity.ts'
import { cursorOf, keysOf } from '../../kernel/page.ts'
import { localDateOf } from '../../kernel/time.ts'
import { type Call, type Platform, type Route, route, type Unit } from '../../platform/platform.ts'
import { cursorInvalid, detailOf, type ProjectContext, withOwners } from './actions/context.ts'
import { addParty, endParty, registerProject, updateProject } from './actions/register.ts'
import { changeStage, changeState, holdByHand, publishByHand, resumeByHand } from './actions/stages.ts'
import * as contract from './contract.ts'
import { checkProjectCode } from './model/code.ts'
import { isOfficer, organisationsOf, signInFirst } from './policy.ts'
import { sitePersonRoutes } from './routes/site-persons.ts'
import { findProjects } from './store/projects.ts'

const lastId = (after: string | undefined): ProjectId | undefined => {
  if (after === undefined) return undefined
  const key = keysOf(after)?.[0]
  if (typeof key !== 'string' || !isUuid(key)) throw cursorInvalid()
  return key as ProjectId
}
/** The organisations whose projects an actor may list, narrowed to one if wanted; undefined = all. */
const organisationsFor = (actor: Actor, wanted: OrganisationId | undefined): readonly OrganisationId[] | undefined => {
  if (isOfficer(actor)) return wanted === undefined ? undefined : [wanted]
  const own = organisationsOf(actor)
  return wanted === undefined ? own : own.filter((id) => id === wanted)
}
/** Most points that the public map shows. */
const MAP_LIMIT = 2000

export const projectRoutes = (platform: Platform, context: ProjectContext): readonly Route[] => {
  /** Runs an action and replies with the project after it. */
  const act = (call: Call, work: (unit: Unit) => Promise<ProjectId>): Promise<contract.ProjectDetail> =>
    platform.transact(
      call.actor,
      async (unit) => detailOf(context, unit.db, call.actor, await work(unit), unit.today),
      { traceId: call.traceId },
    )
  return [
    route(contract.createProject, (call, { body }) => act(call, (unit) => registerProject(context, unit, body))),
    route(contract.getProject, (call, { params }) =>
      detailOf(context, platform.db, call.actor, params.projectId, localDateOf(platform.clock())),
    ),
    route(contract.listProjects, async (call, { query }) => {
      if (call.actor.kind === 'anonymous') throw signInFirst()
      const ids = organisationsFor(call.actor, query.organisationId)
      const rows = await findProjects(platform.db, {
        ...query,
        held: query.held === undefined ? undefined : query.held === 'true',
        organisations: ids === undefined ? undefined : { ids, on: localDateOf(platform.clock()) },
        before: lastId(query.after),
        limit: query.limit + 1,
      })
      const shown = rows.slice(0, query.limit)
      const last = shown.at(-1)
      return {
        rows: [...(await withOwners(context, platform.db, shown))],
        next: rows.length > query.limit && last !== undefined ? cursorOf(last.id) : null,
      }
    }),
    route(contract.updateProject, (call, { params, body }) =>
      act(call, async (unit) => {
        await updateProject(context, unit, params.projectId, body)
        return params.projectId
      }),
    ),
    route(contract.changeStage, (call, { params, body }) =>
      act(call, async (unit) => {
        await changeStage(unit, params.projectId, body.stage, body.because)
        return params.projectId
      }),
    ),
    route(contract.changeState, (call, { params, body }) =>
      act(call, async (unit) => {
        await changeState(unit, params.projectId, body.state, body.because)
        return params.projectId
      }),
    ),
    route(contract.holdProject, (call, { params, body }) =>
      act(call, async (unit) => {
        await holdByHand(unit, params.projectId, body.reason, body.because)
        return params.projectId
      }),
    ),
    route(contract.resumeProject, (call, { params, body }) =>
      act(call, async (unit) => {
        await resumeByHand(unit, params.projectId, body.because)
        return params.projectId
      }),
    ),
    route(contract.publishProject, (call, { params, body }) =>
      act(call, async (unit) => {
        await publishByHand(unit, params.projectId, body.published, body.because)
        return params.projectId
      }),
    ),
    route(contract.addParty, (call, { params, body }) =>
      act(call, async (unit) => {
        await addParty(context, unit, params.projectId, body)
        return params.projectId
      }),
    ),
    route(contract.endParty, (call, { params, body }) =>
      act(call, async (unit) => {
        await endParty(context, unit, params.projectId, params.partyId, body.to, body.because)
        return params.projectId
      }),
    ),
    ...sitePersonRoutes(platform, context),
    route(contract.checkCode, async (_call, { body }) => {
      const check = checkProjectCode(body.code, context.settings.projectCode.checkMode)
      return { ...check, warnings: [...check.warnings] }
    }),
    route(contract.readBaseMap, async () => context.baseMap),
    route(contract.publicMap, async () => {
      const projects = await findProjects(platform.db, { publishedOnly: true, withPlace: true, limit: MAP_LIMIT })
      return {
        type: 'FeatureCollection' as const,
        features: projects.flatMap((project) =>
          project.point === null
            ? []
            : [
                {
                  type: 'Feature' as const,
                  id: project.id,
                  geometry: { type: 'Point' as const, coordinates: project.point },
                  properties: {
                    number: project.caseNumber,
                    name: project.name,
                    stage: project.stage,
                    stageName: contract.stageWords[project.stage].zh,
                  },
                },
              ],
        ),
      }
    }),
  ]
}
