/**
 * Topics of our endpoint: 'v1/{deviceId}/telemetry|event|attrs' and 'v1/{deviceId}/cmd/{id}/ack' up, 'v1/{deviceId}/cmd/{id}'
 * down. A device may publish only below its own id and subscribe only to its own commands.
 */
const ID = /^[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}$/
/** Says whether a text may be the id of a device (its clientId) or of a command: no slash, no wildcard, 64 characters. */
export const isTopicId = (text: string): boolean => ID.test(text)

export type Publication =
  | { readonly kind: 'telemetry' | 'event' | 'attrs' }
  | { readonly kind: 'command-ack'; readonly commandId: string }

/** What a device says on a topic; null when it may not publish there. */
export const publicationOf = (deviceId: string, topic: string): Publication | null => {
  const [version, device, what, id, ack, ...rest] = topic.split('/', 7)
  if (version !== 'v1' || device !== deviceId || rest.length > 0) return null
  if (what === 'telemetry' || what === 'event' || what === 'attrs') return id === undefined ? { kind: what } : null
  if (what !== 'cmd' || id === undefined || !isTopicId(id) || ack !== 'ack') return null
  return { kind: 'command-ack', commandId: id }
}

export type FilterVerdict = 'own-commands' | 'forbidden' | 'shared' | 'malformed'
/** Judges a filter: 'v1/{deviceId}/cmd/+', '…/cmd/#' or one command of its own; everything else is refused. */
export const judgeFilter = (deviceId: string, filter: string): FilterVerdict => {
  if (filter === '' || filter.includes('\u0000')) return 'malformed'
  const levels = filter.split('/')
  const wild = levels.every(
    (level, at) => !/[#+]/.test(level) || level === '+' || (level === '#' && at === levels.length - 1),
  )
  if (!wild) return 'malformed'
  if (levels[0] === '$share') return 'shared'
  const [version, device, what, id, ...rest] = levels
  const own = version === 'v1' && device === deviceId && what === 'cmd' && id !== undefined && rest.length === 0
  return own && (id === '+' || id === '#' || isTopicId(id)) ? 'own-commands' : 'forbidden'
}

export const commandTopic = (deviceId: string, commandId: string): string => `v1/${deviceId}/cmd/${commandId}`
/** Says whether a filter that was granted covers a command. */
export const coversCommand = (filter: string, commandId: string): boolean => {
  const last = filter.slice(filter.lastIndexOf('/') + 1)
  return last === '+' || last === '#' || last === commandId
}
