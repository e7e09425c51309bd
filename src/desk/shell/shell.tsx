/** The frame around every page, and the door before it. */
import { useQueryClient } from '@tanstack/react-query'
import { Link, Outlet, useRouterState } from '@tanstack/react-router'
import { App, Drawer, Spin } from 'antd'
import { type ReactElement, Suspense, useEffect, useState } from 'react'
import { CalendarBanner } from '../../capabilities/approvals/desk/clocks/calendar-banner.tsx'
import { getMe, type Me } from '../../capabilities/people/contract.ts'
import { roleWords } from '../../kernel/actor.ts'
import { words } from '../../kernel/words.ts'
import { tabStore } from '../browser.ts'
import { call, onSignedOut } from '../call.ts'
import { useLanguage, useSay } from '../language.tsx'
import { type LiveState, useLive, useOnline } from '../live.ts'
import { MeProvider } from '../me.tsx'
import { type MenuEntry, menuFor, menuGroups } from '../menu.ts'
import { problemFrom } from '../problem.ts'
import { useRead } from '../queries.ts'
import { signOut } from '../session.ts'
import { listenForShortcuts, useShortcuts } from '../shortcuts.ts'
import { RefusalNotice } from '../ui/refusal-notice.tsx'
import { InvitationPage, isInvitation } from './invitation.tsx'
import { ProveDialog } from './prove-dialog.tsx'
import { ShortcutHelp } from './shortcut-help.tsx'
import { SessionEnded, SignInPage } from './sign-in.tsx'
import { Unread } from './unread.tsx'

/** An invitation is for somebody who has no account yet: it stands before the door. */
export const Shell = (): ReactElement => (isInvitation() ? <InvitationPage /> : <Door />)

const Door = (): ReactElement => {
  const me = useRead(getMe, {})
  const [ended, setEnded] = useState(false)
  const client = useQueryClient()
  useEffect(() => onSignedOut(() => setEnded(true)), [])
  useEffect(() => listenForShortcuts(), [])
  const entered = () => {
    setEnded(false)
    void client.resetQueries()
  }
  if (me.data !== undefined) {
    const { personId } = me.data
    const again = async () => {
      const present = await call(getMe, {})
      if (present.personId === personId) {
        setEnded(false)
        // What is typed stays on the page; only what failed or is stale is read again.
        void client.invalidateQueries()
        return
      }
      // Somebody else signed in: nothing of the person before may stay.
      tabStore.clear()
      client.clear()
      window.location.assign('/desk/')
    }
    return (
      <MeProvider me={me.data}>
        <Frame me={me.data} />
        <ProveDialog />
        {ended && <SessionEnded onSignedIn={again} />}
      </MeProvider>
    )
  }
  if (me.isError && problemFrom(me.error).status === 401) return <SignInPage onSignedIn={entered} />
  return (
    <main style={{ padding: '15vh 16px', maxWidth: 560, margin: '0 auto' }}>
      {me.isError ? (
        <RefusalNotice error={me.error} onRetry={() => void me.refetch()} />
      ) : (
        <Spin description="正在打开…" fullscreen />
      )}
    </main>
  )
}

const Navigation = ({ me, onGo }: { readonly me: Me; readonly onGo: () => void }): ReactElement => {
  const say = useSay()
  const path = useRouterState({ select: (state) => state.location.pathname })
  const entries = menuFor(me.roles.map((held) => held.role))
  const groups = Object.keys(menuGroups) as MenuEntry['group'][]
  return (
    <nav aria-label={say('主菜单', 'Main menu')}>
      {groups
        .map((group) => ({ group, list: entries.filter((entry) => entry.group === group) }))
        .filter(({ list }) => list.length > 0)
        .map(({ group, list }) => (
          <ul className="menu-list" style={{ paddingBottom: 0 }} key={group} aria-label={say(menuGroups[group])}>
            <li className="group" aria-hidden="true">
              {say(menuGroups[group])}
            </li>
            {list.map((entry) => (
              <li key={entry.to}>
                <Link
                  to={entry.to}
                  onClick={onGo}
                  {...(path.startsWith(entry.to) ? { 'aria-current': 'page' as const } : { 'aria-current': undefined })}
                >
                  {say(entry.label)}
                </Link>
              </li>
            ))}
          </ul>
        ))}
    </nav>
  )
}

const liveWords = {
  live: words('实时更新中', 'Live'),
  waiting: words('正在连接', 'Connecting'),
  off: words('已离线', 'Offline'),
} satisfies Record<LiveState, unknown>

const Frame = ({ me }: { readonly me: Me }): ReactElement => {
  const say = useSay()
  const { language, choose } = useLanguage()
  const client = useQueryClient()
  const { message } = App.useApp()
  const live = useLive(client, true)
  const online = useOnline()
  const [menuOpen, setMenuOpen] = useState(false)
  const [helpOpen, setHelpOpen] = useState(false)
  useShortcuts([{ key: '?', what: words('快捷键说明', 'List of shortcuts'), run: () => setHelpOpen(true) }])
  const leave = async () => {
    try {
      await signOut()
    } catch (error) {
      // Nobody may believe to be signed out who is not.
      void message.error(problemFrom(error).sentence)
      return
    }
    // The next person at this machine finds nothing of what was typed.
    tabStore.clear()
    client.clear()
    window.location.assign('/desk/')
  }
  const isOfficer = me.roles.some(
    ({ role }) => role === 'administrator' || role === 'supervisor' || role === 'clerk' || role === 'lead',
  )
  const held = [...new Set(me.roles.map((one) => say(roleWords[one.role])))].join('、')
  return (
    <div className="frame">
      <a className="skip" href="#main">
        {say('跳到主要内容', 'Skip to content')}
      </a>
      <header className="head">
        <button
          type="button"
          className="plain menu-button"
          aria-expanded={menuOpen}
          aria-label={say('打开菜单', 'Open menu')}
          onClick={() => setMenuOpen(true)}
        >
          ☰
        </button>
        <Link to="/" className="brand">
          {say('明筑', 'Mingzhu')}
        </Link>
        <span className="push" />
        <span className={`live-dot ${online ? live : 'off'}`} role="status">
          <i aria-hidden="true" />
          {say(liveWords[online ? live : 'off'])}
        </span>
        <Unread />
        <button type="button" className="plain wide-only" onClick={() => setHelpOpen(true)}>
          {say('快捷键', 'Shortcuts')} ?
        </button>
        <button
          type="button"
          className="plain"
          lang={language === 'zh' ? 'en' : 'zh-CN'}
          onClick={() => choose(language === 'zh' ? 'en' : 'zh')}
        >
          {language === 'zh' ? 'English' : '中文'}
        </button>
        <Link to="/account" className="plain wide-only" title={held}>
          {me.name}
          <span className="small">({held === '' ? say('未授予角色', 'no role') : held})</span>
        </Link>
        <button type="button" className="plain" onClick={() => void leave()}>
          {say('退出', 'Sign out')}
        </button>
      </header>
      <div className="side">
        <Navigation me={me} onGo={() => {}} />
      </div>
      <Drawer
        open={menuOpen}
        onClose={() => setMenuOpen(false)}
        placement="left"
        size={280}
        title={me.name}
        styles={{ body: { padding: 0 } }}
      >
        <Navigation me={me} onGo={() => setMenuOpen(false)} />
      </Drawer>
      <main className="main" id="main" tabIndex={-1}>
        {!online && (
          <p className="notice warn" role="alert">
            {say(
              '网络已断开。可以继续填写,内容保留在本页;恢复联网后会自动保存。',
              'You are offline. Go on: what you type stays on this page and is saved when the connection is back.',
            )}
          </p>
        )}
        {isOfficer && <CalendarBanner />}
        <Suspense fallback={<Spin style={{ display: 'block', margin: '15vh auto' }} />}>
          <Outlet />
        </Suspense>
      </main>
      <ShortcutHelp open={helpOpen} onClose={() => setHelpOpen(false)} />
    </div>
  )
}
