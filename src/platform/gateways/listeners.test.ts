import dgram from 'node:dgram'
import http from 'node:http'
import net, { type Socket } from 'node:net'
import tls from 'node:tls'
import { afterEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { selfSigned } from '../../../tests/support/certificate.ts'
import type { ConnectionLimits, GatewayConnection, OnConnection } from './connection.ts'
import { type Listener, openTcpListener } from './tcp-listener.ts'
import { openUdpListener } from './udp-listener.ts'
import { attachWebSockets, openWebSocketListener } from './websocket.ts'

const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
const endings: (() => Promise<unknown> | void)[] = []
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end()
})
const listen = async (onConnection: OnConnection, limits: Partial<ConnectionLimits> = {}): Promise<Listener> => {
  const listener = await openTcpListener({ port: 0, host: '127.0.0.1', onConnection, limits, log })
  endings.push(() => listener.stop(0))
  return listener
}
const connect = async (port: number): Promise<Socket> => {
  const socket = net.connect(port, '127.0.0.1')
  socket.on('error', () => undefined)
  endings.push(() => void socket.destroy())
  await new Promise((resolve) => socket.once('connect', resolve))
  return socket
}
const ended = (socket: Socket): Promise<void> =>
  socket.closed ? Promise.resolve() : new Promise((resolve) => socket.once('close', () => resolve()))
/** A promise and its ends, to be let go by the test. */
const gate = () => {
  let open = (): void => {}
  const passed = new Promise<void>((resolve) => {
    open = resolve
  })
  return { passed, open: () => open() }
}

describe('a TCP port', () => {
  it('hands on what devices send, in order, and sends the answers', async () => {
    const got: Buffer[] = []
    const listener = await listen((connection) => ({
      receive: (bytes) => {
        got.push(Buffer.from(bytes))
        connection.send(Buffer.from(`ack ${bytes.length}`))
      },
    }))
    const socket = await connect(listener.port)
    const answer = new Promise<string>((resolve) => socket.once('data', (data) => resolve(String(data))))
    socket.write('##0011hello')
    expect(await answer).toBe('ack 11')
    expect(Buffer.concat(got).toString()).toBe('##0011hello')
  })
  it('turns away connections beyond its limits, in all and from one address, and has room again when one ends', async () => {
    const listener = await listen(() => ({ receive: () => undefined }), { connections: 5, connectionsPerAddress: 2 })
    const [one] = [await connect(listener.port), await connect(listener.port)]
    const third = await connect(listener.port)
    await ended(third)
    expect(listener.state()).toMatchObject({ connections: 2, refused: 1 })
    one?.destroy()
    await expect.poll(() => listener.state().connections).toBe(1)
    const again = await connect(listener.port)
    await expect.poll(() => listener.state().connections).toBe(2)
    expect(again.destroyed).toBe(false)
  })
  it('reads no further from a device while too much of it is in hand, and goes on afterwards without losing a byte', async () => {
    const hold = gate()
    let received = 0
    const limit = 64 * 1024
    const listener = await listen(
      () => ({
        receive: (bytes) => {
          received += bytes.length
          return hold.passed
        },
      }),
      { bufferedBytes: limit },
    )
    const socket = await connect(listener.port)
    const total = 8 * 1024 * 1024
    socket.write(Buffer.alloc(total, 1))
    await expect.poll(() => listener.state().paused).toBe(1)
    expect(received).toBeLessThan(total)
    // One piece of a socket is 64 KiB: the limit is overrun by no more than that.
    expect(received).toBeLessThanOrEqual(limit + 64 * 1024)
    hold.open()
    await expect.poll(() => received, { timeout: 10_000 }).toBe(total)
    expect(listener.state().paused).toBe(0)
  })
  it('ends a connection that is silent for too long, one whose handler fails, and one that does not read', async () => {
    const reasons: string[] = []
    let last: GatewayConnection | null = null
    const listener = await listen(
      (connection) => {
        last = connection
        return {
          receive: (bytes) => {
            if (String(bytes) === 'bad') throw new Error('no frame')
            return String(bytes) === 'later' ? Promise.reject(new Error('no room')) : undefined
          },
          closed: (reason) => void reasons.push(reason),
        }
      },
      { idleMs: 300, outgoingBytes: 1024 },
    )
    await ended(await connect(listener.port))
    await expect.poll(() => reasons).toEqual(['silent for too long'])
    for (const word of ['bad', 'later']) {
      const socket = await connect(listener.port)
      socket.write(word)
      await ended(socket)
    }
    await expect.poll(() => reasons.slice(1)).toEqual(['Error: no frame', 'Error: no room'])
    const deaf = await connect(listener.port)
    deaf.pause()
    await expect.poll(() => listener.state().connections).toBe(1)
    const connection = last as GatewayConnection | null
    for (let n = 0; n < 200 && connection?.isOpen() === true; n += 1) connection.send(Buffer.alloc(1024 * 1024))
    await expect.poll(() => reasons.at(-1)).toBe('does not read what is sent')
  })
  it('stops: no new connections, open ones are ended, and the port is free', async () => {
    let closed = 0
    const listener = await openTcpListener({
      port: 0,
      host: '127.0.0.1',
      onConnection: () => ({ receive: () => undefined, closed: () => void (closed += 1) }),
      log,
    })
    const socket = await connect(listener.port)
    socket.resume()
    await expect.poll(() => listener.state().connections).toBe(1)
    await listener.stop(50)
    await ended(socket)
    expect(closed).toBe(1)
    const again = await openTcpListener({
      port: listener.port,
      host: '127.0.0.1',
      onConnection: () => ({ receive: () => undefined }),
      log,
    })
    await again.stop(0)
  })
})

describe('a TLS port', () => {
  it('takes devices that speak TLS; one that speaks plainly, or says nothing of sense, is ended and harms nobody', async () => {
    const { cert, key } = selfSigned('mingzhu.test')
    const listener = await openTcpListener({
      port: 0,
      host: '127.0.0.1',
      tls: { cert, key },
      onConnection: (connection) => ({ receive: (bytes) => connection.send(bytes) }),
      log,
    })
    endings.push(() => listener.stop(0))
    const plain = await connect(listener.port)
    plain.write('GET / HTTP/1.1\r\n\r\n')
    await ended(plain)
    const secure = tls.connect({
      port: listener.port,
      host: '127.0.0.1',
      ca: cert,
      checkServerIdentity: () => undefined,
    })
    endings.push(() => void secure.destroy())
    await new Promise<void>((resolve, reject) => {
      secure.once('secureConnect', () => resolve())
      secure.once('error', reject)
    })
    const answer = new Promise<string>((resolve) => secure.once('data', (data) => resolve(String(data))))
    secure.write('secret')
    expect(await answer).toBe('secret')
    await expect.poll(() => listener.state().connections).toBe(1)
  })
  it('turns away devices without a certificate of its authority where one is asked', async () => {
    const [own, device, stranger] = [selfSigned('server'), selfSigned('device'), selfSigned('stranger')]
    let opened = 0
    const listener = await openTcpListener({
      port: 0,
      host: '127.0.0.1',
      tls: { ...own, ca: device.cert },
      onConnection: (connection) => {
        opened += 1
        return { receive: (bytes) => connection.send(bytes) }
      },
      log,
    })
    endings.push(() => listener.stop(0))
    const attempt = (identity: { readonly cert?: string; readonly key?: string }): Promise<string> =>
      new Promise((resolve) => {
        const socket = tls.connect({
          port: listener.port,
          host: '127.0.0.1',
          ca: own.cert,
          checkServerIdentity: () => undefined,
          ...identity,
        })
        endings.push(() => void socket.destroy())
        socket.on('error', () => undefined)
        socket.once('secureConnect', () => socket.write('hello'))
        socket.once('data', (data) => resolve(String(data)))
        socket.once('close', () => resolve('ended'))
      })
    expect(await attempt({})).toBe('ended')
    expect(await attempt(stranger)).toBe('ended')
    expect(opened).toBe(0)
    expect(await attempt(device)).toBe('hello')
  })
})

describe('a UDP port', () => {
  it('takes datagrams, answers their sender, survives a handler that fails, and drops what is too much', async () => {
    const hold = gate()
    const got: string[] = []
    const listener = await openUdpListener({
      port: 0,
      host: '127.0.0.1',
      inHand: 2,
      receive: (bytes, from) => {
        const text = String(bytes)
        if (text === 'bad') throw new Error('no message')
        got.push(text)
        if (text === 'hold') return hold.passed
        listener.send(Buffer.from(`ok ${text}`), from)
        return undefined
      },
      log,
    })
    endings.push(() => listener.stop())
    const client = dgram.createSocket('udp4')
    endings.push(() => void client.close())
    const answers: string[] = []
    client.on('message', (bytes) => answers.push(String(bytes)))
    const send = (text: string) => client.send(text, listener.port, '127.0.0.1')
    send('bad')
    send('one')
    await expect.poll(() => answers).toEqual(['ok one'])
    expect(listener.state()).toMatchObject({ received: 2, dropped: 1 })
    send('hold')
    send('hold')
    await expect.poll(() => listener.state().inHand).toBe(2)
    send('more')
    await expect.poll(() => listener.state().dropped).toBe(2)
    hold.open()
    await expect.poll(() => listener.state().inHand).toBe(0)
    send('two')
    await expect.poll(() => answers.at(-1)).toBe('ok two')
  })
})

describe('WebSockets', () => {
  const echo: OnConnection = (connection) => ({ receive: (bytes) => connection.send(bytes) })
  const client = (url: string, protocol: string | undefined) => {
    const socket = protocol === undefined ? new WebSocket(url) : new WebSocket(url, protocol)
    socket.on('error', () => undefined)
    endings.push(() => socket.terminate())
    return socket
  }
  const outcome = (socket: WebSocket): Promise<string> =>
    new Promise((resolve) => {
      socket.once('open', () => resolve('open'))
      socket.once('unexpected-response', (_request, reply) => resolve(`refused ${reply.statusCode}`))
      socket.once('close', () => resolve('closed'))
    })
  it('carry bytes on their path and for their subprotocol only, within the same limits', async () => {
    const listener = await openWebSocketListener({
      port: 0,
      host: '127.0.0.1',
      path: '/mqtt',
      protocols: ['mqtt', 'mqttv3.1'],
      onConnection: echo,
      limits: { connectionsPerAddress: 1 },
      log,
    })
    endings.push(() => listener.stop(0))
    const url = `ws://127.0.0.1:${listener.port}`
    const first = client(`${url}/mqtt`, 'mqtt')
    expect(await outcome(first)).toBe('open')
    expect(first.protocol).toBe('mqtt')
    const back = new Promise<Buffer>((resolve) => first.once('message', (data) => resolve(data as Buffer)))
    first.send(Buffer.from([1, 2, 3]))
    expect([...(await back)]).toEqual([1, 2, 3])
    expect(await outcome(client(`${url}/mqtt`, 'mqtt'))).toBe('refused 503')
    expect(await outcome(client(`${url}/mqtt`, 'chat'))).toBe('refused 400')
    expect(await outcome(client(`${url}/other`, 'mqtt'))).toBe('closed')
  })
  it('attach to a server that does other things besides, and leave it as it was', async () => {
    const server = http.createServer((_request, reply) => reply.end('page'))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
    endings.push(() => void server.close())
    const { port } = server.address() as net.AddressInfo
    const attached = attachWebSockets(server, { path: '/mqtt', protocols: ['mqtt'], onConnection: echo, log })
    expect(await outcome(client(`ws://127.0.0.1:${port}/mqtt`, 'mqtt'))).toBe('open')
    expect(attached.state().connections).toBe(1)
    expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe('page')
    await attached.stop(0)
    expect(attached.state().connections).toBe(0)
    expect(server.listenerCount('upgrade')).toBe(0)
  })
})
