/** Pages for what went wrong: nothing at this address, or a fault while showing a page. */
import { Link } from '@tanstack/react-router'
import { Button } from 'antd'
import type { ReactElement } from 'react'
import { useSay } from '../language.tsx'
import { Page } from '../ui/page.tsx'
import { RefusalNotice } from '../ui/refusal-notice.tsx'

export const NothingHere = (): ReactElement => {
  const say = useSay()
  return (
    <Page title={say('没有找到这个页面', 'Page not found')}>
      <p>{say('地址可能有误,或内容已移走。', 'The address may be wrong, or the page has moved.')}</p>
      <Link to="/">{say('回到我的工作台', 'Back to my desk')}</Link>
    </Page>
  )
}

export const Trouble = ({ error }: { readonly error: unknown }): ReactElement => {
  const say = useSay()
  return (
    <Page title={say('页面没有打开', 'This page did not open')}>
      <RefusalNotice error={error} />
      <Button type="primary" onClick={() => window.location.reload()}>
        {say('刷新页面', 'Reload')}
      </Button>{' '}
      <Link to="/">{say('回到我的工作台', 'Back to my desk')}</Link>
    </Page>
  )
}
