/** Endpoint to action, one line each. */
import { localDateOf } from '../../kernel/time.ts'
import { type Call, type Route, route, type Unit } from '../../platform/platform.ts'
import type { Context } from './actions/context.ts'
import { decideItemRun, draftDecision, reviewDraft } from './actions/decisions.ts'
import { attachDocument, createDraft, detachDocument, discardDraft, saveDraft } from './actions/drafts.ts'
import { readFile, readItemRunView } from './actions/file-view.ts'
import { acceptApplication, refuseApplication, requestCorrections } from './actions/intake.ts'
import { listApplications, readBoard, readQueue } from './actions/lists.ts'
import { askOpinions, giveOpinion, openOpinionTask } from './actions/opinions.ts'
import { explainClockOf, printExplanation, readCertificate, readDocument, readReceipt } from './actions/papers.ts'
import { allowedGrounds, decidePause, extendItemRun, proposePause, resumeItemRun } from './actions/pauses.ts'
import { inspectBeforeSubmission } from './actions/precheck.ts'
import { publicProgress, verifyCertificate, verifyReceipt } from './actions/public.ts'
import { simulateLimit } from './actions/simulation.ts'
import { submitApplication } from './actions/submit.ts'
import * as contract from './contract.ts'
import * as refuse from './model/refusals.ts'
import { accessRoutes } from './routes/access.ts'
import { adviceRoutes } from './routes/advice.ts'
import { afterRoutes } from './routes/after.ts'
import { beforeSubmissionRoutes } from './routes/before-submission.ts'
import { consultationRoutes } from './routes/consultation.ts'
import { applicationOfItemRun, applicationOfOpinionTask, itemRunsOf } from './store/item-runs.ts'

type ApplicationId = contract.ApplicationId
type ItemRunId = contract.ItemRunId
type OpinionTaskId = contract.OpinionTaskId

export const approvalsRoutes = (context: Context): readonly Route[] => {
  const { platform } = context
  /** Runs a command and gives what the page shows afterwards, read in the same transaction. */
  const command = <T>(call: Call, work: (unit: Unit) => Promise<T>): Promise<T> =>
    platform.transact(call.actor, work, { traceId: call.traceId })
  const onFile = (call: Call, id: ApplicationId, work: (unit: Unit) => Promise<unknown>) =>
    command(call, async (unit) => {
      await work(unit)
      return readFile(context, unit.db, call.actor, id, unit.now)
    })
  const onItemRun = (call: Call, id: ItemRunId, work: (unit: Unit) => Promise<unknown>) =>
    command(call, async (unit) => {
      await work(unit)
      return readItemRunView(context, unit.db, call.actor, id, unit.now)
    })
  const onTask = (call: Call, id: OpinionTaskId, work: (unit: Unit) => Promise<unknown>) =>
    command(call, async (unit) => {
      await work(unit)
      return readTask(context, unit, call, id)
    })
  const db = platform.db
  return [
    ...beforeSubmissionRoutes(context),
    ...adviceRoutes(context),
    ...accessRoutes(context),
    route(contract.createApplication, async (call, { body }) => {
      await context.law.freshen(db)
      return command(call, async (unit) => {
        const id = await createDraft(context, unit, body)
        return readFile(context, unit.db, call.actor, id, unit.now)
      })
    }),
    route(contract.listApplications, (call, { query }) =>
      listApplications(context, db, call.actor, query, platform.clock()),
    ),
    route(contract.readApplication, (call, { params }) =>
      readFile(context, db, call.actor, params.applicationId, platform.clock()),
    ),
    route(contract.saveDraft, (call, { params, body }) =>
      onFile(call, params.applicationId, (unit) => saveDraft(context, unit, params.applicationId, body)),
    ),
    route(contract.discardDraft, (call, { params }) =>
      command(call, async (unit) => {
        await discardDraft(context, unit, params.applicationId)
        return { discarded: true as const }
      }),
    ),
    route(contract.attachDocument, (call, { params, body }) =>
      onFile(call, params.applicationId, (unit) => attachDocument(context, unit, params.applicationId, body)),
    ),
    route(contract.removeDocument, (call, { params }) =>
      onFile(call, params.applicationId, (unit) =>
        detachDocument(context, unit, params.applicationId, params.documentId),
      ),
    ),
    route(contract.readDocument, (call, { params }) =>
      readDocument(context, db, call.actor, params.applicationId, params.documentId, platform.clock()),
    ),
    route(contract.submitApplication, async (call, { params, body }) => {
      await context.law.freshen(db)
      await inspectBeforeSubmission(context, db, call.actor, params.applicationId, platform.clock())
      return command(call, async (unit) => {
        const id = await submitApplication(context, unit, params.applicationId, body.version)
        const file = await readFile(context, unit.db, call.actor, params.applicationId, unit.now)
        const submission = file.submissions.find((each) => each.submissionId === id)
        if (submission === undefined) throw refuse.submissionMissing()
        return { submission, file }
      })
    }),
    route(contract.readReceipt, (call, { params }) =>
      readReceipt(context, db, call.actor, params.applicationId, params.submissionId, platform.clock()),
    ),
    route(contract.acceptApplication, (call, { params, body }) =>
      onFile(call, params.applicationId, (unit) =>
        acceptApplication(context, unit, params.applicationId, body.version),
      ),
    ),
    route(contract.refuseApplication, (call, { params, body }) =>
      onFile(call, params.applicationId, (unit) => refuseApplication(context, unit, params.applicationId, body)),
    ),
    route(contract.requestCorrections, (call, { params, body }) =>
      onFile(call, params.applicationId, (unit) => requestCorrections(context, unit, params.applicationId, body)),
    ),
    route(contract.readQueue, (call, { query }) => readQueue(context, db, call.actor, query, platform.clock())),
    route(contract.askOpinions, (call, { params, body }) =>
      onItemRun(call, params.itemRunId, (unit) => askOpinions(context, unit, params.itemRunId, body)),
    ),
    route(contract.openOpinionTask, (call, { params, body }) =>
      onTask(call, params.opinionTaskId, (unit) => openOpinionTask(context, unit, params.opinionTaskId, body.version)),
    ),
    route(contract.giveOpinion, (call, { params, body }) =>
      onTask(call, params.opinionTaskId, (unit) => giveOpinion(context, unit, params.opinionTaskId, body)),
    ),
    route(contract.proposePause, (call, { params, body }) =>
      onItemRun(call, params.itemRunId, (unit) => proposePause(context, unit, params.itemRunId, body)),
    ),
    route(contract.decidePause, (call, { params, body }) =>
      onItemRun(call, params.itemRunId, (unit) => decidePause(context, unit, params.itemRunId, body)),
    ),
    route(contract.resumeItemRun, (call, { params, body }) =>
      onItemRun(call, params.itemRunId, (unit) => resumeItemRun(context, unit, params.itemRunId, body)),
    ),
    route(contract.extendItemRun, (call, { params, body }) =>
      onItemRun(call, params.itemRunId, (unit) => extendItemRun(context, unit, params.itemRunId, body)),
    ),
    route(contract.draftDecision, (call, { params, body }) =>
      onItemRun(call, params.itemRunId, (unit) => draftDecision(context, unit, params.itemRunId, body)),
    ),
    route(contract.reviewDraft, (call, { params, body }) =>
      onItemRun(call, params.itemRunId, (unit) => reviewDraft(context, unit, params.itemRunId, body)),
    ),
    route(contract.decide, (call, { params, body }) =>
      command(call, (unit) => decideItemRun(context, unit, params.itemRunId, body.version, body.publishAt ?? null)),
    ),
    route(contract.readItemRun, (call, { params }) =>
      readItemRunView(context, db, call.actor, params.itemRunId, platform.clock()),
    ),
    route(contract.explainClockOf, (call, { params }) =>
      explainClockOf(context, db, call.actor, params.clockId, platform.clock()),
    ),
    route(contract.printExplanation, (call, { params }) =>
      printExplanation(context, db, call.actor, params.clockId, platform.clock()),
    ),
    route(contract.readClockBoard, (_call, { query }) => readBoard(context, db, query, platform.clock())),
    route(contract.readCertificate, (call, { params }) =>
      readCertificate(context, db, call.actor, params.certificateId, platform.clock()),
    ),
    route(contract.readLegalGrounds, async (_call, { params }) => ({
      grounds: (await groundsOf(context, params.itemRunId)).map((ground) => ({
        code: ground.id,
        label: ground.name,
        basis: ground.basis,
        maxDays: ground.maxDays,
        certainty: ground.certainty,
      })),
    })),
    route(contract.simulateClock, async (_call, { body }) => simulateLimit(context, body)),
    route(contract.readPublicProgress, (_call, { params }) =>
      publicProgress(context, db, params.number, platform.clock()),
    ),
    route(contract.verifyCertificate, (_call, { params }) =>
      verifyCertificate(context, db, params.code, platform.clock()),
    ),
    route(contract.verifyReceipt, (_call, { params }) => verifyReceipt(context, db, params.receiptNumber)),
    ...consultationRoutes(context),
    ...afterRoutes(context),
  ]
}

const readTask = async (context: Context, unit: Unit, call: Call, id: OpinionTaskId) => {
  const applicationId = await applicationOfOpinionTask(unit.db, id)
  if (applicationId === null) throw refuse.opinionTaskMissing()
  const file = await readFile(context, unit.db, call.actor, applicationId, unit.now)
  const task = file.itemRuns.flatMap((run) => run.opinionTasks).find((each) => each.opinionTaskId === id)
  if (task === undefined) throw refuse.opinionTaskMissing()
  return task
}
const groundsOf = async (context: Context, id: ItemRunId) => {
  const applicationId = await applicationOfItemRun(context.platform.db, id)
  const run =
    applicationId === null
      ? undefined
      : (await itemRunsOf(context.platform.db, [applicationId])).find((each) => each.id === id)
  const item = run === undefined ? null : context.law.itemVersion(run.item_version_id)
  if (item === null) throw refuse.itemRunMissing()
  return allowedGrounds(context, item, localDateOf(context.platform.clock()))
}
