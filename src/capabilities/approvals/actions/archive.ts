/** What the approvals hold of a project for its archive: each piece with its place, made only when it is asked for. */
import type { Actor } from '../../../kernel/actor.ts'
import type { ProjectId } from '../../../kernel/identity.ts'
import type { Database } from '../../../platform/platform.ts'
import type { ArchivePiece } from '../contract/reader.ts'
import { applicationsOfProject, documentsOf, submission, submissionsOf } from '../store/applications.ts'
import { certificate, certificatesOf, itemRunsOf, opinionTasksOf } from '../store/item-runs.ts'
import { departmentNames } from './case-file.ts'
import type { Context } from './context.ts'
import { reachedMilestones } from './milestone-standings.ts'
import { ensureCertificate, readReceipt } from './papers.ts'
import type { FrozenContent } from './submit.ts'

const bytes = (value: unknown): Uint8Array => new TextEncoder().encode(`${JSON.stringify(value, null, 2)}\n`)
const safe = (name: string): string => name.replace(/[\\/:*?"<>|\s]+/g, '_').slice(0, 80)

/** `reader`: for whom; the receipts ask whether that person may see the application. */
export const archivePieces = async (
  context: Context,
  db: Database,
  reader: Actor,
  projectId: ProjectId,
): Promise<readonly ArchivePiece[]> => {
  const now = context.platform.clock()
  const pieces: ArchivePiece[] = []
  const add = (
    path: string,
    title: string,
    personal: boolean,
    content: () => Promise<Uint8Array>,
    plain?: () => Promise<Uint8Array>,
  ) => pieces.push({ path, title, personal, content, ...(plain === undefined ? {} : { plain }) })
  for (const application of [...(await applicationsOfProject(db, projectId))].reverse()) {
    const folder = `01-申请/${safe(application.case_number)}`
    const names = await departmentNames(context, db, application.catalogue_day)
    const contacts = new Set(
      context.law
        .form(application.item_ids, application.catalogue_day)
        .fields.filter((field) => field.type === 'person-contact')
        .map((field) => field.id),
    )
    for (const head of await submissionsOf(db, application.id)) {
      const read = async () => (await submission(db, head.id))?.content ?? ''
      add(
        `${folder}/提交-${head.round}.json`,
        `${application.case_number}第${head.round}次提交`,
        true,
        async () => new TextEncoder().encode(await read()),
        async () => {
          const frozen = JSON.parse(await read()) as FrozenContent
          return bytes({
            ...frozen,
            answers: Object.fromEntries(Object.entries(frozen.answers).filter(([id]) => !contacts.has(id))),
          })
        },
      )
      add(`${folder}/收件凭证-${head.round}.pdf`, `收件凭证${head.receipt_number}`, false, async () => {
        const { content } = await readReceipt(context, db, reader, application.id, head.id, now)
        if (content instanceof Uint8Array) return content
        throw new Error('a receipt is made in memory')
      })
    }
    for (const [index, document] of (await documentsOf(db, application.id)).entries())
      if (document.scan !== 'infected')
        add(
          `${folder}/材料/${String(index + 1).padStart(3, '0')}-${document.material_id}-${safe(document.file_name)}`,
          document.file_name,
          true,
          () => context.platform.files.read(document.sha256),
        )
    const runs = await itemRunsOf(db, [application.id])
    const tasks = await opinionTasksOf(db, [application.id])
    add(`${folder}/意见汇总.json`, `${application.case_number}部门意见`, false, async () =>
      bytes(
        tasks.map((task) => ({
          item: runs.find((run) => run.id === task.item_run_id)?.item_name.zh ?? '',
          department: names.name(task.department),
          state: task.state,
          code: task.code,
          text: task.text,
          conditions: task.conditions,
          sentAt: task.sent_at,
          givenAt: task.given_at,
        })),
      ),
    )
    add(`${folder}/决定.json`, `${application.case_number}各事项决定`, false, async () =>
      bytes(
        runs.map((run) => ({
          itemId: run.item_id,
          item: run.item_name.zh,
          department: names.name(run.department),
          state: run.state,
          outcome: run.outcome,
          text: run.decision_text,
          conditions: run.decision_conditions,
          documentNumber: run.document_number,
          decidedAt: run.decided_at,
        })),
      ),
    )
    for (const { id } of await certificatesOf(db, [application.id])) {
      const row = await certificate(db, id)
      if (row === null) continue
      add(`${folder}/证件/${safe(row.document_number)}.pdf`, row.facts.documentName.zh, false, () =>
        ensureCertificate(context, id),
      )
    }
  }
  const reached = await reachedMilestones(context, db, projectId)
  add('02-项目节点.json', '项目节点', false, async () => bytes([...reached.values()]))
  return pieces
}
