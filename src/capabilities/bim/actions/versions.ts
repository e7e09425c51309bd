/** What people read of a version: report, missing elements, comparison, geometry, objects, files. */
import type { Actor } from '../../../kernel/actor.ts'
import type { ProjectId } from '../../../kernel/identity.ts'
import type { Database, FileReply } from '../../../platform/platform.ts'
import type { ModelId, VersionId } from '../contract.ts'
import { issuesSheet } from '../documents/issues-sheet.ts'
import * as refuse from '../model/refusals.ts'
import type { IssueSeverity } from '../model/words.ts'
import { unpackJson } from '../model/work/content.ts'
import type {
  Comparison,
  CrossingRulesInput,
  compareContents,
  crossingRules,
  exportGeoJson,
  exportIfc,
  ObjectView,
  readObject,
} from '../model/work/read-version.ts'
import { modelById, versionById } from '../store/models.ts'
import type { ModelRow, VersionRow } from '../store/tables.ts'
import { type Context, found, readSite, readSiteOf, type Site, todayOf } from './context.ts'
import { inThread, modules } from './worker.ts'

interface Opened {
  readonly site: Site
  readonly model: ModelRow
  readonly version: VersionRow
}
const open = async (context: Context, db: Database, actor: Actor, id: VersionId): Promise<Opened> => {
  const site = await readSiteOf(context, db, actor, 'version', id)
  const version = found(await versionById(db, id))
  return { site, version, model: found(await modelById(db, version.model_id)) }
}
const contentOf = (context: Context, version: VersionRow): Promise<Uint8Array> => {
  if (version.state !== 'ready' || version.content_sha256 === null) throw refuse.notReady()
  return context.platform.files.read(version.content_sha256)
}

// ------------------------------------------------------------------------------------------ report

export interface StoredIssue {
  readonly rule: string
  readonly severity: IssueSeverity
  readonly place: {
    readonly file: string
    readonly sheet: string | null
    readonly row: number | null
    readonly column: string | null
  }
  readonly sentence: string
}
interface StoredReport {
  readonly issues: readonly StoredIssue[]
  readonly missing: readonly {
    readonly line: number
    readonly id: string
    readonly class: string
    readonly name: string | null
    readonly reason: 'not-meshed' | 'no-body'
  }[]
}
const reportOf = async (context: Context, version: VersionRow): Promise<StoredReport> =>
  version.report_sha256 === null
    ? { issues: [], missing: [] }
    : (unpackJson(await context.platform.files.read(version.report_sha256)) as StoredReport)
/** Stored once and never changed: a place in the list is a cursor. */
const pageOf = <T>(rows: readonly T[], after: string | undefined, limit: number) => {
  const from = after !== undefined && /^\d{1,9}$/.test(after) ? Number(after) : 0
  return { rows: rows.slice(from, from + limit), next: from + limit < rows.length ? String(from + limit) : null }
}

export const readReport = async (
  context: Context,
  db: Database,
  actor: Actor,
  id: VersionId,
  query: {
    readonly after?: string | undefined
    readonly limit: number
    readonly severity?: IssueSeverity | undefined
    readonly rule?: string | undefined
  },
) => {
  const { version } = await open(context, db, actor, id)
  const { issues } = await reportOf(context, version)
  const rules = new Map<string, { rule: string; severity: IssueSeverity; count: number; example: string }>()
  for (const { rule, severity, sentence } of issues) {
    const known = rules.get(`${rule} ${severity}`)
    if (known === undefined) rules.set(`${rule} ${severity}`, { rule, severity, count: 1, example: sentence })
    else known.count += 1
  }
  const chosen = issues.filter(
    (issue) =>
      (query.severity === undefined || issue.severity === query.severity) &&
      (query.rule === undefined || issue.rule === query.rule),
  )
  const page = pageOf(chosen, query.after, query.limit)
  return {
    rows: page.rows.map(({ rule, severity, place, sentence }) => ({ rule, severity, ...place, sentence })),
    next: page.next,
    total: chosen.length,
    byRule: [...rules.values()],
  }
}
export const listMissing = async (
  context: Context,
  db: Database,
  actor: Actor,
  id: VersionId,
  query: { readonly after?: string | undefined; readonly limit: number },
) => {
  const { version, model } = await open(context, db, actor, id)
  if (model.kind !== 'ifc') throw refuse.wrongKind({ kind: 'IFC 模型' })
  const { missing } = await reportOf(context, version)
  const page = pageOf(missing, query.after, query.limit)
  return { rows: [...page.rows], next: page.next, total: missing.length }
}

// ------------------------------------------------------------------------------------------ comparison and objects

export const compareVersions = async (
  context: Context,
  db: Database,
  actor: Actor,
  modelId: ModelId,
  query: { readonly from: VersionId; readonly to: VersionId },
): Promise<Comparison> => {
  await readSiteOf(context, db, actor, 'model', modelId)
  const model = found(await modelById(db, modelId))
  const [from, to] = [found(await versionById(db, query.from)), found(await versionById(db, query.to))]
  if (from.model_id !== modelId || to.model_id !== modelId) throw refuse.otherModel()
  return inThread<typeof compareContents>(modules.versions, 'compareContents', {
    kind: model.kind,
    before: await contentOf(context, from),
    after: await contentOf(context, to),
  })
}
export const objectOf = async (
  context: Context,
  version: VersionRow,
  model: ModelRow,
  id: string,
): Promise<ObjectView | null> =>
  inThread<typeof readObject>(modules.versions, 'readObject', {
    kind: model.kind,
    content: await contentOf(context, version),
    id,
  })
export const readVersionObject = async (
  context: Context,
  db: Database,
  actor: Actor,
  id: VersionId,
  objectId: string,
) => {
  const { version, model } = await open(context, db, actor, id)
  const { title, fields, run } = found(await objectOf(context, version, model, objectId))
  return { id: objectId, title, fields, run }
}

/** What the rules of today ask for where these pipes cross. */
export const readCrossingRules = async (
  context: Context,
  db: Database,
  actor: Actor,
  projectId: ProjectId,
  pairs: CrossingRulesInput['pairs'],
) => {
  await readSite(context, db, actor, projectId, todayOf(context))
  const contents: Record<string, Uint8Array> = {}
  for (const versionId of new Set(pairs.flatMap(({ a, b }) => [a.versionId, b.versionId]))) {
    const version = found(await versionById(db, versionId as VersionId))
    const model = found(await modelById(db, version.model_id))
    if (version.project_id !== projectId) throw refuse.thingMissing()
    if (model.kind !== 'network') throw refuse.wrongKind({ kind: '管线模型' })
    contents[versionId] = await contentOf(context, version)
  }
  return {
    answers: await inThread<typeof crossingRules>(modules.versions, 'crossingRules', {
      contents,
      pairs,
      rules: context.rules,
      day: todayOf(context),
    }),
  }
}

// ------------------------------------------------------------------------------------------ files

const fileName = ({ model, version }: Opened, extension: string): string =>
  `${model.name.replace(/[\\/:*?"<>|\s]+/g, '_')}-v${version.number}.${extension}`
export const readGeometry = async (context: Context, db: Database, actor: Actor, id: VersionId): Promise<FileReply> => {
  const opened = await open(context, db, actor, id)
  const { version } = opened
  if (version.state !== 'ready' || version.geometry_sha256 === null) throw refuse.notReady()
  return { fileName: fileName(opened, 'bin'), content: await context.platform.files.open(version.geometry_sha256) }
}
export const downloadIfc = async (context: Context, db: Database, actor: Actor, id: VersionId): Promise<FileReply> => {
  const opened = await open(context, db, actor, id)
  const { site, model, version } = opened
  const [source] = version.files
  if (model.kind === 'ifc') {
    if (source === undefined) throw refuse.notReady()
    return { fileName: source.fileName, content: await context.platform.files.open(source.sha256) }
  }
  const content = await inThread<typeof exportIfc>(modules.versions, 'exportIfc', {
    content: await contentOf(context, version),
    classes: context.classes,
    projectName: site.project.name,
    writtenAt: version.ready_at ?? version.created_at,
  })
  return { fileName: fileName(opened, 'ifc'), content }
}
export const downloadGeoJson = async (
  context: Context,
  db: Database,
  actor: Actor,
  id: VersionId,
): Promise<FileReply> => {
  const opened = await open(context, db, actor, id)
  if (opened.model.kind !== 'network') throw refuse.wrongKind({ kind: '管线模型' })
  const content = await inThread<typeof exportGeoJson>(modules.versions, 'exportGeoJson', {
    content: await contentOf(context, opened.version),
  })
  if (content === null) throw refuse.noCoordinates()
  return { fileName: fileName(opened, 'geojson'), content }
}
export const downloadSource = async (
  context: Context,
  db: Database,
  actor: Actor,
  id: VersionId,
  sha256: string,
): Promise<FileReply> => {
  const { version } = await open(context, db, actor, id)
  const file = found(version.files.find((each) => each.sha256 === sha256))
  return { fileName: file.fileName, content: await context.platform.files.open(sha256) }
}
export const downloadReport = async (
  context: Context,
  db: Database,
  actor: Actor,
  id: VersionId,
): Promise<FileReply> => {
  const opened = await open(context, db, actor, id)
  const { issues } = await reportOf(context, opened.version)
  return { fileName: fileName(opened, '质量报告.xlsx'), content: await issuesSheet(issues) }
}
