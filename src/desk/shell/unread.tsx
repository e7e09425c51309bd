/** Unread messages, in the head of every page: live by the server's events, and looked at once a minute besides. */
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { countUnread } from '../../capabilities/messages/contract.ts'
import { call } from '../call.ts'
import { useSay } from '../language.tsx'
import { keyOf } from '../queries.ts'

export const Unread = (): ReactElement => {
  const say = useSay()
  const query = useQuery({
    queryKey: keyOf(countUnread),
    queryFn: ({ signal }) => call(countUnread, { signal }),
    refetchInterval: 60_000,
  })
  const unread = query.data?.unread ?? 0
  const shown = unread > 99 ? '99+' : String(unread)
  return (
    <Link
      to="/messages"
      className="plain"
      aria-label={
        unread === 0
          ? say('消息,没有未读', 'Messages, none unread')
          : say(`消息,${unread} 条未读`, `Messages, ${unread} unread`)
      }
    >
      {say('消息', 'Messages')}
      {unread > 0 && (
        <span className="tag" aria-hidden="true">
          {shown}
        </span>
      )}
    </Link>
  )
}
