/** Shows a query: waiting, refused, or its data. Old data stays in sight while a newer reading fails. */
import type { UseQueryResult } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Skeleton } from 'antd'
import type { ReactElement, ReactNode } from 'react'
import { useSay } from '../language.tsx'
import { isBadPage, problemFrom } from '../problem.ts'
import { RefusalNotice } from './refusal-notice.tsx'

export const Loaded = <T,>({
  query,
  children,
}: {
  readonly query: UseQueryResult<T>
  readonly children: (data: T) => ReactNode
}): ReactElement => {
  const say = useSay()
  if (query.data !== undefined)
    return (
      <>
        {query.isError && <RefusalNotice error={query.error} onRetry={() => void query.refetch()} />}
        {children(query.data)}
      </>
    )
  if (query.isError && isBadPage(problemFrom(query.error)))
    return (
      <>
        <RefusalNotice error={query.error} />
        <p>
          <Link to="." search={(before: object) => ({ ...before, after: undefined })}>
            {say('回到第一页', 'First page')}
          </Link>
        </p>
      </>
    )
  if (query.isError)
    return (
      <>
        <RefusalNotice error={query.error} onRetry={() => void query.refetch()} />
        <p>
          <Link to="/">{say('回到我的工作台', 'Back to my desk')}</Link>
        </p>
      </>
    )
  return (
    <div role="status" aria-label={say('正在读取', 'Loading')}>
      <Skeleton active title={false} paragraph={{ rows: 6 }} />
    </div>
  )
}
