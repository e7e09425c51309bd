/** A gate and an AI box that push by HTTP, signed with the secret that the platform showed once. */
import { randomBytes } from 'node:crypto'
import { signWebhook, webhookHeaders } from '../../../src/engines/push/webhook.ts'
import { type Instant, msOf } from '../../../src/kernel/time.ts'
import type { Outcome } from './client.ts'

export interface Passage {
  readonly workerRef: string
  readonly direction: 'in' | 'out'
  readonly at: Instant
}
export interface PushClient {
  /** A sign of life: a gate through which nobody passes. */
  readonly alive: () => Promise<Outcome>
  readonly passages: (passages: readonly Passage[]) => Promise<Outcome>
  readonly event: (event: {
    readonly type: string
    readonly eventId: string
    readonly at: Instant
    readonly score: number
  }) => Promise<Outcome>
}
export const pushClient = ({
  url,
  clock,
  id,
  secret,
}: {
  readonly url: string
  readonly clock: () => Instant
  readonly id: string
  readonly secret: string
}): PushClient => {
  const post = async (path: string, content: unknown): Promise<Outcome> => {
    const body = JSON.stringify(content)
    const timestamp = String(msOf(clock()))
    const nonce = randomBytes(16).toString('hex')
    const signature = signWebhook(Buffer.from(secret), { timestamp, nonce, body: Buffer.from(body) })
    try {
      const reply = await fetch(url + path, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          [webhookHeaders.timestamp]: timestamp,
          [webhookHeaders.nonce]: nonce,
          [webhookHeaders.signature]: signature,
          'x-mingzhu-device': id,
        },
        body,
      })
      return reply.ok ? 'stored' : reply.status === 503 ? 'lost' : 'refused'
    } catch {
      return 'lost'
    }
  }
  let seq = 0
  return {
    alive: () => post('/v1/telemetry', { ts: msOf(clock()), seq: seq++, values: { passages: 0 } }),
    passages: (passages) =>
      post(
        '/v1/attendance',
        passages.map(({ workerRef, direction, at }) => ({
          projectCode: id,
          workerRef,
          direction: direction === 'in' ? 'IN' : 'OUT',
          ts: msOf(at),
          deviceSn: id,
          method: 'face',
        })),
      ),
    event: ({ type, eventId, at, score }) => post('/v1/events', { deviceId: id, type, eventId, ts: msOf(at), score }),
  }
}
