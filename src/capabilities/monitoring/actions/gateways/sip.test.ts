import dgram from 'node:dgram'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { garbage, openWire } from '../../../../../tests/support/devices.ts'
import { type GatewayWindow, openGatewayWindow } from '../../../../../tests/support/gateway-window.ts'
import { simulatedDevice } from '../../../../engines/gb28181/device.ts'
import type { CatalogItem } from '../../../../engines/gb28181/manscdp/message.ts'
import {
  encodeSip,
  headerOf,
  type SipMessage,
  type SipRequest,
  type SipResponse,
} from '../../../../engines/gb28181/sip/message.ts'
import { parseSipDatagram, sipStream } from '../../../../engines/gb28181/sip/parse.ts'
import { deviceLocalTime } from '../../../../engines/wire/time.ts'
import type { Instant } from '../../../../kernel/time.ts'
import { newId } from '../../../../platform/identity.ts'
import { listSiteCameras, rotateDeviceSecret, setDeviceState } from '../../contract/devices.ts'

let district: GatewayWindow
const closers: (() => void)[] = []
beforeAll(async () => {
  district = await openGatewayWindow()
})
afterEach(() => {
  for (const close of closers.splice(0)) close()
})
afterAll(() => district.close())

const now = (): Instant => district.platform.clock()
let count = 0
const cameraId = (): string => {
  count += 1
  return `5001570000132${String(count).padStart(7, '0')}`
}
const recorderId = (): string => {
  count += 1
  return `5001570000118${String(count).padStart(7, '0')}`
}
interface Talk {
  readonly send: (message: SipMessage) => void
  readonly until: <T>(find: (messages: readonly SipMessage[]) => T | undefined) => Promise<T>
}
const talkOver = (
  send: (bytes: Uint8Array) => void,
  onMessages: (tell: (messages: readonly SipMessage[]) => void) => void,
): Talk => {
  const messages: SipMessage[] = []
  const waiting = new Set<() => void>()
  onMessages((more) => {
    messages.push(...more)
    for (const look of waiting) look()
  })
  return {
    send: (message) => send(encodeSip(message)),
    until: (find) =>
      new Promise((resolve) => {
        const look = (): void => {
          const found = find(messages)
          if (found === undefined) return
          waiting.delete(look)
          resolve(found)
        }
        waiting.add(look)
        look()
      }),
  }
}
const openUdp = async (from = '127.0.0.1'): Promise<Talk & { readonly port: number; readonly host: string }> => {
  const socket = dgram.createSocket('udp4')
  await new Promise<void>((resolve) => socket.bind(0, from, resolve))
  closers.push(() => socket.close())
  const port = district.port('gb28181', 'udp')
  const talk = talkOver(
    (bytes) => socket.send(bytes, port, '127.0.0.1'),
    (tell) => {
      socket.on('message', (bytes) => {
        const message = parseSipDatagram(bytes)
        tell(message === null ? [] : [message])
      })
    },
  )
  return { ...talk, port: socket.address().port, host: from }
}
const openTcp = async (): Promise<Talk & { readonly port: number; readonly host: string }> => {
  const wire = await openWire(district.port('gb28181'))
  closers.push(() => wire.close())
  let read = 0
  const stream = sipStream()
  const talk = talkOver(
    (bytes) => wire.send(bytes),
    (tell) => {
      const look = (): void =>
        void wire
          .until((received) => (received.length > read ? received.subarray(read) : null))
          .then((bytes) => {
            read += bytes.length
            tell(stream.push(bytes))
            look()
          })
          .catch(() => undefined)
      look()
    },
  )
  return { ...talk, port: 5060, host: '127.0.0.1' }
}
const speaker = (
  talk: Talk & { readonly port: number; readonly host: string },
  id: string,
  password: string,
  transport: 'udp' | 'tcp' = 'udp',
) => {
  const { sipId } = district.monitoring.gateways
  const domain = sipId.slice(0, 10)
  const device = simulatedDevice({
    self: { id, domain, host: talk.host, port: talk.port },
    password,
    platformId: sipId,
    route: { transport, host: '127.0.0.1', port: district.port('gb28181', transport) },
    token: () => newId().replaceAll('-', ''),
  })
  /** Sends a request; gives the final answer to it. */
  const ask = (request: SipRequest): Promise<SipResponse> => {
    talk.send(request)
    return talk.until((messages) =>
      messages.find(
        (each): each is SipResponse =>
          each.kind === 'response' &&
          headerOf(each, 'Call-ID') === headerOf(request, 'Call-ID') &&
          headerOf(each, 'CSeq') === headerOf(request, 'CSeq'),
      ),
    )
  }
  return {
    ...talk,
    ask,
    device,
    register: async (): Promise<SipResponse> => {
      const challenge = await ask(device.register(3600))
      return challenge.status === 401 ? ask(device.register(3600, challenge)) : challenge
    },
    /** Waits for a query of the platform. */
    query: (command: string): Promise<SipRequest> =>
      talk.until((messages) =>
        messages.find(
          (each): each is SipRequest =>
            each.kind === 'request' &&
            Buffer.from(each.body).toString('latin1').includes(`<CmdType>${command}</CmdType>`),
        ),
      ),
  }
}
const camera = (id: string, more: object = {}) =>
  district.register('gb28181', id, { kind: 'camera', profileId: district.profile('none'), ...more })
const alarm = {
  priority: 2,
  method: 5,
  type: 6,
  description: '入侵',
  longitude: null,
  latitude: null,
} as const

describe.each(['udp', 'tcp'] as const)('a camera that speaks GB/T 28181 over %s', (transport) => {
  const connect = () => (transport === 'udp' ? openUdp() : openTcp())
  it('proves its password, sets its clock by the answer, and its alarm is answered when it is stored', async () => {
    const id = cameraId()
    const { deviceId, secret } = await camera(id)
    const talk = speaker(await connect(), id, secret, transport)
    const registered = await talk.register()
    expect(registered.status).toBe(200)
    expect(headerOf(registered, 'Date')).toBe(deviceLocalTime(Date.parse(now())))
    expect((await talk.ask(talk.device.keepalive())).status).toBe(200)
    expect(
      (await talk.ask(talk.device.alarm({ ...alarm, deviceId: id, localTime: deviceLocalTime(Date.parse(now())) })))
        .status,
    ).toBe(200)
    expect(
      await district.rows('select code, severity, text, at from monitoring.device_event where device_id = $1', [
        deviceId,
      ]),
    ).toEqual([{ code: '5.6', severity: 2, text: '入侵', at: now() }])
    expect((await district.device(deviceId)).health).toMatchObject({ connection: 'online', address: '127.0.0.1' })
  })
})

describe('a camera that speaks GB/T 28181', () => {
  it('that nobody knows is refused and waits to be claimed; then it registers', async () => {
    const id = cameraId()
    const talk = speaker(await openUdp(), id, 'delivered-1')
    expect((await talk.register()).status).toBe(403)
    const [waiting] = await district.waiting(id)
    expect(waiting).toMatchObject({ externalId: id, kindHint: 'camera', address: '127.0.0.1' })
    if (waiting === undefined) throw new Error('nothing waits')
    await district.claim(waiting.quarantineId, {
      kind: 'camera',
      profileId: district.profile('none'),
      secret: 'delivered-1',
    })
    expect((await talk.register()).status).toBe(200)
  })
  it('with a wrong password is not let in, and the attempt is shown', async () => {
    const id = cameraId()
    const { deviceId } = await camera(id)
    const talk = speaker(await openUdp(), id, 'guess')
    expect((await talk.register()).status).toBe(401)
    expect((await district.device(deviceId)).health.refusals).toMatchObject([{ kind: 'wrong-secret', count: 1 }])
    expect((await talk.ask(talk.device.keepalive())).status).toBe(403)
  })
  it('from another address while it is registered is refused, with the right password too', async () => {
    const id = cameraId()
    const { deviceId, secret } = await camera(id)
    const own = speaker(await openUdp(), id, secret)
    expect((await own.register()).status).toBe(200)
    const thief = speaker(await openUdp('127.0.0.8'), id, secret)
    expect((await thief.register()).status).toBe(403)
    expect((await thief.ask(thief.device.keepalive())).status).toBe(403)
    expect((await own.ask(own.device.keepalive())).status).toBe(200)
    expect((await district.device(deviceId)).health.refusals).toMatchObject([
      { kind: 'second-connection', address: '127.0.0.8' },
    ])
  })
  it('may come from another address once it has been silent for minutes', async () => {
    const id = cameraId()
    const { secret } = await camera(id)
    expect((await speaker(await openUdp(), id, secret).register()).status).toBe(200)
    district.window.test.clock.advance(130_000)
    const moved = speaker(await openUdp('127.0.0.6'), id, secret)
    expect((await moved.register()).status).toBe(200)
    expect((await moved.ask(moved.device.keepalive())).status).toBe(200)
  })
  it('outside of its networks is refused', async () => {
    const id = cameraId()
    const { secret } = await camera(id, { networks: ['10.0.0.0/8'] })
    expect((await speaker(await openUdp(), id, secret).register()).status).toBe(403)
  })
  it('is not heard any more once it is disabled or its password was changed, until it registers again', async () => {
    const id = cameraId()
    const { deviceId, secret } = await camera(id)
    const talk = speaker(await openUdp(), id, secret)
    await talk.register()
    expect((await talk.ask(talk.device.keepalive())).status).toBe(200)
    const rotated = await district.as.call(rotateDeviceSecret, {
      params: { deviceId },
      body: { version: 1, reason: '密码外泄', secret: 'fresh-one' },
    })
    expect((await talk.ask(talk.device.keepalive())).status).toBe(403)
    expect((await talk.register()).status).toBe(401)
    const anew = speaker(await openUdp(), id, 'fresh-one')
    expect((await anew.register()).status).toBe(200)
    expect((await anew.ask(anew.device.keepalive())).status).toBe(200)
    await district.as.call(setDeviceState, {
      params: { deviceId },
      body: { version: rotated.version, state: 'disabled', reason: '停用检修' },
    })
    expect((await anew.ask(anew.device.keepalive())).status).toBe(403)
    expect((await anew.register()).status).toBe(403)
  })
  it('gets no answer to an alarm before the commit', async () => {
    const id = cameraId()
    const { deviceId, secret } = await camera(id)
    const talk = speaker(await openUdp(), id, secret)
    await talk.register()
    const blocker = await district.window.test.pool.connect()
    let answered = false
    let asked: Promise<unknown>
    try {
      await blocker.query('begin')
      await blocker.query('lock table monitoring.device_event in access exclusive mode')
      asked = talk
        .ask(talk.device.alarm({ ...alarm, deviceId: id, localTime: deviceLocalTime(Date.parse(now())) }))
        .then(() => {
          answered = true
        })
      await expect
        .poll(
          async () =>
            (
              await district.rows<{ n: number }>(
                `select count(*)::int as n from pg_locks where not granted and relation = 'monitoring.device_event'::regclass`,
              )
            )[0]?.n,
        )
        .toBeGreaterThan(0)
      expect(answered).toBe(false)
      await blocker.query('commit')
    } finally {
      blocker.release()
    }
    await asked
    expect(
      await district.rows('select code from monitoring.device_event where device_id = $1', [deviceId]),
    ).toHaveLength(1)
  })
})

describe('a recorder that speaks GB/T 28181', () => {
  it('lists its cameras, which wait to be claimed behind it; their alarms are theirs', async () => {
    const id = recorderId()
    const { deviceId: recorderDevice, secret } = await camera(id)
    const talk = speaker(await openUdp(), id, secret)
    await talk.register()
    const query = await talk.query('Catalog')
    talk.send(talk.device.reply(query, 200))
    const sn = Number(/<SN>(\d+)<\/SN>/.exec(Buffer.from(query.body).toString('latin1'))?.[1])
    const behind = cameraId()
    const item: CatalogItem = {
      deviceId: behind,
      name: '东大门',
      manufacturer: '示例',
      model: 'IPC-1',
      owner: null,
      civilCode: null,
      address: null,
      parental: false,
      parentId: id,
      status: 'on',
      longitude: null,
      latitude: null,
    }
    for (const message of talk.device.catalog(sn, [item])) expect((await talk.ask(message)).status).toBe(200)
    const [waiting] = await district.waiting(behind)
    expect(waiting).toMatchObject({ nameHint: '东大门', modelHint: '示例 IPC-1', parentId: recorderDevice })
    if (waiting === undefined) throw new Error('nothing waits')
    const claimed = await district.claim(waiting.quarantineId, {
      kind: 'camera',
      name: '东大门',
      profileId: district.profile('none'),
    })
    expect(claimed.secret).toBeNull()
    expect((await district.device(recorderDevice)).children).toEqual([
      { deviceId: claimed.deviceId, name: '东大门', externalId: behind },
    ])
    expect(
      (await talk.ask(talk.device.alarm({ ...alarm, deviceId: behind, localTime: deviceLocalTime(Date.parse(now())) })))
        .status,
    ).toBe(200)
    expect(
      await district.rows('select code from monitoring.device_event where device_id = $1', [claimed.deviceId]),
    ).toEqual([{ code: '5.6' }])
  })
  it('keeps the channels that it called on; those that it called off, and strangers behind it, are shown as such', async () => {
    const id = recorderId()
    const { deviceId: recorderDevice, secret } = await camera(id)
    const talk = speaker(await openUdp(), id, secret)
    await talk.register()
    const [one, two, three] = [cameraId(), cameraId(), cameraId()]
    const item = (deviceId: string, name: string, status: CatalogItem['status']): CatalogItem => ({
      deviceId,
      name,
      manufacturer: '示例',
      model: 'IPC-1',
      owner: null,
      civilCode: null,
      address: null,
      parental: false,
      parentId: id,
      status,
      longitude: null,
      latitude: null,
    })
    const list = async (...items: readonly CatalogItem[]): Promise<void> => {
      const query = await talk.query('Catalog')
      talk.send(talk.device.reply(query, 200))
      const sn = Number(/<SN>(\d+)<\/SN>/.exec(Buffer.from(query.body).toString('latin1'))?.[1])
      for (const message of talk.device.catalog(sn, items)) await talk.ask(message)
    }
    await list(item(one, '东门', 'on'), item(two, '西门', 'off'), item(three, '未认领', 'on'))
    for (const [number, name] of [
      [one, '东门'],
      [two, '西门'],
    ] as const) {
      const [waiting] = await district.waiting(number)
      if (waiting === undefined) throw new Error('nothing waits')
      await district.claim(waiting.quarantineId, { kind: 'camera', name, profileId: district.profile('none') })
    }
    const cameras = async () => {
      await district.monitoring.gateways.flush()
      return district.as.call(listSiteCameras, { params: { siteId: district.siteId } })
    }
    // Claimed, and in no catalogue since: nothing is said of them.
    const behind = async () => (await cameras()).rows.filter((row) => row.parent?.deviceId === recorderDevice)
    expect((await behind()).map((row) => [row.name, row.channel, row.connection])).toEqual([
      ['东门', null, 'never'],
      ['西门', null, 'never'],
    ])
    expect((await talk.ask(talk.device.keepalive())).status).toBe(200)
    expect((await behind()).map((row) => [row.name, row.channel, row.connection])).toEqual([
      ['东门', 'on', 'online'],
      ['西门', null, 'never'],
    ])
    // The recorder registers anew and names its channels again.
    await talk.register()
    expect((await cameras()).waiting.map((each) => [each.externalId, each.name])).toContainEqual([three, '未认领'])
  })
})

describe('the ports of GB/T 28181', () => {
  it('drop garbage, count it, and serve the next camera', async () => {
    const before = district.monitoring.gateways.counters.gb28181.malformed
    const noise = dgram.createSocket('udp4')
    const port = district.port('gb28181', 'udp')
    for (const seed of [31, 32, 33])
      await new Promise((resolve) => noise.send(garbage(900, seed), port, '127.0.0.1', resolve))
    noise.close()
    const wire = await openWire(district.port('gb28181'))
    wire.send(garbage(40_000, 34))
    await wire.closed
    await expect.poll(() => district.monitoring.gateways.counters.gb28181.malformed - before).toBe(4)
    const id = cameraId()
    const { secret } = await camera(id)
    expect((await speaker(await openUdp(), id, secret).register()).status).toBe(200)
  })
})
