import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openWindow, type Window } from '../../../tests/support/window.ts'
import type { Actor, Person } from '../../kernel/actor.ts'
import type { ProjectId } from '../../kernel/identity.ts'
import { DAY_MS } from '../../kernel/time.ts'
import { verifyEd25519 } from '../../platform/journal/log-key.ts'
import { unzip, zipOf } from './actions/zip.ts'
import * as contract from './contract/dossier.ts'
import { registerBuilding } from './contract.ts'
import { INDEX, JOURNAL, verifyDossier } from './model/dossier.ts'

let window: Window
let projectId: ProjectId
beforeAll(async () => {
  window = await openWindow()
  projectId = await window.project()
  await window.closed({ projectId, itemIds: ['I-106'] })
  await window
    .as(window.applicant)
    .call(registerBuilding, { params: { projectId }, body: { name: '1号楼', floorAreaM2: null } })
})
afterAll(() => window.close())

const build = async (by: Actor) => {
  const { dossiers } = await window.as(by).call(contract.buildDossier, { params: { projectId }, body: {} })
  const [newest] = dossiers
  if (newest === undefined) throw new Error('no dossier')
  return newest.dossierId
}
/** Runs the job as its worker would: what is not sealed yet makes it try again. */
const run = async (dossierId: string, aborted = false) => {
  const handler = (window.completion.jobs ?? []).find((each) => each.job.name === 'completion.dossier')
  const control = new AbortController()
  if (aborted) control.abort(new Error('cancelled'))
  const reports: number[] = []
  const progress = { report: async (done: number) => void reports.push(done), signal: control.signal }
  for (let attempt = 0; ; attempt += 1) {
    await window.test.seal()
    try {
      await handler?.handle(window.platform, { dossierId }, progress)
      return reports
    } catch (error) {
      if (aborted || attempt > 2 || !String(error).includes('being sealed')) throw error
    }
  }
}
const read = async (dossierId: contract.DossierView['dossierId'], by: Actor) => {
  const { content } = await window.as(by).download(contract.readDossier, { params: { dossierId } })
  const chunks: Uint8Array[] = []
  for await (const chunk of content as AsyncIterable<Uint8Array>) chunks.push(chunk)
  return new Uint8Array(Buffer.concat(chunks))
}
const dossierOf = async (by: Actor) => {
  const id = await build(by)
  await run(id)
  return { id, zip: await read(id, by) }
}
const text = (files: ReadonlyMap<string, Uint8Array>, path: string) => new TextDecoder().decode(files.get(path))

describe('the dossier of a project', () => {
  it('holds submissions, receipts, documents, opinions, decisions, certificates, the plan, index and journal', async () => {
    const files = unzip((await dossierOf(window.applicant)).zip)
    const paths = [...files.keys()]
    for (const part of [
      '提交-1.json',
      '收件凭证-1.pdf',
      '/材料/',
      '意见汇总.json',
      '决定.json',
      '/证件/',
      '检查与验收记录.json',
      '00-目录.pdf',
    ])
      expect(
        paths.some((path) => path.includes(part)),
        part,
      ).toBe(true)
    expect(paths).toEqual(expect.arrayContaining([INDEX, JOURNAL]))
    expect(text(files, paths.find((path) => path.includes('/证件/')) ?? '').slice(0, 5)).toBe('%PDF-')
  })
  it('is the same byte for byte while the project is the same', async () => {
    const first = await dossierOf(window.applicant)
    window.test.clock.advance(DAY_MS)
    // What happens in another project does not matter.
    await window.submitted()
    const second = await dossierOf(window.applicant)
    expect(Buffer.compare(first.zip, second.zip)).toBe(0)
    await window
      .as(window.applicant)
      .call(registerBuilding, { params: { projectId }, body: { name: '2号楼', floorAreaM2: null } })
    const third = await dossierOf(window.applicant)
    expect(Buffer.compare(first.zip, third.zip)).not.toBe(0)
  })
  it('proves itself, and shows what was changed, taken out or put in', async () => {
    const { zip } = await dossierOf(window.clerk)
    const files = unzip(zip)
    const check = await verifyDossier(files, verifyEd25519)
    expect(check).toMatchObject({ genuine: true, faults: [] })
    expect(check.entries).toBeGreaterThan(10)
    const faultsOf = async (change: (files: Map<string, Uint8Array>) => void) => {
      const changed = new Map(files)
      change(changed)
      return (await verifyDossier(changed, verifyEd25519)).faults.join()
    }
    const some = [...files.keys()].find((path) => path.endsWith('决定.json')) ?? ''
    expect(await faultsOf((each) => each.set(some, new TextEncoder().encode('[]')))).toContain('被改动')
    expect(await faultsOf((each) => each.delete(some))).toContain('缺少文件')
    expect(await faultsOf((each) => each.set('x', new Uint8Array(1)))).toContain('目录中没有')
    const forged = text(files, JOURNAL).replace('"kind": "projects.registered"', '"kind": "projects.withdrawn"')
    expect(await faultsOf((each) => each.set(JOURNAL, new TextEncoder().encode(forged)))).toContain('日志第')
    const upload = await window.test.files.addUpload(zip, {
      uploadedBy: window.stranger.personId,
      mediaType: 'application/zip',
    })
    const checked = await window
      .as(window.stranger)
      .call(contract.checkDossier, { body: { uploadId: upload.uploadId } })
    expect(checked).toMatchObject({ genuine: true, ownKey: true })
    const nonsense = await window.upload(window.stranger)
    expect(
      (
        await window.refusalOf(
          window.as(window.stranger).call(contract.checkDossier, { body: { uploadId: nonsense.uploadId } }),
        )
      ).code,
    ).toBe('completion.dossier-not-zip')
  })
  it('holds personal data for those alone who may see it', async () => {
    const { id: whole } = await dossierOf(window.clerk)
    const { id: own, zip } = await dossierOf(window.applicant)
    const { zip: plain } = await dossierOf(window.supervisor)
    const paths = [...unzip(plain).keys()]
    expect(paths.some((path) => path.includes('/材料/'))).toBe(false)
    const index = JSON.parse(text(unzip(plain), INDEX)) as { personalData: boolean; leftOut: unknown[] }
    expect(index.personalData).toBe(false)
    expect(index.leftOut.length).toBeGreaterThan(0)
    for (const content of unzip(plain).values()) expect(Buffer.from(content).includes('13800000001')).toBe(false)
    // Entries of the authorities are not in what the owner gets.
    expect(text(unzip(zip), JOURNAL)).not.toContain('"visibility": "internal"')
    const refused = async (id: contract.DossierView['dossierId'], by: Actor) =>
      (await window.refusalOf(read(id, by))).kind
    expect(await refused(whole, window.applicant)).toBe('missing')
    expect(await refused(own, window.stranger)).toBe('missing')
    expect(await refused(own, window.supervisor)).toBe('missing')
    const listed = async (by: Person) =>
      (await window.as(by).call(contract.listDossiers, { params: { projectId } })).dossiers.map(
        (each) => each.dossierId,
      )
    expect(await listed(window.applicant)).not.toContain(whole)
    expect(await listed(window.clerk)).toContain(whole)
    expect((await window.refusalOf(build(window.stranger))).kind).toBe('missing')
  })
  it('reports its progress, can be cancelled, and is not to be had before it is ready', async () => {
    const id = await build(window.applicant)
    expect((await window.refusalOf(read(id, window.applicant))).code).toBe('completion.dossier-not-ready')
    await expect(run(id, true)).rejects.toThrow('cancelled')
    expect((await window.refusalOf(read(id, window.applicant))).code).toBe('completion.dossier-not-ready')
    const reports = await run(id)
    expect(reports).toEqual([...reports].sort((a, b) => a - b))
    expect(reports.length).toBeGreaterThan(3)
  })
})

describe('the archive file', () => {
  it('gives back what was put in, in any order of putting', async () => {
    const files = new Map([
      ['乙/二.txt', new TextEncoder().encode('二'.repeat(5000))],
      ['a.bin', new Uint8Array([0, 1, 2])],
      ['empty', new Uint8Array(0)],
    ])
    const zip = await zipOf(files)
    expect(Buffer.compare(zip, await zipOf(new Map([...files].reverse())))).toBe(0)
    const back = unzip(zip)
    expect(back.size).toBe(files.size)
    for (const [path, content] of files) expect([...(back.get(path) ?? [])]).toEqual([...content])
  })
})
