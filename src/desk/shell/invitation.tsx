/** The page behind an invitation: choose a password for a new account. Opening it does not use the invitation up. */
import { Button } from 'antd'
import { type FormEvent, type ReactElement, useEffect, useState } from 'react'
import { wallClock } from '../../kernel/time.ts'
import { call } from '../call.ts'
import { useSay } from '../language.tsx'
import { useRead } from '../queries.ts'
import { acceptInvitation, lookAtInvitation } from '../security/endpoints.ts'
import { TextField } from '../ui/inputs.tsx'
import { Loaded } from '../ui/loaded.tsx'
import { RefusalNotice } from '../ui/refusal-notice.tsx'

export const isInvitation = (): boolean => window.location.pathname.replace(/\/$/, '') === '/desk/invitation'

export const InvitationPage = (): ReactElement => {
  const say = useSay()
  const [token] = useState(() => window.location.hash.slice(1))
  const [next, setNext] = useState('')
  const [again, setAgain] = useState('')
  const [tried, setTried] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const [busy, setBusy] = useState(false)
  const [login, setLogin] = useState<string | null>(null)
  const invitation = useRead(lookAtInvitation, { body: { token } })
  const title = say('开通账号', 'Open your account')
  useEffect(() => {
    document.title = `${title} · 明筑`
  }, [title])
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setTried(true)
    if (next === '' || next !== again) return
    setBusy(true)
    setError(null)
    try {
      setLogin((await call(acceptInvitation, { body: { token, newPassword: next } })).login)
    } catch (failure) {
      setError(failure)
    } finally {
      setBusy(false)
    }
  }
  return (
    <main className="sign-in">
      <div className="card">
        <h1>{title}</h1>
        {login !== null ? (
          <p className="notice" role="status">
            {say(`账号“${login}”已开通。`, `Your account “${login}” is open. `)}
            <a href="/desk/">{say('去登录', 'Sign in')}</a>
          </p>
        ) : (
          <Loaded query={invitation}>
            {(data) => (
              <form onSubmit={(event) => void submit(event)} noValidate>
                <p>
                  {say('您的账号:', 'Your account: ')}
                  <strong>{data.login}</strong>
                  {say(
                    `。请在 ${wallClock(data.expiresAt)} 前设置密码。`,
                    `. Choose a password before ${wallClock(data.expiresAt)}.`,
                  )}
                </p>
                <RefusalNotice error={error} />
                <TextField
                  label={say('密码(至少 10 个字符)', 'Password (10 letters or more)')}
                  type="password"
                  autoComplete="new-password"
                  value={next}
                  onChange={setNext}
                  required
                  fault={tried && next === '' ? say('请填写密码。', 'Fill in.') : undefined}
                />
                <TextField
                  label={say('再输一次密码', 'Password again')}
                  type="password"
                  autoComplete="new-password"
                  value={again}
                  onChange={setAgain}
                  required
                  fault={tried && next !== again ? say('两次输入不一致,请重新输入。', 'The two differ.') : undefined}
                />
                <Button type="primary" htmlType="submit" block loading={busy}>
                  {say('开通账号', 'Open the account')}
                </Button>
              </form>
            )}
          </Loaded>
        )}
      </div>
    </main>
  )
}
