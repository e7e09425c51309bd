/** What an application still needs: its materials, and everything that stops a submission now. */
import type { FieldFault } from '../../../kernel/refusal.ts'
import type { LocalDate } from '../../../kernel/time.ts'
import { type MaterialNeed, materialFaults, materialNeeds } from '../model/materials.ts'
import type { ApplicationRecord, DocumentRecord } from '../store/applications.ts'
import type { CaseFile } from './case-file.ts'
import type { Context } from './context.ts'
import { withWaivers } from './waivers.ts'

/** The materials of an application with what is there, on a day of the catalogue. */
export const needsOf = (
  context: Context,
  file: Pick<CaseFile, 'application' | 'projectRuns' | 'deferrals' | 'commitments'>,
  documents: readonly DocumentRecord[],
  day: LocalDate,
): readonly MaterialNeed[] => {
  const { application } = file
  const decisions = new Map<string, string>()
  for (const run of file.projectRuns)
    if (run.state === 'decided' && run.outcome !== null && run.outcome !== 'refused' && run.document_number !== null)
      decisions.set(run.item_id, run.document_number)
  return withWaivers(
    file,
    materialNeeds(
      context.law.materials(application.item_ids, application.guide_answers, day),
      new Set(documents.filter((document) => document.scan !== 'infected').map((document) => document.material_id)),
      decisions,
    ),
  )
}
/** Everything that stops a submission now, each at its field or material. Empty = ready. */
export const faultsOf = (
  context: Context,
  application: Pick<ApplicationRecord, 'item_ids' | 'answers'>,
  needs: readonly MaterialNeed[],
  day: LocalDate,
): readonly FieldFault[] => [
  ...context.law.checkAnswers(application.item_ids, day, application.answers),
  ...materialFaults(needs),
]
