/** Imports: begun with uploaded files, mapped by a person, cancelled; the work itself is a job. */
import { z } from 'zod'
import type { Actor } from '../../../kernel/actor.ts'
import { require } from '../../../kernel/decision.ts'
import type { Database, JobKind, Unit } from '../../../platform/platform.ts'
import { importCancelled, importStarted, mappingConfirmed } from '../contract/events.ts'
import type { ModelId, SourceFile, VersionId, VersionView } from '../contract.ts'
import type { Mapping } from '../model/mapping.ts'
import * as refuse from '../model/refusals.ts'
import type { ModelKind } from '../model/words.ts'
import * as policy from '../policy.ts'
import { changeVersion, insertVersion, lockVersion, modelById, newestVersions, versionById } from '../store/models.ts'
import type { ModelRow, VersionRow } from '../store/tables.ts'
import {
  aboutProject,
  type Context,
  filesOf,
  found,
  lockSiteOf,
  personNames,
  readSiteOf,
  requirePerson,
  type Site,
} from './context.ts'
import { versionView } from './models.ts'

export const importJob: JobKind<{ versionId: string }> = {
  name: 'bim.import',
  input: z.object({ versionId: z.string() }),
  retryLimit: 3,
}
const MIB = 1_048_576
const accepted: Readonly<Record<ModelKind, { readonly name: RegExp; readonly words: string }>> = {
  network: {
    name: /\.(csv|txt|xlsx|geojson|json|zip|shp|shx|dbf|prj|cpg)$/i,
    words: '管线表请用 CSV、xlsx、GeoJSON 或 Shapefile(可打成 zip)。',
  },
  ifc: { name: /\.(ifc|ifczip|zip)$/i, words: '请用 IFC(.ifc，或只含一个 IFC 的 .zip)。' },
}
const checkFiles = (context: Context, kind: ModelKind, files: readonly SourceFile[]): void => {
  const { name, words } = accepted[kind]
  const wrong = files.find((file) => !name.test(file.fileName))
  if (wrong !== undefined)
    throw refuse.wrongFiles({
      file: wrong.fileName,
      kind: kind === 'ifc' ? 'IFC 模型' : '管线模型',
      accepted: words,
    })
  if (kind === 'ifc') {
    if (files.length !== 1) throw refuse.oneIfc()
    return
  }
  const limit = context.settings.limits.tableMebibytes
  const size = files.reduce((sum, file) => sum + file.sizeBytes, 0) / MIB
  if (size > limit) throw refuse.tablesTooLarge({ size: Math.ceil(size), limit })
}

export const aboutVersion = (site: Site, model: ModelRow, version: Pick<VersionRow, 'id' | 'number'>) => ({
  ...aboutProject(site),
  modelId: model.id,
  modelName: model.name,
  versionId: version.id,
  versionNumber: version.number,
})
export const placeOf = (version: Pick<VersionRow, 'model_id' | 'project_id'>) => ({
  subject: { kind: 'bim-model', id: version.model_id },
  projectId: version.project_id,
})
const viewOf = async (
  context: Context,
  db: Database,
  actor: Actor,
  site: Site,
  row: VersionRow,
): Promise<VersionView> => versionView(actor, site, row, await personNames(context, db, [row.created_by]))

export const startImport = async (
  context: Context,
  unit: Unit,
  modelId: ModelId,
  input: { readonly uploadIds: readonly string[]; readonly note: string; readonly sameMapping: boolean },
): Promise<VersionView> => {
  const site = await lockSiteOf(context, unit, 'model', modelId)
  const model = found(await modelById(unit.db, modelId))
  const versions = (await newestVersions(unit.db, model.project_id)).get(modelId)
  const open = versions?.newest.state === 'importing' || versions?.newest.state === 'needs-mapping'
  require(
    policy.mayImport(unit.actor, site.facts, {
      archived: model.archived_at !== null,
      importing: open ? (versions?.newest.number ?? null) : null,
    }),
  )
  const files = await filesOf(context, unit.db, unit.actor, input.uploadIds)
  checkFiles(context, model.kind, files)
  const row: VersionRow = {
    id: unit.newId<'bim-version'>(),
    model_id: modelId,
    project_id: model.project_id,
    number: (versions?.newest.number ?? 0) + 1,
    state: 'importing',
    note: input.note,
    files,
    same_mapping: input.sameMapping,
    suggestion: null,
    mapping: null,
    attempts: 0,
    done: 0,
    total: 0,
    failure: null,
    issues: { error: 0, warning: 0, notice: 0 },
    statistics: null,
    selectable: null,
    content_sha256: null,
    geometry_sha256: null,
    report_sha256: null,
    from_cache: false,
    created_at: unit.now,
    created_by: requirePerson(unit.actor),
    ready_at: null,
  }
  await insertVersion(unit.db, row)
  await unit.enqueue(importJob, { versionId: row.id })
  await unit.record(importStarted, {
    ...placeOf(row),
    payload: { ...aboutVersion(site, model, row), files: files.length },
  })
  return viewOf(context, unit.db, unit.actor, site, row)
}

export const readVersion = async (
  context: Context,
  db: Database,
  actor: Actor,
  id: VersionId,
): Promise<VersionView> => {
  const site = await readSiteOf(context, db, actor, 'version', id)
  return viewOf(context, db, actor, site, found(await versionById(db, id)))
}
export const readMapping = async (context: Context, db: Database, actor: Actor, id: VersionId) => {
  const site = await readSiteOf(context, db, actor, 'version', id)
  const row = found(await versionById(db, id))
  if (row.suggestion === null) throw refuse.notMapping()
  return {
    suggestion: row.suggestion,
    confirmed: row.mapping,
    may: { confirm: policy.sentence(policy.mayMap(actor, site.facts, row.state)) },
  }
}
/** Faults that can be seen without the files. */
const checkMapping = (suggestion: NonNullable<VersionRow['suggestion']>, mapping: Mapping): void => {
  if (mapping.sheets.every((sheet) => sheet.role === 'ignore'))
    throw refuse.mappingWrong({ why: '没有选择任何点表或线表。' })
  for (const sheet of mapping.sheets) {
    const preview = suggestion.previews.find(
      (each) => each.file === sheet.file && each.sheet === sheet.sheet && each.part === sheet.part,
    )
    const title = `“${sheet.file}”${sheet.sheet === null ? '' : `的工作表“${sheet.sheet}”`}`
    if (preview === undefined) throw refuse.mappingWrong({ why: `${title}不存在。` })
    if (sheet.role === 'ignore') continue
    const { columns } = sheet
    const placed = columns.north !== undefined && columns.east !== undefined
    const ends =
      (columns.start !== undefined && columns.end !== undefined) ||
      (columns.startEast !== undefined &&
        columns.startNorth !== undefined &&
        columns.endEast !== undefined &&
        columns.endNorth !== undefined)
    if (sheet.role === 'points' && !(placed && (columns.no !== undefined || columns.mapNo !== undefined)))
      throw refuse.mappingWrong({ why: `${title}作为点表,须指定点号、X、Y 三列。` })
    if (sheet.role === 'lines' && !ends)
      throw refuse.mappingWrong({ why: `${title}作为线表,须指定起点号和终点号(或两端坐标)。` })
    if (sheet.role === 'field' && !(placed && columns.no !== undefined && columns.end !== undefined))
      throw refuse.mappingWrong({ why: `${title}作为外业记录表,须指定点号、连接点号、X、Y。` })
  }
  if (!mapping.sheets.some((sheet) => sheet.role === 'lines' || sheet.role === 'field'))
    throw refuse.mappingWrong({ why: '没有线表,无法得到管线。' })
}
export const confirmMapping = async (
  context: Context,
  unit: Unit,
  id: VersionId,
  mapping: Mapping,
): Promise<VersionView> => {
  const site = await lockSiteOf(context, unit, 'version', id)
  const row = found(await lockVersion(unit.db, id))
  require(policy.mayMap(unit.actor, site.facts, row.state))
  if (row.suggestion === null) throw refuse.notMapping()
  checkMapping(row.suggestion, mapping)
  const change = { state: 'importing', mapping, attempts: 0, done: 0, total: 0 } as const
  await changeVersion(unit.db, id, change)
  await unit.enqueue(importJob, { versionId: id })
  const model = found(await modelById(unit.db, row.model_id))
  await unit.record(mappingConfirmed, { ...placeOf(row), payload: aboutVersion(site, model, row) })
  return viewOf(context, unit.db, unit.actor, site, { ...row, ...change })
}
/** The job sees it within a moment and ends its thread; nothing of it is kept. */
export const cancelImport = async (context: Context, unit: Unit, id: VersionId): Promise<VersionView> => {
  const site = await lockSiteOf(context, unit, 'version', id)
  const row = found(await lockVersion(unit.db, id))
  require(policy.mayCancelImport(unit.actor, site.facts, row.state))
  await changeVersion(unit.db, id, { state: 'cancelled' })
  const model = found(await modelById(unit.db, row.model_id))
  await unit.record(importCancelled, { ...placeOf(row), payload: aboutVersion(site, model, row) })
  return viewOf(context, unit.db, unit.actor, site, { ...row, state: 'cancelled' })
}
