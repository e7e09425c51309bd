/** Reports of a check, made when they are asked for. */
import type { Actor } from '../../../kernel/actor.ts'
import type { Database, FileReply } from '../../../platform/platform.ts'
import type { CheckId } from '../contract.ts'
import { conflictReportExcel, conflictReportPdf, type ReportConflict, type ReportFacts } from '../documents/report.ts'
import { type ConflictFilter, countConflicts } from '../store/conflicts.ts'
import { rowsFor } from './bcf.ts'
import { readCheck } from './checks.ts'
import { rowViews } from './conflict-views.ts'
import { type Context, readSiteOf, todayOf } from './context.ts'

/** Rows of a report: what a person can still read, and a workbook still opens quickly. */
const MOST_IN_PDF = 500
const MOST_IN_EXCEL = 20_000

const factsFor = async (
  context: Context,
  db: Database,
  actor: Actor,
  checkId: CheckId,
  filter: ConflictFilter,
  most: number,
  pictured: number,
): Promise<ReportFacts> => {
  const { project } = await readSiteOf(context, db, actor, 'check_definition', checkId)
  const check = await readCheck(context, db, actor, checkId)
  const rows = await rowsFor(context, db, checkId, filter, most)
  const views = await rowViews(context, db, project.id, rows)
  const conflicts: ReportConflict[] = []
  for (const [index, row] of rows.entries()) {
    const view = views[index]
    const [snapshot] = row.snapshots
    if (view === undefined) continue
    conflicts.push({
      ...view,
      formula: row.formula,
      yielding: row.yielding === null ? null : `${row.yielding.title}避让:${row.yielding.reason}`,
      sides: { a: row.a, b: row.b },
      snapshot: snapshot === undefined || index >= pictured ? null : await context.platform.files.read(snapshot.sha256),
    })
  }
  return {
    projectName: project.name,
    check,
    conflicts,
    total: await countConflicts(db, checkId, filter, todayOf(context)),
    pictured,
    at: context.platform.clock(),
  }
}
const nameOf = ({ check }: ReportFacts, extension: string): string =>
  `${check.name.replace(/[\\/:*?"<>|\s]+/g, '_')}-冲突报告.${extension}`

export const reportExcel = async (
  context: Context,
  db: Database,
  actor: Actor,
  checkId: CheckId,
  filter: ConflictFilter,
): Promise<FileReply> => {
  const facts = await factsFor(context, db, actor, checkId, filter, MOST_IN_EXCEL, 0)
  return { fileName: nameOf(facts, 'xlsx'), content: await conflictReportExcel(facts) }
}
export const reportPdf = async (
  context: Context,
  db: Database,
  actor: Actor,
  checkId: CheckId,
  { pictures, ...filter }: ConflictFilter & { readonly pictures: number },
): Promise<FileReply> => {
  const facts = await factsFor(context, db, actor, checkId, filter, MOST_IN_PDF, pictures)
  return { fileName: nameOf(facts, 'pdf'), content: await conflictReportPdf(facts) }
}
