import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type OpenMessages, openMessages } from '../../../tests/support/messages.ts'
import { openWindow, type Window } from '../../../tests/support/window.ts'
import { type Person, system } from '../../kernel/actor.ts'
import { addMs, DAY_MS, instant, wallClock } from '../../kernel/time.ts'
import { followOnce } from '../../platform/journal/follow.ts'
import { accepted, decided, opinionAsked, paused } from '../approvals/contract/events.ts'
import * as contract from './contract.ts'
import { codeRules } from './model/contact.ts'
import { quietUntil } from './model/quiet.ts'
import { topics, wants, ways } from './model/topics.ts'

let window: Window
let centre: OpenMessages
let file: { applicationId: string; projectId: string }
let reviewer: Person
const DEPARTMENT = 'housing'

beforeAll(async () => {
  window = await openWindow()
  centre = await openMessages(window)
  const made = await window.submitted()
  file = { applicationId: made.application.applicationId, projectId: made.project.projectId }
  reviewer = (await window.officers(DEPARTMENT)).reviewer
  await centre.settle()
})
afterAll(() => window.close())
beforeEach(() => {
  centre.sent.splice(0)
  centre.answer.result = { kind: 'sent', providerId: null, detail: 'ok' }
})

const about = (projectName = '示例项目') => ({
  applicationId: file.applicationId,
  caseNumber: '两江[2026]1号',
  projectName,
  stage: 'ST1',
  stageName: '立项用地规划许可',
})
const item = (projectName?: string) => ({
  ...about(projectName),
  itemRunId: 'r',
  itemId: 'I-106',
  itemName: '某事项',
  department: 'planning-resources',
  departmentName: '规划资源局',
})
const subject = () => ({ subject: { kind: 'application', id: file.applicationId }, projectId: file.projectId })
const tellOpinion = (projectName?: string) =>
  window.platform.transact(system('test'), (unit) =>
    unit.record(opinionAsked, {
      ...subject(),
      payload: {
        ...item(projectName),
        opinionTaskId: 't',
        askedDepartment: DEPARTMENT,
        askedDepartmentName: '住建委',
        days: 5,
        redoOf: null,
      },
    }),
  )
const tellDecision = (documentNumber = '文号1') =>
  window.platform.transact(system('test'), (unit) =>
    unit.record(decided, {
      ...subject(),
      payload: {
        ...item(),
        outcome: 'approved',
        outcomeName: '准予许可',
        documentNumber,
        verificationCode: null,
        certificateId: null,
        decidedOn: '2026-03-02',
      },
    }),
  )
/** Makes somebody of the department that is asked; what the making of them told them is read. */
const someone = async (name: string): Promise<Person> => {
  const person = await window.person(name, { role: 'reviewer', department: DEPARTMENT })
  await centre.settle()
  await centre.as(person).call(contract.markRead, { body: { all: true } })
  return person
}
/** Messages about files, without those about the person's own roles. */
const inboxOf = async (person: Person) => (await centre.inbox(person)).filter((each) => each.topic !== 'roles')
const sentTo = (address: string) =>
  centre.sent.filter((each) => each.address === address && !each.title.includes('verification'))
const settingsOf = (person: Person) => centre.as(person).call(contract.readSettings, {})
const change = async (person: Person, more: Partial<contract.Settings>) => {
  const { contacts: _contacts, standIns: _standIns, ...present } = await settingsOf(person)
  return centre.as(person).call(contract.saveSettings, { body: { ...present, ...more } })
}
const newest = async (person: Person) => (await inboxOf(person))[0]

describe('the message centre', () => {
  it('shows each person their own messages, newest first, with a link to the file, and counts the unread', async () => {
    const person = await someone('甲')
    await tellOpinion('第一个')
    await tellOpinion('第二个')
    await centre.settle()
    const page = await centre.as(person).call(contract.listMessages, { query: { limit: 1 } })
    expect(page).toMatchObject({
      unread: 2,
      rows: [{ link: { page: 'application', id: file.applicationId }, readAt: null }],
    })
    expect(page.rows[0]?.text.zh).toContain('第二个')
    const rest = await centre.as(person).call(contract.listMessages, { query: { limit: 5, after: page.next ?? '' } })
    expect(rest.rows.map((row) => row.text.zh.includes('第一个'))).toContain(true)
    expect(await inboxOf(window.stranger)).toEqual([])
  })
  it('filters by topic, by unread and by words', async () => {
    const person = await someone('乙')
    await tellOpinion('百分%之一_项目')
    await centre.settle()
    const count = async (query: Record<string, unknown>) =>
      (await centre.as(person).call(contract.listMessages, { query: { limit: 50, ...query } as never })).rows.length
    expect(await count({ topic: 'opinions' })).toBe(1)
    expect(await count({ topic: 'decisions' })).toBe(0)
    expect(await count({ unread: 'true' })).toBe(1)
    expect(await count({ search: '分%之' })).toBe(1)
    expect(await count({ search: '分_之' })).toBe(0)
  })
  it('marks read what is one’s own, and nothing of others', async () => {
    const [person, other] = [await someone('丙'), await someone('丁')]
    await tellOpinion()
    await centre.settle()
    const mine = await newest(person)
    const read = (who: Person) =>
      centre.as(who).call(contract.markRead, { body: { messageIds: mine === undefined ? [] : [mine.messageId] } })
    expect(await read(other)).toMatchObject({ read: 0, unread: 1 })
    expect(await read(person)).toEqual({ read: 1, unread: 0 })
    expect((await newest(person))?.readAt).not.toBeNull()
    expect(await centre.as(other).call(contract.markRead, { body: { all: true } })).toEqual({ read: 1, unread: 0 })
  })
  it('gives each entry its effect once, although the listener dies in the middle or runs twice', async () => {
    const person = await someone('戊')
    await tellOpinion()
    await window.test.seal()
    const reaction = (centre.capability.reactions ?? []).find((each) => each.listener === 'messages.people')
    if (reaction === undefined) throw new Error('no listener')
    const dying = {
      ...reaction,
      react: async (...args: Parameters<typeof reaction.react>) => {
        await reaction.react(...args)
        throw new Error('killed before the commit')
      },
    }
    expect((await followOnce(window.platform, dying)).done).toBe(0)
    expect(await inboxOf(person)).toHaveLength(0)
    window.test.clock.advance(5_000)
    await Promise.all([followOnce(window.platform, reaction), followOnce(window.platform, reaction)])
    expect(await inboxOf(person)).toHaveLength(1)
  })
  it('wakes the page of the one who got something, and says nothing about what', async () => {
    const person = await window.person('独自', { role: 'reviewer', department: 'water' })
    await window.platform.transact(system('test'), (unit) =>
      unit.record(opinionAsked, {
        ...subject(),
        payload: {
          ...item(),
          opinionTaskId: 't',
          askedDepartment: 'water',
          askedDepartmentName: '水利',
          days: 5,
          redoOf: null,
        },
      }),
    )
    await centre.settle()
    const entries = await window.platform.journal.entriesOf(window.platform.db, {
      subject: { kind: 'person', id: person.personId },
    })
    expect(entries.at(-1)).toMatchObject({
      kind: 'messages.posted',
      payload: { count: 1, causeKind: 'approvals.opinion-asked' },
    })
  })
  it('puts old entries of a first start into the centre, and sends nothing out for them', async () => {
    const person = await someone('己')
    await centre.contact(person, 'email', 'old@example.cn')
    centre.sent.splice(0)
    await tellOpinion('旧事')
    await window.test.seal()
    window.test.clock.advance(4 * DAY_MS)
    await centre.settle()
    expect((await newest(person))?.text.zh).toContain('旧事')
    expect(sentTo('old@example.cn')).toEqual([])
  })
})

describe('ways out', () => {
  it('take a message to verified addresses only, with its status in the centre', async () => {
    const person = await someone('庚')
    await centre.as(person).call(contract.addContact, { body: { channel: 'sms', address: '13900000001' } })
    await centre.contact(person, 'email', 'Geng@Example.cn')
    centre.sent.splice(0)
    await change(person, { wanted: { opinions: { email: true, sms: true } } })
    await tellOpinion()
    await centre.settle()
    expect(sentTo('geng@example.cn')).toHaveLength(1)
    expect(centre.sent.some((each) => each.channel === 'sms')).toBe(false)
    expect((await newest(person))?.deliveries).toMatchObject([
      { channel: 'email', state: 'sent', address: 'g***@example.cn' },
    ])
  })
  it('carry the text of people as text: no header, no markup, no second template', async () => {
    const person = await someone('辛')
    await centre.contact(person, 'email', 'xin@example.cn')
    centre.sent.splice(0)
    await change(person, { wanted: { opinions: { email: true } } })
    await tellOpinion('<script>alert(1)</script>\r\nBcc: x@y.cn {caseNumber}')
    await centre.settle()
    const [mail] = sentTo('xin@example.cn')
    expect(mail?.html).not.toContain('<script')
    expect(mail?.html).toContain('&lt;script&gt;')
    expect(mail?.title).not.toMatch(/[\r\n]/)
    expect(mail?.text).toContain('{caseNumber}')
  })
  it('write in the language that the person chose', async () => {
    const person = await someone('壬')
    await centre.contact(person, 'email', 'ren@example.cn')
    centre.sent.splice(0)
    await change(person, { language: 'en', wanted: { opinions: { email: true } } })
    await tellOpinion()
    await centre.settle()
    expect(sentTo('ren@example.cn')[0]?.title).toContain('Opinion wanted')
  })
  it('give nothing to somebody who lost the role between the writing and the sending', async () => {
    const person = await someone('癸')
    await centre.contact(person, 'email', 'gui@example.cn')
    centre.sent.splice(0)
    await change(person, { wanted: { opinions: { email: true } } })
    await tellOpinion()
    await window.test.react([...window.capabilities, centre.capability])
    await window.test.pool.query('update people.role_grant set revoked_at = $2 where person_id = $1', [
      person.personId,
      window.platform.clock(),
    ])
    await centre.runJobs()
    expect(sentTo('gui@example.cn')).toEqual([])
    expect((await newest(person))?.deliveries).toMatchObject([{ state: 'cancelled' }])
    await tellOpinion('以后的')
    await centre.settle()
    expect((await newest(person))?.text.zh).not.toContain('以后的')
  })
  it('wait for the end of quiet hours', async () => {
    const person = await someone('子')
    await centre.contact(person, 'email', 'zi@example.cn')
    centre.sent.splice(0)
    const now = wallClock(window.platform.clock()).slice(11)
    const end = wallClock(addMs(window.platform.clock(), 2 * 3_600_000)).slice(11)
    await change(person, { quiet: { from: now, to: end }, wanted: { opinions: { email: true } } })
    await tellOpinion()
    await centre.settle()
    expect(await newest(person)).toMatchObject({ readAt: null })
    expect(sentTo('zi@example.cn')).toEqual([])
    window.test.clock.advance(2 * 3_600_000)
    await centre.settle()
    expect(sentTo('zi@example.cn')).toHaveLength(1)
  })
})

describe('what a person wants', () => {
  it('decides by topic and way, but statutory notices stay in the centre whatever was chosen', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...topics),
        fc.constantFrom(...ways),
        fc.option(fc.boolean(), { nil: undefined }),
        (topic, way, choice) => {
          const wanted = choice === undefined ? {} : { [topic]: { [way]: choice } }
          if (choice !== undefined && way !== 'centre') expect(wants(wanted, topic, way, true)).toBe(choice)
          expect(wants(wanted, topic, 'centre', true)).toBe(true)
        },
      ),
    )
  })
  it('keeps a topic out of the centre, except what the law orders to be told', async () => {
    const person = await window.person('只要法定的', { role: 'applicant', organisationId: window.owner })
    await change(person, { wanted: { decisions: { centre: false }, receipt: { centre: false } } })
    await tellDecision('法定文号')
    await window.platform.transact(system('test'), (unit) =>
      unit.record(accepted, {
        ...subject(),
        payload: { ...about(), acceptedOn: '2026-03-02', items: [], itemCount: 1 },
      }),
    )
    await window.platform.transact(system('test'), (unit) =>
      unit.record(paused, {
        ...subject(),
        payload: {
          ...item(),
          noticeId: 'n',
          ground: 'hearing',
          groundName: '听证',
          basis: '行政许可法第四十五条',
          days: 5,
          from: '2026-03-02',
        },
      }),
    )
    await centre.settle()
    expect((await inboxOf(person)).map((each) => each.kind).sort()).toEqual([
      'approvals.accepted',
      'approvals.decided',
      'approvals.paused',
    ])
    const officer = await someone('不要意见')
    await change(officer, { wanted: { opinions: { centre: false } } })
    await tellOpinion()
    await centre.settle()
    expect(await inboxOf(officer)).toEqual([])
  })
  it('is saved against the version that was read', async () => {
    const person = await someone('丑')
    const first = await settingsOf(person)
    await change(person, { digest: true })
    const { contacts: _contacts, standIns: _standIns, ...stale } = first
    const refusal = await window.refusalOf(centre.as(person).call(contract.saveSettings, { body: stale }))
    expect(refusal.code).toBe('messages.settings-changed-meanwhile')
  })
})

describe('an address', () => {
  const add = (person: Person, address = '13800000009') =>
    centre.as(person).call(contract.addContact, { body: { channel: 'sms', address } })
  const verify = (person: Person, contactId: contract.ContactId, code: string) =>
    centre.as(person).call(contract.verifyContact, { params: { contactId }, body: { code } })

  it('is used after the code that went there came back, and the code is kept nowhere', async () => {
    const person = await someone('寅')
    const { contactId, verifiedAt } = await add(person)
    expect(verifiedAt).toBeNull()
    await centre.runJobs()
    const code = centre.codeOf(centre.sent.at(-1))
    const { rows } = await window.test.pool.query(
      'select c.*, d.content from messages.contact c join outbox.delivery d on d.reference = c.id::text where c.id = $1',
      [contactId],
    )
    expect(JSON.stringify(rows)).not.toContain(code)
    expect(JSON.stringify(rows)).not.toContain('13800000009')
    expect((await verify(person, contactId, code)).verifiedAt).not.toBeNull()
  })
  it('is refused when it is none', async () => {
    const person = await someone('卯')
    for (const [channel, address] of [
      ['sms', '12345'],
      ['email', 'a@b'],
      ['email', 'a@example.cn\r\nBcc: b@example.cn'],
      ['email', 'a@example.cn, b@example.cn'],
      ['wechat', '太短的号'],
    ] as const)
      expect(
        (await window.refusalOf(centre.as(person).call(contract.addContact, { body: { channel, address } }))).code,
      ).toBe('messages.address-wrong')
    expect(centre.sent).toEqual([])
  })
  it('gets no second code within a minute, and no more than a few a day, whatever address is given', async () => {
    const person = await someone('辰')
    const { contactId } = await add(person)
    const resend = () => centre.as(person).call(contract.resendCode, { params: { contactId } })
    expect((await window.refusalOf(resend())).code).toBe('messages.code-too-soon')
    expect((await window.refusalOf(add(person, '13800000010'))).code).toBe('messages.code-too-soon')
    await centre.as(person).call(contract.removeContact, { params: { contactId } })
    expect((await window.refusalOf(add(person, '13800000010'))).code).toBe('messages.code-too-soon')
    for (let sent = 1; sent < codeRules.perDay; sent += 1) {
      window.test.clock.advance(codeRules.resendMs)
      await add(person, `1380000001${sent}`)
    }
    window.test.clock.advance(codeRules.resendMs)
    expect((await window.refusalOf(resend())).code).toBe('messages.codes-used-up')
    window.test.clock.advance(DAY_MS)
    await resend()
  })
  it('cannot be proved by guessing: a few wrong answers, or ten minutes, end a code', async () => {
    const person = await someone('巳')
    const { contactId } = await add(person)
    await centre.runJobs()
    const code = centre.codeOf(centre.sent.at(-1))
    const wrong = code === '000000' ? '111111' : '000000'
    for (let left = codeRules.tries - 1; left >= 0; left -= 1)
      expect(await window.refusalOf(verify(person, contactId, wrong))).toMatchObject({
        code: 'messages.code-wrong',
        facts: { left },
      })
    expect((await window.refusalOf(verify(person, contactId, code))).code).toBe('messages.code-over')
    window.test.clock.advance(codeRules.resendMs)
    await centre.as(person).call(contract.resendCode, { params: { contactId } })
    await centre.runJobs()
    window.test.clock.advance(codeRules.holdsMs + 1)
    expect((await window.refusalOf(verify(person, contactId, centre.codeOf(centre.sent.at(-1))))).code).toBe(
      'messages.code-over',
    )
  })
  it('belongs to its person alone', async () => {
    const [person, other] = [await someone('午'), await someone('未')]
    const { contactId } = await add(person)
    const tries: readonly (() => Promise<unknown>)[] = [
      () => verify(other, contactId, '000000'),
      () => centre.as(other).call(contract.resendCode, { params: { contactId } }),
      () => centre.as(other).call(contract.removeContact, { params: { contactId } }),
    ]
    for (const attempt of tries) expect((await window.refusalOf(attempt())).code).toBe('messages.contact-missing')
  })
})

describe('quiet hours', () => {
  const at = (text: string) => instant(`2026-03-02T${text}:00+08:00`)
  it('end at their end, over midnight too', () => {
    const night = { from: '22:00', to: '07:00' }
    expect(quietUntil(night, at('23:30'))).toBe(instant('2026-03-03T07:00:00+08:00'))
    expect(quietUntil(night, at('06:59'))).toBe(instant('2026-03-02T07:00:00+08:00'))
    expect(quietUntil(night, at('07:00'))).toBeNull()
    expect(quietUntil({ from: '12:00', to: '14:00' }, at('13:00'))).toBe(at('14:00'))
    expect(quietUntil({ from: '12:00', to: '12:00' }, at('12:00'))).toBeNull()
    expect(quietUntil(null, at('12:00'))).toBeNull()
  })
  it('never hold longer than a day, and never at the moment at which they let go', () => {
    const time = fc.integer({ min: 0, max: 1439 }).map((minutes) => {
      const two = (value: number) => String(value).padStart(2, '0')
      return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`
    })
    fc.assert(
      fc.property(time, time, fc.integer({ min: 0, max: DAY_MS * 400 }), (from, to, offset) => {
        const now = addMs(instant('2026-01-01T00:00:00Z'), offset)
        const until = quietUntil({ from, to }, now)
        if (until === null) return
        expect(until > now && until <= addMs(now, DAY_MS)).toBe(true)
        expect(quietUntil({ from, to }, until)).toBeNull()
      }),
    )
  })
})

describe('the daily digest', () => {
  it('lists once a day, for those who want it, what presses in their hands; after a break there is one', async () => {
    const own = await openWindow()
    const messages = await openMessages(own)
    try {
      const opened = await own.accepted()
      const department = opened.itemRuns[0]?.department ?? ''
      const { lead, reviewer: silent } = await own.officers(department)
      const settings = await messages.as(lead).call(contract.readSettings, {})
      const { contacts: _contacts, standIns: _standIns, ...plain } = settings
      await messages.as(lead).call(contract.saveSettings, { body: { ...plain, digest: true, digestAt: '08:00' } })
      await messages.settle()
      own.test.clock.advance(60 * DAY_MS)
      await messages.settle()
      const digests = async (person: Person) => (await messages.inbox(person)).filter((each) => each.topic === 'digest')
      const [first, ...more] = await digests(lead)
      expect(more).toEqual([])
      expect(first?.text.zh).toContain(opened.application.caseNumber)
      expect(first?.title.zh).not.toContain('{')
      expect(await digests(silent)).toEqual([])
      own.test.clock.advance(DAY_MS)
      await messages.settle()
      expect(await digests(lead)).toHaveLength(2)
    } finally {
      await own.close()
    }
  })
})

describe('statutory notices', () => {
  it('leave evidence in the journal: when they went out, and when they were opened', async () => {
    const person = await window.person('收决定的人', { role: 'applicant', organisationId: window.owner })
    await centre.contact(person, 'email', 'jue@example.cn')
    await tellDecision('证据文号')
    await centre.settle()
    const message = (await inboxOf(person)).find((each) => each.text.zh.includes('证据文号'))
    await centre
      .as(person)
      .call(contract.markRead, { body: { messageIds: message === undefined ? [] : [message.messageId] } })
    const project = await window.platform.journal.entriesOf(window.platform.db, { projectId: file.projectId })
    expect(project.filter((each) => each.kind === 'messages.notice-sent').at(-1)?.payload).toMatchObject({
      reference: message?.messageId,
      channel: 'email',
      state: 'sent',
    })
    const own = await window.platform.journal.entriesOf(window.platform.db, {
      subject: { kind: 'person', id: person.personId },
    })
    expect(own.filter((each) => each.kind === 'messages.read').at(-1)?.payload).toMatchObject({
      statutory: [message?.messageId],
    })
    expect(reviewer.personId).not.toBe(person.personId)
  })
})
