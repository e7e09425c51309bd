/** The login account of a person: open, reset, lock, unlock. What is handed over is shown once. */
import { Button } from 'antd'
import { type ReactElement, useState } from 'react'
import { useSay } from '../../../desk/language.tsx'
import { useAct, useRead } from '../../../desk/queries.ts'
import { FormDialog } from '../../../desk/ui/form-dialog.tsx'
import { ChoiceField, TextField } from '../../../desk/ui/inputs.tsx'
import { Loaded } from '../../../desk/ui/loaded.tsx'
import { Card } from '../../../desk/ui/page.tsx'
import { wallClock } from '../../../kernel/time.ts'
import {
  type AccountView,
  type HandedOver,
  lockLogin,
  openLogin,
  readAccount,
  resetLogin,
  resetSecondFactors,
  unlockLogin,
} from '../contract/security.ts'
import type { PersonDetail } from '../contract.ts'
import { faultIn } from './actor.ts'

type Way = 'password' | 'invitation'
const WayField = ({
  value,
  onChange,
}: {
  readonly value: Way
  readonly onChange: (way: Way) => void
}): ReactElement => {
  const say = useSay()
  return (
    <ChoiceField
      label={say('交付方式', 'How it is handed over')}
      value={value}
      onChange={onChange}
      options={[
        { value: 'password', label: say('初始密码:首次登录必须修改', 'Initial password, changed at first sign-in') },
        { value: 'invitation', label: say('邀请链接:本人打开后自己设置密码', 'Invitation link') },
      ]}
    />
  )
}

const OpenDialog = ({
  person,
  onClose,
  onHanded,
}: {
  readonly person: PersonDetail
  readonly onClose: () => void
  readonly onHanded: (handed: HandedOver) => void
}): ReactElement => {
  const say = useSay()
  const open = useAct(openLogin, { onDone: onHanded })
  const [login, setLogin] = useState('')
  const [way, setWay] = useState<Way>('password')
  const [tried, setTried] = useState(false)
  return (
    <FormDialog
      open
      title={say('开通登录账号', 'Open an account')}
      onClose={onClose}
      onSubmit={() => {
        setTried(true)
        if (login.trim().length >= 2) open.mutate({ params: { personId: person.id }, body: { login, way } })
      }}
      submitLabel={say('开通', 'Open')}
      busy={open.isPending}
      error={open.error}
    >
      <TextField
        label={say('用户名', 'Login')}
        value={login}
        onChange={setLogin}
        maxLength={60}
        required
        fault={
          faultIn(open.error, 'login') ??
          (tried && login.trim().length < 2 ? say('请填写用户名,至少 2 个字符。', 'Give a login.') : undefined)
        }
      />
      <WayField value={way} onChange={setWay} />
    </FormDialog>
  )
}

const ResetDialog = ({
  person,
  onClose,
  onHanded,
}: {
  readonly person: PersonDetail
  readonly onClose: () => void
  readonly onHanded: (handed: HandedOver) => void
}): ReactElement => {
  const say = useSay()
  const reset = useAct(resetLogin, { onDone: onHanded })
  const [reason, setReason] = useState('')
  const [way, setWay] = useState<Way>('password')
  const [tried, setTried] = useState(false)
  return (
    <FormDialog
      open
      title={say('重置密码', 'Reset the password')}
      onClose={onClose}
      onSubmit={() => {
        setTried(true)
        if (reason.trim().length >= 2) reset.mutate({ params: { personId: person.id }, body: { way, reason } })
      }}
      submitLabel={say('重置', 'Reset')}
      danger
      busy={reset.isPending}
      error={reset.error}
    >
      <p>{say('原密码立即失效,此人的所有登录都会退出。', 'The old password and all sessions end at once.')}</p>
      <WayField value={way} onChange={setWay} />
      <TextField
        label={say('理由', 'Because')}
        value={reason}
        onChange={setReason}
        maxLength={400}
        required
        fault={tried && reason.trim().length < 2 ? say('请填写理由,至少 2 个字。', 'Give a reason.') : undefined}
      />
    </FormDialog>
  )
}

const deeds = { lock: lockLogin, unlock: unlockLogin, factors: resetSecondFactors } as const
const ReasonDialog = ({
  person,
  what,
  onClose,
}: {
  readonly person: PersonDetail
  readonly what: keyof typeof deeds
  readonly onClose: () => void
}): ReactElement => {
  const say = useSay()
  const act = useAct(deeds[what], { onDone: onClose })
  const [reason, setReason] = useState('')
  const [tried, setTried] = useState(false)
  const titles = {
    lock: say('锁定账号', 'Lock the account'),
    unlock: say('解锁账号', 'Unlock the account'),
    factors: say('清除双重验证', 'Reset the second factor'),
  }
  return (
    <FormDialog
      open
      title={titles[what]}
      onClose={onClose}
      onSubmit={() => {
        setTried(true)
        if (reason.trim().length >= 2) act.mutate({ params: { personId: person.id }, body: { reason } })
      }}
      submitLabel={titles[what]}
      danger={what !== 'unlock'}
      busy={act.isPending}
      error={act.error}
    >
      {what === 'factors' && (
        <p className="notice warn">
          {say(
            '请先当面或通过单位核实本人身份。清除后,下次登录须重新绑定。',
            'Make sure who asks. The person sets it up again at the next sign-in.',
          )}
        </p>
      )}
      <TextField
        label={say('理由', 'Because')}
        value={reason}
        onChange={setReason}
        maxLength={400}
        required
        fault={tried && reason.trim().length < 2 ? say('请填写理由,至少 2 个字。', 'Give a reason.') : undefined}
      />
    </FormDialog>
  )
}

const Handed = ({ handed, onDone }: { readonly handed: HandedOver; readonly onDone: () => void }): ReactElement => {
  const say = useSay()
  return (
    <div className="notice warn" role="status">
      <p>
        {say(
          `请当面或通过可靠渠道交给本人,${wallClock(handed.until)} 前有效。关闭后不再显示。`,
          `Hand this over safely; it serves until ${wallClock(handed.until)} and is not shown again.`,
        )}
      </p>
      <dl className="facts">
        <div>
          <dt>{say('用户名', 'Login')}</dt>
          <dd>
            <code>{handed.login}</code>
          </dd>
        </div>
        {handed.password !== null && (
          <div>
            <dt>{say('初始密码', 'Initial password')}</dt>
            <dd>
              <code>{handed.password}</code>
            </dd>
          </div>
        )}
        {handed.link !== null && (
          <div>
            <dt>{say('邀请链接', 'Invitation')}</dt>
            <dd>
              <code style={{ overflowWrap: 'anywhere' }}>{handed.link}</code>
            </dd>
          </div>
        )}
      </dl>
      <Button onClick={onDone}>{say('已交付,关闭', 'Done, close')}</Button>
    </div>
  )
}

const State = ({ account }: { readonly account: AccountView }): ReactElement => {
  const say = useSay()
  const states = [
    account.disabled && say(`已锁定:${account.disabledBecause ?? ''}`, `Locked: ${account.disabledBecause ?? ''}`),
    account.lockedUntil !== null &&
      say(
        `输错密码,暂锁至 ${wallClock(account.lockedUntil)}`,
        `Wrong passwords: until ${wallClock(account.lockedUntil)}`,
      ),
    account.mustChange && say('初始密码,待修改', 'Initial password'),
    account.invitedUntil !== null && say('邀请未使用', 'Invitation open'),
  ].filter((text) => text !== false)
  return (
    <dl className="facts">
      <div>
        <dt>{say('用户名', 'Login')}</dt>
        <dd>{account.login}</dd>
      </div>
      <div>
        <dt>{say('状态', 'State')}</dt>
        <dd>{states.length === 0 ? say('正常', 'In order') : states.join(';')}</dd>
      </div>
      <div>
        <dt>{say('双重验证', 'Second factor')}</dt>
        <dd>
          {[
            account.totp && say('动态验证码', 'authenticator'),
            account.passkeys > 0 && say(`通行密钥 ${account.passkeys} 个`, `${account.passkeys} passkey(s)`),
          ]
            .filter((text) => text !== false)
            .join('、') || say('未启用', 'none')}
        </dd>
      </div>
      <div>
        <dt>{say('最近使用', 'Last seen')}</dt>
        <dd>{account.lastSeen === null ? '—' : wallClock(account.lastSeen)}</dd>
      </div>
    </dl>
  )
}

export const LoginCard = ({ person }: { readonly person: PersonDetail }): ReactElement => {
  const say = useSay()
  const read = useRead(readAccount, { params: { personId: person.id } })
  const [open, setOpen] = useState<'open' | 'reset' | keyof typeof deeds | null>(null)
  const [handed, setHanded] = useState<HandedOver | null>(null)
  const close = () => setOpen(null)
  const take = (reply: HandedOver) => {
    setHanded(reply)
    close()
  }
  return (
    <Card title={say('登录账号', 'Account')}>
      {handed !== null && <Handed handed={handed} onDone={() => setHanded(null)} />}
      <Loaded query={read}>
        {({ account }) =>
          account === null ? (
            <>
              <p className="quiet">{say('还没有登录账号。', 'No account yet.')}</p>
              <Button type="primary" onClick={() => setOpen('open')}>
                {say('开通账号', 'Open an account')}
              </Button>
            </>
          ) : (
            <>
              <State account={account} />
              <div className="row" style={{ marginTop: 12 }}>
                <Button onClick={() => setOpen('reset')}>{say('重置密码', 'Reset the password')}</Button>
                {account.disabled || account.lockedUntil !== null ? (
                  <Button onClick={() => setOpen('unlock')}>{say('解锁账号', 'Unlock')}</Button>
                ) : null}
                {!account.disabled && (
                  <Button danger onClick={() => setOpen('lock')}>
                    {say('锁定账号', 'Lock')}
                  </Button>
                )}
                {(account.totp || account.passkeys > 0) && (
                  <Button danger onClick={() => setOpen('factors')}>
                    {say('清除双重验证', 'Reset the second factor')}
                  </Button>
                )}
              </div>
            </>
          )
        }
      </Loaded>
      {open === 'open' && <OpenDialog person={person} onClose={close} onHanded={take} />}
      {open === 'reset' && <ResetDialog person={person} onClose={close} onHanded={take} />}
      {(open === 'lock' || open === 'unlock' || open === 'factors') && (
        <ReasonDialog key={open} person={person} what={open} onClose={close} />
      )}
    </Card>
  )
}
