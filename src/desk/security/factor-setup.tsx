/** Setting up a second factor: the QR code of an authenticator, a passkey, and the recovery codes that come with them. */
import { Button } from 'antd'
import { type FormEvent, type ReactElement, useEffect, useState } from 'react'
import { call } from '../call.ts'
import { useSay } from '../language.tsx'
import { TextField } from '../ui/inputs.tsx'
import { RefusalNotice } from '../ui/refusal-notice.tsx'
import { confirmTotp, startTotp } from './endpoints.ts'
import { addPasskey, PasskeyGivenUp, supportsPasskeys } from './passkey.ts'

export const RecoveryCodes = ({
  codes,
  onDone,
}: {
  readonly codes: readonly string[]
  readonly onDone: () => void
}): ReactElement => {
  const say = useSay()
  return (
    <section aria-label={say('恢复码', 'Recovery codes')}>
      <p className="notice warn" role="status">
        {say(
          '请抄下或打印这些恢复码并妥善保管:手机遗失时,每个恢复码可代替验证码使用一次。离开本页后不再显示。',
          'Write these codes down: each replaces the authenticator once. They are not shown again.',
        )}
      </p>
      <ul style={{ columns: 2, listStyle: 'none', padding: 0, fontSize: 17 }}>
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ul>
      <div className="row">
        <Button onClick={() => window.print()}>{say('打印', 'Print')}</Button>
        <Button type="primary" onClick={onDone}>
          {say('我已保存恢复码', 'I have kept them')}
        </Button>
      </div>
    </section>
  )
}

/** Shows the QR code and takes the first code of the authenticator. */
export const TotpSetup = ({
  onCodes,
}: {
  readonly onCodes: (recoveryCodes: readonly string[]) => void
}): ReactElement => {
  const say = useSay()
  const [shown, setShown] = useState<{ secret: string; picture: string } | null>(null)
  const [code, setCode] = useState('')
  const [error, setError] = useState<unknown>(null)
  const [busy, setBusy] = useState(false)
  useEffect(() => {
    let current = true
    call(startTotp, {}).then(
      (begun) => {
        if (current) setShown(begun)
      },
      (failure: unknown) => {
        if (current) setError(failure)
      },
    )
    return () => {
      current = false
    }
  }, [])
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    setError(null)
    try {
      onCodes((await call(confirmTotp, { body: { code } })).recoveryCodes)
    } catch (failure) {
      setError(failure)
    } finally {
      setBusy(false)
    }
  }
  return (
    <form onSubmit={(event) => void submit(event)} noValidate>
      <RefusalNotice error={error} />
      {shown !== null && (
        <>
          <p>
            {say(
              '用手机上的验证器(支持 TOTP 的任何应用)扫描二维码,再填写它显示的 6 位数字。',
              'Scan this with any authenticator app (TOTP), then enter the six digits that it shows.',
            )}
          </p>
          <img
            src={shown.picture}
            alt={say('绑定验证器的二维码', 'QR code for the authenticator')}
            width={200}
            height={200}
          />
          <p className="quiet small">
            {say('无法扫描时手工输入密钥:', 'Without a camera, type this key: ')}
            <code style={{ overflowWrap: 'anywhere' }}>{shown.secret}</code>
          </p>
          <TextField
            label={say('6 位验证码', 'Six-digit code')}
            value={code}
            onChange={setCode}
            autoComplete="one-time-code"
            maxLength={8}
            required
          />
          <Button type="primary" htmlType="submit" loading={busy} disabled={code.trim().length < 6}>
            {say('完成绑定', 'Finish')}
          </Button>
        </>
      )}
    </form>
  )
}

export const PasskeySetup = ({
  onCodes,
}: {
  readonly onCodes: (recoveryCodes: readonly string[]) => void
}): ReactElement => {
  const say = useSay()
  const [name, setName] = useState('')
  const [error, setError] = useState<unknown>(null)
  const [givenUp, setGivenUp] = useState(false)
  const [busy, setBusy] = useState(false)
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    setError(null)
    setGivenUp(false)
    try {
      onCodes(await addPasskey(name.trim()))
    } catch (failure) {
      if (failure instanceof PasskeyGivenUp) setGivenUp(true)
      else setError(failure)
    } finally {
      setBusy(false)
    }
  }
  if (!supportsPasskeys())
    return <p className="quiet">{say('此浏览器不支持通行密钥。', 'This browser knows no passkeys.')}</p>
  return (
    <form onSubmit={(event) => void submit(event)} noValidate>
      <RefusalNotice error={error} />
      {givenUp && (
        <p className="notice warn" role="alert">
          {say('没有完成。请重试,并按浏览器提示解锁设备。', 'Not finished: try again and unlock the device.')}
        </p>
      )}
      <TextField
        label={say('通行密钥名称(如“办公电脑”)', 'Name of the passkey (“office computer”)')}
        value={name}
        onChange={setName}
        maxLength={60}
        required
      />
      <Button htmlType="submit" loading={busy} disabled={name.trim() === ''}>
        {say('添加通行密钥', 'Add a passkey')}
      </Button>
    </form>
  )
}
