/** The door: signing in at first, and again over the page when the session has ended. */
import { Button, Input, Modal } from 'antd'
import { type FormEvent, type ReactElement, useEffect, useId, useState } from 'react'
import { roles, roleWords } from '../../kernel/actor.ts'
import { type Words, words } from '../../kernel/words.ts'
import { call } from '../call.ts'
import { useLanguage, useSay } from '../language.tsx'
import { currentSession, provider, type SessionState } from '../security/endpoints.ts'
import { type DemoAccount, readDemoAccounts, signIn } from '../session.ts'
import { RefusalNotice } from '../ui/refusal-notice.tsx'
import { PasskeyButton, SignInStep } from './sign-in-steps.tsx'

/** Comes back to the page that was asked for. */
const providerAddress = (): string =>
  `/api/session/provider/start?return=${encodeURIComponent(window.location.pathname + window.location.search)}`

/** How a try by the provider ended, as the address says after the way back. */
const providerProblems: Readonly<Record<string, Words>> = {
  unlinked: words(
    '统一身份认证已通过,但没有找到与您已验证手机号对应的人员。请联系系统管理员登记,或用账号登录后在“账号与安全”中关联。',
    'The provider knows you, but no person here has your verified phone number. Ask the administrator, or sign in and link it.',
  ),
  failed: words(
    '统一身份认证没有完成,请重试或改用账号密码登录。',
    'The provider did not finish: try again, or sign in by password.',
  ),
  unavailable: words(
    '统一身份认证暂时无法连接,请改用账号密码登录。',
    'The provider cannot be reached: sign in by password.',
  ),
}

const roleName = (role: string) => roles.find((known) => known === role)

const SignInForm = ({ onSignedIn }: { readonly onSignedIn: () => void | Promise<void> }): ReactElement => {
  const say = useSay()
  const id = useId()
  const [login, setLogin] = useState('')
  const [password, setPassword] = useState('')
  const [error, setError] = useState<unknown>(null)
  const [missing, setMissing] = useState<'login' | 'password' | null>(null)
  const [busy, setBusy] = useState(false)
  const [accounts, setAccounts] = useState<readonly DemoAccount[]>([])
  const [state, setState] = useState<SessionState | null>(null)
  const [typed, setTyped] = useState<string | null>(null)
  const providerProblem = providerProblems[new URLSearchParams(window.location.search).get('sign-in') ?? '']
  const [providerName, setProviderName] = useState<string | null>(null)
  const advance = async (next: SessionState) => {
    setState(next)
    if (next.owes === null && next.person !== null) await onSignedIn()
  }
  useEffect(() => {
    let current = true
    readDemoAccounts().then(
      (found) => {
        if (current) setAccounts(found)
      },
      () => undefined,
    )
    call(provider, {}).then(
      ({ name }) => {
        if (current) setProviderName(name)
      },
      () => undefined,
    )
    // Somebody may have come as far as the second step already.
    call(currentSession, {}).then(
      (found) => {
        if (current && found.owes !== null) setState(found)
      },
      () => undefined,
    )
    return () => {
      current = false
    }
  }, [])
  const enter = async (name: string, secret: string) => {
    setBusy(true)
    setError(null)
    try {
      setTyped(secret)
      await advance(await signIn(name, secret))
    } catch (failure) {
      setError(failure)
    } finally {
      setBusy(false)
    }
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const lacking = login.trim() === '' ? 'login' : password === '' ? 'password' : null
    setMissing(lacking)
    if (lacking !== null) document.getElementById(`${id}-${lacking}`)?.focus()
    else void enter(login.trim(), password)
  }
  if (state !== null && state.owes !== null)
    return (
      <SignInStep
        state={state}
        password={typed}
        onState={(next) => void advance(next)}
        onLeave={() => {
          setState(null)
          setTyped(null)
        }}
      />
    )
  return (
    <>
      <RefusalNotice error={error} />
      {providerProblem !== undefined && (
        <p className="notice bad" role="alert">
          {say(providerProblem)}
        </p>
      )}
      <form onSubmit={submit} noValidate>
        <div className="field">
          <label htmlFor={`${id}-login`}>{say('账号', 'Account')}</label>
          <Input
            id={`${id}-login`}
            value={login}
            autoComplete="username"
            onChange={(event) => setLogin(event.target.value)}
            aria-invalid={missing === 'login'}
            aria-describedby={`${id}-login-fault`}
          />
          <p className="fault" id={`${id}-login-fault`}>
            {missing === 'login' ? say('请填写账号。', 'Enter your account.') : ''}
          </p>
        </div>
        <div className="field">
          <label htmlFor={`${id}-password`}>{say('密码', 'Password')}</label>
          <Input
            id={`${id}-password`}
            type="password"
            value={password}
            autoComplete="current-password"
            onChange={(event) => setPassword(event.target.value)}
            aria-invalid={missing === 'password'}
            aria-describedby={`${id}-password-fault`}
          />
          <p className="fault" id={`${id}-password-fault`}>
            {missing === 'password' ? say('请填写密码。', 'Enter your password.') : ''}
          </p>
        </div>
        <Button type="primary" htmlType="submit" block loading={busy}>
          {say('登录', 'Sign in')}
        </Button>
      </form>
      <PasskeyButton onState={(next) => void advance(next)} />
      {providerName !== null && (
        <Button block style={{ marginTop: 12 }} href={providerAddress()}>
          {say(`使用${providerName}登录`, `Sign in by ${providerName}`)}
        </Button>
      )}
      {accounts.length > 0 && (
        <section aria-label={say('演示账号', 'Demonstration accounts')} style={{ marginTop: 24 }}>
          <h2 style={{ fontSize: 17 }}>{say('演示账号', 'Demonstration accounts')}</h2>
          <p className="quiet small">
            {say('仅演示环境显示;数据均为虚构。点按即可登录。', 'Shown in demonstrations only; all data are invented.')}
          </p>
          <table className="cases">
            <caption className="hidden">{say('演示账号', 'Demonstration accounts')}</caption>
            <thead>
              <tr>
                <th scope="col">{say('姓名', 'Name')}</th>
                <th scope="col">{say('角色', 'Role')}</th>
                <th scope="col">{say('账号与密码', 'Account and password')}</th>
              </tr>
            </thead>
            <tbody>
              {accounts.map((account) => {
                const role = roleName(account.role)
                return (
                  <tr key={account.login}>
                    <th scope="row">
                      <button
                        type="button"
                        className="anchor-pick"
                        style={{ fontSize: 15 }}
                        disabled={busy}
                        onClick={() => {
                          setLogin(account.login)
                          setPassword(account.password)
                          void enter(account.login, account.password)
                        }}
                      >
                        {account.name}
                        <span className="hidden">{say(',以此身份登录', ', sign in')}</span>
                      </button>
                    </th>
                    <td data-label={say('角色', 'Role')}>{role === undefined ? account.role : say(roleWords[role])}</td>
                    <td data-label={say('账号与密码', 'Account and password')}>
                      <code>{account.login}</code> / <code>{account.password}</code>
                    </td>
                  </tr>
                )
              })}
            </tbody>
          </table>
        </section>
      )}
    </>
  )
}

export const SignInPage = ({ onSignedIn }: { readonly onSignedIn: () => void | Promise<void> }): ReactElement => {
  const say = useSay()
  const { language, choose } = useLanguage()
  const title = say('登录工作台', 'Sign in')
  useEffect(() => {
    document.title = `${title} · 明筑`
  }, [title])
  return (
    <main className="sign-in">
      <div className="card">
        <div className="page-head">
          <h1>{title}</h1>
          <div className="actions">
            <Button
              type="text"
              lang={language === 'zh' ? 'en' : 'zh-CN'}
              onClick={() => choose(language === 'zh' ? 'en' : 'zh')}
            >
              {language === 'zh' ? 'English' : '中文'}
            </Button>
          </div>
        </div>
        <p className="quiet">
          {say(
            '工程建设项目一窗受理、并联审批与全过程监督。',
            'One window, parallel approval and supervision of construction projects.',
          )}{' '}
          <a href="/">{say('查询公开进度不需要登录', 'Public progress needs no sign-in')}</a>
        </p>
        <SignInForm onSignedIn={onSignedIn} />
      </div>
    </main>
  )
}

/** Over the page: what is typed underneath stays as it is. */
export const SessionEnded = ({ onSignedIn }: { readonly onSignedIn: () => void | Promise<void> }): ReactElement => {
  const say = useSay()
  return (
    <Modal
      open
      // Above every dialog and drawer in which somebody is just writing.
      zIndex={4000}
      closable={false}
      keyboard={false}
      mask={{ closable: false }}
      footer={null}
      title={say('登录已过期,请重新登录', 'Your session has ended: sign in again')}
    >
      <p>
        {say(
          '您填写的内容仍在本页,登录后可继续办理。',
          'What you typed is still on this page; go on after signing in.',
        )}
      </p>
      <SignInForm onSignedIn={onSignedIn} />
    </Modal>
  )
}
