/** The trace id that ties a call, its log lines, its transaction and the answer together (W3C Trace Context). */
import { AsyncLocalStorage } from 'node:async_hooks'
import { randomBytes } from 'node:crypto'

const TRACEPARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}(-.*)?$/

/** Gives the trace id of a `traceparent` header, or null when the header is absent or malformed. */
export const traceIdOf = (header: string | readonly string[] | undefined): string | null => {
  if (typeof header !== 'string' || header.startsWith('ff')) return null
  const id = TRACEPARENT.exec(header)?.[1]
  return id === undefined || /^0+$/.test(id) ? null : id
}
export const newTraceId = (): string => randomBytes(16).toString('hex')

const current = new AsyncLocalStorage<string>()
/** Runs work so that transactions in it carry the trace id of the call, also where nobody passes it on. */
export const withTrace = <T>(traceId: string, work: () => T): T => current.run(traceId, work)
export const currentTraceId = (): string | null => current.getStore() ?? null
