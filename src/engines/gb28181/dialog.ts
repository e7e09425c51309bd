/**
 * One stream asked of a camera: INVITE, answer, ACK, BYE; CANCEL while it has not answered (RFC 3261 sections 9, 13 to 15).
 * Sending again and giving up after 32 s is the transactions' work: what is given up arrives here as a 408.
 */
import { decodeText } from '../wire/text.ts'
import { type Description, kindOfOffer, type Offer, offerText, parseSdp } from './sdp.ts'
import { parseCSeq, parseNameAddress, parseVia } from './sip/headers.ts'
import {
  type HeaderLine,
  headerOf,
  type Route,
  type SipMessage,
  type SipRequest,
  type SipResponse,
} from './sip/message.ts'
import { replyTo } from './sip/reply.ts'
import { type Party, requestOf, sipAddress } from './sip/request.ts'

export type Phase = 'calling' | 'proceeding' | 'cancelling' | 'live' | 'ending' | 'ended'

export interface Dialog {
  readonly phase: Phase
  readonly local: Party
  readonly route: Route
  readonly offer: Offer
  readonly callId: string
  readonly fromTag: string
  /** Branch of the INVITE: CANCEL and the ACK of a refusal use it again. */
  readonly branch: string
  readonly cseq: number
  readonly remoteTag: string | null
  /** The ACK of the 200, sent again whenever the 200 comes again. */
  readonly ack: SipRequest | null
  /** Why it will end, once that is decided before the answer came. */
  readonly ending: EndReason | null
  /** Until when the next thing must have happened, ms since 1970; null = no limit. */
  readonly deadlineMs: number | null
}

export type EndReason = 'hung-up' | 'device-ended' | 'refused' | 'no-answer' | 'bad-answer'
export type DialogFact =
  /** The camera agreed. `description.ssrc` is what it says it will send, often not what was asked. */
  | {
      readonly kind: 'stream-agreed'
      readonly callId: string
      readonly channelId: string
      readonly description: Description
    }
  | {
      readonly kind: 'stream-ended'
      readonly callId: string
      readonly channelId: string
      readonly because: EndReason
      /** SIP status of a refusal. */
      readonly status: number | null
    }
export interface DialogStep {
  readonly state: Dialog
  readonly send: readonly SipMessage[]
  readonly facts: readonly DialogFact[]
}

/** A camera that rings may take this long to answer. */
const RING_MS = 30_000
/** BYE and CANCEL are worth waiting for this long. */
const PARTING_MS = 32_000

const still = (state: Dialog): DialogStep => ({ state, send: [], facts: [] })
/** Contacts of devices name private addresses: requests inside the call go to the route that was seen as well. */
const request = (
  state: Dialog,
  method: string,
  cseq: number,
  branch: string,
  more: Partial<SipRequest> = {},
): SipRequest =>
  requestOf({
    method,
    local: state.local,
    to: state.offer.channelId,
    route: state.route,
    callId: state.callId,
    cseq,
    fromTag: state.fromTag,
    toTag: state.remoteTag,
    branch,
    ...(more.headers === undefined ? {} : { headers: more.headers }),
    ...(more.body === undefined ? {} : { body: more.body }),
  })

/** Begins a call. `token` gives fresh random text for tags, branches and the Call-ID. */
export const invite = (local: Party, route: Route, offer: Offer, token: () => string, nowMs: number): DialogStep => {
  const state: Dialog = {
    phase: 'calling',
    local,
    route,
    offer,
    callId: `${token()}@${local.domain}`,
    fromTag: token(),
    branch: token(),
    cseq: 1,
    remoteTag: null,
    ack: null,
    ending: null,
    deadlineMs: nowMs + PARTING_MS + RING_MS,
  }
  const headers: readonly HeaderLine[] = [
    ['Contact', `<${sipAddress(local)}>`],
    ['Subject', `${offer.channelId}:${offer.ssrc},${local.id}:0`],
    ['Content-Type', 'Application/SDP'],
  ]
  const body = new TextEncoder().encode(offerText(offer))
  return { state, send: [request(state, 'INVITE', 1, state.branch, { headers, body })], facts: [] }
}

const ended = (state: Dialog, because: EndReason, status: number | null = null): DialogStep =>
  state.phase === 'ended'
    ? still(state)
    : {
        state: { ...state, phase: 'ended', deadlineMs: null },
        send: [],
        facts: [{ kind: 'stream-ended', callId: state.callId, channelId: state.offer.channelId, because, status }],
      }
const parting = (state: Dialog, because: EndReason, branch: string, nowMs: number): DialogStep => {
  const next: Dialog = {
    ...state,
    phase: 'ending',
    cseq: state.cseq + 1,
    ending: because,
    deadlineMs: nowMs + PARTING_MS,
  }
  return { state: next, send: [request(next, 'BYE', next.cseq, branch)], facts: [] }
}
const cancel = (state: Dialog, because: EndReason, nowMs: number): DialogStep => ({
  state: { ...state, phase: 'cancelling', ending: because, deadlineMs: nowMs + PARTING_MS },
  send: [request(state, 'CANCEL', 1, state.branch)],
  facts: [],
})

const accepted = (state: Dialog, response: SipResponse, token: () => string, nowMs: number): DialogStep => {
  if (state.ack !== null) return { state, send: [state.ack], facts: [] }
  const to = parseNameAddress(headerOf(response, 'To'))
  const known: Dialog = {
    ...state,
    remoteTag: to?.params['tag'] ?? null,
  }
  const ack = request(known, 'ACK', 1, token())
  const confirmed: Dialog = { ...known, ack, phase: 'live', deadlineMs: null }
  const description = parseSdp(decodeText(response.body))
  const because = state.ending ?? (description === null ? 'bad-answer' : null)
  if (because !== null || description === null) {
    const bye = parting(confirmed, because ?? 'bad-answer', token(), nowMs)
    return { ...bye, send: [ack, ...bye.send] }
  }
  const { callId, offer } = confirmed
  return {
    state: confirmed,
    send: [ack],
    facts: [{ kind: 'stream-agreed', callId, channelId: offer.channelId, description }],
  }
}
/** Takes a response to the INVITE, CANCEL, INFO or BYE of this call. */
export const dialogResponse = (
  state: Dialog,
  response: SipResponse,
  token: () => string,
  nowMs: number,
): DialogStep => {
  const method = parseCSeq(headerOf(response, 'CSeq'))?.method
  if (method === 'BYE') return response.status >= 200 ? ended(state, state.ending ?? 'hung-up') : still(state)
  if (method !== 'INVITE') return still(state)
  if (response.status >= 200 && response.status < 300) {
    if (state.phase !== 'ended' || state.ack !== null) return accepted(state, response, token, nowMs)
    // A camera that accepts after we gave up would send into the void: it is told to stop.
    const late = accepted({ ...state, ending: state.ending ?? 'no-answer' }, response, token, nowMs)
    return { state: { ...late.state, phase: 'ended', deadlineMs: null }, send: late.send, facts: [] }
  }
  if (response.status >= 300) {
    const tag = parseNameAddress(headerOf(response, 'To'))?.params['tag'] ?? null
    const local = response.status === 408 && tag === null
    const ack = request({ ...state, remoteTag: tag }, 'ACK', 1, state.branch)
    const acked = state.ack === null && !local ? [ack] : []
    if (state.phase === 'live' || state.phase === 'ending' || state.phase === 'ended')
      return { state, send: acked, facts: [] }
    const because = state.ending ?? (response.status === 408 ? 'no-answer' : 'refused')
    return { ...ended(state, because, response.status), send: acked }
  }
  if (state.phase !== 'calling') return still(state)
  const ringing: Dialog = { ...state, phase: 'proceeding', deadlineMs: nowMs + RING_MS }
  return state.ending === null ? still(ringing) : cancel(ringing, state.ending, nowMs)
}

/** Takes a request of the camera inside this call; null when it is none that a call knows. */
export const dialogRequest = (state: Dialog, message: SipRequest): DialogStep | null => {
  if (message.method !== 'BYE') return null
  const step = ended(state, state.ending ?? 'device-ended')
  return { ...step, send: [replyTo(message, 200)] }
}

/** Ends a call as its phase demands: CANCEL only after the camera said something, BYE only after it accepted. */
export const hangUp = (state: Dialog, token: () => string, nowMs: number): DialogStep => {
  if (state.phase === 'calling') return still({ ...state, ending: state.ending ?? 'hung-up' })
  if (state.phase === 'proceeding') return cancel(state, 'hung-up', nowMs)
  return state.phase === 'live' ? parting(state, 'hung-up', token(), nowMs) : still(state)
}

/** What time alone brings: a ringing camera is cancelled, a parting without answer is over. */
export const dialogTick = (state: Dialog, nowMs: number): DialogStep => {
  if (state.deadlineMs === null || nowMs < state.deadlineMs) return still(state)
  if (state.phase === 'proceeding') return cancel(state, 'no-answer', nowMs)
  return ended(state, state.ending ?? 'no-answer')
}

export type PlaybackAct =
  | { readonly act: 'pause' }
  | { readonly act: 'resume' }
  /** Seconds from the beginning of what was asked. */
  | { readonly act: 'seek'; readonly seconds: number }
  | { readonly act: 'scale'; readonly scale: number }

/** Controls a recording that plays, by INFO with lines like RTSP's. Changes nothing on a live stream. */
export const playbackControl = (state: Dialog, act: PlaybackAct, token: () => string): DialogStep => {
  if (state.phase !== 'live' || kindOfOffer(state.offer) !== 'playback') return still(state)
  const cseq = state.cseq + 1
  const lines =
    act.act === 'pause'
      ? ['PAUSE RTSP/1.0', `CSeq: ${cseq}`, 'PauseTime: now']
      : act.act === 'resume'
        ? ['PLAY RTSP/1.0', `CSeq: ${cseq}`, 'Range: npt=now-']
        : act.act === 'seek'
          ? ['PLAY RTSP/1.0', `CSeq: ${cseq}`, `Range: npt=${Math.max(0, Math.floor(act.seconds))}-`]
          : ['PLAY RTSP/1.0', `CSeq: ${cseq}`, `Scale: ${act.scale.toFixed(1)}`]
  const next: Dialog = { ...state, cseq }
  const headers: readonly HeaderLine[] = [['Content-Type', 'Application/MANSRTSP']]
  const body = new TextEncoder().encode(`${lines.join('\r\n')}\r\n\r\n`)
  return { state: next, send: [request(next, 'INFO', cseq, token(), { headers, body })], facts: [] }
}

/** Says whether a message belongs to a call: same Call-ID, and the tag of ours. */
export const isOfDialog = (state: Dialog, message: SipMessage): boolean => {
  const ours = message.kind === 'response' ? 'From' : 'To'
  return (
    headerOf(message, 'Call-ID') === state.callId &&
    parseNameAddress(headerOf(message, ours))?.params['tag'] === state.fromTag &&
    (message.kind === 'request' || parseVia(headerOf(message, 'Via')) !== null)
  )
}
