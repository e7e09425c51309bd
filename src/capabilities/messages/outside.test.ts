import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type OpenMessages, openMessages } from '../../../tests/support/messages.ts'
import { permissionMatrix, testServer } from '../../../tests/support/server.ts'
import { openWindow, type Window } from '../../../tests/support/window.ts'
import { type Actor, anonymous, type Person, system } from '../../kernel/actor.ts'
import type { Endpoint } from '../../kernel/endpoint.ts'
import { isRefused } from '../../kernel/refusal.ts'
import { DAY_MS, msOf } from '../../kernel/time.ts'
import { isSigned, signatureOf } from '../../platform/messages/signature.ts'
import { vaultOf } from '../../platform/vault/vault.ts'
import { closed, paused, submitted } from '../approvals/contract/events.ts'
import { MOST_FAILURES } from './actions/webhooks.ts'
import * as contract from './contract.ts'
import { resealMessages } from './store/reseal.ts'

let window: Window
let centre: OpenMessages
let administrator: Person
let officer: Person
let file: { applicationId: string; projectId: string }
interface Received {
  readonly headers: http.IncomingHttpHeaders
  readonly body: string
}
const received: Received[] = []
let status = 200
let server: http.Server
let url: string
const secret = 'secret-of-the-sms-gateway'

beforeAll(async () => {
  window = await openWindow()
  centre = await openMessages(window, {
    config: { webhookNetworks: ['127.0.0.1'], sms: { url: 'http://127.0.0.1:1/', secret } },
  })
  administrator = await window.person('管理员', { role: 'administrator' })
  officer = (await window.officers('housing')).reviewer
  const made = await window.submitted()
  file = { applicationId: made.application.applicationId, projectId: made.project.projectId }
  server = http.createServer((request, reply) => {
    let body = ''
    request.on('data', (part: Buffer) => {
      body += part.toString('utf8')
    })
    request.on('end', () => {
      received.push({ headers: request.headers, body })
      reply.statusCode = status
      reply.end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook?key=private`
  await centre.settle()
})
afterAll(async () => {
  await new Promise((resolve) => server.close(resolve))
  await window.close()
})
beforeEach(() => {
  received.splice(0)
  centre.sent.splice(0)
  centre.answer.result = { kind: 'sent', providerId: null, detail: 'ok' }
  status = 200
})

const about = () => ({
  applicationId: file.applicationId,
  caseNumber: '两江[2026]1号',
  projectName: '示例项目',
  stage: 'ST1',
  stageName: '立项用地规划许可',
})
const subject = () => ({ subject: { kind: 'application', id: file.applicationId }, projectId: file.projectId })
const close = () =>
  window.platform.transact(system('test'), (unit) =>
    unit.record(closed, {
      ...subject(),
      payload: { ...about(), passed: true, result: '全部通过', closedOn: '2026-03-02' },
    }),
  )
const admin = () => centre.as(administrator)
const register = (more: object = {}) =>
  admin().call(contract.registerWebhook, { body: { name: '数据共享平台', url, kinds: ['approvals.closed'], ...more } })
const deliveries = async (query: object = {}) =>
  (await admin().call(contract.listDeliveries, { query: { limit: 100, ...query } as never })).rows
const removeAll = async () => {
  for (const { webhookId } of (await admin().call(contract.listWebhooks, {})).rows)
    await admin().call(contract.removeWebhook, { params: { webhookId } })
}

describe('a webhook', () => {
  it('is told of the public events that it asked for, signed, with public fields and nothing else', async () => {
    const hook = await register()
    await close()
    await window.platform.transact(system('test'), (unit) =>
      unit.record(submitted, {
        ...subject(),
        payload: { ...about(), receiptNumber: 'SJ-1', round: 1, hash: 'internal-hash' },
      }),
    )
    await centre.settle()
    expect(received).toHaveLength(1)
    const [{ headers, body } = { headers: {}, body: '' }] = received
    const signed = {
      id: String(headers['webhook-id']),
      timestamp: String(headers['webhook-timestamp']),
      body,
      signature: String(headers['webhook-signature']),
    }
    expect(isSigned(hook.secret, signed, window.platform.clock())).toBe(true)
    expect(JSON.parse(body)).toMatchObject({
      kind: 'approvals.closed',
      sentence: expect.stringContaining('全部通过'),
      facts: { caseNumber: '两江[2026]1号', passed: true },
    })
    expect(Object.keys(JSON.parse(body).facts)).not.toContain('applicationId')
    expect(await deliveries({ webhookId: hook.webhookId })).toMatchObject([
      { state: 'delivered', attempts: 1, address: url.replace('key=private', '…') },
    ])
    await removeAll()
  })
  it('hears nothing that is not public, however it was recorded', async () => {
    await register({ kinds: ['approvals.closed', 'approvals.submitted'] })
    await window.platform.transact(system('test'), (unit) =>
      unit.record(closed, {
        ...subject(),
        visibility: 'parties',
        payload: { ...about(), passed: true, result: '不公开的', closedOn: '2026-03-02' },
      }),
    )
    await centre.settle()
    expect(received).toEqual([])
    expect((await window.refusalOf(register({ kinds: [paused.kind] }))).code).toBe('messages.webhook-kind-wrong')
    await removeAll()
  })
  it('hears nothing from before its registration', async () => {
    await close()
    await window.test.seal()
    window.test.clock.advance(1000)
    await register()
    await centre.settle()
    expect(received).toEqual([])
    await removeAll()
  })
  it('is tried again after errors, laid aside in the end, and sent again by an operator with the same id', async () => {
    const hook = await register()
    status = 500
    await close()
    await centre.settle()
    expect(await deliveries({ webhookId: hook.webhookId })).toMatchObject([{ state: 'failed', reason: 'HTTP 500' }])
    for (let day = 0; day < 8; day += 1) {
      window.test.clock.advance(DAY_MS)
      await centre.settle()
    }
    const [dead] = await deliveries({ webhookId: hook.webhookId })
    expect(dead?.state).toBe('given-up')
    status = 204
    await admin().call(contract.retryDelivery, { params: { deliveryId: dead?.deliveryId as contract.DeliveryId } })
    await centre.settle()
    expect(await deliveries({ webhookId: hook.webhookId })).toMatchObject([{ state: 'delivered' }])
    expect(new Set(received.map((each) => each.headers['webhook-id'])).size).toBe(1)
    const detail = await admin().call(contract.readDelivery, {
      params: { deliveryId: dead?.deliveryId as contract.DeliveryId },
    })
    expect(detail.attemptList.length).toBe(received.length)
    await removeAll()
  })
  it('pauses itself after many failures in a row, and administrators are told', async () => {
    const hook = await register()
    status = 410
    for (let count = 0; count < MOST_FAILURES; count += 1) await close()
    await centre.settle()
    const { rows } = await admin().call(contract.listWebhooks, {})
    expect(rows).toMatchObject([{ state: 'paused', failures: MOST_FAILURES }])
    expect((await centre.inbox(administrator)).some((each) => each.kind === 'messages.webhook-stopped')).toBe(true)
    const [row] = rows
    const resumed = await admin().call(contract.changeWebhook, {
      params: { webhookId: hook.webhookId },
      body: { version: row?.version ?? 0, state: 'active' },
    })
    expect(resumed).toMatchObject({ state: 'active', failures: 0 })
    await removeAll()
  })
  it('may not be an address of our own networks, nor plain http elsewhere, nor carry a password', async () => {
    for (const [address, code] of [
      ['https://10.0.0.8/hook', 'messages.webhook-url-closed'],
      ['https://localhost.invalid/hook', 'messages.webhook-url-closed'],
      ['https://[::1]/hook', 'messages.webhook-url-closed'],
      ['http://8.8.8.8/hook', 'messages.webhook-url-wrong'],
      ['https://user:word@8.8.8.8/', 'messages.webhook-url-wrong'],
      ['ftp://8.8.8.8/', 'messages.webhook-url-wrong'],
      ['nothing', 'messages.webhook-url-wrong'],
    ] as const)
      expect([address, (await window.refusalOf(register({ url: address }))).code]).toEqual([address, code])
  })
  it('is tested by hand, changes its secret, and is refused a change against an old version', async () => {
    const hook = await register()
    const { secret: fresh } = await admin().call(contract.renewSecret, { params: { webhookId: hook.webhookId } })
    expect(fresh).not.toBe(hook.secret)
    await admin().call(contract.testWebhook, { params: { webhookId: hook.webhookId } })
    await centre.settle()
    const [call] = received
    const header = (name: string) => String(call?.headers[name])
    expect(
      isSigned(
        fresh,
        {
          id: header('webhook-id'),
          timestamp: header('webhook-timestamp'),
          body: call?.body ?? '',
          signature: header('webhook-signature'),
        },
        window.platform.clock(),
      ),
    ).toBe(true)
    const old = admin().call(contract.changeWebhook, {
      params: { webhookId: hook.webhookId },
      body: { version: 1, name: '另一个名称' },
    })
    expect((await window.refusalOf(old)).code).toBe('messages.webhook-changed-meanwhile')
    const { rows } = await window.test.pool.query('select * from messages.webhook where id = $1', [hook.webhookId])
    expect(JSON.stringify(rows)).not.toContain(fresh)
    await removeAll()
    expect(
      (await window.refusalOf(admin().call(contract.testWebhook, { params: { webhookId: hook.webhookId } }))).code,
    ).toBe('messages.webhook-missing')
  })
})

describe('the outbox of operators', () => {
  /** A decision notice to somebody by e-mail, with what the channel answers. */
  const send = async (result: typeof centre.answer.result) => {
    const name = `收件人${window.platform.newId().slice(-6)}`
    const person = await window.person(name, { role: 'applicant', organisationId: window.owner })
    await centre.contact(person, 'email', `${window.platform.newId().slice(-8)}@example.cn`)
    await centre.contact(person, 'sms', `139${String(msOf(window.platform.clock()) % 100_000_000).padStart(8, '0')}`)
    await centre.settle()
    centre.answer.result = result
    await window.platform.transact(system('test'), (unit) =>
      unit.record(paused, {
        ...subject(),
        payload: {
          ...about(),
          itemRunId: 'r',
          itemId: 'I-106',
          itemName: '某事项',
          department: 'planning-resources',
          departmentName: '规划资源局',
          noticeId: 'n',
          ground: 'hearing',
          groundName: '听证',
          basis: '第四十五条',
          days: 5,
          from: '2026-03-02',
        },
      }),
    )
    await centre.settle()
    const message = (await centre.inbox(person)).find((each) => each.kind === 'approvals.paused')
    const rows = await deliveries()
    const own = (channel: string) =>
      rows.find((each) => each.reference === message?.messageId && each.channel === channel)
    return { person, email: own('email'), sms: own('sms') }
  }
  it('shows what was given up, tells administrators once, and retries it', async () => {
    const { email } = await send({ kind: 'failed', reason: '550 no such user', permanent: true })
    expect(email).toMatchObject({ state: 'given-up', reason: '550 no such user' })
    expect((await centre.inbox(administrator)).some((each) => each.kind === 'messages.delivery-given-up')).toBe(true)
    centre.answer.result = { kind: 'sent', providerId: null, detail: 'ok' }
    const { retried } = await admin().call(contract.retryAll, { body: { channel: 'email' } })
    expect(retried).toBeGreaterThan(0)
    await centre.settle()
    expect((await deliveries({ state: 'given-up', channel: 'email' })).length).toBe(0)
  })
  it('changes the channel to an address that the receiver has verified, and to no other', async () => {
    const { email } = await send({ kind: 'failed', reason: 'bad', permanent: true })
    const params = { deliveryId: email?.deliveryId as contract.DeliveryId }
    const to = (channel: 'wechat' | 'sms') => admin().call(contract.moveDelivery, { params, body: { channel } })
    expect((await window.refusalOf(to('wechat'))).code).toBe('messages.no-verified-contact')
    centre.answer.result = { kind: 'sent', providerId: null, detail: 'ok' }
    centre.sent.splice(0)
    expect(await to('sms')).toMatchObject({ channel: 'sms', state: 'queued' })
    await centre.settle()
    // The short form of the other channel, not the letter.
    expect(centre.sent.find((each) => each.id === email?.deliveryId)).toMatchObject({ channel: 'sms', html: null })
  })
  it('cancels what is not out, and refuses where it is too late', async () => {
    const { email } = await send({ kind: 'failed', reason: 'busy', permanent: false })
    const params = { deliveryId: email?.deliveryId as contract.DeliveryId }
    const cancel = () => admin().call(contract.cancelDelivery, { params, body: { reason: '已电话告知' } })
    expect(await cancel()).toMatchObject({ state: 'cancelled', reason: '已电话告知' })
    expect((await window.refusalOf(cancel())).code).toBe('messages.not-cancellable')
    const sent = (await deliveries({ state: 'sent' }))[0]
    const late = admin().call(contract.retryDelivery, {
      params: { deliveryId: sent?.deliveryId as contract.DeliveryId },
    })
    expect((await window.refusalOf(late)).code).toBe('messages.not-retryable')
  })
  it('leaves a trace of whoever looks at what a message says', async () => {
    const { email } = await send({ kind: 'sent', providerId: null, detail: 'ok' })
    const deliveryId = email?.deliveryId as contract.DeliveryId
    const detail = await admin().call(contract.readDelivery, { params: { deliveryId } })
    expect(detail.content?.text).toContain('听证')
    const entries = await window.platform.journal.entriesOf(window.platform.db, {
      subject: { kind: 'delivery', id: deliveryId },
    })
    expect(entries.at(-1)).toMatchObject({
      kind: 'messages.delivery-acted',
      actor: `person:${administrator.personId}`,
      payload: { action: 'view' },
    })
  })
  it('believes the report of a gateway only with its signature, and once', async () => {
    const { sms } = await send({ kind: 'sent', providerId: null, detail: 'ok' })
    const id = sms?.deliveryId as contract.DeliveryId
    const timestamp = String(Math.floor(msOf(window.platform.clock()) / 1000))
    const signature = signatureOf(secret, id, timestamp, 'delivered.')
    const report = (more: object = {}) =>
      centre.as(anonymous).call(contract.reportDelivery, {
        params: { channel: 'sms' },
        body: { id, status: 'delivered', reason: '', timestamp, signature, ...more },
      })
    expect((await window.refusalOf(report({ signature: 'v1,x' }))).code).toBe('messages.report-unsigned')
    expect((await window.refusalOf(report({ status: 'failed' }))).code).toBe('messages.report-unsigned')
    expect((await window.refusalOf(report({ timestamp: '1' }))).code).toBe('messages.report-unsigned')
    expect(await report()).toEqual({ known: true })
    expect(await report()).toEqual({ known: false })
    expect((await deliveries({ state: 'delivered', channel: 'sms' }))[0]?.deliveryId).toBe(id)
  })
})

describe('who may call what', () => {
  const people = (): Record<string, Actor> => ({
    anonymous,
    applicant: window.applicant,
    clerk: window.clerk,
    reviewer: officer,
    supervisor: window.supervisor,
    administrator,
  })
  it('is what the contract says, for every endpoint', async () => {
    const running = await testServer({ capabilities: [centre.capability], platform: window.platform })
    try {
      const endpoints = (centre.capability.routes ?? []).map((each) => each.endpoint)
      const rows = await permissionMatrix(running, endpoints, people())
      expect(rows.filter((row) => row.fault !== null)).toEqual([])
      expect(rows.length).toBeGreaterThan(endpoints.length * 3)
    } finally {
      await running.close()
    }
  })
  it('is decided again by the policy: the outbox and webhooks belong to administrators', async () => {
    const deliveryId = window.platform.newId()
    const webhookId = window.platform.newId()
    const calls: readonly (readonly [Endpoint, object])[] = [
      [contract.listDeliveries as Endpoint, { query: {} }],
      [contract.readDelivery as Endpoint, { params: { deliveryId } }],
      [contract.retryDelivery as Endpoint, { params: { deliveryId } }],
      [contract.cancelDelivery as Endpoint, { params: { deliveryId }, body: { reason: '理由' } }],
      [contract.moveDelivery as Endpoint, { params: { deliveryId }, body: { channel: 'sms' } }],
      [contract.retryAll as Endpoint, { body: { channel: 'wechat' } }],
      [contract.listWebhooks as Endpoint, {}],
      [contract.registerWebhook as Endpoint, { body: { name: '名称', url: 'bad', kinds: ['none'] } }],
      [contract.changeWebhook as Endpoint, { params: { webhookId }, body: { version: 1 } }],
      [contract.renewSecret as Endpoint, { params: { webhookId } }],
      [contract.removeWebhook as Endpoint, { params: { webhookId } }],
      [contract.testWebhook as Endpoint, { params: { webhookId } }],
    ]
    for (const [endpoint, input] of calls) {
      const admitted: string[] = []
      for (const [name, actor] of Object.entries(people())) {
        try {
          await centre.as(actor).call(endpoint, input)
          admitted.push(name)
        } catch (error) {
          if (!isRefused(error)) throw error
          if (error.refusal.code !== 'messages.administrators-only') admitted.push(name)
        }
      }
      expect([endpoint.id, admitted]).toEqual([endpoint.id, ['administrator']])
    }
  })
  it('asks everybody to sign in before their own messages', async () => {
    for (const endpoint of [contract.listMessages, contract.countUnread, contract.readSettings])
      expect((await window.refusalOf(centre.as(anonymous).call(endpoint as Endpoint, { query: {} }))).kind).toBe(
        'unauthenticated',
      )
    expect((await centre.as(officer).call(contract.listRules, {})).rows.length).toBeGreaterThan(30)
  })
  it('covers every endpoint that the capability serves', () => {
    const declared = (Object.values(contract) as readonly unknown[]).flatMap((value) =>
      typeof value === 'object' && value !== null && 'method' in value && 'id' in value ? [String(value.id)] : [],
    )
    const served = (centre.capability.routes ?? []).map((route) => route.endpoint.id)
    expect(new Set(served)).toEqual(new Set(declared))
    expect(served).toHaveLength(23)
  })
})

// Last: the window's own vault cannot read what is sealed under the new key.
describe('a changed key of the vault', () => {
  it('reaches every address and secret that is kept here, and leaves nothing under the old one', async () => {
    const hook = await register()
    const person = await window.person('换密钥的人', { role: 'reviewer', department: 'housing' })
    await centre.contact(person, 'email', 'key@example.cn')
    const first = new Uint8Array(32).fill(7)
    const renewed = vaultOf(new Uint8Array(32).fill(9), first)
    const run = () => window.platform.transact(system('test'), (unit) => resealMessages(unit.db, renewed, 1000))
    expect(await run()).toBeGreaterThanOrEqual(2)
    expect(await run()).toBe(0)
    const { rows } = await window.test.pool.query<{ id: string; secret_sealed: string }>(
      'select id, secret_sealed from messages.webhook where id = $1',
      [hook.webhookId],
    )
    expect(renewed.open(rows[0]?.secret_sealed ?? '', `messages.webhook:${hook.webhookId}`)).toBe(hook.secret)
  })
})
