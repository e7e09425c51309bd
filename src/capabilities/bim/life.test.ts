/** Conflicts over the versions of a model, end to end: import, check, people, exceptions, gate, BCF, reports. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openWindow, type Window } from '../../../tests/support/window.ts'
import { readBcf } from '../../engines/bcf/read/read.ts'
import { writeBcf } from '../../engines/bcf/write/write.ts'
import type { Network } from '../../engines/pipes/model.ts'
import { makeStreets } from '../../engines/pipes/sample/street.ts'
import type { Person } from '../../kernel/actor.ts'
import type { ProjectId } from '../../kernel/identity.ts'
import { addDays, DAY_MS, localDateOf } from '../../kernel/time.ts'
import type { FileReply } from '../../platform/platform.ts'
import { listChecks } from './contract/checks.ts'
import * as contract from './contract/conflicts.ts'
import { exportBcf, importBcf, readGate, reportExcel, reportPdf } from './contract/exchange.ts'
import { compareVersions } from './contract/versions.ts'
import { type CheckId, type ConflictId, type ModelId, readModel } from './contract.ts'
import { classes, openRig, type Rig } from './rig.testing.ts'

let window: Window
let rig: Rig
let approver: Person
beforeAll(async () => {
  window = await openWindow()
  rig = openRig(window)
  approver = (await window.officers('housing')).approver
})
afterAll(() => window.close())

const list = (checkId: CheckId, query: object = {}) =>
  window
    .as(window.applicant)
    .call(contract.listConflicts, { params: { checkId }, query: { limit: 200, ...query } as never })
const read = (conflictId: ConflictId, by: Person = window.applicant) =>
  window.as(by).call(contract.readConflict, { params: { conflictId } })
const edit = (conflictId: ConflictId, body: object, by: Person = window.applicant) =>
  window.as(by).call(contract.editConflict, { params: { conflictId }, body: body as never })
const code = async (work: Promise<unknown>) => (await window.refusalOf(work)).code.replace('bim.', '')
const bytesOf = async (file: FileReply): Promise<Uint8Array> => {
  if (file.content instanceof Uint8Array) return file.content
  const chunks: Uint8Array[] = []
  for await (const chunk of file.content) chunks.push(chunk as Uint8Array)
  return Buffer.concat(chunks)
}
const only = <T>(value: T | undefined): T => {
  if (value === undefined) throw new Error('nothing there')
  return value
}

const sample = makeStreets(classes, { seed: 11, blocks: 1 })
const planted = (plant: string) => only(sample.planted.find((each) => each.plant === plant))
/** The sample without some of its lines. */
const without = (lines: readonly string[], network: Network = sample.network): Network => ({
  ...network,
  lines: network.lines.filter((line) => !lines.includes(line.id)),
})
const definition = { obstacles: [] }
interface Begun {
  readonly projectId: ProjectId
  readonly modelId: ModelId
  readonly checkId: CheckId
}
const begun = async (network: Network = sample.network): Promise<Begun> => {
  const projectId = await window.project()
  const modelId = await rig.model(projectId, '道路设计管线')
  const version = await rig.bring(modelId, rig.tables(network))
  expect(version).toMatchObject({ state: 'ready', failure: null })
  const checkId = await rig.check(projectId, [modelId], '管线净距', definition)
  return { projectId, modelId, checkId }
}

describe('a run over sample streets', () => {
  it('finds what was planted, with clause, formula and who should yield, and unknown never passes', async () => {
    const { checkId } = await begun()
    const run = await rig.run(checkId)
    expect(run).toMatchObject({ state: 'done', way: 'full', failure: null })
    expect(run.timings?.checkMs).toBeGreaterThanOrEqual(0)
    const { rows, total } = await list(checkId)
    expect(total).toBe(run.result?.findings)
    const ids = rows.map((row) => new Set([row.a.id, row.b?.id]))
    for (const each of sample.planted.filter((one) => one.obstacle === null))
      expect(ids.some((pair) => each.lines.every((line) => pair.has(line)))).toBe(true)
    const hard = only(rows.find((row) => row.kind === 'hard' && row.severity === 'critical'))
    const view = await read(hard.conflictId)
    expect(view.actualM).toBeLessThan(0)
    expect(view.formula).toContain('重叠')
    const crossing = only(rows.find((row) => row.kind === 'crossing' && row.outcome === 'breach'))
    const seen = await read(crossing.conflictId)
    expect(seen).toMatchObject({ life: 'new', status: 'open' })
    expect(seen.clause).not.toBe('')
    expect(seen.source?.basis).not.toBe('')
    expect(seen.yielding?.reason).not.toBe('')
    expect(rows.some((row) => row.outcome === 'unknown' && row.actualM === null)).toBe(true)
    expect((await list(checkId, { severity: 'critical' })).rows.every((row) => row.severity === 'critical')).toBe(true)
    const groups = await window
      .as(window.applicant)
      .call(contract.groupConflicts, { params: { checkId }, query: { by: 'pair', intervalM: 100 } })
    expect(groups.groups.reduce((sum, each) => sum + each.count, 0)).toBe(total)
  }, 60_000)

  it('takes nothing twice: the same again is taken from the cache and changes no conflict', async () => {
    const { checkId } = await begun()
    await rig.run(checkId)
    const before = await list(checkId)
    const again = await rig.run(checkId)
    expect(again).toMatchObject({ state: 'done', way: 'cached' })
    expect(again.result?.life).toEqual({ new: 0, persisting: before.total, reopened: 0, solved: 0 })
    const after = await list(checkId)
    expect(after.rows.map((row) => [row.conflictId, row.number])).toEqual(
      before.rows.map((row) => [row.conflictId, row.number]),
    )
  }, 60_000)
})

describe('conflicts over three versions', () => {
  it('are solved and reopened, and keep what people decided', async () => {
    const { projectId, modelId, checkId } = await begun()
    await rig.run(checkId)
    const hard = planted('hard')
    const find = async () =>
      only((await list(checkId)).rows.find((row) => hard.lines.every((line) => [row.a.id, row.b?.id].includes(line))))
    const first = await find()
    const { groups } = await window.as(window.applicant).call(contract.createHandGroup, {
      params: { checkId },
      body: { name: '路口东侧', note: '', conflictIds: [first.conflictId] },
    })
    const dueOn = addDays(localDateOf(window.platform.clock()), 3)
    await edit(first.conflictId, { status: 'in-progress', assigneeId: window.applicant.personId, dueOn })
    await window.as(approver).call(contract.commentConflict, {
      params: { conflictId: first.conflictId },
      body: { text: '请尽快调整。', uploadIds: [] },
    })
    expect(await code(edit(first.conflictId, { status: 'closed' }))).toBe('still-stands')

    // Second version: one of the two pipes is gone.
    await rig.bring(modelId, rig.tables(without(hard.lines.slice(0, 1))))
    const solving = await rig.run(checkId)
    expect(['incremental', 'full']).toContain(solving.way)
    expect(solving.result?.life.solved).toBeGreaterThan(0)
    const solved = await read(first.conflictId)
    expect(solved).toMatchObject({ life: 'solved', status: 'in-progress', dueOn })
    expect(solved.group?.groupId).toBe(only(groups[0]).groupId)
    expect((await edit(first.conflictId, { status: 'closed' })).status).toBe('closed')

    // Third version: it is back.
    await rig.bring(modelId, rig.tables(sample.network))
    const third = await rig.run(checkId)
    expect(third.result?.life.reopened).toBeGreaterThan(0)
    expect(third.result?.life.new).toBe(0)
    const back = await find()
    expect(back).toMatchObject({
      conflictId: first.conflictId,
      number: first.number,
      life: 'reopened',
      status: 'open',
      dueOn,
    })
    expect(back.assignee?.personId).toBe(window.applicant.personId)
    expect(back.group?.name).toBe('路口东侧')
    const view = await read(first.conflictId)
    expect(view.remarks.map((remark) => remark.text)).toEqual(['请尽快调整。'])
    expect(view.history.map((line) => line.text).join()).toContain('再次出现')
    // A full computation says the same as the one of changes alone.
    const anew = await rig.run(checkId, true)
    expect(anew).toMatchObject({ way: 'full' })
    expect(anew.result?.life).toMatchObject({ new: 0, reopened: 0, solved: 0 })

    const versions = (await window.as(window.applicant).call(readModel, { params: { modelId } })).versions
    const comparison = await window.as(window.applicant).call(compareVersions, {
      params: { modelId },
      query: { from: only(versions[2]).versionId, to: only(versions[1]).versionId },
    })
    expect(comparison.counts).toMatchObject({ removed: 1, changed: 0 })
    expect(comparison.removed.map((each) => each.id)).toEqual(hard.lines.slice(0, 1))
    // What is due is told.
    window.test.clock.advance(5 * DAY_MS)
    await window.test.fireTimers([window.bim])
    const due = (await window.platform.journal.entriesOf(window.platform.db, { projectId })).filter(
      (entry) => entry.kind === 'bim.conflict-due',
    )
    expect(due.map((entry) => (entry.payload as { personId: string }).personId)).toContain(window.applicant.personId)
  }, 120_000)

  it('say that their objects are gone when a version lacks whole kinds of pipes, and the run names the kinds', async () => {
    const { modelId, checkId } = await begun()
    await rig.run(checkId)
    const before = (await list(checkId)).rows
    const lost = only(before.find((row) => [row.a.subject, row.b?.subject].includes('telecom')))
    const count = sample.network.lines.filter(({ kind }) => kind === 'telecom').length
    const lines = sample.network.lines.filter(({ kind }) => kind !== 'telecom')
    await rig.bring(modelId, rig.tables({ ...sample.network, lines }))
    const run = await rig.run(checkId)
    expect(run.result?.remarks.join()).toContain(`“道路设计管线”比上一次检查少了:通信管线 ${count} 段`)
    const gone = (await Promise.all(before.map(({ conflictId }) => read(conflictId)))).filter(
      ({ life, history }) => life === 'solved' && history.some(({ text }) => text.includes('对象已不在新版本中')),
    )
    expect(gone.map(({ conflictId }) => conflictId)).toContain(lost.conflictId)
    expect(gone.every(({ a, b }) => [a.subject, b?.subject].includes('telecom'))).toBe(true)
    expect(run.result?.remarks.join()).toContain(`有 ${gone.length} 处只是因为对象已不在新版本中`)
    // The same again lacks nothing more.
    expect((await rig.run(checkId)).result?.remarks.join()).not.toContain('少了')
  }, 60_000)

  it('follow their pipes when a survey numbers all points anew', async () => {
    const { modelId, checkId } = await begun()
    const first = await rig.run(checkId)
    const rename = (no: string) => `新${no}`
    const renumbered: Network = {
      ...sample.network,
      points: sample.network.points.map((point) => ({ ...point, no: rename(point.no) })),
      lines: sample.network.lines.map((line) => ({ ...line, start: rename(line.start), end: rename(line.end) })),
    }
    await rig.bring(modelId, rig.tables(renumbered))
    const second = await rig.run(checkId)
    expect(second.result?.life).toMatchObject({ new: 0, solved: 0 })
    expect(second.result?.findings).toBe(first.result?.findings)
  }, 60_000)
})

describe('exceptions and the gate', () => {
  it('are approved by an approver alone, cover nothing worse, and open the gate with everything else solved', async () => {
    const keep = planted('crossing')
    const others = sample.planted.filter((each) => each.plant !== 'crossing').flatMap((each) => each.lines)
    const { projectId, modelId, checkId } = await begun(without(others))
    const gate = () => window.as(window.applicant).call(readGate, { params: { projectId } })
    expect((await gate()).sentence?.zh).toContain('还没有运行')
    await rig.run(checkId)
    const serious = (await list(checkId)).rows.filter(
      (row) => row.outcome === 'breach' && ['critical', 'major', 'minor'].includes(row.severity),
    )
    const row = only(serious.find((each) => keep.lines.every((line) => [each.a.id, each.b?.id].includes(line))))
    const propose = (by: Person) =>
      window.as(by).call(contract.proposeException, {
        params: { conflictId: row.conflictId },
        body: { reason: '管位受限无法下调', measures: '加设钢套管并混凝土包封', uploadIds: [] },
      })
    expect(await code(propose(approver))).toBe('not-own-side')
    const proposed = await propose(window.applicant)
    const exceptionId = only(proposed.exceptions[0]).exceptionId
    const decide = (by: Person) =>
      window.as(by).call(contract.decideException, {
        params: { exceptionId },
        body: { approve: true, text: '同意,按措施实施' },
      })
    expect(await code(decide(window.applicant))).toBe('not-approver')
    expect(await code(decide((await window.officers('housing')).lead))).toBe('not-approver')
    expect(await decide(approver)).toMatchObject({ excepted: true })
    expect((await edit(row.conflictId, { status: 'closed' })).status).toBe('closed')
    const now = await gate()
    expect(now.checks.map((each) => [each.serious, each.excepted])).toEqual([[0, 1]])
    expect(now.open).toBe(true)

    // Raised by a decimetre towards the other pipe: worse than what was approved.
    const target = only(keep.lines[0])
    const worse: Network = {
      ...without(others),
      lines: without(others).lines.map((line) =>
        keep.lines.includes(line.id) && line.id === target
          ? {
              ...line,
              ...(line.startElevation === null ? {} : { startElevation: line.startElevation + shift }),
              ...(line.endElevation === null ? {} : { endElevation: line.endElevation + shift }),
              startDepthM: null,
              endDepthM: null,
            }
          : line,
      ),
    }
    await rig.bring(modelId, rig.tables(worse))
    expect((await gate()).sentence?.zh).toContain('重新运行')
    await rig.run(checkId)
    const after = await read(row.conflictId)
    if ((after.actualM ?? 0) < (row.actualM ?? 0)) expect(after).toMatchObject({ excepted: false })
    else expect(after).toMatchObject({ excepted: true })
    expect(after.actualM).not.toBe(row.actualM)
  }, 60_000)
  const shift = 0.05
})

describe('BCF and reports', () => {
  it('go out and come back: status and comments return to their conflict, unknown topics become issues', async () => {
    const { checkId } = await begun()
    await rig.run(checkId)
    for (const version of ['2.1', '3.0'] as const) {
      const file = await window.as(window.applicant).download(exportBcf, {
        params: { checkId },
        query: { version, topics: 'conflict', severity: 'critical' } as never,
      })
      const { bcf } = readBcf(await bytesOf(file))
      const topic = only(bcf.topics[0])
      expect(bcf.topics.length).toBe((await list(checkId, { severity: 'critical' })).total)
      const changed = {
        ...bcf,
        topics: [
          {
            ...topic,
            status: '处理中',
            comments: [
              {
                guid: `5f0e9f6e-1111-4a4a-8888-00000000000${version === '2.1' ? 1 : 2}`,
                date: '2026-03-01T08:00:00Z',
                author: '设计师',
                text: `已下调管底 ${version}`,
              },
            ],
          },
          {
            ...topic,
            guid: `5f0e9f6e-2222-4a4a-8888-00000000000${version === '2.1' ? 1 : 2}`,
            title: '外部发现的问题',
            comments: [],
            viewpoints: [],
          },
        ],
      }
      const { bytes } = writeBcf(changed, version, {
        at: '2026-03-01T08:00:00Z',
        author: '设计师',
        type: '冲突',
        status: '待处理',
      })
      const uploadId = await rig.upload(window.applicant, '回复.bcf', bytes, 'application/zip')
      const first = await window.as(window.applicant).call(importBcf, { params: { checkId }, body: { uploadId } })
      expect(first).toMatchObject({ version, topics: 2, updated: 1, raised: 1, comments: 1 })
      const again = await window.as(window.applicant).call(importBcf, { params: { checkId }, body: { uploadId } })
      expect(again).toMatchObject({ raised: 0, comments: 0 })
      const conflict = only(
        (await list(checkId, { status: 'in-progress' })).rows.find((row) => topic.title.startsWith(row.number)),
      )
      const view = await read(conflict.conflictId)
      expect(view.remarks.at(-1)).toMatchObject({ by: '设计师', text: `已下调管底 ${version}`, imported: true })
    }
    const raised = (await list(checkId, { kind: 'raised' })).rows
    expect(raised.map((row) => row.title)).toEqual(['外部发现的问题', '外部发现的问题'])
    // A run leaves what people raised alone.
    await rig.run(checkId, true)
    expect((await list(checkId, { kind: 'raised' })).rows.map((row) => row.life)).toEqual(['persisting', 'persisting'])

    const pdf = await bytesOf(
      await window.as(window.applicant).download(reportPdf, { params: { checkId }, query: { pictures: 3 } }),
    )
    expect(new TextDecoder('latin1').decode(pdf.slice(0, 5))).toBe('%PDF-')
    const xlsx = await bytesOf(
      await window.as(window.applicant).download(reportExcel, { params: { checkId }, query: {} }),
    )
    expect(Array.from(xlsx.subarray(0, 2))).toEqual([0x50, 0x4b])
    const { checks } = await window.as(window.applicant).call(listChecks, {
      params: {
        projectId: only(
          (
            await window.platform.journal.entriesOf(window.platform.db, {
              subject: { kind: 'bim-check', id: checkId },
            })
          )[0],
        ).projectId as ProjectId,
      },
      query: { archived: 'false' },
    })
    expect(checks).toHaveLength(1)
  }, 90_000)
})
