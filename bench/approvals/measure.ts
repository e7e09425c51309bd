/** Requests over kept-open connections, and what is made of their times. */
import http from 'node:http'

export const percentile = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? Number.NaN
export const median = (values: readonly number[]): number => percentile(values, 0.5)

export interface Asking {
  readonly method?: 'GET' | 'POST'
  readonly token?: string
  readonly body?: unknown
  readonly key?: string
  /** Address from which the proxy says that the request comes: every person sits at a machine of its own. */
  readonly from?: string
  readonly page?: boolean
}
export interface Client {
  /** Sends a request, reads the whole answer and gives its milliseconds. Throws on any answer but 200. */
  readonly ask: (path: string, asking?: Asking) => Promise<number>
  readonly close: () => void
}

/** Up to `most` connections at once to a server. */
export const openClient = (url: string, most: number): Client => {
  const agent = new http.Agent({ keepAlive: true, maxSockets: most })
  const ask: Client['ask'] = (path, { method = 'GET', token, body, key, from, page = false } = {}) =>
    new Promise((resolve, reject) => {
      const begin = performance.now()
      const content = body === undefined ? null : JSON.stringify(body)
      const request = http.request(url + path, {
        agent,
        method,
        headers: {
          'accept-encoding': 'br, gzip',
          accept: page ? 'text/html' : 'application/json',
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          ...(key === undefined ? {} : { 'idempotency-key': key }),
          ...(from === undefined ? {} : { 'x-forwarded-for': from }),
          ...(content === null
            ? {}
            : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(content)) }),
        },
      })
      request.once('error', reject)
      request.once('response', (reply) => {
        let text = ''
        reply.on('data', (bytes: Buffer) => {
          if (reply.statusCode !== 200) text += bytes.toString()
        })
        reply.once('error', reject)
        reply.once('end', () => {
          if (reply.statusCode === 200) resolve(performance.now() - begin)
          else reject(new Error(`${method} ${path}: ${reply.statusCode} ${text}`))
        })
      })
      request.end(content ?? undefined)
    })
  return { ask, close: () => agent.destroy() }
}

/** Times of requests one after another, the first few of them left out. */
export const timesOf = async (
  count: number,
  request: (n: number) => Promise<number>,
  warmUp = 10,
): Promise<readonly number[]> => {
  const times: number[] = []
  for (let n = 0; n < count + warmUp; n += 1) {
    const ms = await request(n)
    if (n >= warmUp) times.push(ms)
  }
  return times
}

/** Does all work with so many at once; gives how much was done a second. */
export const rateOf = async <W>(
  lists: readonly (readonly W[])[],
  work: (task: W, seat: number) => Promise<unknown>,
) => {
  const begin = performance.now()
  let done = 0
  await Promise.all(
    lists.map(async (list, seat) => {
      for (const task of list) {
        await work(task, seat)
        done += 1
      }
    }),
  )
  return (done / (performance.now() - begin)) * 1_000
}
