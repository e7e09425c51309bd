/** Every endpoint of bim: who may, and what the others are told. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { admittedOf } from '../../../tests/support/admission.ts'
import { openWindow, type Window } from '../../../tests/support/window.ts'
import { writeIfc } from '../../engines/ifc/write.ts'
import { makeStreets } from '../../engines/pipes/sample/street.ts'
import { anonymous, type Person } from '../../kernel/actor.ts'
import type { Endpoint } from '../../kernel/endpoint.ts'
import type { ProjectId } from '../../kernel/identity.ts'
import type { FileReply } from '../../platform/platform.ts'
import * as checks from './contract/checks.ts'
import * as conflicts from './contract/conflicts.ts'
import * as exchange from './contract/exchange.ts'
import * as versions from './contract/versions.ts'
import * as contract from './contract.ts'
import { definitionSchema } from './model/definition.ts'
import type { NetworkGeometry } from './model/geometry.ts'
import { unpack } from './model/packed.ts'
import { classes, openRig, type Rig, textBytes } from './rig.testing.ts'

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
  readonly ifcVersionId: contract.VersionId
  readonly objectId: string
  /** Of a source file of the version. */
  readonly sourceSha256: string
  /** Of a file of a remark on the conflict. */
  readonly fileSha256: string
}
type Who = 'applicant' | 'designer' | 'stranger' | 'reviewer' | 'approver' | 'otherOfficer' | 'clerk'
let people: Readonly<Record<Who, Person>>
const only = <T>(value: T | undefined): T => {
  if (value === undefined) throw new Error('nothing there')
  return value
}
const bytesOf = async ({ content }: FileReply): Promise<Uint8Array> => {
  if (content instanceof Uint8Array) return content
  const chunks: Uint8Array[] = []
  for await (const chunk of content) chunks.push(chunk as Uint8Array)
  return Buffer.concat(chunks)
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
  const [{ versionId: ifcVersionId }, geometry, source] = [
    await rig.bring(await rig.model(projectId, '街道', { kind: 'ifc' }), [
      [
        '街道.ifc',
        textBytes(
          writeIfc({ ...sample.network, id: 'street' }, { projectName: '示例', writtenAt: '2026-03-01T00:00:00Z' }),
        ),
      ],
    ]),
    await window.as(designer).download(versions.readGeometry, { params: { versionId } }),
    only((await rig.version(versionId, designer)).files[0]),
  ]
  const uploadId = await rig.upload(designer, '现场.pdf', textBytes('%PDF-1.7'), 'application/pdf')
  const { remarks } = await window.as(designer).call(conflicts.commentConflict, {
    params: { conflictId },
    body: { text: '见附件', uploadIds: [uploadId] },
  })
  await window
    .as(window.applicant)
    .call(conflicts.editConflict, { params: { conflictId }, body: { assigneeId: designer.personId } })
  ids = {
    projectId,
    modelId,
    versionId,
    checkId,
    runId,
    conflictId,
    groupId: only(groups[0]).groupId,
    exceptionId: only(exceptions[0]).exceptionId,
    ifcVersionId,
    objectId: only((unpack(await bytesOf(geometry)) as NetworkGeometry).pipes.ids[0]),
    sourceSha256: source.sha256,
    fileSha256: only(remarks.flatMap((remark) => remark.files)[0]).sha256,
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
  at(versions.listMissing, () => ({ params: { versionId: ids.ifcVersionId }, query: {} })),
  at(versions.readObject, () => ({ params: params('versionId', 'objectId') })),
  at(versions.readCrossingRules, () => {
    const pipe = { versionId: ids.versionId, id: ids.objectId }
    return { params: params('projectId'), body: { pairs: [{ a: pipe, b: pipe }] } }
  }),
  at(versions.downloadSource, () => ({ params: { versionId: ids.versionId, sha256: ids.sourceSha256 } })),
  at(checks.listChecks, () => ({ params: params('projectId'), query: {} })),
  at(checks.readCheck, () => ({ params: params('checkId') })),
  at(checks.listSelectable, () => ({ params: params('projectId') })),
  at(checks.listRuns, () => ({ params: params('checkId'), query: {} })),
  at(checks.readRun, () => ({ params: params('runId') })),
  at(conflicts.listConflicts, () => ({ params: params('checkId'), query: {} })),
  at(conflicts.groupConflicts, () => ({ params: params('checkId'), query: { by: 'station' } })),
  at(conflicts.readConflict, () => ({ params: params('conflictId') })),
  at(conflicts.readConflictFile, () => ({ params: { conflictId: ids.conflictId, sha256: ids.fileSha256 } })),
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
    ...at(checks.readPlaces, () => ({ params: params('projectId'), body: { uploadIds: [zeros] } })),
    code: 'upload-missing',
  },
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
        phases: null,
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
  it('let those alone add a picture who may comment, each from an upload of their own', async () => {
    const picture = (by: Person) => rig.upload(by, '截图.png', new Uint8Array([0x89, 0x50, 0x4e, 0x47]), 'image/png')
    const add = (uploadId: string) =>
      at(conflicts.addSnapshot, () => ({ params: params('conflictId'), body: { uploadId } }))
    for (const who of ['applicant', 'designer', 'reviewer', 'approver'] as const)
      expect([who, await codeOf(people[who], add(await picture(people[who])))]).toEqual([who, 'ok'])
    for (const who of ['otherOfficer', 'clerk'] as const)
      expect([who, await codeOf(people[who], add(await picture(people[who])))]).toEqual([who, 'not-concerned'])
    expect(await codeOf(people.stranger, add(await picture(people.stranger)))).toMatch(/^(project-)?missing$/)
    expect(await codeOf(people.designer, add(await picture(people.applicant)))).toBe('upload-missing')
  })
  it('let the own side alone bring in BCF, and read no file of anybody else', async () => {
    const exported = await bytesOf(
      await window
        .as(people.designer)
        .download(exchange.exportBcf, { params: { checkId: ids.checkId }, query: { version: '3.0' } as never }),
    )
    const file = (by: Person) => rig.upload(by, '回复.bcf', exported, 'application/zip')
    const bring = (uploadId: string) =>
      at(exchange.importBcf, () => ({ params: params('checkId'), body: { uploadId } }))
    for (const who of ['applicant', 'designer'] as const)
      expect([who, await codeOf(people[who], bring(await file(people[who])))]).toEqual([who, 'ok'])
    const broken = (by: Person) => rig.upload(by, '坏.bcf', textBytes('no archive'), 'application/zip')
    for (const who of ['reviewer', 'approver', 'otherOfficer', 'clerk'] as const)
      for (const uploadId of [await file(people[who]), await broken(people[who]), zeros])
        expect([who, await codeOf(people[who], bring(uploadId))]).toEqual([who, 'not-own-side'])
    for (const uploadId of [await file(people.stranger), await broken(people.stranger), zeros])
      expect(await codeOf(people.stranger, bring(uploadId))).toMatch(/^(project-)?missing$/)
    expect(await codeOf(people.designer, bring(await file(people.applicant)))).toBe('upload-missing')
  })
  it('give out a file only under what it belongs to', async () => {
    const { sha256 } = await window.test.files.addUpload(textBytes('someone else'))
    for (const other of [sha256, ids.sourceSha256])
      expect(
        await codeOf(
          people.designer,
          at(conflicts.readConflictFile, () => ({ params: { conflictId: ids.conflictId, sha256: other } })),
        ),
      ).toBe('missing')
    for (const other of [sha256, ids.fileSha256])
      expect(
        await codeOf(
          people.designer,
          at(versions.downloadSource, () => ({ params: { versionId: ids.versionId, sha256: other } })),
        ),
      ).toBe('missing')
  })
  it('show each person the conflicts that are theirs, and no others', async () => {
    const mine = async (by: Person) =>
      (await window.as(by).call(conflicts.listMine, { query: { limit: 10 } })).rows.map((row) => row.conflictId)
    expect(await mine(people.designer)).toEqual([ids.conflictId])
    for (const who of ['applicant', 'stranger', 'reviewer', 'approver', 'otherOfficer', 'clerk'] as const)
      expect([who, await mine(people[who])]).toEqual([who, []])
  })
  it('let whoever is signed in read rules and classes', async () => {
    const everybody = { ...people, supervisor: window.supervisor, resident: anonymous }
    for (const endpoint of [checks.readRules, checks.readClasses])
      expect(await admittedOf(window, everybody, endpoint, {})).toEqual([...Object.keys(people), 'supervisor'])
  })
  it('let nobody in who is not signed in', async () => {
    for (const { endpoint } of window.bim.routes ?? [])
      expect([endpoint.id, await admittedOf(window, { anonymous }, endpoint, {})]).toEqual([endpoint.id, []])
  })
  it('are stated for every endpoint that is served', () => {
    const tested = new Set(
      [...reading, ...ownSide, ...ownSideBut, ...taking]
        .map((each) => each.endpoint.id)
        .concat(
          'bim.decide-exception',
          'bim.withdraw-exception',
          'bim.start-run',
          'bim.remove-hand-group',
          'bim.read-rules',
          'bim.read-classes',
          'bim.list-mine',
          'bim.add-snapshot',
          'bim.import-bcf',
        ),
    )
    expect((window.bim.routes ?? []).map((each) => each.endpoint.id).filter((id) => !tested.has(id))).toEqual([])
  })
})
