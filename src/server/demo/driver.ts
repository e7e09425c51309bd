/**
 * How a story acts: through endpoints, as persons. The demo plays inside the process, a tour over HTTP; the story is the same.
 */
import type { Endpoint } from '../../kernel/endpoint.ts'
import type { Instant } from '../../kernel/time.ts'

export interface Input<P, Q, B> {
  readonly params?: P
  readonly query?: Q
  readonly body?: B
}
export interface Driver {
  /** Calls an endpoint as the person of an account. Throws what the endpoint refuses. */
  readonly call: <P, Q, B, R>(login: string, endpoint: Endpoint<P, Q, B, R>, input: Input<P, Q, B>) => Promise<R>
  /** Uploads a document and gives the id of the finished upload. */
  readonly upload: (login: string, fileName: string, content: Uint8Array) => Promise<string>
  readonly now: () => Instant
}
