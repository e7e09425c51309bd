/** 纸质申请补录: a clerk enters what came on paper; the receipt on paper is what counts, and it stays marked. */
import { require } from '../../../kernel/decision.ts'
import { addDays, type Instant, localDateOf, wallClock } from '../../../kernel/time.ts'
import type { Unit } from '../../../platform/platform.ts'
import { paperEntered } from '../contract/events-undertakings.ts'
import type { ApplicationId } from '../contract.ts'
import * as refuse from '../model/refusals/undertakings.ts'
import * as refuseGeneral from '../model/refusals.ts'
import { mayEnterPaper } from '../policy/rounds.ts'
import { changeApplication, insertDocument } from '../store/applications.ts'
import { factsOfApplication, lockCase, requirePerson, requireVersion } from './case-file.ts'
import type { Context } from './context.ts'
import { aboutApplication, subjectOf } from './event-facts.ts'

/** Material under which the scan of the application itself is kept; it is no material of the catalogue. */
export const PAPER_SCAN = 'paper-application'

export interface PaperInput {
  readonly version: number
  readonly receivedAt: Instant
  readonly reasonCode: string
  readonly reason: string
  readonly signatory: string
  readonly uploadId: string
}
/** Notes the receipt on paper, within the window of the rule, with the scan as its proof. May be put right until submitted. */
export const enterPaper = async (context: Context, unit: Unit, id: ApplicationId, input: PaperInput): Promise<void> => {
  const person = requirePerson(unit.actor)
  const file = await lockCase(context, unit, id)
  const { application } = file
  require(mayEnterPaper(unit.actor, factsOfApplication(context, file)))
  await requireVersion(context, unit, application, input.version)
  const { windowDays, reasons } = context.undertakings.paper
  const reason = reasons.find((each) => each.code === input.reasonCode)
  if (reason === undefined) throw refuse.paperReasonUnknown({}, [{ path: 'reasonCode', message: '请选择补录原因。' }])
  if (input.receivedAt > unit.now) throw refuse.paperInFuture({}, [{ path: 'receivedAt', message: '不能晚于现在。' }])
  if (localDateOf(input.receivedAt) < addDays(unit.today, -windowDays))
    throw refuse.paperTooOld({ days: windowDays }, [{ path: 'receivedAt', message: `最多早于今天${windowDays}日。` }])
  const upload = await context.platform.files.upload(unit.db, input.uploadId)
  if (upload === null) throw refuseGeneral.uploadMissing()
  if (upload.uploadedBy !== null && upload.uploadedBy !== person) throw refuseGeneral.foreignUpload()
  if (upload.scan === 'infected') throw refuseGeneral.infectedUpload({ file: upload.fileName })
  const documentId = unit.newId<'document'>()
  await insertDocument(unit.db, {
    id: documentId,
    application_id: id,
    material_id: PAPER_SCAN,
    file_name: upload.fileName,
    size_bytes: upload.sizeBytes,
    media_type: upload.mediaType,
    sha256: upload.sha256,
    scan: upload.scan,
    added_at: unit.now,
    added_by: person,
    removed_at: null,
  })
  await changeApplication(unit.db, id, person, unit.now, {
    paper: {
      receivedAt: input.receivedAt,
      reasonCode: input.reasonCode,
      reason: input.reason,
      signatory: input.signatory,
      documentId,
      enteredAt: unit.now,
      enteredBy: person,
    },
  })
  await unit.record(paperEntered, {
    ...subjectOf(application),
    // A draft is nobody else's business yet; the submission says it in public.
    visibility: 'parties',
    payload: {
      ...aboutApplication(context, application),
      receivedAt: input.receivedAt,
      receivedText: wallClock(input.receivedAt),
      reason: reason.name.zh,
    },
  })
}
