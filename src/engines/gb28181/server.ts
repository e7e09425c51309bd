/**
 * The signalling server of GB/T 28181 as a machine without I/O: messages, time and wishes of the host go in; messages to send
 * and facts come out. What must not be lost (alarms, positions) is answered 200 only after the host has committed it.
 */

import {
  type Dialog,
  type DialogStep,
  dialogRequest,
  dialogResponse,
  dialogTick,
  hangUp,
  invite,
  isOfDialog,
  playbackControl,
} from './dialog.ts'
import { beginCatalog, type Catalog, collectCatalog, expireCatalog } from './manscdp/catalog.ts'
import type { CatalogResponse, Manscdp } from './manscdp/message.ts'
import { readManscdp } from './manscdp/read.ts'
import { MANSCDP_TYPE, ptzBody, queryBody } from './manscdp/write.ts'
import { recentRequests } from './recent.ts'
import { expire, hear, newRegistration, offlineAtMs, quarantine, type Registration, register } from './registration.ts'
import type { SipEffect, SipFact, SipServer, SipServerSetup } from './server-types.ts'
import { parseCSeq, speakerOf, transactionKeyOf } from './sip/headers.ts'
import {
  type HeaderLine,
  headerOf,
  type Route,
  type SipMessage,
  type SipRequest,
  type SipResponse,
} from './sip/message.ts'
import { replyTo } from './sip/reply.ts'
import { requestOf } from './sip/request.ts'
import { transactions } from './sip/transactions.ts'
import {
  type Subscription,
  subscribeAlarms,
  subscriptionNotified,
  subscriptionResponse,
  subscriptionTick,
} from './subscription.ts'

export type * from './server-types.ts'

const ENDED_KEPT_MS = 32_000

interface Pending {
  readonly request: SipRequest
  readonly route: Route
  readonly key: string
}

export const sipServer = (setup: SipServerSetup): SipServer => {
  const { local, registrar, account, token } = setup
  const devices = new Map<string, Registration>()
  const dialogs = new Map<string, { state: Dialog; endedMs: number | null }>()
  const catalogs = new Map<string, Catalog>()
  const subscriptions = new Map<string, Subscription>()
  const commands = new Map<string, string>()
  const pending = new Map<string, Pending>()
  const maxRecent = setup.maxRecent ?? 20_000
  const recent = recentRequests(maxRecent)
  const outgoing = transactions()
  let sn = 0
  const nextSn = (): number => {
    sn = (sn % 999_999) + 1
    return sn
  }

  const fact = (value: SipFact): SipEffect => ({ kind: 'fact', fact: value })
  const send = (message: SipMessage, route: Route, nowMs: number): SipEffect => {
    if (message.kind === 'request') outgoing.sent(message, route, nowMs)
    return { kind: 'send', route, message }
  }
  const answer = (
    request: SipRequest,
    route: Route,
    status: number,
    nowMs: number,
    headers: readonly HeaderLine[] = [],
  ): SipEffect => {
    const response = replyTo(request, status, { toTag: token(), headers, from: route })
    const key = transactionKeyOf(request)
    if (key !== null) recent.answered(key, response, nowMs)
    return { kind: 'send', route, message: response }
  }
  const take = (callId: string, step: DialogStep, nowMs: number): readonly SipEffect[] => {
    const before = dialogs.get(callId)
    const endedMs = step.state.phase === 'ended' ? (before?.endedMs ?? nowMs) : null
    dialogs.set(callId, { state: step.state, endedMs })
    return [...step.send.map((message) => send(message, step.state.route, nowMs)), ...step.facts.map(fact)]
  }

  const registering = (request: SipRequest, deviceId: string, route: Route, nowMs: number): readonly SipEffect[] => {
    const known = account(deviceId)
    if (known === null) {
      const { answer: reply, facts } = quarantine(deviceId, route)
      return [answer(request, route, reply.status, nowMs, reply.headers), ...facts.map(fact)]
    }
    const step = register(devices.get(deviceId) ?? newRegistration(deviceId), request, {
      registrar,
      account: known,
      route,
      nowMs,
      freshNonce: token(),
    })
    devices.set(deviceId, step.state)
    return [answer(request, route, step.answer.status, nowMs, step.answer.headers), ...step.facts.map(fact)]
  }

  /** Leaves the answer to the host's commit. */
  const ticketed = (
    request: SipRequest,
    route: Route,
    nowMs: number,
    make: (ticket: string) => SipFact,
  ): readonly SipEffect[] => {
    const key = transactionKeyOf(request)
    if (key === null) return [answer(request, route, 400, nowMs)]
    if (pending.size >= maxRecent) return [answer(request, route, 503, nowMs)]
    const ticket = token()
    pending.set(ticket, { request, route, key })
    recent.open(key, nowMs)
    return [fact(make(ticket))]
  }

  const collecting = (said: CatalogResponse, from: string, nowMs: number): readonly SipEffect[] => {
    const catalog = catalogs.get(from)
    if (catalog === undefined) return []
    return kept(collectCatalog(catalog, said, nowMs))
  }
  const kept = (catalog: Catalog): readonly SipEffect[] => {
    if (catalog.done === null) {
      catalogs.set(catalog.deviceId, catalog)
      return []
    }
    catalogs.delete(catalog.deviceId)
    const { deviceId, total } = catalog
    const items = [...catalog.items.values()]
    return [fact({ kind: 'catalog', deviceId, items, complete: catalog.done === 'complete', total })]
  }

  const saying = (
    request: SipRequest,
    said: Manscdp,
    from: string,
    route: Route,
    nowMs: number,
  ): readonly SipEffect[] => {
    if (said.kind === 'alarm')
      return ticketed(request, route, nowMs, (ticket) => ({ kind: 'alarm', from, alarm: said, ticket }))
    if (said.kind === 'mobile-position')
      return ticketed(request, route, nowMs, (ticket) => ({ kind: 'position', from, position: said, ticket }))
    const ok = answer(request, route, 200, nowMs)
    switch (said.kind) {
      case 'keepalive':
        return [ok, fact({ kind: 'heartbeat', deviceId: from, ok: said.ok, faulty: said.faulty })]
      case 'catalog':
        return [ok, ...collecting(said, from, nowMs)]
      case 'device-info':
        return [ok, fact({ kind: 'device-info', from, info: said })]
      case 'device-status':
        return [ok, fact({ kind: 'device-status', from, status: said })]
      case 'media-status': {
        const call = said.finished ? playbackOf(said.deviceId, request) : null
        return call === null ? [ok] : [ok, ...take(call, hangUp(dialogAt(call), token, nowMs), nowMs)]
      }
      default:
        return [ok]
    }
  }
  const dialogAt = (callId: string): Dialog => {
    const found = dialogs.get(callId)
    if (found === undefined) throw new Error(`no such call: ${callId}`)
    return found.state
  }
  /** The recording whose end a device announces: by Call-ID if it kept it, else by channel. */
  const playbackOf = (channelId: string, request: SipRequest): string | null => {
    const named = headerOf(request, 'Call-ID')
    if (named !== null && dialogs.has(named)) return named
    for (const [callId, { state }] of dialogs)
      if (state.phase === 'live' && state.offer.range !== null && state.offer.channelId === channelId) return callId
    return null
  }

  const requested = (request: SipRequest, route: Route, nowMs: number): readonly SipEffect[] => {
    const key = transactionKeyOf(request)
    if (request.method === 'ACK') return []
    const deviceId = speakerOf(request)
    if (key === null || deviceId === null || !/^\d{20}$/.test(deviceId)) return [answer(request, route, 400, nowMs)]
    const seen = recent.find(key)
    if (seen === 'open') return []
    if (seen !== null) return [{ kind: 'send', route, message: seen }]
    if (request.method === 'REGISTER') return registering(request, deviceId, route, nowMs)

    const called = dialogs.get(headerOf(request, 'Call-ID') ?? '')
    const inCall =
      called !== undefined && isOfDialog(called.state, request) ? dialogRequest(called.state, request) : null
    if (called !== undefined && inCall !== null) {
      const effects = take(called.state.callId, { ...inCall, send: [] }, nowMs)
      return [answer(request, route, 200, nowMs), ...effects]
    }
    if (!['MESSAGE', 'NOTIFY', 'OPTIONS', 'INFO'].includes(request.method))
      return [answer(request, route, request.method === 'BYE' ? 481 : 405, nowMs)]

    const known = devices.get(deviceId)
    const heard = known === undefined ? null : hear(known, route, nowMs, registrar)
    if (heard === null) {
      const stranger = account(deviceId) === null ? quarantine(deviceId, route).facts : []
      return [answer(request, route, 403, nowMs), ...stranger.map(fact)]
    }
    devices.set(deviceId, heard.state)
    const moved = heard.facts.map(fact)
    const ended = request.method === 'NOTIFY' ? notified(request) : []
    if (request.method === 'OPTIONS' || request.body.length === 0)
      return [answer(request, route, 200, nowMs), ...moved, ...ended]
    const said = readManscdp(request.body)
    if (said === null) return [answer(request, route, 400, nowMs), ...moved]
    return [...moved, ...saying(request, said, deviceId, route, nowMs), ...ended]
  }
  const notified = (request: SipRequest): readonly SipEffect[] => {
    for (const [deviceId, state] of subscriptions)
      if (headerOf(request, 'Call-ID') === state.callId) {
        const next = subscriptionNotified(state, request)
        subscriptions.set(deviceId, next)
        return ending(next)
      }
    return []
  }
  const ending = (state: Subscription): readonly SipEffect[] => {
    if (state.phase !== 'ended' || !subscriptions.delete(state.deviceId)) return []
    return [fact({ kind: 'subscription-ended', deviceId: state.deviceId })]
  }

  const responded = (response: SipResponse, nowMs: number): readonly SipEffect[] => {
    const method = parseCSeq(headerOf(response, 'CSeq'))?.method
    const callId = headerOf(response, 'Call-ID') ?? ''
    const call = dialogs.get(callId)
    if (call !== undefined && isOfDialog(call.state, response))
      return take(callId, dialogResponse(call.state, response, token, nowMs), nowMs)
    if (method === 'SUBSCRIBE') {
      for (const [deviceId, state] of subscriptions)
        if (state.callId === callId) {
          const next = subscriptionResponse(state, response, nowMs)
          subscriptions.set(deviceId, next)
          return ending(next)
        }
      return []
    }
    const deviceId = commands.get(callId)
    if (deviceId === undefined || response.status < 200) return []
    commands.delete(callId)
    if (response.status < 300) return []
    catalogs.delete(deviceId)
    return [fact({ kind: 'command-failed', deviceId, status: response.status })]
  }

  const routeTo = (deviceId: string): Route | null => {
    const device = devices.get(deviceId)
    return device?.online === true ? device.route : null
  }
  const command = (deviceId: string, to: string, body: Uint8Array, nowMs: number): readonly SipEffect[] => {
    const route = routeTo(deviceId)
    if (route === null) return [fact({ kind: 'command-failed', deviceId, status: 480 })]
    const callId = `${token()}@${local.domain}`
    commands.set(callId, deviceId)
    const headers: readonly HeaderLine[] = [['Content-Type', MANSCDP_TYPE]]
    const parts = { local, to, route, callId, cseq: 1, fromTag: token(), branch: token(), headers, body }
    return [send(requestOf({ method: 'MESSAGE', ...parts }), route, nowMs)]
  }
  const settle = (ticket: string, status: number, nowMs: number): readonly SipEffect[] => {
    const waiting = pending.get(ticket)
    if (waiting === undefined) return []
    pending.delete(ticket)
    return [answer(waiting.request, waiting.route, status, nowMs)]
  }

  return {
    receive: (message, route, nowMs) => {
      if (message.kind === 'request') return requested(message, route, nowMs)
      // A 200 to an INVITE comes again until our ACK arrives, long after its transaction is over.
      const known = outgoing.answered(message)
      const repeated = parseCSeq(headerOf(message, 'CSeq'))?.method === 'INVITE'
      return known || repeated ? responded(message, nowMs) : []
    },
    tick: (nowMs) => {
      const effects: SipEffect[] = []
      const { again, givenUp } = outgoing.tick(nowMs)
      for (const { request, route } of again) effects.push({ kind: 'send', route, message: request })
      for (const response of givenUp) effects.push(...responded(response, nowMs))
      for (const [callId, { state, endedMs }] of dialogs) {
        if (endedMs !== null) {
          if (nowMs - endedMs > ENDED_KEPT_MS) dialogs.delete(callId)
        } else if (state.deadlineMs !== null && nowMs >= state.deadlineMs)
          effects.push(...take(callId, dialogTick(state, nowMs), nowMs))
      }
      for (const catalog of catalogs.values()) effects.push(...kept(expireCatalog(catalog, nowMs)))
      for (const [deviceId, state] of subscriptions) {
        const step = subscriptionTick(state, nextSn(), token, nowMs)
        if (step.send.length > 0) subscriptions.set(deviceId, step.state)
        effects.push(...step.send.map((message) => send(message, state.route, nowMs)))
      }
      for (const [deviceId, device] of devices) {
        if (!device.online || nowMs < offlineAtMs(device, registrar)) continue
        const { state, facts } = expire(device, registrar, nowMs)
        devices.set(deviceId, state)
        effects.push(...facts.map(fact))
      }
      recent.tick(nowMs)
      return effects
    },
    committed: (ticket, nowMs) => settle(ticket, 200, nowMs),
    failed: (ticket, nowMs) => settle(ticket, 500, nowMs),
    query: (kind, deviceId, nowMs) => {
      const number = nextSn()
      if (kind === 'Catalog' && routeTo(deviceId) !== null)
        catalogs.set(deviceId, beginCatalog(number, deviceId, nowMs))
      return command(deviceId, deviceId, queryBody(kind, number, deviceId), nowMs)
    },
    ptz: (deviceId, channelId, bytes, nowMs) =>
      command(deviceId, channelId, ptzBody(nextSn(), channelId, bytes), nowMs),
    subscribe: (deviceId, nowMs) => {
      const route = routeTo(deviceId)
      if (route === null) return [fact({ kind: 'command-failed', deviceId, status: 480 })]
      const step = subscribeAlarms(local, deviceId, route, nextSn(), token)
      subscriptions.set(deviceId, step.state)
      return step.send.map((message) => send(message, route, nowMs))
    },
    open: (deviceId, offer, nowMs) => {
      const route = routeTo(deviceId)
      if (route === null) return null
      const step = invite(local, route, offer, token, nowMs)
      return { callId: step.state.callId, effects: take(step.state.callId, step, nowMs) }
    },
    close: (callId, nowMs) => {
      const call = dialogs.get(callId)
      return call === undefined ? [] : take(callId, hangUp(call.state, token, nowMs), nowMs)
    },
    control: (callId, act, nowMs) => {
      const call = dialogs.get(callId)
      return call === undefined ? [] : take(callId, playbackControl(call.state, act, token), nowMs)
    },
    registration: (deviceId) => devices.get(deviceId) ?? null,
  }
}
