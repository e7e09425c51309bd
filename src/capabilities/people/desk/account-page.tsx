/** My account: password and devices. */
import { Button } from 'antd'
import { type FormEvent, type ReactElement, useState } from 'react'
import { useSay } from '../../../desk/language.tsx'
import { useMe } from '../../../desk/me.tsx'
import { useAct, useRead } from '../../../desk/queries.ts'
import { changePassword, endSessions, ownSessions } from '../../../desk/session.ts'
import { CaseTable } from '../../../desk/ui/case-table.tsx'
import { TextField } from '../../../desk/ui/inputs.tsx'
import { Loaded } from '../../../desk/ui/loaded.tsx'
import { Card, Page } from '../../../desk/ui/page.tsx'
import { RefusalNotice } from '../../../desk/ui/refusal-notice.tsx'
import { roleWords } from '../../../kernel/actor.ts'
import { wallClock } from '../../../kernel/time.ts'
import { words } from '../../../kernel/words.ts'
import { faultIn } from './actor.ts'
import { deviceName } from './device.ts'
import { SecondFactorCard } from './second-factor.tsx'

const PasswordForm = (): ReactElement => {
  const say = useSay()
  const [current, setCurrent] = useState('')
  const [next, setNext] = useState('')
  const [again, setAgain] = useState('')
  const [tried, setTried] = useState(false)
  const change = useAct(changePassword, {
    onDone: () => {
      setCurrent('')
      setNext('')
      setAgain('')
      setTried(false)
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setTried(true)
    if (current !== '' && next !== '' && next === again)
      change.mutate({ body: { currentPassword: current, newPassword: next } })
  }
  return (
    <form onSubmit={submit} noValidate style={{ maxWidth: 420 }}>
      <RefusalNotice error={change.error} />
      {change.isSuccess && (
        <p className="notice" role="status">
          {say('密码已修改,其他设备需要重新登录。', 'Changed. Other devices must sign in again.')}
        </p>
      )}
      <TextField
        label={say('当前密码', 'Current password')}
        type="password"
        autoComplete="current-password"
        value={current}
        onChange={setCurrent}
        required
        fault={
          faultIn(change.error, 'currentPassword') ??
          (tried && current === '' ? say('请填写当前密码。', 'Fill in.') : undefined)
        }
      />
      <TextField
        label={say('新密码', 'New password')}
        type="password"
        autoComplete="new-password"
        value={next}
        onChange={setNext}
        required
        fault={
          faultIn(change.error, 'newPassword') ?? (tried && next === '' ? say('请填写新密码。', 'Fill in.') : undefined)
        }
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
      <Button type="primary" htmlType="submit" loading={change.isPending}>
        {say('修改密码', 'Change password')}
      </Button>
    </form>
  )
}

export const AccountPage = (): ReactElement => {
  const say = useSay()
  const me = useMe()
  const sessions = useRead(ownSessions, {})
  const end = useAct(endSessions, { refresh: ['sign-in'] })
  return (
    <Page title={say('账号与安全', 'Account')}>
      <Card title={say('我的角色', 'My roles')}>
        <ul>
          {me.roles.map((held) => (
            <li key={`${held.role} ${held.department ?? ''} ${held.organisationId ?? ''} ${held.onBehalfOf ?? ''}`}>
              {say(roleWords[held.role])} {held.departmentName ?? held.organisationName ?? ''}
              {held.onBehalfOfName === undefined
                ? ''
                : say(`(代 ${held.onBehalfOfName})`, ` (for ${held.onBehalfOfName})`)}
            </li>
          ))}
        </ul>
      </Card>
      <SecondFactorCard />
      <Card title={say('修改密码', 'Change password')}>
        <PasswordForm />
      </Card>
      <Card
        title={say('登录设备', 'Devices')}
        beside={
          <Button loading={end.isPending} onClick={() => end.mutate({ query: {} })}>
            {say('退出其他设备', 'Sign out elsewhere')}
          </Button>
        }
      >
        <RefusalNotice error={end.error} />
        <Loaded query={sessions}>
          {(data) => (
            <CaseTable
              label={say('登录设备', 'Devices')}
              rows={data.rows}
              keyOf={(row) => row.sessionId}
              columns={[
                {
                  title: words('设备', 'Device'),
                  heads: true,
                  show: (row) => (
                    <span title={row.userAgent}>
                      {deviceName(row.userAgent) ?? say('未知设备', 'Unknown device')}
                      {row.current ? say('(本机)', ' (this one)') : ''}
                    </span>
                  ),
                },
                { title: words('地址', 'Address'), show: (row) => row.ipAddress },
                { title: words('登录时间', 'Since'), show: (row) => wallClock(row.createdAt) },
                { title: words('最近使用', 'Last seen'), show: (row) => wallClock(row.lastSeen) },
                {
                  title: words('处理', 'Action'),
                  show: (row) =>
                    row.current ? (
                      '—'
                    ) : (
                      <Button onClick={() => end.mutate({ query: { sessionId: row.sessionId } })}>
                        {say('退出', 'Sign out')}
                        <span className="hidden">{row.ipAddress}</span>
                      </Button>
                    ),
                },
              ]}
            />
          )}
        </Loaded>
      </Card>
    </Page>
  )
}
