/** My second factors: authenticator, passkeys, recovery codes. */
import { Button } from 'antd'
import { type ReactElement, useState } from 'react'
import { useSay } from '../../../desk/language.tsx'
import { useAct, useRead } from '../../../desk/queries.ts'
import {
  type Factors,
  newRecoveryCodes,
  ownFactors,
  provider,
  removePasskey,
  removeTotp,
} from '../../../desk/security/endpoints.ts'
import { PasskeySetup, RecoveryCodes, TotpSetup } from '../../../desk/security/factor-setup.tsx'
import { AskButton } from '../../../desk/ui/ask-button.tsx'
import { CaseTable } from '../../../desk/ui/case-table.tsx'
import { Loaded } from '../../../desk/ui/loaded.tsx'
import { Card } from '../../../desk/ui/page.tsx'
import { RefusalNotice } from '../../../desk/ui/refusal-notice.tsx'
import { wallClock } from '../../../kernel/time.ts'
import { words } from '../../../kernel/words.ts'

const Shown = ({ factors, onChanged }: { readonly factors: Factors; readonly onChanged: () => void }): ReactElement => {
  const say = useSay()
  const providerName = useRead(provider, {})
  const [setting, setSetting] = useState<'totp' | 'passkey' | null>(null)
  const [codes, setCodes] = useState<readonly string[]>([])
  const removedTotp = useAct(removeTotp, { refresh: ['sign-in'] })
  const removed = useAct(removePasskey, { refresh: ['sign-in'] })
  const renewed = useAct(newRecoveryCodes, { onDone: (reply) => setCodes(reply.recoveryCodes) })
  const added = (given: readonly string[]) => {
    setSetting(null)
    setCodes(given)
    onChanged()
  }
  if (codes.length > 0) return <RecoveryCodes codes={codes} onDone={() => setCodes([])} />
  const has = factors.totpSince !== null || factors.passkeys.length > 0
  return (
    <>
      <RefusalNotice error={removedTotp.error ?? renewed.error} />
      {!has && (
        <p className={factors.required ? 'notice warn' : 'quiet'}>
          {factors.required
            ? say('您的角色要求双重验证。', 'Your role demands a second factor.')
            : say('尚未启用。启用后,仅凭密码不能登录您的账号。', 'Off. With it, the password alone lets nobody in.')}
        </p>
      )}
      <dl className="facts">
        <div>
          <dt>{say('动态验证码', 'Authenticator')}</dt>
          <dd>
            {factors.totpSince === null ? (
              <Button onClick={() => setSetting('totp')}>{say('绑定验证器', 'Set up')}</Button>
            ) : (
              <span className="row">
                {say('已绑定', 'since')} {wallClock(factors.totpSince)}
                <Button loading={removedTotp.isPending} onClick={() => removedTotp.mutate({})}>
                  {say('解除验证器', 'Remove the authenticator')}
                </Button>
              </span>
            )}
          </dd>
        </div>
        {has && (
          <div>
            <dt>{say('恢复码', 'Recovery codes')}</dt>
            <dd>
              <span className="row">
                {say(`剩余 ${factors.recoveryCodesLeft} 个`, `${factors.recoveryCodesLeft} left`)}
                <Button loading={renewed.isPending} onClick={() => renewed.mutate({})}>
                  {say('重新生成', 'Make new ones')}
                </Button>
              </span>
            </dd>
          </div>
        )}
      </dl>
      {setting === 'totp' && <TotpSetup onCodes={added} />}
      <h3 style={{ fontSize: 16 }}>{say('通行密钥', 'Passkeys')}</h3>
      {factors.passkeys.length > 0 && (
        <CaseTable
          label={say('通行密钥', 'Passkeys')}
          rows={factors.passkeys}
          keyOf={(row) => row.passkeyId}
          columns={[
            { title: words('名称', 'Name'), heads: true, show: (row) => row.name },
            { title: words('添加时间', 'Added'), show: (row) => wallClock(row.createdAt) },
            {
              title: words('最近使用', 'Last used'),
              show: (row) => (row.lastUsedAt === null ? '—' : wallClock(row.lastUsedAt)),
            },
            {
              title: words('处理', 'Action'),
              show: (row) => (
                <AskButton
                  question={say(`移除通行密钥“${row.name}”?`, `Remove the passkey “${row.name}”?`)}
                  consequence={say(
                    '移除后不能再用它登录,也不能恢复;需要时可以重新添加。',
                    'It no longer signs you in and cannot be brought back; a new one can be added.',
                  )}
                  answer={say('移除', 'Remove')}
                  busy={removed.isPending}
                  error={removed.error}
                  onAct={() => removed.mutateAsync({ params: { passkeyId: row.passkeyId } })}
                >
                  {say('移除', 'Remove')}
                  <span className="hidden">{row.name}</span>
                </AskButton>
              ),
            },
          ]}
        />
      )}
      <PasskeySetup onCodes={added} />
      {providerName.data?.name !== undefined && providerName.data.name !== null && factors.providers.length === 0 && (
        <p>
          <Button href="/api/session/provider/start?link=1&return=%2Fdesk%2Faccount">
            {say(`关联${providerName.data.name}`, `Link ${providerName.data.name}`)}
          </Button>
        </p>
      )}
      {factors.providers.map((each) => (
        <p className="quiet small" key={each.issuer}>
          {say('已关联统一身份认证:', 'Linked provider: ')}
          {each.issuer} ({wallClock(each.linkedAt)})
        </p>
      ))}
    </>
  )
}

export const SecondFactorCard = (): ReactElement => {
  const say = useSay()
  const factors = useRead(ownFactors, {})
  return (
    <Card title={say('双重验证', 'Second factor')}>
      <Loaded query={factors}>{(data) => <Shown factors={data} onChanged={() => void factors.refetch()} />}</Loaded>
    </Card>
  )
}
