/** My right to erasure: ask, see the answer, withdraw. */
import { Button } from 'antd'
import { type ReactElement, useState } from 'react'
import { useSay } from '../../../desk/language.tsx'
import { useAct, useRead } from '../../../desk/queries.ts'
import { CaseTable } from '../../../desk/ui/case-table.tsx'
import { FormDialog } from '../../../desk/ui/form-dialog.tsx'
import { TextField } from '../../../desk/ui/inputs.tsx'
import { Loaded } from '../../../desk/ui/loaded.tsx'
import { Card } from '../../../desk/ui/page.tsx'
import { RefusalNotice } from '../../../desk/ui/refusal-notice.tsx'
import { wallClock } from '../../../kernel/time.ts'
import { words } from '../../../kernel/words.ts'
import { erasureStateWords, ownErasureRequests, requestErasure, withdrawErasure } from '../contract/retention.ts'

const AskDialog = ({ onClose }: { readonly onClose: () => void }): ReactElement => {
  const say = useSay()
  const ask = useAct(requestErasure, { onDone: onClose })
  const [reason, setReason] = useState('')
  const [tried, setTried] = useState(false)
  return (
    <FormDialog
      open
      title={say('申请删除个人信息', 'Ask for erasure')}
      onClose={onClose}
      onSubmit={() => {
        setTried(true)
        if (reason.trim().length >= 2) ask.mutate({ body: { reason } })
      }}
      submitLabel={say('提交申请', 'Submit')}
      danger
      busy={ask.isPending}
      error={ask.error}
    >
      <p className="notice warn">
        {say(
          '同意删除后,您的姓名、手机号、证件号与账号将被清除且无法恢复;依法须保存的审批案卷除外。',
          'When granted, your name, numbers and account are gone for good; files that the law keeps are not.',
        )}
      </p>
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

export const ErasureCard = (): ReactElement => {
  const say = useSay()
  const [asking, setAsking] = useState(false)
  const requests = useRead(ownErasureRequests, {})
  const withdraw = useAct(withdrawErasure)
  const isOpen = requests.data?.rows.some((row) => row.state === 'open') === true
  return (
    <Card
      title={say('删除我的个人信息', 'Erasure of my data')}
      beside={
        isOpen ? undefined : <Button onClick={() => setAsking(true)}>{say('申请删除', 'Ask for erasure')}</Button>
      }
    >
      <RefusalNotice error={withdraw.error} />
      <Loaded query={requests}>
        {(data) => (
          <CaseTable
            label={say('删除申请', 'Requests')}
            rows={data.rows}
            keyOf={(row) => row.id}
            empty={words('没有申请记录。', 'No request.')}
            columns={[
              { title: words('申请时间', 'Asked'), heads: true, show: (row) => wallClock(row.requestedAt) },
              { title: words('理由', 'Because'), show: (row) => row.reason },
              { title: words('答复期限', 'Answer by'), show: (row) => row.answerBy },
              {
                title: words('状态', 'State'),
                show: (row) => <span className="tag">{say(erasureStateWords[row.state])}</span>,
              },
              { title: words('答复', 'Answer'), show: (row) => row.decision ?? '—' },
              {
                title: words('处理', 'Action'),
                show: (row) =>
                  row.state === 'open' ? (
                    <Button
                      loading={withdraw.isPending}
                      onClick={() => withdraw.mutate({ params: { requestId: row.id } })}
                    >
                      {say('撤回', 'Withdraw')}
                    </Button>
                  ) : (
                    '—'
                  ),
              },
            ]}
          />
        )}
      </Loaded>
      {asking && <AskDialog onClose={() => setAsking(false)} />}
    </Card>
  )
}
