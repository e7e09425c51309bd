/** The daily digest: what is overdue or due soon in a person's hands, once a day at the time they chose. */
import type { Role } from '../../../kernel/actor.ts'
import type { PersonId, ProjectId } from '../../../kernel/identity.ts'
import { wallClock } from '../../../kernel/time.ts'
import { oneLine } from '../../../platform/messages/template.ts'
import type { TimerHandler, Unit } from '../../../platform/platform.ts'
import type { OpenClock } from '../../approvals/contract/reader.ts'
import { digestSent } from '../contract/events.ts'
import { nextMoment } from '../model/quiet.ts'
import { settingOf } from '../store/settings.ts'
import type { SettingRow } from '../store/tables.ts'
import type { Context } from './context.ts'
import { postMessage } from './post.ts'

export const DIGEST_TIMER = 'messages.digest'
export const DIGEST_KIND = 'messages.digest-sent'
const DIGEST_NOTICE = 'messages.digest-sent/person'
const MOST_LINES = 20
const MOST_PROJECTS = 50

/** Sets the next digest of a person, or none. */
export const planDigest = async (
  unit: Unit,
  setting: Pick<SettingRow, 'person_id' | 'digest' | 'digest_at'>,
): Promise<void> => {
  await unit.timers.cancelAll(DIGEST_TIMER, setting.person_id)
  if (!setting.digest) return
  const dueAt = nextMoment(unit.now, setting.digest_at)
  await unit.timers.set({
    kind: DIGEST_TIMER,
    subjectId: setting.person_id,
    rung: wallClock(dueAt),
    dueAt,
    payload: null,
  })
}

const officerRoles: readonly Role[] = ['reviewer', 'lead', 'approver']
const presses = (each: OpenClock): boolean => each.clock.colour === 'overdue' || each.clock.colour === 'warning'

/** Clocks that press and whose ball is with a person: by department, at the window, or as the applicant. */
const pressingFor = async (context: Context, unit: Unit, personId: PersonId): Promise<readonly OpenClock[]> => {
  const actor = await context.people.actorOf(unit.db, personId, unit.now)
  if (actor.kind !== 'person') return []
  const found = new Map<string, OpenClock>()
  const add = (clocks: readonly OpenClock[]) => {
    for (const each of clocks) if (presses(each)) found.set(each.clock.clockId, each)
  }
  const stateOf = async (each: OpenClock) =>
    (await context.approvals.applicationsOfProject(unit.db, each.projectId)).find(
      (file) => file.applicationId === each.applicationId,
    )?.state
  const departments = new Set(
    actor.roles.flatMap((held) =>
      officerRoles.includes(held.role) && held.department !== undefined ? [held.department] : [],
    ),
  )
  for (const department of departments)
    for (const each of (await context.approvals.openClocks(unit.db, { department })).filter(presses))
      if (
        each.clock.kind !== 'applicant' &&
        (each.clock.subject.kind !== 'application' || (await stateOf(each)) === 'accepted')
      )
        add([each])
  if (actor.roles.some((held) => held.role === 'clerk'))
    for (const each of (await context.approvals.openClocks(unit.db)).filter(presses))
      if (each.clock.subject.kind === 'application' && (await stateOf(each)) === 'submitted') add([each])
  const projects = new Set<ProjectId>()
  for (const held of actor.roles)
    if (held.role === 'applicant' && held.organisationId !== undefined)
      for (const project of await context.projects.projectsOfOrganisation(unit.db, held.organisationId, unit.today))
        projects.add(project.id)
  for (const projectId of [...projects].slice(0, MOST_PROJECTS))
    add((await context.approvals.openClocks(unit.db, { projectId })).filter((each) => each.clock.kind === 'applicant'))
  return [...found.values()].sort((a, b) => ((a.clock.due ?? '9') < (b.clock.due ?? '9') ? -1 : 1))
}

const lineOf = (each: OpenClock, language: 'zh' | 'en'): string =>
  oneLine(`${each.clock.due ?? '—'} ${each.caseNumber} ${each.projectName} ${each.clock.label[language]}`)

/** Makes and sends the digest of a person now; gives how many clocks press. Nothing is sent when none does. */
export const sendDigest = async (context: Context, unit: Unit, personId: PersonId): Promise<number> => {
  const clocks = await pressingFor(context, unit, personId)
  const notice = context.book.notices.find((each) => each.id === DIGEST_NOTICE)
  if (clocks.length === 0 || notice === undefined) return 0
  const overdue = clocks.filter((each) => each.clock.colour === 'overdue').length
  const facts = { personId, day: unit.today, overdue, soon: clocks.length - overdue }
  const text = (language: 'zh' | 'en'): string =>
    [
      notice.templates[language].text.render(facts),
      ...clocks.slice(0, MOST_LINES).map((each) => lineOf(each, language)),
      ...(clocks.length > MOST_LINES ? ['…'] : []),
    ].join('\n')
  await postMessage(
    context,
    unit,
    {
      entryId: unit.newId(),
      noticeId: notice.id,
      kind: DIGEST_KIND,
      topic: notice.topic,
      statutory: false,
      title: {
        zh: oneLine(notice.templates.zh.title.render(facts)),
        en: oneLine(notice.templates.en.title.render(facts)),
      },
      body: { zh: text('zh'), en: text('en') },
      link: notice.link === null ? null : { page: notice.link, id: '' },
      projectId: null,
      occurredAt: unit.now,
      stale: false,
    },
    new Map([[personId, null]]),
  )
  await unit.record(digestSent, { subject: { kind: 'person', id: personId }, payload: facts })
  return clocks.length
}

export const digestTimer = (context: Context): TimerHandler => ({
  kind: DIGEST_TIMER,
  fire: async (unit, timer) => {
    const personId = timer.subjectId as PersonId
    const setting = await settingOf(unit.db, personId)
    if (setting === null || !setting.digest) return
    // After days without a server there is one digest, not one for each day.
    await sendDigest(context, unit, personId)
    await planDigest(unit, setting)
  },
})
