/** What the tests of bim share: uploads, jobs run at once, networks of the sample generator brought in by the endpoints. */
import { readFileSync } from 'node:fs'
import type { Window } from '../../../tests/support/window.ts'
import { pipeClassesSchema } from '../../engines/pipes/classes.ts'
import type { Network } from '../../engines/pipes/model.ts'
import { csvOf, tablesOf } from '../../engines/pipes/tables.ts'
import type { Person } from '../../kernel/actor.ts'
import type { ProjectId } from '../../kernel/identity.ts'
import type { JobProgress } from '../../platform/platform.ts'
import { createCheck, type RunView, readRun, startRun } from './contract/checks.ts'
import { confirmMapping, readMapping, readVersion, startImport } from './contract/versions.ts'
import { type CheckId, createModel, type ModelId, type VersionView } from './contract.ts'
import { definitionSchema } from './model/definition.ts'

export const classes = pipeClassesSchema.parse(
  JSON.parse(readFileSync(new URL('../../../data/standards/pipe-classes.json', import.meta.url), 'utf8')),
)
export const textBytes = (text: string): Uint8Array => new TextEncoder().encode(text)

export const openRig = (window: Window) => {
  let ran = window.test.jobs.length
  const progressOf = (signal: AbortSignal): JobProgress => ({ report: async () => {}, signal })
  /** Runs the jobs of bim that were enqueued since. */
  const work = async (signal = new AbortController().signal): Promise<void> => {
    for (; ran < window.test.jobs.length; ran += 1) {
      const job = window.test.jobs[ran]
      const handler = (window.bim.jobs ?? []).find((each) => each.job.name === job?.name)
      if (handler !== undefined) await handler.handle(window.platform, job?.input, progressOf(signal))
    }
  }
  const upload = async (by: Person, fileName: string, content: Uint8Array, mediaType = 'text/csv') =>
    (await window.test.files.addUpload(content, { fileName, uploadedBy: by.personId, mediaType })).uploadId
  const model = async (
    projectId: ProjectId,
    name: string,
    more: { readonly kind?: 'network' | 'ifc'; readonly phase?: 'existing' | 'design'; readonly by?: Person } = {},
  ): Promise<ModelId> =>
    (
      await window.as(more.by ?? window.applicant).call(createModel, {
        params: { projectId },
        body: { name, kind: more.kind ?? 'network', phase: more.phase ?? 'design' },
      })
    ).modelId
  const version = async (versionId: VersionView['versionId'], by: Person = window.applicant) =>
    window.as(by).call(readVersion, { params: { versionId } })
  /** Uploads files, lets the job run, confirms what was suggested, and lets it run again. */
  const bring = async (
    modelId: ModelId,
    files: readonly (readonly [name: string, content: Uint8Array])[],
    by: Person = window.applicant,
  ): Promise<VersionView> => {
    const uploadIds = await Promise.all(files.map(([name, content]) => upload(by, name, content)))
    const { versionId } = await window
      .as(by)
      .call(startImport, { params: { modelId }, body: { uploadIds, note: '', sameMapping: true } })
    await work()
    let now = await version(versionId, by)
    if (now.state === 'needs-mapping') {
      const { suggestion } = await window.as(by).call(readMapping, { params: { versionId } })
      await window.as(by).call(confirmMapping, { params: { versionId }, body: suggestion.mapping })
      await work()
      now = await version(versionId, by)
    }
    return now
  }
  const tables = (network: Network): readonly (readonly [string, Uint8Array])[] => {
    const { points, lines } = tablesOf(network, classes)
    return [
      ['点表.csv', textBytes(csvOf(points))],
      ['线表.csv', textBytes(csvOf(lines))],
    ]
  }
  const check = async (projectId: ProjectId, models: readonly ModelId[], name = '管线净距', more: object = {}) =>
    (
      await window.as(window.applicant).call(createCheck, {
        params: { projectId },
        body: {
          name,
          definition: definitionSchema.parse({ kind: 'pipes', models, existingAmongThemselves: true, ...more }),
          gate: true,
        },
      })
    ).checkId
  const run = async (checkId: CheckId, anew = false): Promise<RunView> => {
    const { runId } = await window.as(window.applicant).call(startRun, { params: { checkId }, body: { anew } })
    await work()
    return window.as(window.applicant).call(readRun, { params: { runId } })
  }
  return { work, upload, model, version, bring, tables, check, run }
}
export type Rig = ReturnType<typeof openRig>
