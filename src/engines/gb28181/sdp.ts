/** Session descriptions of GB/T 28181: what we offer a camera, and what it answers. */
import type { Ssrc, StreamKind } from './ssrc.ts'

/** How media comes: TCP with the platform listening (the default: it cures stalls), TCP with the device listening, UDP. */
export type MediaTransport = 'tcp-passive' | 'tcp-active' | 'udp'

export interface Offer {
  /** Owner in `o=`: the id of the platform. */
  readonly platformId: string
  readonly channelId: string
  /** Address and port where media is expected. */
  readonly host: string
  readonly port: number
  readonly ssrc: Ssrc
  readonly transport: MediaTransport
  /** Recorded time asked for, in seconds since 1970; null = live. */
  readonly range: { readonly from: number; readonly to: number } | null
}
export const kindOfOffer = (offer: Offer): StreamKind => (offer.range === null ? 'live' : 'playback')

/** Writes an offer. `y` stands last: cameras answer 415 when something follows it. */
export const offerText = (offer: Offer): string => {
  const family = offer.host.includes(':') ? 'IP6' : 'IP4'
  const tcp = offer.transport !== 'udp'
  return [
    'v=0',
    `o=${offer.platformId} 0 0 IN ${family} ${offer.host}`,
    `s=${offer.range === null ? 'Play' : 'Playback'}`,
    ...(offer.range === null ? [] : [`u=${offer.channelId}:0`]),
    `c=IN ${family} ${offer.host}`,
    `t=${offer.range?.from ?? 0} ${offer.range?.to ?? 0}`,
    `m=video ${offer.port} ${tcp ? 'TCP/RTP/AVP' : 'RTP/AVP'} 96 97 98 99`,
    'a=recvonly',
    'a=rtpmap:96 PS/90000',
    'a=rtpmap:97 MPEG4/90000',
    'a=rtpmap:98 H264/90000',
    'a=rtpmap:99 H265/90000',
    ...(tcp ? [`a=setup:${offer.transport === 'tcp-passive' ? 'passive' : 'active'}`, 'a=connection:new'] : []),
    `y=${offer.ssrc}`,
    '',
  ].join('\r\n')
}

export interface Description {
  readonly sessionName: string
  readonly host: string | null
  readonly mediaPort: number
  readonly tcp: boolean
  readonly setup: 'active' | 'passive' | null
  /** Codec name of the first payload type, 'PS'. */
  readonly codec: string | null
  /** As the other side says it, which is often not what was asked. */
  readonly ssrc: Ssrc | null
  readonly range: { readonly from: number; readonly to: number } | null
  readonly uri: string | null
}
/** Reads a description; null without a line of video or with a port out of range. */
export const parseSdp = (text: string): Description | null => {
  const lines = text.split(/\r\n|\r|\n/).slice(0, 200)
  const valueOf = (key: string): string | null => {
    const line = lines.find((each) => each.startsWith(`${key}=`))
    return line === undefined ? null : line.slice(2).trim()
  }
  const media = /^video\s+(\d{1,5})(?:\/\d+)?\s+(\S+)((?:\s+\d{1,3})*)/.exec(
    lines.find((line) => /^m=video\s/.test(line))?.slice(2) ?? '',
  )
  if (media === null || Number(media[1]) > 65_535) return null
  const connection = /^IN IP[46] (\S+)$/.exec(valueOf('c') ?? '')
  const [payload] = (media[3] ?? '').trim().split(/\s+/)
  const time = /^(\d{1,12})\s+(\d{1,12})$/.exec(valueOf('t') ?? '')
  const setup = /^a=setup:(active|passive)\s*$/im.exec(lines.join('\n'))?.[1]?.toLowerCase()
  const mapped = lines.find((line) => line.startsWith(`a=rtpmap:${payload ?? ''} `))
  const ssrc = valueOf('y')
  const range = time === null ? null : { from: Number(time[1]), to: Number(time[2]) }
  return {
    sessionName: valueOf('s') ?? '',
    host: connection?.[1] ?? null,
    mediaPort: Number(media[1]),
    tcp: /^TCP\//i.test(media[2] ?? ''),
    setup: setup === 'active' || setup === 'passive' ? setup : null,
    codec: mapped === undefined ? null : (/\s([\w-]+)\//.exec(mapped)?.[1] ?? null),
    ssrc: ssrc !== null && /^\d{1,10}$/.test(ssrc) ? ssrc : null,
    range: range === null || range.to === 0 ? null : range,
    uri: valueOf('u'),
  }
}
