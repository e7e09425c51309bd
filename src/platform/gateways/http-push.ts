/** Addresses to which devices push by HTTP: raw bodies of any type, bounded, with a limit of their own. It knows no product. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

export interface PushRequest {
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly params: Readonly<Record<string, string | undefined>>
  readonly body: Uint8Array
  readonly address: string
  /** False: whoever sent it has hung up and waits for no answer. */
  readonly isOpen: () => boolean
}
export interface PushReply {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>>
}
export interface PushRoute {
  /** '/v1/push/:kind'. */
  readonly path: string
  readonly maxBytes: number
  /** Requests a minute from one address: many devices may stand behind it. */
  readonly perMinute: number
  /** What it throws is answered as everywhere: refusals as problem+json. */
  readonly handle: (request: PushRequest) => Promise<PushReply>
}

const plain = (value: string | readonly string[] | undefined): string | undefined =>
  typeof value === 'string' || value === undefined ? value : value.join(', ')

/** Serves the routes on an instance of their own: other routes keep their parsers of bodies. */
export const pushPlugin =
  (routes: readonly PushRoute[]) =>
  (app: FastifyInstance): void => {
    app.removeAllContentTypeParsers()
    app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
    for (const { path, maxBytes, perMinute, handle } of routes)
      app.post(
        path,
        { bodyLimit: maxBytes, config: { rateLimit: { max: perMinute, timeWindow: 60_000 } } },
        async (request: FastifyRequest, reply: FastifyReply) => {
          const { status, body } = await handle({
            headers: Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, plain(value)])),
            params: request.params as PushRequest['params'],
            body: request.body instanceof Uint8Array ? request.body : new Uint8Array(),
            address: request.ip,
            isOpen: () => !request.raw.destroyed && !reply.raw.destroyed,
          })
          return reply.status(status).header('cache-control', 'no-store').send(body)
        },
      )
  }
