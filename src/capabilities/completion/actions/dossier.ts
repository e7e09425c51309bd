/** Builds the dossier of a project, gives it to those who may have it, and checks one that somebody brings. */
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { type Actor, system } from '../../../kernel/actor.ts'
import { require } from '../../../kernel/decision.ts'
import type { ProjectId } from '../../../kernel/identity.ts'
import type { Instant } from '../../../kernel/time.ts'
import { verifyEd25519 } from '../../../platform/journal/log-key.ts'
import type { JournalProofs } from '../../../platform/journal/proof.ts'
import { facts, note, table, title } from '../../../platform/pdf/blocks.ts'
import { document } from '../../../platform/pdf/document.ts'
import type { Database, FileReply, JobKind, JobProgress, JsonValue, Unit } from '../../../platform/platform.ts'
import type { ArchivePiece } from '../../approvals/contract/reader.ts'
import type { DossierView } from '../contract/dossier.ts'
import { dossierBuilt, dossierRequested } from '../contract/events.ts'
import type { DossierId } from '../contract.ts'
import { type DossierIndex, INDEX, JOURNAL, verifyDossier } from '../model/dossier.ts'
import * as refuse from '../model/refusals.ts'
import * as policy from '../policy.ts'
import { type DossierRecord, dossierById, dossiersOf, finishDossier, insertDossier } from '../store.ts'
import {
  aboutProject,
  type Context,
  lockSite,
  placeOf,
  readSite,
  requirePerson,
  type Site,
  todayOf,
} from './context.ts'
import { ensureOpinion } from './opinion.ts'
import { evidenceIn } from './view.ts'
import { unzip, zipOf } from './zip.ts'

export type Proofs = Pick<JournalProofs, 'bundle' | 'verifierKey'>
export const dossierJob: JobKind<{ dossierId: string }> = {
  name: 'completion.dossier',
  input: z.object({ dossierId: z.string() }),
}
const hexOf = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex')
const bytes = (value: unknown): Uint8Array => new TextEncoder().encode(`${JSON.stringify(value, null, 2)}\n`)

export const buildDossier = async (context: Context, unit: Unit, projectId: ProjectId): Promise<void> => {
  const person = requirePerson(unit.actor)
  const site = await lockSite(context, unit, projectId)
  require(policy.mayBuildDossier(unit.actor, site.facts))
  const id = unit.newId<'dossier'>()
  const personal = policy.dossierSight(unit.actor, site.facts) === 'personal'
  await insertDossier(unit.db, {
    id,
    project_id: projectId,
    requested_at: unit.now,
    requested_by: person,
    personal,
    officer: policy.isAuthority(unit.actor),
    job_id: await unit.enqueue(dossierJob, { dossierId: id }),
    zip_sha256: null,
    index_sha256: null,
    size_bytes: null,
    files: null,
    ready_at: null,
  })
  await unit.record(dossierRequested, {
    ...placeOf(site),
    payload: { ...aboutProject(site), dossierId: id, withPersonalData: personal },
  })
}

// ------------------------------------------------------------------------------------------ what is in it

/** The records of completion without persons. */
const withoutPersons = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(withoutPersons)
    : typeof value === 'object' && value !== null
      ? Object.fromEntries(
          Object.entries(value)
            .filter(([name]) => !/(_by|By)$/.test(name))
            .map(([name, inner]) => [name, withoutPersons(inner)]),
        )
      : value
const ownPieces = (context: Context, site: Site): readonly ArchivePiece[] => {
  const { book } = site
  const seen = new Set<string>()
  return [
    {
      path: '03-竣工/检查与验收记录.json',
      title: '工程检查、联合验收、竣工备案记录',
      personal: false,
      content: async () => bytes(withoutPersons(book)),
    },
    ...book.acceptances
      .filter((each) => each.state === 'concluded')
      .map((each) => ({
        path: `03-竣工/联合验收意见-${each.number}.pdf`,
        title: `联合验收意见${each.number}`,
        personal: false,
        content: () => ensureOpinion(context, each),
      })),
    ...evidenceIn(book)
      .filter((file) => !seen.has(file.sha256) && seen.add(file.sha256) !== undefined)
      .map((file) => ({
        path: `03-竣工/附件/${file.sha256.slice(0, 12)}-${file.fileName.replace(/[\\/:*?"<>|\s]+/g, '_').slice(-80)}`,
        title: file.fileName,
        personal: true,
        content: () => context.platform.files.read(file.sha256),
      })),
  ]
}
/** The entries of the project, without those about dossiers: asking for one must not change the next. */
const entriesOf = async (context: Context, db: Database, projectId: ProjectId, officer: boolean) =>
  (
    await context.platform.journal.entriesOf(
      db,
      { projectId },
      { visibility: officer ? ['public', 'parties', 'internal'] : ['public', 'parties'], limit: 1_000_000 },
    )
  ).filter((entry) => !entry.kind.startsWith('completion.dossier'))

const indexPdf = (site: Site, index: DossierIndex, asOf: Instant): Promise<Uint8Array> =>
  document(
    {
      title: '项目卷宗目录',
      subject: site.project.caseNumber,
      createdAt: asOf,
      head: '项目卷宗',
      number: site.project.caseNumber,
    },
    [
      title('项目卷宗目录', site.project.name),
      facts([
        ['项目编号', site.project.caseNumber],
        ['建设单位', site.project.ownerName],
        ['日志截至', index.asOf],
        ['个人信息', index.personalData ? '含个人信息,仅限有权人员使用' : '不含个人信息'],
      ]),
      table(
        [
          { title: '文件', weight: 5 },
          { title: 'SHA-256', weight: 6 },
        ],
        index.files.map((file) => [file.path, file.sha256]),
      ),
      ...(index.leftOut.length === 0
        ? []
        : [note(`含个人信息未收入:${index.leftOut.map((each) => each.title).join('、')}`)]),
    ],
  )

/** Makes the archive. Everything first, the journal last: making a document may record that it was issued. */
export const composeDossier = async (
  context: Context,
  proofs: Proofs,
  row: Pick<DossierRecord, 'project_id' | 'requested_by' | 'personal' | 'officer'>,
  progress: Pick<JobProgress, 'report' | 'signal'>,
): Promise<{ readonly zip: Uint8Array; readonly index: Uint8Array; readonly files: number }> => {
  const { db, clock } = context.platform
  const reader = await context.people.actorOf(db, row.requested_by, clock())
  const site = await readSite(context, db, reader, row.project_id, todayOf(context))
  require(policy.mayBuildDossier(reader, site.facts))
  const pieces = [...(await context.approvals.archivePieces(db, reader, row.project_id)), ...ownPieces(context, site)]
  const contents = new Map<string, Uint8Array>()
  const titles = new Map<string, string>()
  const leftOut: { path: string; title: string }[] = []
  for (const [index, piece] of pieces.entries()) {
    progress.signal.throwIfAborted()
    const make = !piece.personal || row.personal ? piece.content : piece.plain
    if (make === undefined) leftOut.push({ path: piece.path, title: piece.title })
    else {
      contents.set(piece.path, await make())
      titles.set(piece.path, piece.title)
    }
    await progress.report(index + 1, pieces.length + 2)
  }
  const entries = await entriesOf(context, db, row.project_id, row.officer)
  if (entries.some((entry) => entry.seq === 0)) throw new Error('the journal of the project is being sealed: try again')
  contents.set(JOURNAL, bytes(await proofs.bundle(entries.map((entry) => entry.id))))
  titles.set(JOURNAL, '日志记录、包含证明与检查点')
  const asOf = entries.at(-1)?.recordedAt ?? site.project.registeredAt
  const indexOf = (): DossierIndex => ({
    format: 1,
    project: { id: site.project.id, number: site.project.caseNumber, name: site.project.name },
    asOf,
    personalData: row.personal,
    files: [...contents].map(([path, content]) => ({
      path,
      title: titles.get(path) ?? path,
      sizeBytes: content.length,
      sha256: hexOf(content),
    })),
    leftOut,
  })
  const paper = '00-目录.pdf'
  contents.set(paper, await indexPdf(site, indexOf(), asOf))
  titles.set(paper, '目录')
  const index = bytes(indexOf())
  const zip = await zipOf(new Map([...contents, [INDEX, index]]))
  return { zip, index, files: contents.size + 1 }
}
export const runDossier = async (
  context: Context,
  proofs: Proofs,
  id: DossierId,
  progress: Pick<JobProgress, 'report' | 'signal'>,
): Promise<JsonValue | undefined> => {
  const row = await dossierById(context.platform.db, id)
  if (row === null) throw refuse.dossierMissing()
  if (row.zip_sha256 !== null) return undefined
  const { zip, index, files } = await composeDossier(context, proofs, row, progress)
  progress.signal.throwIfAborted()
  const stored = await context.platform.files.put(zip, 'application/zip')
  const indexSha256 = hexOf(index)
  await context.platform.transact(system('completion.dossier'), async (unit) => {
    const site = await lockSite(context, unit, row.project_id)
    await finishDossier(unit.db, id, {
      zip_sha256: stored.sha256,
      index_sha256: indexSha256,
      size_bytes: stored.sizeBytes,
      files,
      ready_at: unit.now,
    })
    await unit.record(dossierBuilt, {
      ...placeOf(site),
      payload: { ...aboutProject(site), dossierId: id, indexSha256, zipSha256: stored.sha256, files },
    })
  })
  return { dossierId: id }
}

// ------------------------------------------------------------------------------------------ reading and checking

/** A dossier with personal data or with entries of the authorities is for those alone who could have built it. */
const mayRead = (actor: Actor, site: Site, row: DossierRecord): boolean => {
  const sight = policy.dossierSight(actor, site.facts)
  if (sight === 'none' || (row.personal && sight !== 'personal')) return false
  return !row.officer || policy.isAuthority(actor)
}
export const listDossiers = async (context: Context, db: Database, actor: Actor, projectId: ProjectId) => {
  const site = await readSite(context, db, actor, projectId, todayOf(context))
  const rows = (await dossiersOf(db, projectId)).filter((row) => mayRead(actor, site, row))
  const names = await context.people.personNames(
    db,
    rows.map((row) => row.requested_by),
  )
  return {
    dossiers: rows.map((row): DossierView => {
      const { ready_at, files, size_bytes, zip_sha256, index_sha256 } = row
      return {
        dossierId: row.id,
        jobId: row.job_id,
        requestedAt: row.requested_at,
        requestedBy: names.get(row.requested_by) ?? '',
        personalData: row.personal,
        ready:
          ready_at === null || files === null || size_bytes === null || zip_sha256 === null || index_sha256 === null
            ? null
            : { at: ready_at, files, sizeBytes: Number(size_bytes), zipSha256: zip_sha256, indexSha256: index_sha256 },
        mayRead: null,
      }
    }),
    mayBuild: policy.sentence(policy.mayBuildDossier(actor, site.facts)),
  }
}
export const readDossier = async (context: Context, db: Database, actor: Actor, id: DossierId): Promise<FileReply> => {
  const row = await dossierById(db, id)
  if (row === null) throw refuse.dossierMissing()
  const site = await readSite(context, db, actor, row.project_id, todayOf(context))
  if (!mayRead(actor, site, row)) throw refuse.dossierMissing()
  if (row.zip_sha256 === null) throw refuse.dossierNotReady()
  return {
    fileName: `项目卷宗-${site.project.caseNumber}.zip`,
    content: await context.platform.files.open(row.zip_sha256),
  }
}
export const checkDossier = async (context: Context, db: Database, actor: Actor, proofs: Proofs, uploadId: string) => {
  const upload = await context.platform.files.upload(db, uploadId)
  if (upload === null || upload.uploadedBy !== requirePerson(actor)) throw refuse.uploadMissing()
  const check = await verifyDossier(unzip(await context.platform.files.read(upload.sha256)), verifyEd25519)
  const { verifierKey, ...rest } = check
  return { ...rest, faults: [...check.faults], ownKey: verifierKey === proofs.verifierKey }
}
