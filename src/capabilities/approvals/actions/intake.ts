/** The window: accept and fan out, refuse for lack of competence, ask once for everything that is missing. */
import { type Instant, localDateOf } from '../../../kernel/time.ts'
import type { Unit } from '../../../platform/platform.ts'
import { accepted, acceptedBySilence, refused } from '../contract/events.ts'
import type { ApplicationId, ItemRunId } from '../contract.ts'
import { type ClockPlan, groundsFor, type LimitTerms, planClock } from '../model/clock-plan.ts'
import * as refuse from '../model/refusals.ts'
import { mayAccept, mayRefuse, mayRequestCorrections } from '../policy.ts'
import { changeApplication } from '../store/applications.ts'
import { insertItemRuns } from '../store/item-runs.ts'
import type { CorrectionPoint } from '../store/tables.ts'
import { factsOfApplication, type LockedCase, lockCase, personOf, requirePerson, requireStill } from './case-file.ts'
import type { ClockBook } from './clock-book.ts'
import type { Context } from './context.ts'
import { issueCorrections, requireAnchors } from './corrections.ts'
import { dropDeferrals, startDeferrals } from './deferrals.ts'
import { aboutApplication, subjectOf } from './event-facts.ts'
import type { ItemTerms } from './law.ts'
import { issueAcceptance, issueRefusal } from './receipts.ts'

/** Accepts an application and gives every item to its department at once. */
export const acceptApplication = async (
  context: Context,
  unit: Unit,
  id: ApplicationId,
  seen: number,
): Promise<void> => {
  requirePerson(unit.actor)
  const file = await lockCase(context, unit, id)
  await requireStill(context, unit, mayAccept(unit.actor, factsOfApplication(context, file)), file.application, seen)
  await fanOut(context, unit, file, null)
}

/** The law that makes silence an acceptance, from the day of receipt. */
const SILENCE_BASIS = '行政许可法 第三十二条第一款第四项'

/**
 * The window has neither accepted nor told what is missing within its days: the application counts as accepted from the
 * day of receipt (行政许可法 32), and the clocks of the items run from then. Does nothing when the window has answered.
 */
export const acceptBySilence = async (
  context: Context,
  unit: Unit,
  file: LockedCase,
  fired: { readonly at: Instant; readonly late: boolean },
): Promise<void> => {
  const { application } = file
  if (application.state !== 'submitted' || application.submitted_at === null) return
  await unit.record(acceptedBySilence, {
    ...subjectOf(application),
    occurredAt: fired.at,
    payload: {
      ...aboutApplication(context, application),
      receivedOn: localDateOf(application.submitted_at),
      late: fired.late,
    },
  })
  await fanOut(context, unit, file, { since: application.submitted_at, late: fired.late })
}

const planOf = (
  context: Context,
  kind: 'statutory' | 'promise',
  limit: LimitTerms,
  grounds: ReturnType<typeof groundsFor>,
): ClockPlan | null =>
  planClock(kind, limit, { grounds, calendarVersion: context.calendars().current.version, rules: context.rules })

type StartOptions = Parameters<ClockBook['start']>[1]
export const startItemClocks = async (
  context: Context,
  file: LockedCase,
  item: ItemTerms,
  itemRunId: ItemRunId,
  start: StartOptions = {},
): Promise<void> => {
  const grounds = groundsFor(context.law.grounds(file.application.catalogue_day), item.itemId)
  const own = { department: item.department, itemRunId }
  const law = planOf(context, 'statutory', item.limit, grounds)
  if (law !== null)
    await file.book.start(
      {
        ...own,
        purpose: 'item',
        label: { zh: `${item.name.zh}(法定时限)`, en: `${item.name.en} (legal limit)` },
        plan: law,
      },
      start,
    )
  const promise = planOf(context, 'promise', { ...item.promise, extension: item.limit.extension }, grounds)
  // A promise without days is none, unless it says "at once".
  if (promise !== null && item.promise.days !== null)
    await file.book.start(
      {
        ...own,
        purpose: 'promise',
        label: { zh: `${item.name.zh}(承诺时限)`, en: `${item.name.en} (promise)` },
        plan: promise,
      },
      start,
    )
}

/**
 * Makes the item runs with their clocks, in the versions in force on the day of receipt, and moves the application on.
 * `silence`: the acceptance takes effect at this earlier moment, and the system itself gives the written notice.
 */
const fanOut = async (
  context: Context,
  unit: Unit,
  file: LockedCase,
  silence: { readonly since: Instant; readonly late: boolean } | null,
): Promise<void> => {
  const since = silence?.since ?? null
  const start: StartOptions = since === null ? {} : { at: since, retroactiveBasis: SILENCE_BASIS }
  const acceptedAt = since ?? unit.now
  const { application, book } = file
  const person = personOf(unit.actor)
  const items = application.item_ids.map((itemId) => {
    const item = context.law.item(itemId, application.catalogue_day)
    if (item === null) throw refuse.unknownItems({ items: itemId })
    return { item, id: unit.newId<'item-run'>() }
  })
  await book.stop(book.open({ purpose: ['intake'] }))
  const changed = await changeApplication(unit.db, application.id, person, unit.now, {
    state: 'accepted',
    accepted_at: acceptedAt,
  })
  await insertItemRuns(
    unit.db,
    items.map(({ item, id }) => ({
      id,
      application_id: application.id,
      project_id: application.project_id,
      item_id: item.itemId,
      item_version_id: item.versionId,
      item_name: item.name,
      item_kind: item.kind,
      department: item.department,
      changed_at: unit.now,
    })),
  )
  for (const { item, id } of items) await startItemClocks(context, file, item, id, start)
  const stage = context.law.stage(application.stage, application.catalogue_day)
  if (items.length > 1 && stage !== null && stage.clock !== null) {
    const plan = planOf(
      context,
      'statutory',
      stage.clock,
      context.law.grounds(application.catalogue_day).filter((ground) => ground.pausable),
    )
    if (plan !== null)
      await book.start(
        {
          purpose: 'stage',
          department: application.lead_department,
          label: { zh: `${stage.name.zh}阶段联合办理`, en: `${stage.name.en}: joint handling` },
          plan,
        },
        start,
      )
  }
  await startDeferrals(context, unit, file)
  await book.close()
  await unit.record(accepted, {
    ...subjectOf(changed),
    payload: {
      ...aboutApplication(context, changed),
      acceptedOn: localDateOf(acceptedAt),
      items: items.map(({ item }) => ({
        itemId: item.itemId,
        itemName: item.name.zh,
        departmentName: file.departments.name(item.department),
      })),
      itemCount: items.length,
    },
  })
  await issueAcceptance(context, unit, file, {
    acceptedAt,
    items: items.map(({ item }) => ({ itemId: item.itemId, name: item.name.zh, department: item.department })),
    silence: silence === null ? null : { late: silence.late, basis: SILENCE_BASIS },
  })
}

/** Not within the competence of this authority: says at once which one is competent (行政许可法 32). */
export const refuseApplication = async (
  context: Context,
  unit: Unit,
  id: ApplicationId,
  input: { readonly version: number; readonly text: string; readonly competentAuthority: string },
): Promise<void> => {
  const person = requirePerson(unit.actor)
  const file = await lockCase(context, unit, id)
  await requireStill(
    context,
    unit,
    mayRefuse(unit.actor, factsOfApplication(context, file)),
    file.application,
    input.version,
  )
  await file.book.stop(file.book.open({ purpose: ['intake'] }))
  const changed = await changeApplication(unit.db, id, person, unit.now, {
    state: 'refused',
    closed_at: unit.now,
    refusal: { ground: 'not-competent', text: input.text, competentAuthority: input.competentAuthority },
  })
  await dropDeferrals(context, unit, file, '不予受理')
  await file.book.close()
  await unit.record(refused, {
    ...subjectOf(changed),
    payload: { ...aboutApplication(context, changed), competentAuthority: input.competentAuthority },
  })
  await issueRefusal(context, unit, file, input)
}

/** Tells everything that must be corrected, once, each point at its field or material. */
export const requestCorrections = async (
  context: Context,
  unit: Unit,
  id: ApplicationId,
  input: { readonly version: number; readonly points: readonly CorrectionPoint[] },
): Promise<void> => {
  const person = requirePerson(unit.actor)
  const file = await lockCase(context, unit, id)
  await requireStill(
    context,
    unit,
    mayRequestCorrections(unit.actor, factsOfApplication(context, file)),
    file.application,
    input.version,
  )
  requireAnchors(context, file, input.points)
  await issueCorrections(context, unit, file, input.points, { issuedBy: person, secondReason: null })
}
