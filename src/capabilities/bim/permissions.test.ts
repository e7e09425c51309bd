/** Every endpoint of bim: who may, and what the others are told. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openWindow, type Window } from '../../../tests/support/window.ts'
import { makeStreets } from '../../engines/pipes/sample/street.ts'
import type { Person } from '../../kernel/actor.ts'
import type { Endpoint } from '../../kernel/endpoint.ts'
import type { ProjectId } from '../../kernel/identity.ts'
import * as checks from './contract/checks.ts'
import * as conflicts from './contract/conflicts.ts'
import * as exchange from './contract/exchange.ts'
import * as versions from './contract/versions.ts'
import * as contract from './contract.ts'
import { definitionSchema } from './model/definition.ts'
import { classes, openRig, type Rig } from './rig.testing.ts'

let window: Window
let rig: Rig
let ids: {
  readonly projectId: ProjectId
  readonly modelId: contract.ModelId
  readonly versionId: contract.VersionId
  readonly checkId: contract.CheckId
  readonly runId: contract.RunId
  readonly conflictId: contract.ConflictId
  readonly groupId: contract.GroupId
  readonly exceptionId: contract.ExceptionId
}
let people: Readonly<
  Record<'applicant' | 'designer' | 'stranger' | 'reviewer' | 'approver' | 'otherOfficer' | 'clerk', Person>
>
const only = <T>(value: T | undefined): T => {
  if (value === undefined) throw new Error('nothing there')
  return value
}
beforeAll(async () => {
  window = await openWindow()
  rig = openRig(window)
  const projectId = await window.project()
  const design = await window.organisation('示例设计院')
  const designer = await window.person('设计师', { role: 'applicant', organisationId: design })
  await window.platform.transact({ kind: 'system', name: 'test' }, (unit) =>
    window.projects.writer.addParty(unit, projectId, {
      role: 'design',
      organisationId: design,
      responsiblePersonId: null,
      responsibleName: null,
    }),
  )
  const housing = await window.officers('housing')
  people = {
    applicant: window.applicant,
    designer,
    stranger: window.stranger,
    reviewer: housing.reviewer,
    approver: housing.approver,
    otherOfficer: (await window.officers('human-resources')).reviewer,
    clerk: window.clerk,
  }
  const sample = makeStreets(classes, { seed: 2, blocks: 1, plants: ['hard', 'crossing'] })
  const modelId = await rig.model(projectId, '设计管线', { by: designer })
  const { versionId } = await rig.bring(modelId, rig.tables(sample.network), designer)
  const checkId = await rig.check(projectId, [modelId])
  const { runId } = await rig.run(checkId)
  const { rows } = await window
    .as(window.applicant)
    .call(conflicts.listConflicts, { params: { checkId }, query: { limit: 10, outcome: 'breach' } as never })
  const { conflictId } = only(rows[0])
  const { groups } = await window
    .as(window.applicant)
    .call(conflicts.createHandGroup, { params: { checkId }, body: { name: '组', note: '', conflictIds: [] } })
  const { exceptions } = await window.as(window.applicant).call(conflicts.proposeException, {
    params: { conflictId },
    body: { reason: '空间受限', measures: '加设钢套管', uploadIds: [] },
  })
  ids = {
    projectId,
    modelId,
    versionId,
    checkId,
    runId,
    conflictId,
    groupId: only(groups[0]).groupId,
    exceptionId: only(exceptions[0]).exceptionId,
  }
}, 60_000)
afterAll(() => window.close())

interface Case {
  readonly endpoint: Endpoint
  readonly input: () => object
}
const params = (...names: readonly (keyof typeof ids)[]) => Object.fromEntries(names.map((name) => [name, ids[name]]))
const at = (endpoint: unknown, input: () => object): Case => ({ endpoint: endpoint as Endpoint, input })
const zeros = '0195d5d6-0000-7000-8000-000000000000'
/** Whoever may see the project. */
const reading: readonly Case[] = [
  at(contract.listModels, () => ({ params: params('projectId'), query: {} })),
  at(contract.readModel, () => ({ params: params('modelId') })),
  at(versions.readVersion, () => ({ params: params('versionId') })),
  at(versions.readMapping, () => ({ params: params('versionId') })),
  at(versions.readReport, () => ({ params: params('versionId'), query: {} })),
  at(versions.compareVersions, () => ({
    params: params('modelId'),
    query: { from: ids.versionId, to: ids.versionId },
  })),
  at(versions.downloadIfc, () => ({ params: params('versionId') })),
  at(versions.downloadGeoJson, () => ({ params: params('versionId') })),
  at(versions.downloadReport, () => ({ params: params('versionId') })),
  at(versions.readGeometry, () => ({ params: params('versionId') })),
  at(checks.listChecks, () => ({ params: params('projectId'), query: {} })),
  at(checks.readCheck, () => ({ params: params('checkId') })),
  at(checks.listSelectable, () => ({ params: params('projectId') })),
  at(checks.listRuns, () => ({ params: params('checkId'), query: {} })),
  at(checks.readRun, () => ({ params: params('runId') })),
  at(conflicts.listConflicts, () => ({ params: params('checkId'), query: {} })),
  at(conflicts.groupConflicts, () => ({ params: params('checkId'), query: { by: 'station' } })),
  at(conflicts.readConflict, () => ({ params: params('conflictId') })),
  at(conflicts.listAssignable, () => ({ params: params('projectId') })),
  at(conflicts.listHandGroups, () => ({ params: params('checkId') })),
  at(exchange.exportBcf, () => ({ params: params('checkId'), query: {} })),
  at(exchange.reportExcel, () => ({ params: params('checkId'), query: {} })),
  at(exchange.reportPdf, () => ({ params: params('checkId'), query: {} })),
  at(exchange.readGate, () => ({ params: params('projectId') })),
]
const definition = () => definitionSchema.parse({ kind: 'pipes', models: [ids.modelId], existingAmongThemselves: true })
/** The owner and the parties alone. */
const ownSide: readonly Case[] = [
  at(contract.createModel, () => ({
    params: params('projectId'),
    body: { name: `新${Math.floor(performance.now() * 1000)}`, kind: 'network', phase: 'design' },
  })),
  at(contract.renameModel, () => ({ params: params('modelId'), body: { name: '设计管线' } })),
  at(contract.archiveModel, () => ({ params: params('modelId'), body: { archived: false } })),
  at(checks.createCheck, () => ({
    params: params('projectId'),
    body: { name: `查${Math.floor(performance.now() * 1000)}`, definition: definition(), gate: false },
  })),
  at(checks.editCheck, () => ({
    params: params('checkId'),
    body: { version: 1, name: '管线净距', definition: definition(), gate: true },
  })),
  at(checks.archiveCheck, () => ({ params: params('checkId'), body: { archived: false } })),
  at(conflicts.editConflict, () => ({ params: params('conflictId'), body: { status: 'in-progress' } })),
  at(conflicts.editConflicts, () => ({
    params: params('checkId'),
    body: { conflictIds: [ids.conflictId], status: 'in-progress' },
  })),
  at(conflicts.createHandGroup, () => ({
    params: params('checkId'),
    body: { name: `组${Math.floor(performance.now() * 1000)}` },
  })),
  at(conflicts.editHandGroup, () => ({ params: params('groupId'), body: { name: '组', note: '改' } })),
]
/** The own side, refused for what stands in the way once they may. */
const ownSideBut: readonly (Case & { readonly code: string })[] = [
  {
    ...at(versions.startImport, () => ({ params: params('modelId'), body: { uploadIds: [zeros] } })),
    code: 'upload-missing',
  },
  { ...at(versions.cancelImport, () => ({ params: params('versionId') })), code: 'not-importing' },
  {
    ...at(versions.confirmMapping, () => ({
      params: params('versionId'),
      body: {
        sheets: [
          {
            file: 'a',
            sheet: null,
            role: 'ignore',
            firstRow: 0,
            columns: {},
            code: null,
            sizeUnit: 'mm',
            depthUnit: 'm',
          },
        ],
        epsg: 4545,
        swapped: false,
        shift: null,
        meanings: {},
      },
    })),
    code: 'not-mapping',
  },
  { ...at(checks.cancelRun, () => ({ params: params('runId') })), code: 'run-over' },
  {
    ...at(conflicts.proposeException, () => ({
      params: params('conflictId'),
      body: { reason: '空间受限', measures: '加设钢套管' },
    })),
    code: 'exception-open',
  },
]
/** The own side and the departments concerned. */
const taking: readonly Case[] = [
  at(conflicts.commentConflict, () => ({ params: params('conflictId'), body: { text: '收到' } })),
  at(conflicts.raiseConflict, () => ({
    params: params('checkId'),
    body: { title: '井盖', text: '与井盖冲突', severity: 'minor', at: { east: 1, north: 2, height: null } },
  })),
]
const codeOf = async (by: Person, { endpoint, input }: Case): Promise<string> => {
  try {
    const desk = window.as(by)
    await (endpoint.produces === undefined
      ? desk.call(endpoint, input() as never)
      : desk.download(endpoint, input() as never))
    return 'ok'
  } catch (error) {
    const refusal = (error as { refusal?: { code: string } }).refusal
    if (refusal === undefined) throw error
    return refusal.code.replace('bim.', '')
  }
}

describe('permissions', () => {
  it('let those who see the project read everything, and nobody else anything', async () => {
    for (const each of reading) {
      for (const who of ['applicant', 'designer', 'reviewer', 'otherOfficer', 'clerk'] as const)
        expect([each.endpoint.id, who, await codeOf(people[who], each)]).toEqual([each.endpoint.id, who, 'ok'])
      expect([each.endpoint.id, await codeOf(people.stranger, each)]).toEqual([
        each.endpoint.id,
        expect.stringMatching(/missing$/),
      ])
    }
  }, 120_000)
  it('let the owner and the present parties change, and tell officers and strangers why not', async () => {
    for (const each of ownSide) {
      for (const who of ['reviewer', 'approver', 'clerk'] as const)
        expect([each.endpoint.id, await codeOf(people[who], each)]).toEqual([each.endpoint.id, 'not-own-side'])
      expect([each.endpoint.id, await codeOf(people.stranger, each)]).toEqual([
        each.endpoint.id,
        expect.stringMatching(/missing$/),
      ])
      for (const who of ['applicant', 'designer'] as const)
        expect([each.endpoint.id, await codeOf(people[who], each)]).toEqual([each.endpoint.id, 'ok'])
    }
    for (const each of ownSideBut) {
      expect([each.endpoint.id, await codeOf(people.reviewer, each)]).toEqual([each.endpoint.id, 'not-own-side'])
      expect([each.endpoint.id, await codeOf(people.stranger, each)]).toEqual([
        each.endpoint.id,
        expect.stringMatching(/missing$/),
      ])
      expect([each.endpoint.id, await codeOf(people.designer, each)]).toEqual([each.endpoint.id, each.code])
    }
  }, 60_000)
  it('let the departments concerned comment and raise issues, other departments not', async () => {
    for (const each of taking) {
      for (const who of ['applicant', 'designer', 'reviewer', 'approver'] as const)
        expect([each.endpoint.id, await codeOf(people[who], each)]).toEqual([each.endpoint.id, 'ok'])
      for (const who of ['otherOfficer', 'clerk'] as const)
        expect([each.endpoint.id, await codeOf(people[who], each)]).toEqual([each.endpoint.id, 'not-concerned'])
      expect([each.endpoint.id, await codeOf(people.stranger, each)]).toEqual([
        each.endpoint.id,
        expect.stringMatching(/missing$/),
      ])
    }
  }, 60_000)
  it('let an approver of the department alone decide, and the own side withdraw', async () => {
    const decide = at(conflicts.decideException, () => ({
      params: params('exceptionId'),
      body: { approve: false, text: '措施不足' },
    }))
    const withdraw = at(conflicts.withdrawException, () => ({ params: params('exceptionId'), body: { text: '撤回' } }))
    const start = at(checks.startRun, () => ({ params: params('checkId'), body: {} }))
    const remove = at(conflicts.removeHandGroup, () => ({ params: params('groupId') }))
    for (const who of ['applicant', 'designer', 'reviewer'] as const)
      expect(await codeOf(people[who], decide)).toBe('not-approver')
    expect(await codeOf(people.reviewer, withdraw)).toBe('not-own-side')
    expect(await codeOf(people.approver, decide)).toBe('ok')
    expect(await codeOf(people.approver, decide)).toBe('exception-decided')
    expect(await codeOf(people.designer, withdraw)).toBe('exception-decided')
    for (const each of [start, remove]) {
      expect(await codeOf(people.reviewer, each)).toBe('not-own-side')
      expect(await codeOf(people.stranger, each)).toMatch(/missing$/)
      expect(await codeOf(people.designer, each)).toBe('ok')
    }
    expect(await codeOf(people.designer, start)).toBe('run-open')
  }, 60_000)
  it('are stated for every endpoint that is served', () => {
    const tested = new Set(
      [...reading, ...ownSide, ...ownSideBut, ...taking]
        .map((each) => each.endpoint.id)
        .concat(
          'bim.decide-exception',
          'bim.withdraw-exception',
          'bim.start-run',
          'bim.remove-hand-group',
          // Open to whoever is signed in, or shown in the other tests with their own objects.
          'bim.read-rules',
          'bim.read-classes',
          'bim.list-mine',
          'bim.list-missing',
          'bim.read-object',
          'bim.download-source',
          'bim.add-snapshot',
          'bim.read-conflict-file',
          'bim.import-bcf',
        ),
    )
    expect((window.bim.routes ?? []).map((each) => each.endpoint.id).filter((id) => !tested.has(id))).toEqual([])
  })
})
