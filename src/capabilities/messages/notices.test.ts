import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { type OpenMessages, openMessages } from '../../../tests/support/messages.ts'
import { openWindow, type Window } from '../../../tests/support/window.ts'
import { type Person, system } from '../../kernel/actor.ts'
import type { EventKind } from '../../kernel/event.ts'
import { holdsOn } from '../../kernel/sourced.ts'
import { addMs, DAY_MS } from '../../kernel/time.ts'
import { requestCorrections } from '../approvals/contract.ts'
import { createDelegation, revokeGrant } from '../people/contract.ts'
import { messagesEvents } from './contract/events.ts'
import { loadNotices } from './load.ts'
import { placesOf, undecidedKinds } from './model/notices.ts'

let window: Window
let centre: OpenMessages
let events: readonly EventKind[]
const people: Record<string, Person> = {}
const files: Record<'submitted' | 'correcting' | 'accepted', { applicationId: string; projectId: string }> = {} as never
const DEPARTMENT = 'planning-resources'
const ASKED = 'housing'

const call = async (actor: Person, endpoint: { id: string }, params: unknown, body: unknown): Promise<unknown> => {
  const route = (window.people.capability.routes ?? []).find((each) => each.endpoint.id === endpoint.id)
  return route?.handle(
    { actor, traceId: 't', language: 'zh', ipAddress: '127.0.0.1', idempotencyKey: window.platform.newId() },
    { params, query: {}, body },
  )
}
/** Takes a role away by the endpoint of administrators. */
const revokeAll = async (person: Person): Promise<void> => {
  const { rows } = await window.test.pool.query<{ id: string }>(
    'select id from people.role_grant where person_id = $1 and revoked_at is null',
    [person.personId],
  )
  for (const { id } of rows)
    await call(people.administrator as Person, revokeGrant, { grantId: id }, { reason: '调离' })
}

beforeAll(async () => {
  window = await openWindow()
  centre = await openMessages(window)
  events = [...window.capabilities.flatMap((each) => each.events ?? []), ...messagesEvents]
  const own = await window.officers(DEPARTMENT)
  const asked = await window.officers(ASKED)
  Object.assign(people, {
    applicant: window.applicant,
    colleague: await window.person('申请人乙', { role: 'applicant', organisationId: window.owner }),
    stranger: window.stranger,
    clerk: window.clerk,
    'second clerk': window.otherClerk,
    supervisor: window.supervisor,
    administrator: await window.person('管理员', { role: 'administrator' }),
    reviewer: own.reviewer,
    lead: own.lead,
    approver: own.approver,
    'asked reviewer': asked.reviewer,
    'asked lead': asked.lead,
    'asked approver': asked.approver,
    former: await window.person('调离的审查员', { role: 'reviewer', department: DEPARTMENT }),
    delegate: await window.person('受托同事', { role: 'lead', department: DEPARTMENT }),
    citizen: await window.person('居民'),
    inspector: await window.person('监督员', { role: 'inspector', department: DEPARTMENT }),
    'site manager': await window.person('现场负责人', { role: 'site-manager', organisationId: window.otherOwner }),
  })
  const submitted = await window.submitted()
  const toCorrect = await window.submitted()
  await window.as(window.clerk).call(requestCorrections, {
    params: { applicationId: toCorrect.application.applicationId },
    body: {
      version: toCorrect.application.version,
      points: [
        { anchor: `field:${Object.keys(toCorrect.application.answers)[0] ?? ''}`, reasonCode: 'wrong', text: '有误' },
      ],
    },
  })
  const accepted = await window.accepted()
  for (const [name, file] of Object.entries({ submitted, correcting: toCorrect, accepted }))
    files[name as keyof typeof files] = {
      applicationId: file.application.applicationId,
      projectId: file.project.projectId,
    }
  expect(accepted.itemRuns.map((run) => run.department)).toEqual([DEPARTMENT])
  await revokeAll(people.former as Person)
})
afterAll(() => window.close())

/** A value that a field of a payload accepts. */
const sampleOf = (schema: z.core.$ZodType, name: string): unknown => {
  const json = z.toJSONSchema(schema, { unrepresentable: 'any', io: 'input' }) as {
    type?: string
    enum?: unknown[]
    const?: unknown
    anyOf?: { type?: string }[]
  }
  if (json.enum !== undefined) return json.enum[0]
  if (json.const !== undefined) return json.const
  const type = json.type ?? json.anyOf?.[0]?.type
  if (type === 'integer' || type === 'number') return 1
  if (type === 'boolean') return true
  if (type === 'array') return []
  return type === 'object' ? {} : `某${name}`
}
/** A payload of a kind, about the real people and files; a kind takes the facts that it knows. */
const facts = (event: EventKind, state: keyof typeof files): Record<string, unknown> => ({
  ...Object.fromEntries(
    Object.entries((event.payload as z.ZodObject).shape).map(([name, schema]) => [name, sampleOf(schema, name)]),
  ),
  ...files[state],
  accepted: true,
  subjectKind: 'application',
  department: DEPARTMENT,
  askedDepartment: ASKED,
  personId: people.citizen?.personId,
  fromPersonId: people.lead?.personId,
  toPersonId: people.reviewer?.personId,
  organisationId: window.otherOwner,
})

/** Records an entry of a kind and gives who was told, by notice. */
const told = async (
  kind: string,
  more: Record<string, unknown> = {},
  state: keyof typeof files = 'accepted',
  actor: Parameters<Window['platform']['transact']>[0] = system('test'),
): Promise<Record<string, readonly string[]>> => {
  const event = events.find((each) => each.kind === kind)
  if (event === undefined) throw new Error(`no event ${kind}`)
  const payload = { ...facts(event, state), ...more }
  const entryId = await window.platform.transact(actor, (unit) =>
    unit.record(event, {
      subject: { kind: 'application', id: files[state].applicationId },
      projectId: files[state].projectId,
      payload: event.payload.parse(payload),
    }),
  )
  await window.test.react([centre.capability])
  const names = new Map(Object.entries(people).map(([name, person]) => [person.personId as string, name]))
  const found: Record<string, string[]> = {}
  for (const row of await centre.reader.messagesOfEntry(window.platform.db, entryId))
    found[row.noticeId] = [...(found[row.noticeId] ?? []), names.get(row.personId) ?? row.personId].sort()
  return found
}
const applicants = ['applicant', 'colleague']
const clerks = ['clerk', 'second clerk']
const department = ['delegate', 'lead', 'reviewer']
const asked = ['asked lead', 'asked reviewer']

describe('who is told what: the right people and no others', () => {
  const expected: Readonly<Record<string, readonly string[]>> = {
    'approvals.submitted/applicant': applicants,
    'approvals.submitted/window': clerks,
    'approvals.corrections-requested/applicant': applicants,
    'approvals.accepted/applicant': applicants,
    'approvals.accepted/departments': department,
    'approvals.accepted-by-silence/applicant': applicants,
    'approvals.accepted-by-silence/officers': [...clerks, ...department, 'supervisor'],
    'approvals.refused/applicant': applicants,
    'approvals.opinion-asked/asked': asked,
    'approvals.opinion-given/department': department,
    'approvals.opinion-deemed/departments': [...asked, ...department],
    'approvals.ready-to-draft/department': department,
    'approvals.front-condition-met/department': department,
    'approvals.pause-proposed/approvers': ['approver'],
    'approvals.pause-rejected/department': department,
    'approvals.paused/applicant': applicants,
    'approvals.paused/department': department,
    'approvals.resumed/applicant': applicants,
    'approvals.resumed/department': department,
    'approvals.extended/applicant': applicants,
    'approvals.extended/department': department,
    'approvals.drafted/leads': ['delegate', 'lead'],
    'approvals.reviewed/approvers': ['approver'],
    'approvals.decided/applicant': applicants,
    'approvals.decided/department': department,
    'approvals.certificate-issued/applicant': applicants,
    'approvals.closed/applicant': applicants,
    'approvals.closed/lead': department,
    'approvals.clock-warning/responsible': department,
    'approvals.clock-due/responsible': department,
    'approvals.clock-overdue/responsible': department,
    'approvals.clock-overdue/supervisors': ['approver', 'supervisor'],
    'approvals.clock-recomputed/parties': [...applicants, ...department],
    'people.role-requested/administrators': ['administrator'],
    'people.role-granted/person': ['citizen'],
    'people.role-revoked/person': ['citizen'],
    'people.role-delegated/to': ['reviewer'],
    'people.delegation-ended/both': ['lead', 'reviewer'],
    'people.person-revealed/person': ['citizen'],
    'people.joined-organisation/person': ['citizen'],
    'people.left-organisation/person': ['citizen'],
    'projects.party-added/organisation': ['stranger'],
    'projects.party-ended/organisation': ['stranger'],
    'projects.site-person-nominated/officers': [...department, 'inspector'],
    'projects.site-person-approved/site': ['site manager', 'stranger'],
    'projects.site-person-rejected/site': ['site manager', 'stranger'],
    'projects.site-person-ended/all': ['inspector', 'site manager', 'stranger'],
    'projects.site-person-certificate/all': ['inspector', 'site manager', 'stranger'],
    'people.login-managed/person': ['citizen'],
    'approvals.calendar-proposed/administrators': ['administrator'],
    'approvals.calendar-rejected/administrators': ['administrator'],
    'approvals.calendar-applied/officers': ['administrator', 'supervisor'],
    'approvals.calendar-ending/administrators': ['administrator'],
    'approvals.stale-warned/parties': [...applicants, ...department],
    'approvals.stale-ended/parties': [...applicants, ...department],
    'approvals.returned-for-silence/applicant': applicants,
    'approvals.signal-raised/supervisors': ['supervisor'],
    'catalogue.edition-drafted/administrators': ['administrator'],
    'catalogue.edition-published/officers': [...clerks, 'administrator'],
    'catalogue.edition-withdrawn/officers': [...clerks, 'administrator'],
    'approvals.block-ready/applicant': applicants,
    'approvals.deferral-granted/applicant': applicants,
    'approvals.deferral-reminded/applicant': applicants,
    'approvals.deferral-extended/applicant': applicants,
    'approvals.deferral-supplied/officers': [...clerks, ...department],
    'approvals.deferral-defaulted/parties': [...applicants, ...clerks, ...department],
    'approvals.item-ended/parties': [...applicants, ...department],
    'approvals.revocation-proposed/applicant': applicants,
    'approvals.after-check-opened/applicant': applicants,
    'approvals.after-check-found/applicant': applicants,
    'approvals.after-check-settled/applicant': applicants,
    'approvals.receipt-issued/applicant': applicants,
    'approvals.paper-entered/applicant': applicants,
    'approvals.correction-proposed/supervisors': ['supervisor'],
    'approvals.correction-rejected/window': clerks,
    'approvals.credit-proposed/organisation': ['stranger'],
    'approvals.credit-entered/organisation': ['stranger'],
    'approvals.credit-settled/organisation': ['stranger'],
    'completion.inspection-booked/department': department,
    'completion.inspection-done/organisation': ['stranger'],
    'completion.remark-proved/department': department,
    'completion.remark-judged/organisation': ['stranger'],
    'completion.part-opened/department': department,
    'completion.part-given/organisation': ['stranger'],
    'completion.acceptance-passed/approvers': ['approver'],
    'completion.acceptance-concluded/organisation': ['stranger'],
    'completion.filing-opened/organisation': ['stranger'],
    'completion.filing-submitted/department': department,
    'completion.filing-returned/organisation': ['stranger'],
    'completion.filed/organisation': ['stranger'],
    'completion.reminded/organisation': ['stranger'],
    'completion.overdue/all': [...department, 'stranger'],
    'appraisal.published/officers': ['administrator', 'supervisor'],
    'appraisal.objection-raised/supervisors': ['supervisor'],
    'approvals.advice-asked/department': department,
    'approvals.advice-answered/applicant': applicants,
    'approvals.advice-ended/applicant': applicants,
    'approvals.opinion-changed/department': department,
    'approvals.opinion-part-answered/asked': asked,
    'approvals.opinion-part-overdue/asked': asked,
    'approvals.information-proposed/department': department,
    'approvals.information-requested/applicant': applicants,
    'approvals.information-answered/departments': [...asked, ...department],
    'approvals.information-withdrawn/parties': [...applicants, ...asked],
    'approvals.opinion-outdated/departments': [...asked, ...department],
    'approvals.conflict-raised/officers': department,
    'approvals.conflict-resolved/officers': department,
    'approvals.conflict-escalated/supervisors': [...department, 'supervisor'],
    'approvals.meeting-planned/parties': [...applicants, ...department],
    'approvals.meeting-changed/parties': [...applicants, ...department],
    'approvals.meeting-cancelled/parties': [...applicants, ...department],
    'approvals.minute-signed/parties': [...applicants, ...department],
    'approvals.procedure-proposed/approvers': ['approver'],
    'approvals.procedure-rejected/department': department,
    'approvals.procedure-started/applicant': applicants,
    'approvals.hearing-offered/applicant': applicants,
    'approvals.hearing-requested/department': department,
    'approvals.hearing-noticed/parties': [...applicants, ...department],
    'approvals.procedure-ended/parties': [...applicants, ...department],
    'approvals.hearing-lapsed/department': department,
    'approvals.procedure-end-missing/department': department,
    'approvals.decision-published/applicant': applicants,
    'approvals.decision-scheduled/department': department,
    'approvals.decision-delivered/applicant': applicants,
    'approvals.partly-decided/applicant': applicants,
    'approvals.evidence-given/department': department,
    'approvals.condition-discharged/applicant': applicants,
    'approvals.evidence-rejected/applicant': applicants,
    'approvals.waiver-proposed/approvers': ['approver'],
    'approvals.waiver-rejected/department': department,
    'approvals.condition-waived/applicant': applicants,
    'approvals.remedy-lodged/department': [...department, 'approver'],
    'approvals.remedy-moved/parties': [...applicants, ...department, 'approver'],
    'approvals.decision-annulled/parties': [...applicants, ...department, 'approver'],
    'approvals.act-proposed/approvers': ['approver'],
    'approvals.hearing-notice/applicant': applicants,
    'approvals.act-answered/department': department,
    'approvals.act-rejected/department': department,
    'approvals.certificate-replaced/applicant': applicants,
    'approvals.certificate-revoked/applicant': applicants,
    'approvals.certificate-lapsed/applicant': applicants,
    'approvals.site-reported/department': department,
    'approvals.site-confirmed/applicant': applicants,
    'approvals.site-rejected/applicant': applicants,
    'approvals.after-reminder/applicant': applicants,
    'approvals.withdrawal-requested/officers': [...clerks, ...department],
    'approvals.withdrawal-refused/applicant': applicants,
    'approvals.withdrawn/officers': [...applicants, ...clerks, ...department],
    'approvals.reopened/parties': [...applicants, ...department],
    'supervision.order-issued/site': ['site manager', 'stranger'],
    'supervision.order-replied/inspectors': ['inspector'],
    'supervision.order-returned/site': ['site manager', 'stranger'],
    'supervision.order-closed/site': ['site manager', 'stranger'],
    'supervision.order-extended/site': ['site manager', 'stranger'],
    'supervision.order-withdrawn/site': ['site manager', 'stranger'],
    'supervision.order-reminded/site': ['site manager', 'stranger'],
    'supervision.order-overdue/site': ['site manager', 'stranger'],
    'supervision.order-overdue/inspectors': ['inspector'],
    'monitoring.alarm-overdue/inspectors': ['inspector'],
    'monitoring.device-impersonated/administrators': ['administrator'],
    'people.erasure-requested/administrators': ['administrator'],
    'people.erasure-decided/person': ['citizen'],
    'bim.mapping-needed/person': ['citizen'],
    'bim.version-ready/person': ['citizen'],
    'bim.import-failed/person': ['citizen'],
    'bim.run-finished/person': ['citizen'],
    'bim.run-failed/person': ['citizen'],
    'bim.conflict-assigned/person': ['citizen'],
    'bim.conflict-due/person': ['citizen'],
    'bim.conflict-commented/person': ['citizen'],
    'bim.conflicts-reopened/person': ['citizen'],
    'bim.conflict-raised/organisation': ['stranger'],
    'bim.exception-proposed/approvers': ['approver'],
    'bim.exception-decided/organisation': ['stranger'],
    'bim.exception-withdrawn/approvers': ['approver'],
    'bim.exception-overtaken/organisation': ['approver', 'stranger'],
    'messages.delivery-given-up/administrators': ['administrator'],
    'messages.webhook-stopped/administrators': ['administrator'],
  }
  const sendBack = 'approvals.reviewed/department'
  const ladder = ['person', 'head', 'supervisor'] as const
  const ladderNotices = ['responsible', 'approvers', 'supervisors'].map((whom) => `approvals.escalated/${whom}`)
  const deliveryNotices = ['holder-delivery', 'deliverers'].map((whom) => `approvals.after-reminder/${whom}`)
  const rungs: Readonly<Record<string, readonly string[]>> = {
    site: ['site manager'],
    contractor: ['stranger'],
    supervision: ['site manager', 'stranger'],
    district: ['inspector'],
  }
  const rungNotices = Object.keys(rungs).map((rung) => `monitoring.alarm-told/${rung}`)
  const kinds = [...new Set(Object.keys(expected).map((id) => id.split('/')[0] ?? ''))]
  it.each(kinds)('%s', async (kind) => {
    const wanted = Object.entries(expected).filter(([id]) => id.startsWith(`${kind}/`))
    expect(await told(kind)).toEqual(Object.fromEntries(wanted.map(([id, names]) => [id, [...names].sort()])))
  })
  it('has an answer here for every notice of the data', () => {
    const own = 'messages.digest-sent/person'
    expect(centre.book.notices.map((notice) => notice.id).sort()).toEqual(
      [...Object.keys(expected), sendBack, own, ...ladderNotices, ...deliveryNotices, ...rungNotices].sort(),
    )
  })
  it('tells of an alarm on each rung those who stand there', async () => {
    for (const [rung, names] of Object.entries(rungs))
      expect(await told('monitoring.alarm-told', { rung })).toEqual({ [`monitoring.alarm-told/${rung}`]: names })
  })
  it('tells each level of the ladder on its own rung', async () => {
    const answers = []
    for (const level of ladder) answers.push(await told('approvals.escalated', { level, purpose: 'item' }))
    expect(answers).toEqual(
      [department, ['approver'], ['supervisor']].map((names, index) => ({ [ladderNotices[index] ?? '']: names })),
    )
    expect(await told('approvals.escalated', { level: 'person', purpose: 'intake' })).toEqual({
      'approvals.escalated/responsible': clerks,
    })
  })
  it('tells nobody twice of one moment: where the clock itself speaks, the ladder is silent', async () => {
    for (const level of ladder)
      expect(await told('approvals.escalated', { level, purpose: 'item', alone: false })).toEqual({})
    expect(await told('approvals.clock-due', { purpose: 'delivery', subjectKind: 'item-run' })).toEqual({
      'approvals.clock-due/responsible': [...clerks, ...department].sort(),
    })
  })
  it('asks who does the work to do it, and who watches to see that it is done', () => {
    const textOf = (id: string) => centre.book.notices.find((notice) => notice.id === id)?.text.zh ?? ''
    for (const id of ['approvals.escalated/responsible', 'approvals.clock-due/responsible'])
      expect(textOf(id)).not.toContain('督促')
    for (const id of ['escalated/approvers', 'escalated/supervisors', 'clock-overdue/supervisors'])
      expect(textOf(`approvals.${id}`)).toContain('请督促办理')
  })
  it('reminds of a delivery the holder, and those who deliver: the window and the department', async () => {
    expect(await told('approvals.after-reminder', { purpose: 'delivery' })).toEqual({
      'approvals.after-reminder/holder-delivery': applicants,
      'approvals.after-reminder/deliverers': [...clerks, ...department].sort(),
    })
    expect(await told('approvals.escalated', { level: 'person', purpose: 'delivery' })).toEqual({
      'approvals.escalated/responsible': [...clerks, ...department].sort(),
    })
  })
  it('tells the department, not the approver, when a review sends a draft back', async () => {
    expect(await told('approvals.reviewed', { accepted: false })).toEqual({ [sendBack]: department })
  })
  it('tells who holds the ball: the window before acceptance, the applicant while it is corrected', async () => {
    expect(await told('approvals.clock-due', {}, 'submitted')).toEqual({ 'approvals.clock-due/responsible': clerks })
    expect(await told('approvals.clock-due', {}, 'correcting')).toEqual({
      'approvals.clock-due/responsible': applicants,
    })
    expect(await told('approvals.clock-due', { subjectKind: 'item-run' }, 'submitted')).toEqual({
      'approvals.clock-due/responsible': department,
    })
  })
  it('does not tell people what they did themselves, unless the law or a receipt asks for it', async () => {
    const lead = people.lead as Person
    expect(await told('approvals.opinion-given', {}, 'accepted', lead)).toEqual({
      'approvals.opinion-given/department': ['delegate', 'reviewer'],
    })
    expect(
      (await told('approvals.submitted', {}, 'accepted', window.applicant))['approvals.submitted/applicant'],
    ).toEqual(applicants)
  })
  it('tells the applicant nothing of an entry that is kept inside: it is not for the applicant yet', async () => {
    const { decided } = await import('../approvals/contract/events.ts')
    const entryId = await window.platform.transact(system('test'), (unit) =>
      unit.record(decided, {
        subject: { kind: 'application', id: files.accepted.applicationId },
        projectId: files.accepted.projectId,
        visibility: 'internal',
        payload: decided.payload.parse(facts(decided as EventKind, 'accepted')),
      }),
    )
    await window.test.react([centre.capability])
    const rows = await centre.reader.messagesOfEntry(window.platform.db, entryId)
    expect(new Set(rows.map((row) => row.noticeId))).toEqual(new Set(['approvals.decided/department']))
  })
  it('tells a delegate while the delegation holds, and not after', async () => {
    const { approver } = people
    await call(
      approver as Person,
      createDelegation,
      {},
      {
        toPersonId: people.lead?.personId,
        role: 'approver',
        department: DEPARTMENT,
        from: window.platform.clock(),
        to: addMs(window.platform.clock(), DAY_MS),
        reason: '出差',
      },
    )
    expect(await told('approvals.pause-proposed')).toEqual({
      'approvals.pause-proposed/approvers': ['approver', 'lead'],
    })
    window.test.clock.advance(2 * DAY_MS)
    expect(await told('approvals.pause-proposed')).toEqual({ 'approvals.pause-proposed/approvers': ['approver'] })
  })
})

describe('the table of notices', () => {
  it('has a decision for every kind of event: a notice with its template, or silence with a reason', () => {
    const undecided = undecidedKinds(events, centre.book.notices, centre.book.silent)
    // Add a notice, or an entry under "silent", to data/messages/<capability>.json for each kind named here.
    expect(undecided).toEqual([])
  })
  it('has a template in both languages in force today for every kind that must be told', () => {
    const today = window.platform.clock().slice(0, 10) as never
    for (const kind of 'submitted corrections-requested accepted refused opinion-asked drafted reviewed pause-proposed paused resumed extended decided certificate-issued clock-warning clock-due clock-overdue'.split(
      ' ',
    )) {
      const notices = centre.book.notices.filter((each) => each.kind === `approvals.${kind}` && holdsOn(each, today))
      expect([kind, notices.length > 0]).toEqual([kind, true])
      for (const { templates } of notices)
        expect(
          [templates.zh.title, templates.zh.text, templates.en.title, templates.en.text].every(
            (each) => each.source !== '',
          ),
        ).toBe(true)
    }
  })
  it('cites the law for every notice that cannot be switched off', () => {
    const statutory = centre.book.notices.filter((notice) => notice.statutory)
    for (const kind of ['decided', 'corrections-requested', 'paused'])
      expect(statutory.some((notice) => notice.kind === `approvals.${kind}`)).toBe(true)
    for (const notice of statutory) expect(notice.source?.basis).toMatch(/第.+条/)
  })
  it('leaves no place open in any text', async () => {
    const { rows } = await window.test.pool.query<{
      title: { zh: string; en: string }
      body: { zh: string; en: string }
    }>('select title, body from messages.message')
    expect(rows.length).toBeGreaterThan(50)
    for (const { title, body } of rows)
      for (const text of [title.zh, title.en, body.zh, body.en]) expect(text).not.toMatch(/[{}]|undefined|\bnull\b/)
  })
  it('knows the facts that may be looked up', () => {
    const revoked = events.find((each) => each.kind === 'people.role-revoked')
    expect(revoked && placesOf(revoked)).toEqual(
      expect.arrayContaining(['roleName', 'personName', 'reason', 'happenedOn']),
    )
  })

  const loadChanged = (
    change: (file: { notices: Record<string, unknown>[]; silent: object; webhooks: object }) => void,
  ) => {
    const folder = mkdtempSync(join(tmpdir(), 'mingzhu-notices-'))
    try {
      cpSync(join(window.platform.config.dataFolder, 'messages'), join(folder, 'messages'), { recursive: true })
      const path = join(folder, 'messages', 'approvals.json')
      const file = JSON.parse(readFileSync(path, 'utf8'))
      change(file)
      writeFileSync(path, JSON.stringify(file))
      return loadNotices(folder, events)
    } finally {
      rmSync(folder, { recursive: true })
    }
  }
  it('is refused as a whole when a template names what its event does not say', () => {
    expect(() =>
      loadChanged(({ notices }) => {
        Object.assign(notices[0] ?? {}, { title: { zh: '{applicantPhone}', en: 'x' } })
      }),
    ).toThrow(/approvals\.submitted\/applicant title\.zh.*\{applicantPhone\}/s)
  })
  it.each([
    ['a kind that does not exist', { kind: 'approvals.nothing', id: 'approvals.nothing/applicant' }],
    ['an audience that the event cannot name', { to: ['asked-department'] }],
    ['a statutory notice without its law', { statutory: true, source: undefined }],
    ['a missing language', { text: { zh: '只有中文' } }],
    ['an id twice', { id: 'approvals.submitted/window' }],
    ['a condition on a fact that is not there', { when: { nothing: true } }],
  ])('is refused for %s', (_what, change) => {
    expect(() => loadChanged(({ notices }) => void Object.assign(notices[0] ?? {}, change))).toThrow()
  })
  it('tells other systems nothing of events that are not public, and no field that is not there', () => {
    expect(() => loadChanged(({ webhooks }) => void Object.assign(webhooks, { 'approvals.paused': [] }))).toThrow()
    expect(() =>
      loadChanged(({ webhooks }) => void Object.assign(webhooks, { 'approvals.closed': ['phone'] })),
    ).toThrow()
  })
})
