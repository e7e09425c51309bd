/** 补正 point by point, the second list for new facts, and the page that shows both with the receipts. */
import type { Actor } from '../../../kernel/actor.ts'
import { require } from '../../../kernel/decision.ts'
import { cursorOf, keysAs } from '../../../kernel/page.ts'
import type { Instant } from '../../../kernel/time.ts'
import type { Words } from '../../../kernel/words.ts'
import type { Database, Unit } from '../../../platform/platform.ts'
import {
  correctionPointAnswered,
  correctionPointJudged,
  correctionProposed,
  correctionRejected,
} from '../contract/events-undertakings.ts'
import type { Rounds } from '../contract/rounds.ts'
import type { ApplicationId } from '../contract.ts'
import * as refuse from '../model/refusals/undertakings.ts'
import { pointChanged, pointStateOf, pointStateWords, receiptWords } from '../model/rounds.ts'
import {
  mayAnswerPoint,
  mayDecideSecondList,
  mayEnterPaper,
  mayJudgePoint,
  mayProposeSecondList,
} from '../policy/rounds.ts'
import { isOfficer, sentence } from '../policy.ts'
import { changeApplication, documentsOf, submissionsOf } from '../store/applications.ts'
import {
  decideRequest,
  insertRequest,
  pointsOf,
  receiptsOf,
  requestsOf,
  saveAnswer,
  saveVerdict,
  waitingRequests,
} from '../store/rounds.ts'
import type { CorrectionPoint } from '../store/tables.ts'
import { type CaseFile, factsOfApplication, lockCase, readCase, requirePerson, requireVersion } from './case-file.ts'
import type { Context } from './context.ts'
import { issueCorrections, requireAnchors } from './corrections.ts'
import { aboutApplication, subjectOf } from './event-facts.ts'
import { requireSight } from './file-view.ts'
import { changesSince, storedOf } from './points.ts'

// ------------------------------------------------------------------------------------------ answer and judge

const pointAt = (file: CaseFile, round: number, ordinal: number): CorrectionPoint => {
  const point = file.corrections.find((each) => each.round === round)?.points[ordinal]
  if (point === undefined) throw refuse.pointMissing()
  return point
}
export interface PointPlace {
  readonly round: number
  readonly ordinal: number
}
export const answerPoint = async (
  context: Context,
  unit: Unit,
  id: ApplicationId,
  place: PointPlace,
  input: { readonly version: number; readonly answer: string },
): Promise<void> => {
  const person = requirePerson(unit.actor)
  const file = await lockCase(context, unit, id)
  require(mayAnswerPoint(unit.actor, factsOfApplication(context, file)))
  await requireVersion(context, unit, file.application, input.version)
  pointAt(file, place.round, place.ordinal)
  if (file.corrections.at(-1)?.round !== place.round) throw refuse.pointMissing()
  await saveAnswer(unit.db, {
    application_id: id,
    round: place.round,
    ordinal: place.ordinal,
    answer: input.answer,
    answered_at: unit.now,
    answered_by: person,
  })
  await unit.record(correctionPointAnswered, {
    ...subjectOf(file.application),
    payload: { ...aboutApplication(context, file.application), round: place.round, number: place.ordinal + 1 },
    personal: { answer: input.answer },
  })
}
export const judgePoint = async (
  context: Context,
  unit: Unit,
  id: ApplicationId,
  place: PointPlace,
  input: { readonly version: number; readonly met: boolean; readonly remark: string },
): Promise<void> => {
  const person = requirePerson(unit.actor)
  const file = await lockCase(context, unit, id)
  require(mayJudgePoint(unit.actor, factsOfApplication(context, file)))
  await requireVersion(context, unit, file.application, input.version)
  pointAt(file, place.round, place.ordinal)
  await saveVerdict(
    unit.db,
    { application_id: id, round: place.round, ordinal: place.ordinal },
    { met: input.met, remark: input.remark === '' ? null : input.remark, at: unit.now, by: person },
  )
  await unit.record(correctionPointJudged, {
    ...subjectOf(file.application),
    payload: {
      ...aboutApplication(context, file.application),
      round: place.round,
      number: place.ordinal + 1,
      met: input.met,
      verdict: pointStateWords[input.met ? 'met' : 'not-met'].zh,
    },
  })
}

// ------------------------------------------------------------------------------------------ second list

export const proposeSecondList = async (
  context: Context,
  unit: Unit,
  id: ApplicationId,
  input: { readonly version: number; readonly points: readonly CorrectionPoint[]; readonly reason: string },
): Promise<void> => {
  const person = requirePerson(unit.actor)
  const file = await lockCase(context, unit, id)
  const waiting = (await requestsOf(unit.db, id)).some((each) => each.state === 'proposed')
  require(mayProposeSecondList(unit.actor, factsOfApplication(context, file), waiting))
  await requireVersion(context, unit, file.application, input.version)
  requireAnchors(context, file, input.points)
  const requestId = unit.newId<'correction-request'>()
  await insertRequest(unit.db, {
    id: requestId,
    application_id: id,
    after_round: file.application.round,
    points: input.points,
    reason: input.reason,
    state: 'proposed',
    proposed_at: unit.now,
    proposed_by: person,
    decided_at: null,
    decided_by: null,
    remark: null,
  })
  await changeApplication(unit.db, id, person, unit.now, {})
  await unit.record(correctionProposed, {
    ...subjectOf(file.application),
    payload: { ...aboutApplication(context, file.application), requestId, count: input.points.length },
    personal: { reason: input.reason },
  })
}
export const decideSecondList = async (
  context: Context,
  unit: Unit,
  id: ApplicationId,
  input: { readonly version: number; readonly approve: boolean; readonly remark: string },
): Promise<void> => {
  const person = requirePerson(unit.actor)
  const file = await lockCase(context, unit, id)
  const request = (await requestsOf(unit.db, id)).find((each) => each.state === 'proposed')
  require(mayDecideSecondList(unit.actor, factsOfApplication(context, file), request?.proposed_by ?? null))
  if (request === undefined) throw refuse.noSecondListOpen()
  await requireVersion(context, unit, file.application, input.version)
  await decideRequest(unit.db, request.id, {
    state: input.approve ? 'approved' : 'rejected',
    decided_at: unit.now,
    decided_by: person,
    remark: input.remark,
  })
  if (input.approve) {
    await issueCorrections(context, unit, file, request.points, {
      issuedBy: request.proposed_by,
      secondReason: request.reason,
    })
    return
  }
  await changeApplication(unit.db, id, person, unit.now, {})
  await unit.record(correctionRejected, {
    ...subjectOf(file.application),
    payload: { ...aboutApplication(context, file.application), requestId: request.id },
    personal: { remark: input.remark },
  })
}

// ------------------------------------------------------------------------------------------ reading

export const readRounds = async (
  context: Context,
  db: Database,
  actor: Actor,
  id: ApplicationId,
  now: Instant,
): Promise<Rounds> => {
  const file = await readCase(context, db, id, now)
  const { application } = file
  await requireSight(context, db, actor, application, now)
  const facts = factsOfApplication(context, file)
  const stored = await pointsOf(db, id)
  const documents = await documentsOf(db, id)
  const requests = isOfficer(actor) ? await requestsOf(db, id) : []
  const waiting = requests.find((each) => each.state === 'proposed')
  const receipts = await receiptsOf(db, id)
  const submissions = await submissionsOf(db, id)
  const names = await context.people.personNames(db, [
    ...requests.map((each) => each.proposed_by),
    ...(application.paper === null ? [] : [application.paper.enteredBy]),
  ])
  const rounds: Rounds['rounds'] = []
  for (const [index, correction] of file.corrections.entries()) {
    const changes = await changesSince(db, file, correction, documents)
    rounds.push({
      round: correction.round,
      number: index + 1,
      issuedAt: correction.issued_at,
      answeredAt: correction.answered_at,
      points: correction.points.map((point, ordinal) => {
        const row = storedOf(stored, correction.round, ordinal)
        const changed = pointChanged(point.anchor, changes)
        const state = pointStateOf({ anchor: point.anchor, stored: row }, changed)
        return {
          ...point,
          ordinal,
          state,
          stateName: pointStateWords[state],
          changed,
          answer: row?.answer ?? null,
          answeredAt: row?.answered_at ?? null,
          remark: row?.verdict_remark ?? null,
        }
      }),
    })
  }
  const decide: Words | null = sentence(mayDecideSecondList(actor, facts, waiting?.proposed_by ?? null))
  const { paper } = context.undertakings
  return {
    applicationId: id,
    version: application.version,
    rounds,
    requests: requests.map((each) => ({
      requestId: each.id,
      applicationId: id,
      caseNumber: application.case_number,
      projectName: application.project_name,
      version: application.version,
      state: each.state,
      points: each.points.map((point) => ({ ...point })),
      reason: each.reason,
      proposedAt: each.proposed_at,
      proposedBy: names.get(each.proposed_by) ?? '',
      decidedAt: each.decided_at,
      remark: each.remark,
      may: { decide },
    })),
    receipts: [
      ...submissions.map((row) => ({
        receiptId: row.id as string,
        kind: 'received' as const,
        title: receiptWords.received,
        number: row.receipt_number,
        issuedAt: row.entered_at ?? row.submitted_at,
        bySilence: false,
        late: row.entered_at !== null,
      })),
      ...receipts.map((row) => ({
        receiptId: row.id as string,
        kind: row.kind,
        title: receiptWords[row.kind],
        number: row.number,
        issuedAt: row.issued_at,
        bySilence: row.by_silence,
        late: row.late,
      })),
    ].sort((a, b) => (a.issuedAt < b.issuedAt ? -1 : 1)),
    paper:
      application.paper === null
        ? null
        : {
            receivedAt: application.paper.receivedAt,
            enteredAt: application.paper.enteredAt,
            reasonName: paper.reasons.find((each) => each.code === application.paper?.reasonCode)?.name ?? {
              zh: application.paper.reasonCode,
              en: application.paper.reasonCode,
            },
            reason: application.paper.reason,
            signatory: application.paper.signatory,
            documentId: application.paper.documentId,
            enteredBy: names.get(application.paper.enteredBy) ?? '',
          },
    paperRule: { windowDays: paper.windowDays, reasons: [...paper.reasons], source: paper.source },
    may: {
      answer: sentence(mayAnswerPoint(actor, facts)),
      judge: sentence(mayJudgePoint(actor, facts)),
      'second-list': sentence(mayProposeSecondList(actor, facts, waiting !== undefined)),
      'decide-second-list': decide,
      paper: sentence(mayEnterPaper(actor, facts)),
    },
  }
}
export const listSecondLists = async (
  context: Context,
  db: Database,
  query: { readonly after?: string | undefined; readonly limit: number },
): Promise<{ rows: Rounds['requests']; next: string | null }> => {
  const after = keysAs(query.after, 'instant', 'id')
  const found = await waitingRequests(db, {
    after: after === null ? undefined : { at: after[0], id: after[1] },
    limit: query.limit + 1,
  })
  const page = found.slice(0, query.limit)
  const names = await context.people.personNames(
    db,
    page.map((row) => row.proposed_by),
  )
  const last = page.at(-1)
  return {
    rows: page.map((row) => ({
      requestId: row.id,
      applicationId: row.application_id,
      caseNumber: row.case_number,
      projectName: row.project_name,
      version: row.application_version,
      state: row.state,
      points: row.points.map((point) => ({ ...point })),
      reason: row.reason,
      proposedAt: row.proposed_at,
      proposedBy: names.get(row.proposed_by) ?? '',
      decidedAt: row.decided_at,
      remark: row.remark,
      // The single case is decided on its file, where the policy is asked again.
      may: {},
    })),
    next: found.length > query.limit && last !== undefined ? cursorOf(last.proposed_at, last.id) : null,
  }
}
