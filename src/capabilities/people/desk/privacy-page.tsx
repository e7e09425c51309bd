/** Privacy and security for administrators: requests for erasure, times of keeping, the policy, the key of the vault. */
import { Button } from 'antd'
import { type ReactElement, useState } from 'react'
import { z } from 'zod'
import { useSay } from '../../../desk/language.tsx'
import { useAct, useRead } from '../../../desk/queries.ts'
import { CaseTable } from '../../../desk/ui/case-table.tsx'
import { FormDialog } from '../../../desk/ui/form-dialog.tsx'
import { ChoiceField, TextField } from '../../../desk/ui/inputs.tsx'
import { Loaded } from '../../../desk/ui/loaded.tsx'
import { Card, Page } from '../../../desk/ui/page.tsx'
import { roleWords } from '../../../kernel/actor.ts'
import { endpoint } from '../../../kernel/endpoint.ts'
import { needsVerification, type Source } from '../../../kernel/sourced.ts'
import { wallClock } from '../../../kernel/time.ts'
import { words } from '../../../kernel/words.ts'
import {
  decideErasure,
  type ErasureRequest,
  erasureStateWords,
  listErasureRequests,
  readRetention,
} from '../contract/retention.ts'
import { readSecurityPolicy } from '../contract/security.ts'

/** The platform's own address: the shape of what the desk sends and reads. */
const startRotation = endpoint({
  id: 'vault.rotate',
  method: 'POST',
  path: '/api/vault/rotation',
  summary: '更换密钥',
  access: { roles: ['administrator'] },
  body: z.object({ reason: z.string() }),
  reply: z.object({ jobId: z.string() }),
})
const jobState = endpoint({
  id: 'jobs.progress',
  method: 'GET',
  path: '/api/jobs/:jobId',
  summary: '任务进度',
  access: 'signed-in',
  params: z.object({ jobId: z.string() }),
  reply: z.object({ state: z.string(), error: z.string().nullable() }),
})

const SourceNote = ({ source }: { readonly source: Source }): ReactElement => {
  const say = useSay()
  return (
    <span className="quiet small" title={source.note}>
      {source.basis} {needsVerification(source.certainty) && <span className="tag">{say('待核', 'unverified')}</span>}
    </span>
  )
}

const DecideDialog = ({
  request,
  onClose,
}: {
  readonly request: ErasureRequest
  readonly onClose: () => void
}): ReactElement => {
  const say = useSay()
  const decide = useAct(decideErasure, { onDone: onClose })
  const [answer, setAnswer] = useState<'yes' | 'no' | null>(null)
  const [reason, setReason] = useState('')
  const [tried, setTried] = useState(false)
  return (
    <FormDialog
      open
      title={say(`处理“${request.personName}”的删除申请`, `Erasure for ${request.personName}`)}
      onClose={onClose}
      onSubmit={() => {
        setTried(true)
        if (answer !== null && reason.trim().length >= 2)
          decide.mutate({ params: { requestId: request.id }, body: { accept: answer === 'yes', reason } })
      }}
      submitLabel={say('决定', 'Decide')}
      danger={answer === 'yes'}
      busy={decide.isPending}
      error={decide.error}
    >
      <p>{request.reason}</p>
      <ChoiceField
        label={say('决定', 'Decision')}
        value={answer}
        onChange={setAnswer}
        options={[
          {
            value: 'yes',
            label: say('同意:立即删除,不可恢复', 'Grant: erased at once, for good'),
          },
          { value: 'no', label: say('不同意', 'Refuse') },
        ]}
        fault={tried && answer === null ? say('请选择一项。', 'Choose one.') : undefined}
      />
      <TextField
        label={say('理由(告知本人)', 'Because (the person reads this)')}
        value={reason}
        onChange={setReason}
        maxLength={400}
        required
        fault={tried && reason.trim().length < 2 ? say('请填写理由,至少 2 个字。', 'Give a reason.') : undefined}
      />
    </FormDialog>
  )
}

const Requests = (): ReactElement => {
  const say = useSay()
  const [open, setOpen] = useState<ErasureRequest | null>(null)
  const requests = useRead(listErasureRequests, {})
  return (
    <Card title={say('删除申请', 'Requests for erasure')}>
      <Loaded query={requests}>
        {(data) => (
          <CaseTable
            label={say('删除申请', 'Requests')}
            rows={data.rows}
            keyOf={(row) => row.id}
            empty={words('没有删除申请。', 'No requests.')}
            columns={[
              { title: words('申请人', 'Person'), heads: true, show: (row) => row.personName },
              { title: words('申请时间', 'Asked'), show: (row) => wallClock(row.requestedAt) },
              { title: words('答复期限', 'Answer by'), show: (row) => row.answerBy },
              {
                title: words('状态', 'State'),
                show: (row) => <span className="tag">{say(erasureStateWords[row.state])}</span>,
              },
              {
                title: words('结果', 'Outcome'),
                show: (row) =>
                  row.outcome === null
                    ? (row.decision ?? '—')
                    : say(
                        `清除日志中的个人信息 ${row.outcome.entries} 处`,
                        `${row.outcome.entries} personal parts of the journal erased`,
                      ) + row.outcome.kept.map((each) => `;${say(each)}`).join(''),
              },
              {
                title: words('处理', 'Action'),
                show: (row) =>
                  row.state === 'open' ? (
                    <Button onClick={() => setOpen(row)}>
                      {say('处理', 'Decide')}
                      <span className="hidden">{row.personName}</span>
                    </Button>
                  ) : (
                    '—'
                  ),
              },
            ]}
          />
        )}
      </Loaded>
      {open !== null && <DecideDialog request={open} onClose={() => setOpen(null)} />}
    </Card>
  )
}

const Periods = (): ReactElement => {
  const say = useSay()
  const retention = useRead(readRetention, {})
  return (
    <Card title={say('保存期限', 'Times of keeping')}>
      <p className="quiet">
        {say(
          '每日凌晨自动清除过期的个人信息;日志条目与公开证明保持有效。期限在 data/retention/periods.json 中设置。',
          'Cleared every night; journal entries and public proofs stay valid.',
        )}
      </p>
      <Loaded query={retention}>
        {(data) => (
          <>
            <CaseTable
              label={say('保存期限', 'Times of keeping')}
              rows={data.purposes}
              keyOf={(row) => row.id}
              columns={[
                { title: words('内容', 'What'), heads: true, show: (row) => say(row.words) },
                {
                  title: words('期限', 'Time'),
                  whole: true,
                  show: (row) => say(`${row.months} 个月`, `${row.months} months`),
                },
                { title: words('依据', 'Source'), show: (row) => <SourceNote source={row.source} /> },
              ]}
            />
            {data.keeps.map((each) => (
              <p key={each.words.zh}>
                {say(each.words)} <SourceNote source={each.source} />
              </p>
            ))}
          </>
        )}
      </Loaded>
    </Card>
  )
}

const Policy = (): ReactElement => {
  const say = useSay()
  const policy = useRead(readSecurityPolicy, {})
  return (
    <Card title={say('安全策略', 'Security policy')}>
      <Loaded query={policy}>
        {(data) => (
          <dl className="facts">
            <div>
              <dt>{say('必须双重验证', 'Second factor')}</dt>
              <dd>{data.secondFactorRoles.map((role) => say(roleWords[role])).join('、')}</dd>
            </div>
            <div>
              <dt>{say('须双人授权', 'Four eyes')}</dt>
              <dd>{data.fourEyesRoles.map((role) => say(roleWords[role])).join('、')}</dd>
            </div>
            <div>
              <dt>{say('敏感操作再验证', 'Fresh proof')}</dt>
              <dd>{say(`${data.freshMinutes} 分钟后`, `after ${data.freshMinutes} minutes`)}</dd>
            </div>
            <div>
              <dt>{say('初始密码与邀请有效', 'Initial password, invitation')}</dt>
              <dd>
                {say(
                  `${data.initialPasswordHours} / ${data.invitationHours} 小时`,
                  `${data.initialPasswordHours} / ${data.invitationHours} hours`,
                )}
              </dd>
            </div>
            <div>
              <dt>{say('依据', 'Source')}</dt>
              <dd>
                <SourceNote source={data.source} />
              </dd>
            </div>
          </dl>
        )}
      </Loaded>
    </Card>
  )
}

const Key = (): ReactElement => {
  const say = useSay()
  const [open, setOpen] = useState(false)
  const [reason, setReason] = useState('')
  const [jobId, setJobId] = useState<string | null>(null)
  const start = useAct(startRotation, {
    onDone: (reply) => {
      setJobId(reply.jobId)
      setOpen(false)
    },
  })
  const job = useRead(jobState, { params: { jobId: jobId ?? '' } }, { enabled: jobId !== null })
  const states: Readonly<Record<string, string>> = {
    done: say('密钥已更换,全部内容已重新加密。', 'Done: everything is sealed anew.'),
    failed: job.data?.error ?? say('没有完成,旧密钥已保留。', 'Not finished; the old key was kept.'),
  }
  return (
    <Card title={say('加密密钥', 'Key of the vault')}>
      <p className="quiet">
        {say(
          '手机号、证件号与验证器密钥以 AES-256 加密保存。更换密钥期间照常使用;全部重新加密后才删除旧密钥。请先备份密钥文件。',
          'Numbers and secrets are sealed by AES-256. Work goes on while the key is changed. Back the key file up first.',
        )}
      </p>
      {jobId !== null && (
        <p className="notice" role="status">
          {states[job.data?.state ?? ''] ?? say('正在重新加密…', 'Sealing anew…')}{' '}
          <Button onClick={() => void job.refetch()}>{say('查看进度', 'Look again')}</Button>
        </p>
      )}
      <Button onClick={() => setOpen(true)}>{say('更换密钥', 'Change the key')}</Button>
      {open && (
        <FormDialog
          open
          title={say('更换密钥并重新加密', 'Change the key')}
          onClose={() => setOpen(false)}
          onSubmit={() => {
            if (reason.trim().length >= 2) start.mutate({ body: { reason } })
          }}
          submitLabel={say('更换', 'Change')}
          danger
          busy={start.isPending}
          error={start.error}
        >
          <TextField label={say('理由', 'Because')} value={reason} onChange={setReason} maxLength={200} required />
        </FormDialog>
      )}
    </Card>
  )
}

export const PrivacyPage = (): ReactElement => {
  const say = useSay()
  return (
    <Page title={say('隐私与安全', 'Privacy and security')}>
      <Requests />
      <Policy />
      <Periods />
      <Key />
    </Page>
  )
}
