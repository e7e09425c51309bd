/** Models: named, archived, read with their versions. */

import type { Actor } from '../../../kernel/actor.ts'
import { require } from '../../../kernel/decision.ts'
import type { ProjectId } from '../../../kernel/identity.ts'
import type { Database, Unit } from '../../../platform/platform.ts'
import { modelArchived, modelCreated, modelRenamed } from '../contract/events.ts'
import type { ModelId, ModelView, VersionView } from '../contract.ts'
import * as refuse from '../model/refusals.ts'
import { type ModelKind, type ModelPhase, modelKindWords } from '../model/words.ts'
import * as policy from '../policy.ts'
import {
  changeModel,
  insertModel,
  modelById,
  modelsOfProject,
  nameTaken,
  newestVersions,
  type VersionHead,
  versionsOfModel,
} from '../store/models.ts'
import type { ModelRow } from '../store/tables.ts'
import {
  aboutProject,
  type Context,
  found,
  lockSite,
  lockSiteOf,
  personNames,
  readSite,
  readSiteOf,
  requirePerson,
  type Site,
  todayOf,
} from './context.ts'

export const versionView = (
  actor: Actor,
  site: Site,
  row: VersionHead,
  name: (id: VersionHead['created_by'] | null) => string,
): VersionView => ({
  versionId: row.id,
  modelId: row.model_id,
  number: row.number,
  state: row.state,
  note: row.note,
  files: [...row.files],
  progress: { done: row.done, total: row.total },
  failure: row.failure,
  issues: row.issues,
  statistics: row.statistics,
  fromCache: row.from_cache,
  createdAt: row.created_at,
  createdBy: name(row.created_by),
  readyAt: row.ready_at,
  may: {
    map: policy.sentence(policy.mayMap(actor, site.facts, row.state)),
    cancel: policy.sentence(policy.mayCancelImport(actor, site.facts, row.state)),
  },
})
const importing = (row: VersionHead | null | undefined): number | null =>
  row?.state === 'importing' || row?.state === 'needs-mapping' ? row.number : null
const modelView = (
  actor: Actor,
  site: Site,
  model: ModelRow,
  versions: { readonly count: number; readonly newest: VersionHead; readonly ready: VersionHead | null } | undefined,
  name: (id: VersionHead['created_by'] | null) => string,
): ModelView => {
  const show = (row: VersionHead | null | undefined): VersionView | null =>
    row === null || row === undefined ? null : versionView(actor, site, row, name)
  const change = policy.sentence(policy.mayChangeModel(actor, site.facts))
  return {
    modelId: model.id,
    projectId: model.project_id,
    name: model.name,
    kind: model.kind,
    phase: model.phase,
    archivedAt: model.archived_at,
    createdAt: model.created_at,
    createdBy: name(model.created_by),
    newest: show(versions?.newest),
    ready: show(versions?.ready),
    versions: versions?.count ?? 0,
    may: {
      rename: change,
      archive: change,
      import: policy.sentence(
        policy.mayImport(actor, site.facts, {
          archived: model.archived_at !== null,
          importing: importing(versions?.newest),
        }),
      ),
    },
  }
}
const personsIn = (models: readonly ModelRow[], versions: Iterable<VersionHead | null>) => [
  ...models.map((model) => model.created_by),
  ...[...versions].flatMap((version) => version?.created_by ?? []),
]

export const listModels = async (context: Context, db: Database, actor: Actor, id: ProjectId, archived: boolean) => {
  const site = await readSite(context, db, actor, id, todayOf(context))
  const models = (await modelsOfProject(db, id)).filter((model) => (model.archived_at !== null) === archived)
  const versions = await newestVersions(db, id)
  const name = await personNames(
    context,
    db,
    personsIn(
      models,
      [...versions.values()].flatMap(({ newest, ready }) => [newest, ready]),
    ),
  )
  return {
    projectId: id,
    projectName: site.project.name,
    models: models.map((model) => modelView(actor, site, model, versions.get(model.id), name)),
    may: {
      create: policy.sentence(policy.mayCreateModel(actor, site.facts)),
      check: policy.sentence(policy.mayDefineCheck(actor, site.facts)),
    },
  }
}
const viewOf = async (
  context: Context,
  db: Database,
  actor: Actor,
  site: Site,
  model: ModelRow,
): Promise<ModelView> => {
  const versions = (await newestVersions(db, model.project_id)).get(model.id)
  const name = await personNames(context, db, personsIn([model], [versions?.newest ?? null, versions?.ready ?? null]))
  return modelView(actor, site, model, versions, name)
}
export const readModel = async (context: Context, db: Database, actor: Actor, id: ModelId) => {
  const site = await readSiteOf(context, db, actor, 'model', id)
  const model = found(await modelById(db, id))
  const versions = await versionsOfModel(db, id)
  const name = await personNames(context, db, personsIn([model], versions))
  return {
    model: await viewOf(context, db, actor, site, model),
    versions: versions.map((row) => versionView(actor, site, row, name)),
  }
}

const about = (site: Site, model: Pick<ModelRow, 'id' | 'name'>) => ({
  ...aboutProject(site),
  modelId: model.id,
  modelName: model.name,
})
export const createModel = async (
  context: Context,
  unit: Unit,
  projectId: ProjectId,
  input: { readonly name: string; readonly kind: ModelKind; readonly phase: ModelPhase },
): Promise<ModelView> => {
  const site = await lockSite(context, unit, projectId)
  require(policy.mayCreateModel(unit.actor, site.facts))
  if (await nameTaken(unit.db, 'model', projectId, input.name, null))
    throw refuse.nameTaken({ name: input.name, what: '模型' })
  const model: ModelRow = {
    id: unit.newId<'bim-model'>(),
    project_id: projectId,
    ...input,
    created_at: unit.now,
    created_by: requirePerson(unit.actor),
    archived_at: null,
  }
  await insertModel(unit.db, model)
  await unit.record(modelCreated, {
    subject: { kind: 'bim-model', id: model.id },
    projectId,
    payload: { ...about(site, model), kindName: modelKindWords[model.kind].zh },
  })
  return viewOf(context, unit.db, unit.actor, site, model)
}
export const renameModel = async (context: Context, unit: Unit, id: ModelId, name: string): Promise<ModelView> => {
  const site = await lockSiteOf(context, unit, 'model', id)
  require(policy.mayChangeModel(unit.actor, site.facts))
  const model = found(await modelById(unit.db, id))
  if (model.name === name) return viewOf(context, unit.db, unit.actor, site, model)
  if (await nameTaken(unit.db, 'model', model.project_id, name, id)) throw refuse.nameTaken({ name, what: '模型' })
  await changeModel(unit.db, id, { name })
  await unit.record(modelRenamed, {
    subject: { kind: 'bim-model', id },
    projectId: model.project_id,
    payload: { ...about(site, { id, name }), before: model.name },
  })
  return viewOf(context, unit.db, unit.actor, site, { ...model, name })
}
export const archiveModel = async (
  context: Context,
  unit: Unit,
  id: ModelId,
  archived: boolean,
): Promise<ModelView> => {
  const site = await lockSiteOf(context, unit, 'model', id)
  require(policy.mayChangeModel(unit.actor, site.facts))
  const model = found(await modelById(unit.db, id))
  if ((model.archived_at !== null) === archived) return viewOf(context, unit.db, unit.actor, site, model)
  if (!archived && (await nameTaken(unit.db, 'model', model.project_id, model.name, id)))
    throw refuse.nameTaken({ name: model.name, what: '模型' })
  const archived_at = archived ? unit.now : null
  await changeModel(unit.db, id, { archived_at })
  await unit.record(modelArchived, {
    subject: { kind: 'bim-model', id },
    projectId: model.project_id,
    payload: { ...about(site, model), result: archived ? '已归档' : '已恢复' },
  })
  return viewOf(context, unit.db, unit.actor, site, { ...model, archived_at })
}
