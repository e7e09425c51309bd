/** A camera that speaks GB/T 28181 over UDP: registers, keeps itself alive, answers queries, raises alarms. */
import dgram from 'node:dgram'
import { simulatedDevice } from '../../../src/engines/gb28181/device.ts'
import type { AlarmNotify } from '../../../src/engines/gb28181/manscdp/message.ts'
import { readManscdp } from '../../../src/engines/gb28181/manscdp/read.ts'
import {
  encodeSip,
  headerOf,
  type SipMessage,
  type SipRequest,
  type SipResponse,
} from '../../../src/engines/gb28181/sip/message.ts'
import { parseSipDatagram } from '../../../src/engines/gb28181/sip/parse.ts'
import { type Gateway, type Outcome, PATIENCE_MS, waiting } from './client.ts'

export interface SipCamera {
  readonly id: string
  readonly password: string
  /** How the platform names itself. */
  readonly platformId: string
  readonly token: () => string
}
export interface SipClient {
  readonly register: () => Promise<Outcome>
  readonly keepalive: () => Promise<Outcome>
  readonly alarm: (
    alarm: Pick<AlarmNotify, 'priority' | 'method' | 'type' | 'description'> & { readonly localTime: string },
  ) => Promise<Outcome>
  readonly close: () => void
}
const REGISTERED_S = 3600
/** UDP loses datagrams: a request without an answer is sent again after so long, in ms. */
const AGAIN_MS = 1000
const keyOf = (message: SipMessage): string =>
  `${headerOf(message, 'Call-ID') ?? ''} ${headerOf(message, 'CSeq') ?? ''}`

export const sipClient = async (gateway: Gateway, camera: SipCamera): Promise<SipClient> => {
  const { host, port, patienceMs = PATIENCE_MS } = gateway
  const socket = dgram.createSocket('udp4')
  await new Promise<void>((resolve) => socket.bind(0, host === '127.0.0.1' ? host : '0.0.0.0', resolve))
  const own = socket.address()
  const device = simulatedDevice({
    self: { id: camera.id, domain: camera.platformId.slice(0, 10), host: own.address, port: own.port },
    password: camera.password,
    platformId: camera.platformId,
    route: { transport: 'udp', host, port },
    token: camera.token,
  })
  const answers = waiting<SipResponse>(patienceMs)
  const send = (message: SipMessage): void => socket.send(encodeSip(message), port, host)
  const asked = (request: SipRequest): void => {
    send(device.reply(request, 200))
    const query = request.method === 'MESSAGE' ? readManscdp(request.body) : null
    if (query?.kind === 'other' && query.command === 'Catalog')
      for (const page of device.catalog(query.sn, [])) send(page)
  }
  socket.on('message', (bytes) => {
    const message = parseSipDatagram(bytes)
    if (message?.kind === 'request') asked(message)
    else if (message?.kind === 'response' && message.status >= 200) answers.settle(keyOf(message), message)
  })
  const ask = async (request: SipRequest): Promise<SipResponse | null> => {
    const answer = answers.wait(keyOf(request))
    send(request)
    const again = setInterval(() => send(request), AGAIN_MS)
    try {
      return await answer
    } finally {
      clearInterval(again)
    }
  }
  const outcomeOf = (answer: SipResponse | null): Outcome =>
    answer === null ? 'lost' : answer.status === 200 ? 'stored' : answer.status === 403 ? 'unknown' : 'refused'
  return {
    register: async () => {
      const first = await ask(device.register(REGISTERED_S))
      return outcomeOf(first?.status === 401 ? await ask(device.register(REGISTERED_S, first)) : first)
    },
    keepalive: async () => outcomeOf(await ask(device.keepalive())),
    alarm: async (alarm) =>
      outcomeOf(await ask(device.alarm({ ...alarm, deviceId: camera.id, longitude: null, latitude: null }))),
    close: () => socket.close(),
  }
}
