/** The job of an import: reads the files in a thread, asks for a mapping where it must, stores what was made. */
import { createHash } from 'node:crypto'
import { system } from '../../../kernel/actor.ts'
import type { JobProgress, JsonValue, Unit } from '../../../platform/platform.ts'
import { importFailed, mappingNeeded, versionReady } from '../contract/events.ts'
import type { Statistics, VersionId } from '../contract.ts'
import { canonical } from '../model/canonical.ts'
import type { importIfc } from '../model/work/import-ifc.ts'
import type { IssueCounts, importNetwork } from '../model/work/import-network.ts'
import type { inspectTables } from '../model/work/inspect-tables.ts'
import type { Selectable } from '../model/work/network-parts.ts'
import {
  beginImport,
  cached,
  changeVersion,
  lockVersion,
  mappingBefore,
  modelById,
  remember,
  reportImport,
  versionById,
} from '../store/models.ts'
import type { ModelRow, VersionRow } from '../store/tables.ts'
import { type Context, found, readSite } from './context.ts'
import { aboutVersion, placeOf } from './imports.ts'
import { inThread, modules, toItsEnd } from './worker.ts'

/** Raise it whenever the readers change what they make of the same files. */
export const ENGINE = 'bim-import 3'
const BY = system('bim-import')

interface Made {
  readonly contentSha256: string
  readonly geometrySha256: string
  readonly reportSha256: string
  readonly statistics: Statistics
  readonly selectable: Selectable
  readonly issues: IssueCounts
}
const keyOf = (context: Context, version: VersionRow, model: ModelRow): string => {
  const input = {
    engine: ENGINE,
    kind: model.kind,
    files: version.files.map(({ sha256, fileName }) => [sha256, fileName]),
    // Names of networks stand in what is stored.
    model: model.id,
    ...(model.kind === 'network'
      ? {
          mapping: version.mapping,
          phase: model.phase,
          coordinates: context.settings.coordinates,
          classes: context.classes.version,
          columns: context.columns.version,
          rules: context.rules.version,
        }
      : {}),
  }
  return `import:${createHash('sha256').update(canonical(input)).digest('hex')}`
}

const make = async (
  context: Context,
  version: VersionRow,
  model: ModelRow,
  signal: AbortSignal,
  onProgress: (done: number, total: number) => void,
): Promise<Made> => {
  const { files } = context.platform
  const given = await Promise.all(
    version.files.map(async ({ sha256, fileName }) => ({ name: fileName, bytes: await files.read(sha256) })),
  )
  signal.throwIfAborted()
  const options = { signal, onProgress }
  const { coordinates } = context.settings
  const { mapping } = version
  const [first] = given
  if (first === undefined || (model.kind === 'network' && mapping === null)) throw new Error('nothing to import')
  const result =
    mapping !== null && model.kind === 'network'
      ? await inThread<typeof importNetwork>(
          modules.network,
          'importNetwork',
          {
            files: given,
            mapping,
            network: model.id,
            phase: model.phase,
            epsg: coordinates.epsg,
            district: coordinates.district,
            classes: context.classes,
            columns: context.columns,
            drainage: context.rules.drainage,
          },
          options,
        )
      : await inThread<typeof importIfc>(modules.ifc, 'importIfc', { ...first, model: model.id }, options)
  signal.throwIfAborted()
  return {
    contentSha256: (await files.put(result.content, 'application/octet-stream')).sha256,
    geometrySha256: (await files.put(result.geometry, 'application/octet-stream')).sha256,
    reportSha256: (await files.put(result.report, 'application/gzip')).sha256,
    statistics: result.statistics,
    selectable: result.selectable,
    issues: result.issues,
  }
}

const settle = (context: Context, id: VersionId, work: (unit: Unit, row: VersionRow) => Promise<void>): Promise<void> =>
  context.platform.transact(BY, async (unit) => {
    const row = await lockVersion(unit.db, id)
    // Somebody cancelled it meanwhile.
    if (row?.state === 'importing') await work(unit, row)
  })
const tell = async (context: Context, unit: Unit, row: VersionRow) => {
  const model = found(await modelById(unit.db, row.model_id))
  const site = await readSite(context, unit.db, BY, row.project_id, unit.today)
  return { ...aboutVersion(site, model, row), personId: row.created_by }
}
const fail = (context: Context, id: VersionId, reason: string, made: Made | null = null): Promise<void> =>
  settle(context, id, async (unit, row) => {
    await changeVersion(unit.db, id, {
      state: 'failed',
      failure: reason,
      // The report says what was wrong with each row.
      ...(made === null ? {} : { issues: made.issues, statistics: made.statistics, report_sha256: made.reportSha256 }),
    })
    await unit.record(importFailed, { ...placeOf(row), payload: { ...(await tell(context, unit, row)), reason } })
  })
const finish = (context: Context, id: VersionId, made: Made, fromCache: boolean): Promise<void> =>
  settle(context, id, async (unit, row) => {
    await changeVersion(unit.db, id, {
      state: 'ready',
      done: row.total,
      issues: made.issues,
      statistics: made.statistics,
      selectable: made.selectable,
      content_sha256: made.contentSha256,
      geometry_sha256: made.geometrySha256,
      report_sha256: made.reportSha256,
      from_cache: fromCache,
      ready_at: unit.now,
    })
    await unit.record(versionReady, {
      ...placeOf(row),
      payload: {
        ...(await tell(context, unit, row)),
        errors: made.issues.error,
        warnings: made.issues.warning,
        contentSha256: made.contentSha256,
      },
    })
  })

/** Gives the mapping to go on with, or null when a person was asked for one. */
const findMapping = async (
  context: Context,
  version: VersionRow,
  phase: ModelRow['phase'],
  signal: AbortSignal,
  onProgress: (done: number, total: number) => void,
): Promise<VersionRow['mapping']> => {
  const { db, files } = context.platform
  const before = version.same_mapping ? await mappingBefore(db, version.model_id, version.number) : null
  const { suggestion, fits } = await inThread<typeof inspectTables>(
    modules.inspect,
    'inspectTables',
    {
      files: await Promise.all(
        version.files.map(async ({ sha256, fileName }) => ({ name: fileName, bytes: await files.read(sha256) })),
      ),
      classes: context.classes,
      columns: context.columns,
      epsg: context.settings.coordinates.epsg,
      district: context.settings.coordinates.district,
      before,
      phase,
    },
    { signal, onProgress },
  )
  await settle(context, version.id, async (unit, row) => {
    if (fits) return changeVersion(unit.db, row.id, { suggestion, mapping: suggestion.mapping })
    await changeVersion(unit.db, row.id, { suggestion, state: 'needs-mapping' })
    await unit.record(mappingNeeded, { ...placeOf(row), payload: await tell(context, unit, row) })
  })
  return fits ? suggestion.mapping : null
}

const hasContent = (made: Made): boolean => (made.statistics.network?.lines ?? 1) > 0
const run = async (
  context: Context,
  id: VersionId,
  signal: AbortSignal,
  onProgress: (done: number, total: number) => void,
): Promise<void> => {
  const { db, clock } = context.platform
  const read = found(await versionById(db, id))
  const model = found(await modelById(db, read.model_id))
  const mapping =
    model.kind === 'ifc' ? null : (read.mapping ?? (await findMapping(context, read, model.phase, signal, onProgress)))
  if (model.kind === 'network' && mapping === null) return
  const version = { ...read, mapping }
  const key = keyOf(context, version, model)
  const known = (await cached(db, key)) as Made | null
  const made = known ?? (await make(context, version, model, signal, onProgress))
  if (!hasContent(made))
    return fail(context, id, '文件中没有读到任何管线;请在质量报告中查看原因,改正后重新导入。', made)
  if (known === null) await remember(db, key, made, clock())
  await finish(context, id, made, known !== null)
}

export const runImport = async (
  context: Context,
  id: VersionId,
  progress: JobProgress,
): Promise<JsonValue | undefined> => {
  const { platform } = context
  await toItsEnd(platform, progress, {
    id,
    begin: () => beginImport(platform.db, id),
    keep: (done, total) => reportImport(platform.db, id, done, total),
    fail: (reason) => fail(context, id, reason),
    work: (signal, onProgress) => run(context, id, signal, onProgress),
  })
  return undefined
}
