/** Endpoints of editions to their actions. */
import { localDateOf } from '../../../kernel/time.ts'
import { type Call, type Platform, type Route, route, type Unit } from '../../../platform/platform.ts'
import {
  draftEdition,
  editionBase,
  listEditions,
  type NamesOf,
  publishEdition,
  saveEdition,
  viewEdition,
  withdrawEdition,
} from '../actions/editions.ts'
import * as contract from '../contract/editions.ts'
import type { CatalogueReader } from '../contract.ts'
import type { LoadedCatalogue } from '../reader.ts'
import { guideReply } from '../routes.ts'

export const editionRoutes = (
  platform: Platform,
  held: () => LoadedCatalogue,
  reader: CatalogueReader,
  namesOf: NamesOf,
): readonly Route[] => {
  const { db } = platform
  const { freshen } = reader
  const view = async (call: Call, id: contract.EditionId) => {
    await freshen(db)
    return viewEdition(db, held(), call.actor, id, localDateOf(platform.clock()), namesOf)
  }
  const command = async (call: Call, id: contract.EditionId, work: (unit: Unit) => Promise<void>) => {
    await freshen(db)
    await platform.transact(call.actor, work, { traceId: call.traceId })
    return view(call, id)
  }
  return [
    route(contract.listEditions, async () => {
      await freshen(db)
      const today = localDateOf(platform.clock())
      return { today, rows: await listEditions(db, held(), today, namesOf) }
    }),
    route(contract.readEditionBase, async (_call, { query }) => {
      await freshen(db)
      return { content: editionBase(held(), { ...query, day: query.day ?? localDateOf(platform.clock()) }) }
    }),
    route(contract.readEdition, (call, { params }) => view(call, params.editionId)),
    route(contract.tryCatalogue, async (_call, { body }) => {
      await freshen(db)
      const trial = await reader.trial(db, body.editionIds)
      const known = body.itemIds.filter((id) => trial.item(id, body.day) !== null)
      const form = known.length === 0 ? null : trial.form(known, body.day)
      return {
        notice: contract.trialNotice,
        guide: guideReply(trial, body.day, body.answers, body.stage),
        form:
          form === null
            ? null
            : {
                version: form.version,
                itemIds: [...form.itemIds],
                sections: form.sections.map((section) => ({ ...section, fields: [...section.fields] })),
              },
      }
    }),
    route(contract.draftEdition, async (call, { body }) => {
      await freshen(db)
      const id = await platform.transact(
        call.actor,
        (unit) => draftEdition(unit, held(), { ...body, content: body.content }),
        { traceId: call.traceId },
      )
      return view(call, id)
    }),
    route(contract.saveEdition, (call, { params, body }) =>
      command(call, params.editionId, (unit) =>
        saveEdition(unit, held(), params.editionId, { ...body, content: body.content }),
      ),
    ),
    route(contract.publishEdition, (call, { params, body }) =>
      command(call, params.editionId, (unit) => publishEdition(unit, held(), params.editionId, body.version)),
    ),
    route(contract.withdrawEdition, (call, { params, body }) =>
      command(call, params.editionId, (unit) => withdrawEdition(unit, held(), params.editionId, body)),
    ),
  ]
}
