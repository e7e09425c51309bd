/** The points of a correction list against what came after it: what was changed, and what is still unanswered. */
import type { FieldFault } from '../../../kernel/refusal.ts'
import type { Database } from '../../../platform/platform.ts'
import type { Answers } from '../contract.ts'
import { type ChangeFacts, pointChanged, pointStateOf } from '../model/rounds.ts'
import { type CorrectionRecord, type DocumentRecord, submission, submissionsOf } from '../store/applications.ts'
import { pointsOf } from '../store/rounds.ts'
import type { CorrectionPointRecord } from '../store/undertaking-tables.ts'
import type { CaseFile } from './case-file.ts'

const contentAfter = async (db: Database, file: CaseFile, round: number): Promise<Answers | null> => {
  const found = (await submissionsOf(db, file.application.id)).find((each) => each.round === round)
  const row = found === undefined ? null : await submission(db, found.id)
  return row === null ? null : (JSON.parse(row.content) as { answers: Answers }).answers
}
/** What came after a list: against the content it was about, up to the submission that answered it or to now. */
export const changesSince = async (
  db: Database,
  file: CaseFile,
  correction: CorrectionRecord,
  documents: readonly DocumentRecord[],
): Promise<ChangeFacts> => ({
  before: (await contentAfter(db, file, correction.round)) ?? {},
  now:
    (correction.answered_at === null ? null : await contentAfter(db, file, correction.round + 1)) ??
    file.application.answers,
  issuedAt: correction.issued_at,
  documents: documents.map((document) => ({ materialId: document.material_id, addedAt: document.added_at })),
})
export const storedOf = (rows: readonly CorrectionPointRecord[], round: number, ordinal: number) =>
  rows.find((row) => row.round === round && row.ordinal === ordinal) ?? null

/** Points of the open list that were neither changed nor answered in words: they stop the submission, each at its place. */
export const pointFaults = async (
  db: Database,
  file: CaseFile,
  documents: readonly DocumentRecord[],
): Promise<readonly FieldFault[]> => {
  const correction = file.corrections.at(-1)
  if (file.application.state !== 'correcting' || correction === undefined) return []
  const stored = await pointsOf(db, file.application.id)
  const changes = await changesSince(db, file, correction, documents)
  return correction.points.flatMap((point, ordinal): readonly FieldFault[] => {
    const state = pointStateOf(
      { anchor: point.anchor, stored: storedOf(stored, correction.round, ordinal) },
      pointChanged(point.anchor, changes),
    )
    const place = point.anchor.replace(/^field:/, 'answers.').replace(/^material:/, 'materials.')
    return state === 'open'
      ? [{ path: place, message: `补正第${ordinal + 1}点还没有答复:请按要求修改,或者在补正清单中逐点说明。` }]
      : []
  })
}
