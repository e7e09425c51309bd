/** What a signed promise stands in for, read from a case that is loaded. */
import type { LocalDate } from '../../../kernel/time.ts'
import type { Words } from '../../../kernel/words.ts'
import { limitWords, owedStates } from '../model/deferral.ts'
import type { MaterialNeed } from '../model/materials.ts'
import type { DeferralRecord } from '../store/undertaking-tables.ts'
import type { CaseFile, LockedCase } from './case-file.ts'

type Promised = Pick<CaseFile, 'application' | 'deferrals' | 'commitments'>

/** Deferrals of this application; a case holds those of the whole project. */
export const ownDeferrals = (file: Pick<CaseFile, 'application' | 'deferrals'>): readonly DeferralRecord[] =>
  file.deferrals.filter((deferral) => deferral.application_id === file.application.id)

/** Marks the documents that may be missing because somebody signed for them. */
export const withWaivers = (file: Promised, needs: readonly MaterialNeed[]): readonly MaterialNeed[] => {
  const deferred = new Set(
    ownDeferrals(file)
      .filter((deferral) => owedStates.includes(deferral.state))
      .map((deferral) => deferral.material_id),
  )
  const covered = new Set(
    file.commitments.filter((each) => each.kind === 'substitute').flatMap((each) => each.material_ids),
  )
  return needs.map((need) => {
    if (need.present || need.form === 'exempt') return need
    if (covered.has(need.materialId)) return { ...need, waiver: 'commitment' }
    return deferred.has(need.materialId) ? { ...need, waiver: 'deferral' } : need
  })
}

/** Documents that are still owed for an item. */
export const owedFor = (file: CaseFile, itemId: string): readonly DeferralRecord[] =>
  ownDeferrals(file).filter((deferral) => owedStates.includes(deferral.state) && deferral.item_ids.includes(itemId))

export const dueOfDeferral = (file: LockedCase, deferral: DeferralRecord): LocalDate | null => {
  const clock = deferral.clock_id === null ? null : file.book.get(deferral.clock_id)
  return clock === null ? null : file.book.derived(clock).due
}
export const owedDocument = (
  file: LockedCase,
  deferral: DeferralRecord,
): { readonly name: Words; readonly limit: Words; readonly due: LocalDate | null } => ({
  name: deferral.material_name,
  limit: limitWords(deferral.rule),
  due: dueOfDeferral(file, deferral),
})
