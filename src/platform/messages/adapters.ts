/** The adapters of the channels: SMTP, a signed HTTP form for gateways and webhooks, and the stand-in on this machine. */
import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { createTransport } from 'nodemailer'
import { z } from 'zod'
import type { Clock } from '../../kernel/time.ts'
import type { AddressGuard } from './addresses.ts'
import type { ChannelAdapter, ChannelName } from './channel.ts'
import { post, reasonOf, resultOf } from './http-post.ts'
import { signedHeaders } from './signature.ts'
import { oneLine } from './template.ts'

export interface SmtpOptions {
  /** 'smtp://user:password@host:587' or 'smtps://…:465'; STARTTLS is used where the server offers it. */
  readonly url: string
  readonly from: string
  readonly timeoutMs?: number
}
/** A refusal by number: 5xx stays, 4xx may pass (RFC 5321 4.2.1). */
const smtpCode = (error: unknown): number | null =>
  typeof error === 'object' && error !== null && 'responseCode' in error && typeof error.responseCode === 'number'
    ? error.responseCode
    : null

/** E-mail over SMTP. The Message-ID is made of the message's id, so that a repeated one is recognised. */
export const smtpAdapter = (options: SmtpOptions): ChannelAdapter => {
  const timeout = options.timeoutMs ?? 20_000
  const transport = createTransport({
    url: options.url,
    connectionTimeout: timeout,
    greetingTimeout: timeout,
    socketTimeout: timeout,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  const host =
    options.from
      .split('@')
      .at(-1)
      ?.replace(/[^\w.-]/g, '') ?? 'localhost'
  return {
    name: 'smtp',
    send: async (message) => {
      try {
        const sent = await transport.sendMail({
          from: options.from,
          // An object, never a text: an address cannot name further receivers or headers.
          to: { name: '', address: oneLine(message.address, 254) },
          subject: oneLine(message.title),
          text: message.text,
          ...(message.html === null ? {} : { html: message.html }),
          messageId: `<${message.id}@${host}>`,
          headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
        })
        return { kind: 'sent', providerId: sent.messageId, detail: sent.response }
      } catch (error) {
        const code = smtpCode(error)
        return { kind: 'failed', reason: reasonOf(error), permanent: code !== null && code >= 500 && code !== 552 }
      }
    },
  }
}

export interface GatewayOptions {
  readonly url: string
  readonly secret: string
  readonly clock: Clock
  readonly timeoutMs?: number
}
const gatewayReply = z.object({
  providerId: z.string().max(200).optional(),
  status: z.enum(['sent', 'delivered', 'rejected']).optional(),
  reason: z.string().max(500).optional(),
})
const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return {}
  }
}
/**
 * SMS or WeChat through a gateway of the district, in one documented form (docs/messages.md): signed JSON
 * `{ channel, id, to, title, text }`; the answer may say `{ providerId, status: sent | delivered | rejected, reason }`.
 */
export const gatewayAdapter = (channel: ChannelName, options: GatewayOptions): ChannelAdapter => ({
  name: 'http',
  send: async (message, signal) => {
    const { id, address, title, text } = message
    const body = JSON.stringify({ channel, id, to: address, title, text })
    const reply = await post({
      url: options.url,
      body,
      headers: { ...signedHeaders(options.secret, id, options.clock(), body), 'idempotency-key': id },
      signal,
      guard: null,
      ...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }),
    })
    const parsed = gatewayReply.safeParse(jsonOf(reply.body))
    const said = parsed.success ? parsed.data : {}
    const result = resultOf(reply, said.providerId ?? null)
    if (result.kind !== 'sent') return result
    if (said.status === 'rejected')
      return { kind: 'failed', reason: said.reason ?? '通道拒绝 / rejected by the gateway', permanent: true }
    return said.status === 'delivered' ? { ...result, kind: 'delivered' } : result
  },
})

export interface WebhookOptions {
  readonly guard: AddressGuard
  readonly clock: Clock
  /** The secret of the receiver that a message belongs to; null when the receiver is gone. */
  readonly secretOf: (reference: string) => Promise<string | null>
  readonly timeoutMs?: number
}
/** Signed JSON to another system. */
export const webhookAdapter = (options: WebhookOptions): ChannelAdapter => ({
  name: 'webhook',
  send: async (message, signal) => {
    const secret = await options.secretOf(message.reference)
    if (secret === null) return { kind: 'failed', reason: '接收方已删除 / the receiver is gone', permanent: true }
    const body = JSON.stringify(message.data)
    try {
      const reply = await post({
        url: message.address,
        body,
        headers: signedHeaders(secret, message.id, options.clock(), body),
        signal,
        guard: options.guard,
        ...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }),
      })
      const result = resultOf(reply)
      if (result.kind === 'sent') return { kind: 'delivered', providerId: null, detail: result.detail }
      // A receiver is often repaired without a word: only "gone" is final.
      return result.kind === 'failed' ? { ...result, permanent: reply.status === 410 } : result
    } catch (error) {
      return {
        kind: 'failed',
        reason: reasonOf(error),
        permanent: error instanceof Error && error.name === 'AddressClosed',
      }
    }
  },
})

/** Stands in for a channel that is not connected: keeps what would have been sent in a folder, readable by its owner alone. */
export const localAdapter = (folder: string, channel: ChannelName): ChannelAdapter => ({
  name: 'local',
  send: async ({ id, address, title, text, html }) => {
    const where = path.join(folder, channel)
    await mkdir(where, { recursive: true, mode: 0o700 })
    const file = path.join(where, `${id}.json`)
    await writeFile(file, `${JSON.stringify({ id, channel, address, title, text, html }, null, 2)}\n`, { mode: 0o600 })
    return { kind: 'stored', detail: `${channel}/${id}.json` }
  },
})
