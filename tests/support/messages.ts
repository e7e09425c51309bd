/** The message centre over an open window: channels that remember what they were given, and calls of its endpoints. */
import { createMessages } from '../../src/capabilities/messages/capability.ts'
import {
  addContact,
  type Contact,
  listMessages,
  type MessageView,
  verifyContact,
} from '../../src/capabilities/messages/contract.ts'
import type { ContactChannel } from '../../src/capabilities/messages/model/topics.ts'
import type { Actor, Person } from '../../src/kernel/actor.ts'
import type { Endpoint, ReplyOf } from '../../src/kernel/endpoint.ts'
import type { ChannelAdapter, Outgoing, SendResult } from '../../src/platform/messages/channel.ts'
import { type MessagesConfig, noChannels } from '../../src/platform/messages/config.ts'
import { createOutbox } from '../../src/platform/messages/outbox.ts'
import { vaultOf } from '../../src/platform/vault/vault.ts'
import type { Desk, EndpointInput, Window } from './window.ts'

export const openMessages = async (
  window: Window,
  options: {
    readonly config?: Partial<MessagesConfig>
    readonly adapters?: Partial<Record<ContactChannel, ChannelAdapter>>
  } = {},
) => {
  const { test, platform } = window
  const vault = vaultOf(new Uint8Array(32).fill(7))
  const sent: (Outgoing & { readonly channel: ContactChannel })[] = []
  /** What the channels answer; a test may change it. */
  const answer: { result: SendResult } = { result: { kind: 'sent', providerId: null, detail: 'ok' } }
  const remember = (channel: ContactChannel): ChannelAdapter => ({
    name: 'memory',
    send: async (message) => {
      sent.push({ ...message, channel })
      return answer.result
    },
  })
  const outbox = createOutbox({
    vault,
    adapters: { email: remember('email'), sms: remember('sms'), wechat: remember('wechat'), ...options.adapters },
  })
  const messages = createMessages({
    platform,
    vault,
    people: window.people.reader,
    projects: window.projects.reader,
    approvals: window.approvals.reader,
    outbox,
    config: { ...noChannels, ...options.config },
    events: window.capabilities.flatMap((capability) => capability.events ?? []),
  })
  const { capability } = messages
  await capability.prepare?.()
  const routes = new Map((capability.routes ?? []).map((route) => [route.endpoint.id, route]))
  const handle = async (actor: Actor, endpoint: Endpoint, input: EndpointInput<Endpoint>): Promise<unknown> => {
    const route = routes.get(endpoint.id)
    if (route === undefined) throw new Error(`no route serves ${endpoint.id}`)
    return route.handle(
      { actor, traceId: platform.newId(), language: 'zh', ipAddress: '127.0.0.1' },
      {
        params: endpoint.params?.parse(input.params),
        query: endpoint.query?.parse(input.query ?? {}),
        body: endpoint.body?.parse(input.body),
      },
    )
  }
  const as = (actor: Actor): Pick<Desk, 'call'> => ({
    call: async (endpoint, input = {}) =>
      endpoint.reply.parse(await handle(actor, endpoint, input as EndpointInput<Endpoint>)) as ReplyOf<typeof endpoint>,
  })
  let ran = test.jobs.length
  /** Runs the sending jobs that were enqueued since. */
  const runJobs = async (): Promise<number> => {
    let count = 0
    for (; ran < test.jobs.length; ran += 1) {
      const job = test.jobs[ran]
      const handler = (capability.jobs ?? []).find((each) => each.job.name === job?.name)
      if (handler === undefined) continue
      await handler.handle(platform, job?.input, { report: async () => {}, signal: new AbortController().signal })
      count += 1
    }
    return count
  }
  /** Lets reactions, timers that are due and jobs do what there is to do. */
  const settle = async (): Promise<void> => {
    for (let busy = true; busy; ) {
      const reacted = await test.react([...window.capabilities, capability])
      const fired = await test.fireTimers([...window.capabilities, capability])
      busy = reacted + fired + (await runJobs()) > 0
    }
  }
  const inbox = async (person: Person): Promise<readonly MessageView[]> =>
    (await as(person).call(listMessages, { query: { limit: 200 } })).rows
  const codeOf = (message: Outgoing | undefined): string => /\d{6}/.exec(message?.text ?? '')?.[0] ?? ''
  /** Gives a person a verified address. */
  const contact = async (person: Person, channel: ContactChannel, address: string): Promise<Contact> => {
    const { contactId } = await as(person).call(addContact, { body: { channel, address } })
    await runJobs()
    const code = codeOf(sent.findLast((each) => each.channel === channel && each.address === address.toLowerCase()))
    return as(person).call(verifyContact, { params: { contactId }, body: { code } })
  }
  return { ...messages, outbox, sent, answer, as, runJobs, settle, inbox, contact, codeOf }
}
export type OpenMessages = Awaited<ReturnType<typeof openMessages>>
