/** The status codes of every item of a project, for the exchange. */
import type { ProjectId } from '../../../kernel/identity.ts'
import { localDateOf } from '../../../kernel/time.ts'
import type { Database } from '../../../platform/platform.ts'
import type { HandlingStatus } from '../contract/reader.ts'
import { exchangeCode, exchangeStatusOf } from '../model/exchange.ts'
import { applicationsOfProject } from '../store/applications.ts'
import { certificateStatesOf, itemRunsOf } from '../store/item-runs.ts'
import { holdOf } from './case-file.ts'
import type { Context } from './context.ts'

export const handlingStatuses = async (
  context: Context,
  db: Database,
  projectId: ProjectId,
): Promise<readonly HandlingStatus[]> => {
  const applications = await applicationsOfProject(db, projectId)
  const ids = applications.map((row) => row.id)
  const runs = await itemRunsOf(db, ids)
  const states = await certificateStatesOf(db, ids)
  const today = localDateOf(context.platform.clock())
  return applications.flatMap((application) =>
    application.item_ids.map((itemId): HandlingStatus => {
      const run = runs.find((each) => each.application_id === application.id && each.item_id === itemId)
      const status = exchangeStatusOf({
        applicationState: application.state,
        round: application.round,
        itemState: run?.state ?? null,
        outcome: run?.outcome ?? null,
        held: run !== undefined && holdOf(run, today) !== null,
        revoked: run !== undefined && states.get(run.id) === 'revoked',
      })
      const known = exchangeCode(context.undertakings.exchange, status)
      return {
        applicationId: application.id,
        itemRunId: run?.id ?? null,
        itemId,
        status,
        code: known?.code ?? null,
        name: known?.name ?? '',
      }
    }),
  )
}
