/** Asks who one is once more, before a sensitive act; the act goes on by itself afterwards. */
import { type ReactElement, useEffect, useRef, useState } from 'react'
import { call, onProofNeeded } from '../call.ts'
import { useSay } from '../language.tsx'
import { useRead } from '../queries.ts'
import { ownFactors, prove } from '../security/endpoints.ts'
import { FormDialog } from '../ui/form-dialog.tsx'
import { TextField } from '../ui/inputs.tsx'
import { PasskeyButton } from './sign-in-steps.tsx'

const Asking = ({ onEnd }: { readonly onEnd: (proven: boolean) => void }): ReactElement => {
  const say = useSay()
  const factors = useRead(ownFactors, {})
  const [text, setText] = useState('')
  const [error, setError] = useState<unknown>(null)
  const [busy, setBusy] = useState(false)
  const { totpSince = null, passkeys = [] } = factors.data ?? {}
  const byFactor = totpSince !== null || passkeys.length > 0
  const submit = async () => {
    if (text === '') return
    setBusy(true)
    setError(null)
    try {
      await call(prove, { body: byFactor ? { code: text } : { password: text } })
      onEnd(true)
    } catch (failure) {
      setError(failure)
    } finally {
      setBusy(false)
    }
  }
  return (
    <FormDialog
      open
      title={say('再次验证身份', 'Prove who you are once more')}
      onClose={() => onEnd(false)}
      onSubmit={() => void submit()}
      submitLabel={say('验证', 'Verify')}
      busy={busy}
      error={error ?? factors.error}
      width={440}
    >
      <p>{say('此操作涉及敏感信息或权限。', 'This act concerns personal data or rights.')}</p>
      {factors.data !== undefined && (
        <TextField
          key={byFactor ? 'code' : 'password'}
          label={byFactor ? say('动态验证码或恢复码', 'Authenticator or recovery code') : say('密码', 'Password')}
          type={byFactor ? 'text' : 'password'}
          autoComplete={byFactor ? 'one-time-code' : 'current-password'}
          value={text}
          onChange={setText}
          required
        />
      )}
      {passkeys.length > 0 && <PasskeyButton onState={() => onEnd(true)} />}
    </FormDialog>
  )
}

export const ProveDialog = (): ReactElement | null => {
  const [asking, setAsking] = useState(false)
  const waiting = useRef<((proven: boolean) => void)[]>([])
  useEffect(
    () =>
      onProofNeeded(
        () =>
          new Promise((resolve) => {
            waiting.current.push(resolve)
            setAsking(true)
          }),
      ),
    [],
  )
  if (!asking) return null
  return (
    <Asking
      onEnd={(proven) => {
        setAsking(false)
        for (const resolve of waiting.current.splice(0)) resolve(proven)
      }}
    />
  )
}
