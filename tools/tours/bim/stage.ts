/** The stage of the tour bim: a project of the demo, its people, uploads in pieces, and waiting for work in the background. */
import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { type RunView, readRun, startRun } from '../../../src/capabilities/bim/contract/checks.ts'
import { type ConflictRow, listConflicts } from '../../../src/capabilities/bim/contract/conflicts.ts'
import {
  confirmMapping,
  readMapping,
  readVersion,
  startImport,
} from '../../../src/capabilities/bim/contract/versions.ts'
import type { CheckId, ModelId, VersionId, VersionView } from '../../../src/capabilities/bim/contract.ts'
import type { Registered } from '../../../src/server/demo/story.ts'
import type { Stagehand } from '../checks.ts'
import type { Street, Upload } from './street.ts'

/** An applicant of the owner; an officer and the approver of the department that decides on exceptions. */
export const ENGINEER = 'applicant'
export const OFFICER = 'zhujian'
export const APPROVER = 'zhujian-boss'

export interface Stage extends Stagehand {
  readonly url: string
  readonly registered: Registered
  readonly street: Street
  /** Where exported files are left to look at. */
  readonly folder: string
}

/** Asks again until something holds; work in the background takes its own time. */
export const until = async <T>(what: string, look: () => Promise<T | null>): Promise<T> => {
  for (let tries = 0; tries < 1_200; tries += 1) {
    const found = await look()
    if (found !== null) return found
    await sleep(50)
  }
  throw new Error(`after a minute there is still no ${what}`)
}

export const versionAfter = async (
  { driver }: Stage,
  versionId: VersionId,
  ...states: readonly VersionView['state'][]
): Promise<VersionView> =>
  until(`version that is ${states.join(' or ')}`, async () => {
    const version = await driver.call(ENGINEER, readVersion, { params: { versionId } })
    if (states.includes(version.state)) return version
    if (version.state === 'failed') throw new Error(`version ${version.number} failed: ${version.failure ?? ''}`)
    return null
  })
export const begin = async (stage: Stage, modelId: ModelId, files: readonly Upload[]): Promise<VersionView> => {
  const uploadIds: string[] = []
  for (const { name, bytes } of files) uploadIds.push(await stage.driver.upload(ENGINEER, name, bytes))
  return stage.driver.call(ENGINEER, startImport, { params: { modelId }, body: { uploadIds, note: '' } as never })
}
/** Uploads files and imports them, with the mapping that is suggested or was confirmed before. */
export const bring = async (stage: Stage, modelId: ModelId, files: readonly Upload[]): Promise<VersionView> => {
  const { versionId } = await begin(stage, modelId, files)
  const asked = await versionAfter(stage, versionId, 'needs-mapping', 'ready')
  if (asked.state === 'ready') return asked
  const { suggestion } = await stage.driver.call(ENGINEER, readMapping, { params: { versionId } })
  await stage.driver.call(ENGINEER, confirmMapping, { params: { versionId }, body: suggestion.mapping })
  return versionAfter(stage, versionId, 'ready')
}

export const runCheck = async ({ driver }: Stage, checkId: CheckId): Promise<RunView> => {
  const { runId } = await driver.call(ENGINEER, startRun, { params: { checkId }, body: { anew: false } })
  return until('end of the run', async () => {
    const run = await driver.call(ENGINEER, readRun, { params: { runId } })
    if (run.state === 'failed' || run.state === 'cancelled')
      throw new Error(`the run ${run.state}: ${run.failure ?? ''}`)
    return run.state === 'done' ? run : null
  })
}
export const conflictsOf = async (
  { driver }: Stage,
  checkId: CheckId,
  filter: Readonly<Record<string, string>> = {},
): Promise<readonly ConflictRow[]> => {
  const rows: ConflictRow[] = []
  for (let cursor: string | null = null; ; ) {
    const page: { readonly rows: readonly ConflictRow[]; readonly next: string | null } = await driver.call(
      ENGINEER,
      listConflicts,
      { params: { checkId }, query: { limit: 100, ...filter, ...(cursor === null ? {} : { after: cursor }) } as never },
    )
    rows.push(...page.rows)
    if (page.next === null) return rows
    cursor = page.next
  }
}

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
