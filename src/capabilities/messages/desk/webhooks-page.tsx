/** 系统推送: other systems that are told of public facts. */
import { Link } from '@tanstack/react-router'
import { Button, Checkbox } from 'antd'
import { type ReactElement, useState } from 'react'
import { useSay } from '../../../desk/language.tsx'
import { useAct, useRead } from '../../../desk/queries.ts'
import { CaseTable } from '../../../desk/ui/case-table.tsx'
import { FormDialog } from '../../../desk/ui/form-dialog.tsx'
import { TextField } from '../../../desk/ui/inputs.tsx'
import { Loaded } from '../../../desk/ui/loaded.tsx'
import { Page } from '../../../desk/ui/page.tsx'
import { RefusalNotice } from '../../../desk/ui/refusal-notice.tsx'
import type { ReplyOf } from '../../../kernel/endpoint.ts'
import { words } from '../../../kernel/words.ts'
import {
  changeWebhook,
  listWebhooks,
  registerWebhook,
  removeWebhook,
  renewSecret,
  testWebhook,
  type Webhook,
} from '../contract.ts'
import { faultIn } from './words.tsx'

type Kinds = ReplyOf<typeof listWebhooks>['kinds']

const Editor = ({
  webhook,
  kinds,
  onClose,
  onSecret,
}: {
  readonly webhook: Webhook | null
  readonly kinds: Kinds
  readonly onClose: () => void
  readonly onSecret: (secret: string) => void
}): ReactElement => {
  const say = useSay()
  const [name, setName] = useState(webhook?.name ?? '')
  const [url, setUrl] = useState(webhook?.url ?? '')
  const [chosen, setChosen] = useState<readonly string[]>(webhook?.kinds ?? [])
  const [version] = useState(webhook?.version ?? 0)
  const register = useAct(registerWebhook, {
    onDone: (reply) => {
      onSecret(reply.secret)
      onClose()
    },
  })
  const update = useAct(changeWebhook, { onDone: onClose })
  const used = webhook === null ? register : update
  const submit = () => {
    const body = { name, url, kinds: [...chosen] }
    if (webhook === null) register.mutate({ body })
    else update.mutate({ params: { webhookId: webhook.webhookId }, body: { version, ...body } })
  }
  return (
    <FormDialog
      open
      title={webhook === null ? say('登记系统推送', 'Register a webhook') : say('修改系统推送', 'Change the webhook')}
      onClose={onClose}
      onSubmit={submit}
      submitLabel={say('保存', 'Save')}
      busy={used.isPending}
      error={used.error}
    >
      <TextField
        label={say('名称', 'Name')}
        value={name}
        onChange={setName}
        maxLength={60}
        required
        fault={faultIn(used.error, 'name')}
      />
      <TextField
        label={say('接收地址(https)', 'Address (https)')}
        value={url}
        onChange={setUrl}
        maxLength={500}
        required
        fault={faultIn(used.error, 'url')}
      />
      <fieldset className="field">
        <legend>{say('推送哪些公开事件', 'Public events')}</legend>
        {kinds.map((each) => (
          <div key={each.kind}>
            <Checkbox
              checked={chosen.includes(each.kind)}
              onChange={(event) =>
                setChosen((before) =>
                  event.target.checked ? [...before, each.kind] : before.filter((kind) => kind !== each.kind),
                )
              }
            >
              {each.sentence} <span className="small">({each.kind})</span>
            </Checkbox>
          </div>
        ))}
        <p className="fault">{faultIn(used.error, 'kinds') ?? ''}</p>
      </fieldset>
    </FormDialog>
  )
}

const Row = ({ webhook, onSecret }: { readonly webhook: Webhook; readonly onSecret: (secret: string) => void }) => {
  const say = useSay()
  const params = { webhookId: webhook.webhookId }
  const update = useAct(changeWebhook)
  const renew = useAct(renewSecret, { onDone: ({ secret }) => onSecret(secret) })
  const remove = useAct(removeWebhook)
  const test = useAct(testWebhook)
  const state = webhook.state === 'active' ? 'paused' : 'active'
  return (
    <div className="row">
      <Button size="small" loading={test.isPending} onClick={() => test.mutate({ params })}>
        {say('发送测试', 'Test')}
      </Button>
      <Button
        size="small"
        loading={update.isPending}
        onClick={() => update.mutate({ params, body: { version: webhook.version, state } })}
      >
        {state === 'paused' ? say('暂停', 'Pause') : say('恢复', 'Resume')}
      </Button>
      <Button size="small" loading={renew.isPending} onClick={() => renew.mutate({ params })}>
        {say('换密钥', 'New secret')}
      </Button>
      <Button size="small" danger loading={remove.isPending} onClick={() => remove.mutate({ params })}>
        {say('删除', 'Remove')}
        <span className="hidden">{webhook.name}</span>
      </Button>
      {test.isSuccess && <span role="status">{say('测试已进入发件箱', 'The test is in the outbox')}</span>}
      <RefusalNotice error={update.error ?? renew.error ?? remove.error ?? test.error} />
    </div>
  )
}

export const WebhooksPage = (): ReactElement => {
  const say = useSay()
  const list = useRead(listWebhooks, {})
  const [edited, setEdited] = useState<Webhook | 'new' | null>(null)
  const [secret, setSecret] = useState<string | null>(null)
  return (
    <Page
      title={say('系统推送', 'Webhooks')}
      actions={
        list.data === undefined ? undefined : (
          <Button type="primary" onClick={() => setEdited('new')}>
            {say('登记系统推送', 'Register')}
          </Button>
        )
      }
    >
      <p className="quiet">
        {say(
          '把公开事件推送给其他系统:带签名的 JSON,只含公开内容,失败自动重试,连续失败自动暂停。',
          'Signed JSON of public facts for other systems; tried again after failures, paused after many.',
        )}
      </p>
      {secret !== null && (
        <div className="notice" role="status">
          {say('签名密钥(只显示这一次,请交给接收方保管):', 'The secret (shown only now; hand it to the receiver): ')}
          <code style={{ overflowWrap: 'anywhere' }}>{secret}</code>{' '}
          <Button size="small" onClick={() => setSecret(null)}>
            {say('已保存,关闭', 'Kept; close')}
          </Button>
        </div>
      )}
      <Loaded query={list}>
        {(data) => (
          <>
            <CaseTable
              label={say('系统推送', 'Webhooks')}
              rows={data.rows}
              keyOf={(row) => row.webhookId}
              empty={words('还没有登记系统推送。', 'None registered.')}
              columns={[
                {
                  title: words('名称', 'Name'),
                  heads: true,
                  show: (row) => (
                    <button type="button" className="anchor-pick" onClick={() => setEdited(row)}>
                      {row.name}
                    </button>
                  ),
                },
                {
                  title: words('接收地址', 'Address'),
                  show: (row) => <span style={{ overflowWrap: 'anywhere' }}>{row.url}</span>,
                },
                { title: words('事件', 'Events'), show: (row) => row.kinds.length },
                {
                  title: words('状态', 'State'),
                  show: (row) => (
                    <>
                      <span className="tag">
                        {row.state === 'active' ? say('推送中', 'Active') : say('已暂停', 'Paused')}
                      </span>
                      {row.failures > 0 && (
                        <div className="small">
                          {say(`连续失败 ${row.failures}`, `${row.failures} failures in a row`)}
                        </div>
                      )}
                    </>
                  ),
                },
                {
                  title: words('推送记录', 'Log'),
                  show: (row) => (
                    <Link to="/outbox" search={{ webhook: row.webhookId } as never}>
                      {say('查看', 'Open')}
                      <span className="hidden">{row.name}</span>
                    </Link>
                  ),
                },
                { title: words('处理', 'Action'), show: (row) => <Row webhook={row} onSecret={setSecret} /> },
              ]}
            />
            {edited !== null && (
              <Editor
                key={edited === 'new' ? 'new' : edited.webhookId}
                webhook={edited === 'new' ? null : edited}
                kinds={data.kinds}
                onClose={() => setEdited(null)}
                onSecret={setSecret}
              />
            )}
          </>
        )}
      </Loaded>
    </Page>
  )
}
