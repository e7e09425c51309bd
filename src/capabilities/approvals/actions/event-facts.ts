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
