/** What every entry about an application or an item says. */

import type { ApplicationRecord } from '../store/applications.ts'
import type { ItemRunRecord } from '../store/item-runs.ts'
import type { CaseFile } from './case-file.ts'
import type { Context } from './context.ts'

export const aboutApplication = (context: Context, application: ApplicationRecord) => ({
  applicationId: application.id,
  caseNumber: application.case_number,
  projectName: application.project_name,
  stage: application.stage,
  stageName: context.law.stage(application.stage, application.catalogue_day)?.name.zh ?? application.stage,
})
export const aboutItem = (context: Context, file: CaseFile, run: ItemRunRecord) => ({
  ...aboutApplication(context, file.application),
  itemRunId: run.id,
  itemId: run.item_id,
  itemName: run.item_name.zh,
  department: run.department,
  departmentName: file.departments.name(run.department),
})
export const subjectOf = (application: Pick<ApplicationRecord, 'id' | 'project_id'>) => ({
  subject: { kind: 'application', id: application.id },
  projectId: application.project_id,
})

/** A text of the form; null where it was not filled in. */
export const textAnswer = (application: Pick<ApplicationRecord, 'answers'>, field: string): string | null => {
  const value = application.answers[field]
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : null
}
/** Where the works are: as registered, else as the applicant stated it in the form. */
export const placeOf = (application: Pick<ApplicationRecord, 'answers' | 'project_address'>): string =>
  application.project_address === '' ? (textAnswer(application, 'projectPlace') ?? '') : application.project_address
