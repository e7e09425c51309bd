/** A department objects to a published number; the supervisor answers; what is upheld goes into a corrected edition. */
import type { Actor } from '../../../kernel/actor.ts'
import { require } from '../../../kernel/decision.ts'
import type { PersonId } from '../../../kernel/identity.ts'
import type { Database, Unit } from '../../../platform/platform.ts'
import { type FigureId, type ObjectionId, objectionAnswered, objectionRaised } from '../contract.ts'
import { periodName } from '../model/periods.ts'
import * as refuse from '../model/refusals.ts'
import { mayAnswer, mayObject } from '../policy.ts'
import {
  figureById,
  insertObjection,
  lockObjection,
  type ObjectionRecord,
  objectionById,
  type PeriodRecord,
  periodById,
  saveAnswer,
} from '../store.ts'
import { type Context, departmentNames } from './context.ts'
import { namesOf, objectionOf, objectUntil } from './read.ts'

const person = (actor: Actor): PersonId => {
  if (actor.kind !== 'person') throw refuse.objectionNotYours()
  return actor.personId
}
const facts = async (
  context: Context,
  unit: Unit,
  row: PeriodRecord,
  objection: Pick<ObjectionRecord, 'id' | 'indicator' | 'department'>,
) => ({
  objectionId: objection.id,
  periodId: row.id,
  periodName: periodName(row).zh,
  indicator: objection.indicator,
  departmentName: (await departmentNames(context, unit.db, row.last_day))(objection.department),
})

export const raiseObjection = async (
  context: Context,
  unit: Unit,
  id: FigureId,
  text: string,
): Promise<ObjectionId> => {
  const by = person(unit.actor)
  const figure = await figureById(unit.db, id)
  const row = figure === null ? null : await periodById(unit.db, figure.period_id)
  if (figure === null || row === null) throw refuse.figureMissing()
  require(
    mayObject(unit.actor, {
      scope: figure.scope,
      department: figure.department,
      personId: figure.person_id,
      state: row.state,
      until: objectUntil(row),
      today: unit.today,
      open: false,
    }),
  )
  const objection = {
    id: unit.newId<'appraisal-objection'>(),
    period_id: row.id,
    figure_id: id,
    department: figure.department,
    indicator: figure.indicator,
    text,
    raised_at: unit.now,
    raised_by: by,
  }
  if (!(await insertObjection(unit.db, objection))) throw refuse.objectionOpen()
  await unit.record(objectionRaised, {
    subject: { kind: 'appraisal-period', id: row.id },
    payload: await facts(context, unit, row, objection),
    personal: { text },
  })
  return objection.id
}

export const answerObjection = async (
  context: Context,
  unit: Unit,
  id: ObjectionId,
  input: { readonly upheld: boolean; readonly answer: string; readonly exclude: readonly string[] },
): Promise<void> => {
  const by = person(unit.actor)
  const objection = await lockObjection(unit.db, id)
  if (objection === null) throw refuse.objectionMissing()
  require(mayAnswer(unit.actor, objection.state))
  const figure = await figureById(unit.db, objection.figure_id)
  const row = await periodById(unit.db, objection.period_id)
  if (figure === null || row === null) throw refuse.figureMissing()
  if (input.upheld !== input.exclude.length > 0)
    throw refuse.excludeNeeded({}, [{ path: 'exclude', message: '成立时请选择不再计入的办件。' }])
  const excluded = [...new Set(input.exclude)].map((key) => {
    const file = figure.files.find((each) => each.key === key && each.counted)
    if (file === undefined) throw refuse.excludeUnknown()
    return { key, caseNumber: file.caseNumber }
  })
  await saveAnswer(unit.db, id, {
    state: input.upheld ? 'upheld' : 'rejected',
    answer: input.answer,
    answered_at: unit.now,
    answered_by: by,
    excluded,
  })
  await unit.record(objectionAnswered, {
    subject: { kind: 'appraisal-period', id: row.id },
    payload: {
      ...(await facts(context, unit, row, objection)),
      upheld: input.upheld,
      result: input.upheld ? `成立,${excluded.length}件不再计入` : '不成立',
    },
    personal: { answer: input.answer },
  })
}
export const readObjection = async (context: Context, db: Database, actor: Actor, id: ObjectionId) => {
  const objection = await objectionById(db, id)
  const row = objection === null ? null : await periodById(db, objection.period_id)
  if (objection === null || row === null) throw refuse.objectionMissing()
  return objectionOf(actor, objection, await namesOf(context, db, row, [objection.raised_by, objection.answered_by]))
}
