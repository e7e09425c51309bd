/** Unread messages, in the head of every page: live by the server's events, and looked at once a minute besides. */
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { countUnread } from '../../capabilities/messages/contract.ts'
import { call } from '../call.ts'
import { type Say, useSay } from '../language.tsx'
import { keyOf } from '../queries.ts'

export const badgeOf = (unread: number): string => (unread > 99 ? '99+' : String(unread))
/** The name of the link holds what the link shows (WCAG 2.5.3), so that who speaks to the machine can name it. */
export const nameOf = (unread: number, say: Say): string =>
  unread === 0
    ? say('消息,没有未读', 'Messages, none unread')
    : say(`消息 ${badgeOf(unread)} 条未读`, `Messages ${badgeOf(unread)} unread`)

export const Unread = (): ReactElement => {
  const say = useSay()
  const query = useQuery({
    queryKey: keyOf(countUnread),
    queryFn: ({ signal }) => call(countUnread, { signal }),
    refetchInterval: 60_000,
  })
  const unread = query.data?.unread ?? 0
  return (
    <Link to="/messages" className="plain" aria-label={nameOf(unread, say)}>
      {say('消息', 'Messages')}
      {unread > 0 && (
        <span className="tag" aria-hidden="true">
          {badgeOf(unread)}
        </span>
      )}
    </Link>
  )
}
