/** What entries and policies say of a deferral. */
import { localDateOf } from '../../../kernel/time.ts'
import type { DeferralFacts } from '../policy/undertakings.ts'
import type { DeferralRecord } from '../store/undertaking-tables.ts'
import type { CaseFile } from './case-file.ts'
import type { Context } from './context.ts'

export const aboutDeferral = (deferral: DeferralRecord) => ({
  deferralId: deferral.id,
  materialId: deferral.material_id,
  materialName: deferral.material_name.zh,
})
export const factsOfDeferral = (context: Context, file: CaseFile, deferral: DeferralRecord): DeferralFacts => {
  const departments = [
    ...new Set(
      deferral.item_ids.flatMap((itemId) => {
        const item = context.law.item(itemId, file.application.catalogue_day)
        return item === null ? [] : [item.department]
      }),
    ),
  ]
  return {
    applicantId: file.application.applicant_id,
    applicantName: file.application.applicant_name,
    state: deferral.state,
    rule: deferral.rule,
    extended:
      deferral.extension === null ? null : { days: deferral.extension.days, on: localDateOf(deferral.extension.at) },
    departments,
    departmentNames: departments.map((department) => file.departments.name(department)).join('、'),
  }
}
