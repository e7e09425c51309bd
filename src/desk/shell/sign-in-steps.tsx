/** The steps after the password: second factor, a password of one's own, setting up a second factor. */
import { Button } from 'antd'
import { type FormEvent, type ReactElement, useState } from 'react'
import { call } from '../call.ts'
import { useSay } from '../language.tsx'
import { currentSession, giveSecondFactor, type SessionState } from '../security/endpoints.ts'
import { PasskeySetup, RecoveryCodes, TotpSetup } from '../security/factor-setup.tsx'
import { answerByPasskey, PasskeyGivenUp, supportsPasskeys } from '../security/passkey.ts'
import { changePassword, signOut } from '../session.ts'
import { TextField } from '../ui/inputs.tsx'
import { RefusalNotice } from '../ui/refusal-notice.tsx'

interface StepProps {
  readonly state: SessionState
  /** What the person typed a moment ago; null after a reload. */
  readonly password: string | null
  readonly onState: (state: SessionState) => void
  readonly onLeave: () => void
}

/** Runs work, keeping its error and whether it runs. */
const useWork = () => {
  const [error, setError] = useState<unknown>(null)
  const [givenUp, setGivenUp] = useState(false)
  const [busy, setBusy] = useState(false)
  const run = async (work: () => Promise<void>) => {
    setBusy(true)
    setError(null)
    setGivenUp(false)
    try {
      await work()
    } catch (failure) {
      if (failure instanceof PasskeyGivenUp) setGivenUp(true)
      else setError(failure)
    } finally {
      setBusy(false)
    }
  }
  return { error, givenUp, busy, run }
}

export const PasskeyButton = ({
  onState,
}: {
  readonly onState: (state: SessionState) => void
}): ReactElement | null => {
  const say = useSay()
  const { error, givenUp, busy, run } = useWork()
  if (!supportsPasskeys()) return null
  return (
    <div style={{ marginTop: 12 }}>
      <RefusalNotice error={error} />
      {givenUp && (
        <p className="notice warn" role="alert">
          {say('没有使用通行密钥。可以重试,或用其他方式登录。', 'No passkey was used: try again, or another way.')}
        </p>
      )}
      <Button block loading={busy} onClick={() => void run(async () => onState(await answerByPasskey()))}>
        {say('使用通行密钥', 'Use a passkey')}
      </Button>
    </div>
  )
}

const SecondFactor = ({ state, onState }: StepProps): ReactElement => {
  const say = useSay()
  const { error, busy, run } = useWork()
  const [code, setCode] = useState('')
  const byCode = state.ways.includes('totp') || state.ways.includes('recovery')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void run(async () => onState(await call(giveSecondFactor, { body: { code } })))
  }
  return (
    <>
      <h2>{say('双重验证', 'Second factor')}</h2>
      <RefusalNotice error={error} />
      {byCode && (
        <form onSubmit={submit} noValidate>
          <TextField
            label={
              state.ways.includes('totp')
                ? say('动态验证码或恢复码', 'Authenticator code or recovery code')
                : say('恢复码', 'Recovery code')
            }
            help={say('打开手机上的验证器查看 6 位数字。', 'Open the authenticator on your phone.')}
            value={code}
            onChange={setCode}
            autoComplete="one-time-code"
            maxLength={40}
            required
          />
          <Button type="primary" htmlType="submit" block loading={busy} disabled={code.trim().length < 6}>
            {say('验证', 'Verify')}
          </Button>
        </form>
      )}
      {state.ways.includes('passkey') && <PasskeyButton onState={onState} />}
    </>
  )
}

const NewPassword = ({ password, onState }: StepProps): ReactElement => {
  const say = useSay()
  const { error, busy, run } = useWork()
  const [current, setCurrent] = useState('')
  const [next, setNext] = useState('')
  const [again, setAgain] = useState('')
  const [tried, setTried] = useState(false)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setTried(true)
    if (next === '' || next !== again) return
    void run(async () => {
      await call(changePassword, { body: { currentPassword: password ?? current, newPassword: next } })
      onState(await call(currentSession, {}))
    })
  }
  return (
    <form onSubmit={submit} noValidate>
      <h2>{say('设置自己的密码', 'Choose a password of your own')}</h2>
      <p className="quiet">
        {say(
          '初始密码只能使用一次。新密码至少 10 个字符。',
          'The initial password serves once. Use 10 letters or more.',
        )}
      </p>
      <RefusalNotice error={error} />
      {password === null && (
        <TextField
          label={say('初始密码', 'Initial password')}
          type="password"
          autoComplete="current-password"
          value={current}
          onChange={setCurrent}
          required
        />
      )}
      <TextField
        label={say('新密码', 'New password')}
        type="password"
        autoComplete="new-password"
        value={next}
        onChange={setNext}
        required
        fault={tried && next === '' ? say('请填写新密码。', 'Fill in.') : undefined}
      />
      <TextField
        label={say('再输一次新密码', 'New password again')}
        type="password"
        autoComplete="new-password"
        value={again}
        onChange={setAgain}
        required
        fault={tried && again !== next ? say('两次输入不一致,请重新输入。', 'The two differ.') : undefined}
      />
      <Button type="primary" htmlType="submit" block loading={busy}>
        {say('保存并继续', 'Save and go on')}
      </Button>
    </form>
  )
}

const Enrolment = ({ onState }: StepProps): ReactElement => {
  const say = useSay()
  const [codes, setCodes] = useState<readonly string[] | null>(null)
  const { error, run } = useWork()
  if (codes !== null)
    return (
      <>
        <RefusalNotice error={error} />
        <RecoveryCodes codes={codes} onDone={() => void run(async () => onState(await call(currentSession, {})))} />
      </>
    )
  return (
    <>
      <h2>{say('绑定双重验证', 'Set up a second factor')}</h2>
      <p className="notice">
        {say(
          '您的角色可以查看个人信息或授予权限,登录时必须双重验证。请任选一种方式绑定。',
          'Your role can see personal data or grant rights: it needs a second factor. Choose one.',
        )}
      </p>
      <TotpSetup onCodes={setCodes} />
      <hr style={{ margin: '20px 0' }} />
      <PasskeySetup onCodes={setCodes} />
    </>
  )
}

export const SignInStep = (props: StepProps): ReactElement => {
  const say = useSay()
  const { owes } = props.state
  return (
    <>
      {owes === 'second-factor' && <SecondFactor {...props} />}
      {owes === 'new-password' && <NewPassword {...props} />}
      {owes === 'enrolment' && <Enrolment {...props} />}
      <div style={{ marginTop: 16 }}>
        <Button
          type="link"
          onClick={() => {
            void signOut().finally(props.onLeave)
          }}
        >
          {say('换一个账号登录', 'Sign in as somebody else')}
        </Button>
      </div>
    </>
  )
}
