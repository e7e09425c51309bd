/** One POST to another system: bounded in time and size, without redirects, to addresses that were checked. */
import http from 'node:http'
import https from 'node:https'
import { isIP } from 'node:net'
import type { AddressGuard } from './addresses.ts'
import type { SendResult } from './channel.ts'

export interface PostOptions {
  readonly url: string
  readonly body: string
  readonly headers: Readonly<Record<string, string>>
  readonly signal: AbortSignal
  /** Null: the address comes from the configuration and is trusted. */
  readonly guard: AddressGuard | null
  readonly timeoutMs?: number
}
export interface PostReply {
  readonly status: number
  readonly body: string
}
const MOST_BYTES = 64 * 1024
const TIMEOUT_MS = 15_000

/** Posts and gives the answer, whatever its status. Throws when there is no whole answer in time. */
export const post = async (options: PostOptions): Promise<PostReply> => {
  const url = new URL(options.url)
  // The name is resolved once and the connection goes to that address: a name that changes its mind cannot slip inside.
  const addresses = options.guard === null ? null : await options.guard.resolve(url.hostname)
  const [address] = addresses ?? []
  const timeoutMs = options.timeoutMs ?? TIMEOUT_MS
  const signal = AbortSignal.any([options.signal, AbortSignal.timeout(timeoutMs)])
  return new Promise<PostReply>((resolve, reject) => {
    const request = (url.protocol === 'https:' ? https : http).request(
      url,
      {
        method: 'POST',
        signal,
        agent: false,
        headers: { ...options.headers, 'content-length': String(Buffer.byteLength(options.body)) },
        ...(address === undefined
          ? {}
          : {
              lookup: (_host, wanted, done) => {
                const family = isIP(address)
                if (wanted.all === true) done(null, [{ address, family }])
                else done(null, address, family)
              },
            }),
      },
      (reply) => {
        const parts: Buffer[] = []
        let size = 0
        reply.on('data', (part: Buffer) => {
          size += part.length
          if (size > MOST_BYTES) request.destroy(new Error('对方答复过长 / the answer is too long'))
          else parts.push(part)
        })
        reply.on('end', () => resolve({ status: reply.statusCode ?? 0, body: Buffer.concat(parts).toString('utf8') }))
        reply.on('error', reject)
      },
    )
    request.on('error', (error) =>
      reject(
        signal.aborted && !options.signal.aborted
          ? new Error(`${timeoutMs / 1000} 秒内没有答复 / no answer in ${timeoutMs / 1000} s`)
          : error,
      ),
    )
    request.end(options.body)
  })
}

/** Statuses that may be different next time although they blame the sender. */
const passing: ReadonlySet<number> = new Set([408, 409, 421, 425, 429])
/** What a status means for the message: 2xx taken, most 4xx refused for good, everything else may pass. */
export const resultOf = ({ status, body }: PostReply, providerId: string | null = null): SendResult => {
  if (status >= 200 && status < 300) return { kind: 'sent', providerId, detail: `HTTP ${status}` }
  const said = body.replace(/\s+/g, ' ').trim().slice(0, 200)
  const reason = `HTTP ${status}${said === '' ? '' : `: ${said}`}`
  return { kind: 'failed', reason, permanent: status >= 400 && status < 500 && !passing.has(status) }
}
const certificateFaults: ReadonlySet<string> = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'ERR_TLS_CERT_ALTNAME_INVALID',
])
/** What was thrown on the way, in words for operators. */
export const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error)
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  if (certificateFaults.has(code)) return `对方证书不可信 / certificate not trusted (${code})`
  return code === '' || error.message.includes(code) ? error.message : `${code}: ${error.message}`
}
