/** Responsible persons on site: nominated by a party, approved by an officer, changed and ended on record. */
import { require } from '../../../kernel/decision.ts'
import type { OrganisationId, PersonId, ProjectId } from '../../../kernel/identity.ts'
import { defineRefusal } from '../../../kernel/refusal.ts'
import { addDays, type LocalDate, startOfDay } from '../../../kernel/time.ts'
import type { TimerHandler, Unit } from '../../../platform/platform.ts'
import {
  certificateExpiring,
  nominationWithdrawn,
  personApproved,
  personEnded,
  personNominated,
  personRejected,
  type SitePersonId,
} from '../contract/site-persons.ts'
import { partyRoleWords } from '../contract.ts'
import {
  type Certificate,
  certificateFaults,
  certificateName,
  certificateReminders,
  elsewhereAmong,
  exclusivePosts,
  plainNumber,
  postOf,
  type SitePost,
} from '../model/site-posts.ts'
import { mayDecide, mayEnd, mayNominate, mayWithdraw, noSuchParty, type PersonFacts } from '../policy/site-persons.ts'
import { partiesOf } from '../store/parties.ts'
import type { ProjectRecord } from '../store/projects.ts'
import {
  changeSitePerson,
  holdersOf,
  insertSitePerson,
  lockCertificates,
  type SitePersonRecord,
  sitePersonById,
  sitePersonsOf,
} from '../store/site-persons.ts'
import { aboutOf, changedMeanwhile, lockedProject, type ProjectContext, placeInJournal } from './context.ts'
import { siteFactsOf } from './site-persons-view.ts'

/** Wakes before a certificate ends and on the day after; the subject is the row. */
export const CERTIFICATE_TIMER = 'projects.certificate'

export const postUnknown = defineRefusal('invalid', 'projects.post-unknown', {
  zh: '没有这个岗位,请重新选择。',
  en: 'No such post; choose again.',
})
export const certificatesFaulty = defineRefusal('invalid', 'projects.certificates-faulty', {
  zh: '证书不符合岗位要求:{first}',
  en: 'The certificates do not meet the needs of the post.',
})
export const changeNeedsReason = defineRefusal('invalid', 'projects.change-needs-reason', {
  zh: '该岗位已有在岗人员{name},变更请写明理由。',
  en: 'Somebody is in the post; say why there is a change.',
})
export const nominationOpen = defineRefusal('conflict', 'projects.nomination-open', {
  zh: '该岗位已有一份待核准的提名({name}),请等待核准,或先撤回再提名。',
  en: 'A nomination for the post waits already; withdraw it first.',
})
export const sitePersonMissing = defineRefusal('missing', 'projects.site-person-missing', {
  zh: '没有找到该人员,请刷新页面后重新选择。',
  en: 'No such person; reload and choose again.',
})
export const sayHowChecked = defineRefusal('invalid', 'projects.say-how-checked', {
  zh: '核准前请写明证书怎样核对(如:全国建筑市场监管公共服务平台查询)。',
  en: 'Say how the certificates were checked.',
})
export const sayWhyRejected = defineRefusal('invalid', 'projects.say-why-rejected', {
  zh: '不予核准请写明理由,并说明怎样补正。',
  en: 'Say why it is not approved and what to do.',
})
export const personElsewhere = defineRefusal('conflict', 'projects.person-elsewhere', {
  zh: '该人员正在“{project}”担任{post}。依据{basis},同时任职须属于规定的例外,请选择适用的例外并写明理由,或者不予核准。',
  en: 'This person holds {post} in another project; name the exception that applies, or do not approve.',
})
export const endDayFaulty = defineRefusal('invalid', 'projects.end-day-faulty', {
  zh: '最后一日不能早于到岗日{from},也不能晚于今天,请更正日期。',
  en: 'The last day lies between the first day and today.',
})

const factsOf = (row: SitePersonRecord): PersonFacts => ({
  state: row.state,
  organisationId: row.organisation_id,
  nominatedBy: row.nominated_by,
})
const post = (context: ProjectContext, code: string): SitePost => {
  const found = postOf(context.posts, code)
  if (found === null) throw postUnknown({}, [{ path: 'post', message: '请重新选择岗位。' }])
  return found
}
const about = async (context: ProjectContext, unit: Unit, project: ProjectRecord, row: SitePersonRecord) => ({
  ...aboutOf(project),
  sitePersonId: row.id,
  post: row.post,
  postName: postOf(context.posts, row.post)?.name.zh ?? row.post,
  organisationId: row.organisation_id,
  organisationName: (await context.people.organisation(unit.db, row.organisation_id))?.name ?? '',
  department: context.posts.department.code,
})
const byOf = (unit: Unit): PersonId | null => (unit.actor.kind === 'person' ? unit.actor.personId : null)

export interface Nomination {
  readonly post: string
  readonly organisationId: OrganisationId
  readonly personName: string
  readonly certificates: readonly Certificate[]
  readonly reason: string
}
export const nominate = async (
  context: ProjectContext,
  unit: Unit,
  projectId: ProjectId,
  input: Nomination,
): Promise<ProjectId> => {
  const project = await lockedProject(unit.db, projectId)
  require(mayNominate(unit.actor, await siteFactsOf(context, unit.db, project, unit.today), input.organisationId))
  const wanted = post(context, input.post)
  const parties = await partiesOf(unit.db, [projectId], unit.today)
  if (!parties.some((party) => party.organisationId === input.organisationId && wanted.of.includes(party.role)))
    throw noSuchParty({ roles: wanted.of.map((role) => partyRoleWords[role].zh).join('、') }, [
      { path: 'organisationId', message: '请选择该岗位所属的参建单位。' },
    ])
  const faults = certificateFaults(context.posts, wanted, input.certificates, unit.today)
  if (faults[0] !== undefined) throw certificatesFaulty({ first: faults[0].message }, faults)
  const present = (await sitePersonsOf(unit.db, projectId)).filter((row) => row.post === wanted.code)
  const samePerson = (row: SitePersonRecord): boolean =>
    row.organisation_id === input.organisationId && row.person_name === input.personName
  // Where several may hold a post, only the same person's row is changed; else whoever is in it.
  const waiting = present.find((row) => row.state === 'nominated' && (!wanted.several || samePerson(row)))
  if (waiting !== undefined) throw nominationOpen({ name: waiting.person_name })
  const before = present.find((row) => row.state === 'approved' && (!wanted.several || samePerson(row)))
  if (before !== undefined && input.reason.length < 2)
    throw changeNeedsReason({ name: before.person_name }, [{ path: 'reason', message: '请写明变更理由。' }])
  const id = unit.newId<'site-person'>()
  await insertSitePerson(unit.db, {
    id,
    project_id: projectId,
    post: wanted.code,
    organisation_id: input.organisationId,
    person_name: input.personName,
    certificates: input.certificates,
    certificate_numbers: input.certificates.map((certificate) => plainNumber(certificate.number)),
    reason: input.reason,
    replaces: before?.id ?? null,
    nominated_at: unit.now,
    nominated_by: byOf(unit),
    rules_version: context.posts.version,
  })
  const row = await rowOf(unit, id)
  await unit.record(personNominated, {
    ...placeInJournal(project),
    payload: { ...(await about(context, unit, project, row)), change: before !== undefined },
    personal: { personName: input.personName, reason: input.reason },
  })
  return projectId
}

const rowOf = async (unit: Unit, id: SitePersonId): Promise<SitePersonRecord> => {
  const row = await sitePersonById(unit.db, id)
  if (row === null) throw sitePersonMissing()
  return row
}
/** Locks the project of a row, then reads the row again. */
const locked = async (context: ProjectContext, unit: Unit, id: SitePersonId) => {
  const project = await lockedProject(unit.db, (await rowOf(unit, id)).project_id)
  return { project, row: await rowOf(unit, id), facts: await siteFactsOf(context, unit.db, project, unit.today) }
}

export interface NominationDecision {
  readonly version: number
  readonly approve: boolean
  readonly checked: string
  readonly remark: string
  readonly exception: string | null
}
export const decide = async (
  context: ProjectContext,
  unit: Unit,
  id: SitePersonId,
  input: NominationDecision,
): Promise<ProjectId> => {
  const { project, row, facts } = await locked(context, unit, id)
  require(mayDecide(unit.actor, facts, factsOf(row)))
  if (row.version !== input.version) throw changedMeanwhile()
  if (input.approve) await approve(context, unit, project, row, input)
  else {
    if (input.remark.length < 2) throw sayWhyRejected({}, [{ path: 'remark', message: '请填写理由。' }])
    await changeSitePerson(unit.db, id, {
      state: 'rejected',
      decided_at: unit.now,
      decided_by: byOf(unit),
      checked: input.checked,
      remark: input.remark,
    })
    await unit.record(personRejected, {
      ...placeInJournal(project),
      payload: { ...(await about(context, unit, project, row)), remark: input.remark },
      personal: { personName: row.person_name },
    })
  }
  return project.id
}
const approve = async (
  context: ProjectContext,
  unit: Unit,
  project: ProjectRecord,
  row: SitePersonRecord,
  input: NominationDecision,
): Promise<void> => {
  const rules = context.posts
  const wanted = post(context, row.post)
  const faults = certificateFaults(rules, wanted, row.certificates, unit.today)
  if (faults[0] !== undefined) throw certificatesFaulty({ first: faults[0].message }, faults)
  if (wanted.certificates.length > 0 && input.checked.length < 2)
    throw sayHowChecked({}, [{ path: 'checked', message: '请写明核对方式。' }])
  await lockCertificates(unit.db, row.certificate_numbers)
  const exception = await exceptionFor(context, unit, row, wanted, input)
  const before = row.replaces === null ? null : await rowOf(unit, row.replaces)
  // Who leaves does so on the day before, or on the same day where the post began today.
  if (before !== null && before.state === 'approved')
    await end(context, unit, project, before, {
      to: laterDay(before.valid_from, addDays(unit.today, -1)),
      reason: row.reason,
      replaced: true,
    })
  await changeSitePerson(unit.db, row.id, {
    state: 'approved',
    valid_from: unit.today,
    decided_at: unit.now,
    decided_by: byOf(unit),
    checked: input.checked,
    remark: input.remark,
    exception,
  })
  for (const reminder of certificateReminders(rules, row.certificates, unit.today))
    await unit.timers.set({
      kind: CERTIFICATE_TIMER,
      subjectId: row.id,
      rung: reminder.key,
      dueAt: startOfDay(reminder.on),
      payload: null,
    })
  await unit.record(personApproved, {
    ...placeInJournal(project),
    payload: { ...(await about(context, unit, project, row)), from: unit.today, exception },
    personal: { personName: row.person_name, remark: input.remark, checked: input.checked },
  })
}
const laterDay = (a: LocalDate | null, b: LocalDate): LocalDate => (a === null || a < b ? b : a)

/** The exception under which somebody holds an exclusive post in two projects; null where it is not needed. */
const exceptionFor = async (
  context: ProjectContext,
  unit: Unit,
  row: SitePersonRecord,
  wanted: SitePost,
  input: NominationDecision,
): Promise<string | null> => {
  if (!wanted.exclusive) return null
  const { exclusive } = context.posts
  const holders = await holdersOf(unit.db, {
    numbers: row.certificate_numbers,
    posts: exclusivePosts(context.posts),
    states: ['approved'],
    on: unit.today,
  })
  const [elsewhere] = elsewhereAmong(holders, row)
  if (elsewhere === undefined) return null
  const named = exclusive.exceptions.find((exception) => exception.code === input.exception)
  if (named === undefined || input.remark.length < 2)
    throw personElsewhere(
      {
        project: elsewhere.name,
        post: postOf(context.posts, elsewhere.post)?.name.zh ?? elsewhere.post,
        basis: exclusive.source.basis,
      },
      [
        ...(named === undefined ? [{ path: 'exception', message: '请选择适用的例外。' }] : []),
        ...(input.remark.length < 2 ? [{ path: 'remark', message: '请写明理由。' }] : []),
      ],
    )
  return named.code
}

export const withdraw = async (
  context: ProjectContext,
  unit: Unit,
  id: SitePersonId,
  version: number,
): Promise<ProjectId> => {
  const { project, row, facts } = await locked(context, unit, id)
  require(mayWithdraw(unit.actor, facts, factsOf(row)))
  if (row.version !== version) throw changedMeanwhile()
  await takeBack(context, unit, project, row)
  return project.id
}
const takeBack = async (
  context: ProjectContext,
  unit: Unit,
  project: ProjectRecord,
  row: SitePersonRecord,
): Promise<void> => {
  await changeSitePerson(unit.db, row.id, { state: 'withdrawn', decided_at: unit.now, decided_by: byOf(unit) })
  await unit.record(nominationWithdrawn, {
    ...placeInJournal(project),
    payload: await about(context, unit, project, row),
    personal: { personName: row.person_name },
  })
}

export const leave = async (
  context: ProjectContext,
  unit: Unit,
  id: SitePersonId,
  input: { readonly version: number; readonly to?: LocalDate | undefined; readonly reason: string },
): Promise<ProjectId> => {
  const { project, row, facts } = await locked(context, unit, id)
  require(mayEnd(unit.actor, facts, factsOf(row)))
  if (row.version !== input.version) throw changedMeanwhile()
  const to = input.to ?? unit.today
  if (to > unit.today || (row.valid_from !== null && to < row.valid_from))
    throw endDayFaulty({ from: row.valid_from ?? '' }, [{ path: 'to', message: '请更正日期。' }])
  await end(context, unit, project, row, { to, reason: input.reason, replaced: false })
  return project.id
}
const end = async (
  context: ProjectContext,
  unit: Unit,
  project: ProjectRecord,
  row: SitePersonRecord,
  how: { readonly to: LocalDate; readonly reason: string; readonly replaced: boolean },
): Promise<void> => {
  await changeSitePerson(unit.db, row.id, { state: 'ended', valid_to: how.to, end_reason: how.reason })
  await unit.timers.cancelAll(CERTIFICATE_TIMER, row.id)
  await unit.record(personEnded, {
    ...placeInJournal(project),
    payload: { ...(await about(context, unit, project, row)), to: how.to, replaced: how.replaced },
    personal: { personName: row.person_name, reason: how.reason },
  })
}

/** A party leaves: its people leave with it, and what it nominated is off. Runs under the lock of the project. */
export const leaveWithParty = async (
  context: ProjectContext,
  unit: Unit,
  project: ProjectRecord,
  party: { readonly organisationId: OrganisationId; readonly to: LocalDate; readonly because: string },
): Promise<void> => {
  const remaining = (await partiesOf(unit.db, [project.id])).filter(
    (each) => each.organisationId === party.organisationId && each.to === null,
  )
  for (const row of await sitePersonsOf(unit.db, project.id)) {
    if (row.organisation_id !== party.organisationId) continue
    const wanted = postOf(context.posts, row.post)
    if (remaining.some((each) => wanted?.of.includes(each.role) === true)) continue
    if (row.state === 'nominated') await takeBack(context, unit, project, row)
    if (row.state === 'approved')
      await end(context, unit, project, row, {
        to: laterDay(row.valid_from, party.to),
        reason: `参建单位退出:${party.because}`,
        replaced: false,
      })
  }
}

export const certificateTimer = (context: ProjectContext): TimerHandler => ({
  kind: CERTIFICATE_TIMER,
  fire: async (unit, timer) => {
    const { project, row } = await locked(context, unit, timer.subjectId as SitePersonId)
    if (row.state !== 'approved') return
    const reminder = timer.rung.split('@')
    const certificate = row.certificates.find(
      (each) => each.kind === reminder[0] && each.validUntil === (reminder[1] ?? null),
    )
    if (certificate?.validUntil === undefined || certificate.validUntil === null) return
    await unit.record(certificateExpiring, {
      ...placeInJournal(project),
      payload: {
        ...(await about(context, unit, project, row)),
        certificateName: certificateName(context.posts, certificate.kind).zh,
        validUntil: certificate.validUntil,
        expired: certificate.validUntil < unit.today,
        late: timer.late,
      },
      personal: { personName: row.person_name },
    })
  },
})
