/** The document of a concluded acceptance, and what everybody may verify of it. */
import { type Actor, system } from '../../../kernel/actor.ts'
import type { Database, FileReply } from '../../../platform/platform.ts'
import { opinionIssued } from '../contract/events.ts'
import type { AcceptanceId } from '../contract.ts'
import { opinionPdf } from '../documents/opinion.ts'
import * as refuse from '../model/refusals.ts'
import { type AcceptanceRecord, acceptanceBy, noteOpinion } from '../store.ts'
import { type Context, lockSite, placeOf, readSite, todayOf } from './context.ts'
import { aboutAcceptance } from './parts.ts'

/** Makes the document unless it was made before, stores it and fixes its digest. Safe to repeat. */
export const ensureOpinion = async (context: Context, row: AcceptanceRecord): Promise<Uint8Array> => {
  const { opinion, code, concluded_at } = row
  if (opinion === null || code === null || concluded_at === null) throw refuse.opinionMissing()
  if (row.sha256 !== null) return context.platform.files.read(row.sha256)
  const content = await opinionPdf(
    { number: row.number, code, kind: row.kind, concludedAt: concluded_at, opinion },
    context.platform.config.publicUrl,
  )
  const { sha256 } = await context.platform.files.put(content, 'application/pdf')
  await context.platform.transact(system('completion.opinion'), async (unit) => {
    const site = await lockSite(context, unit, row.project_id)
    if (!(await noteOpinion(unit.db, row.id, sha256))) return
    await unit.record(opinionIssued, {
      ...placeOf(site),
      payload: { ...aboutAcceptance(site, row), code, sha256 },
    })
  })
  return content
}
export const issueOpinion = async (context: Context, id: AcceptanceId): Promise<void> => {
  const row = await acceptanceBy(context.platform.db, { id })
  if (row === null) throw refuse.opinionMissing()
  await ensureOpinion(context, row)
}
export const readOpinion = async (
  context: Context,
  db: Database,
  actor: Actor,
  id: AcceptanceId,
): Promise<FileReply> => {
  const row = await acceptanceBy(db, { id })
  if (row === null) throw refuse.opinionMissing()
  await readSite(context, db, actor, row.project_id, todayOf(context))
  return { fileName: `联合验收意见-${row.number}.pdf`, content: await ensureOpinion(context, row), inline: true }
}
export interface PublicOpinion {
  readonly number: string
  readonly kind: 'partial' | 'final'
  readonly projectName: string
  readonly ownerName: string
  readonly leadName: string
  readonly buildings: readonly string[]
  readonly usable: readonly string[]
  readonly concludedOn: string
  readonly sha256: string | null
}
/** For everybody who holds the code: an allow-list without persons. Null when there is no such opinion. */
export const publicOpinion = async (context: Context, code: string): Promise<PublicOpinion | null> => {
  const row = await acceptanceBy(context.platform.db, { code: code.trim().toUpperCase() })
  if (row === null || row.opinion === null) return null
  const { projectName, ownerName, leadName, buildings, usable, concludedOn } = row.opinion
  return {
    number: row.number,
    kind: row.kind,
    projectName,
    ownerName,
    leadName,
    buildings,
    usable,
    concludedOn,
    sha256: row.sha256,
  }
}
