/** 发件箱: what is on its way out, what failed and why, and what an operator can do about it. */
import { Button, Modal, Select } from 'antd'
import { type ReactElement, useEffect, useId, useState } from 'react'
import { useFilters } from '../../../desk/filters.ts'
import { useSay } from '../../../desk/language.tsx'
import { useAct, useRead } from '../../../desk/queries.ts'
import { ActButton } from '../../../desk/ui/act-button.tsx'
import { CaseTable } from '../../../desk/ui/case-table.tsx'
import { FormDialog } from '../../../desk/ui/form-dialog.tsx'
import { ChoiceField, TextField } from '../../../desk/ui/inputs.tsx'
import { Loaded } from '../../../desk/ui/loaded.tsx'
import { Page } from '../../../desk/ui/page.tsx'
import { RefusalNotice } from '../../../desk/ui/refusal-notice.tsx'
import { wallClock } from '../../../kernel/time.ts'
import { words } from '../../../kernel/words.ts'
import {
  cancelDelivery,
  type Delivery,
  type DeliveryId,
  type DeliveryState,
  deliveryStates,
  listDeliveries,
  moveDelivery,
  outChannels,
  readDelivery,
  retryAll,
  retryDelivery,
  type WebhookId,
} from '../contract.ts'
import { type ContactChannel, contactChannels, wayWords } from '../model/topics.ts'
import { mayCancel, mayMove, mayRetry } from '../policy.ts'
import { outboxSearch } from './search.ts'
import { deliveryStateWords, reasonOf, StateTag, useActor } from './words.tsx'

const Detail = ({ id, onClose }: { readonly id: DeliveryId; readonly onClose: () => void }): ReactElement => {
  const say = useSay()
  const view = useAct(readDelivery)
  const { mutate } = view
  // Looking leaves a trace, so it is an act of its own and is not repeated by refreshing.
  useEffect(() => mutate({ params: { deliveryId: id } }), [mutate, id])
  return (
    <Modal open title={say('外发消息', 'Delivery')} footer={null} width={760} onCancel={onClose} destroyOnHidden>
      <RefusalNotice error={view.error} />
      {view.data !== undefined && (
        <>
          <p>
            {say(wayWords[view.data.channel])} {view.data.address} <StateTag state={view.data.state} />
          </p>
          {view.data.content === null ? (
            <p className="quiet">
              {say('内容不显示(验证码或已清除)。', 'The content is not shown (a code, or wiped).')}
            </p>
          ) : (
            <>
              <strong>{view.data.content.title}</strong>
              <pre style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>{view.data.content.text}</pre>
            </>
          )}
          <CaseTable
            label={say('各次尝试', 'Tries')}
            rows={view.data.attemptList}
            keyOf={(row) => String(row.number)}
            empty={words('还没有尝试。', 'Not tried yet.')}
            columns={[
              { title: words('次', 'No.'), heads: true, show: (row) => row.number },
              { title: words('时间', 'When'), show: (row) => wallClock(row.beganAt) },
              { title: words('通道', 'Channel'), show: (row) => `${say(wayWords[row.channel])} (${row.adapter})` },
              { title: words('结果', 'Outcome'), show: (row) => row.detail ?? say('没有结果', 'No outcome') },
            ]}
          />
        </>
      )}
    </Modal>
  )
}

const CancelDialog = ({ row, onClose }: { readonly row: Delivery; readonly onClose: () => void }): ReactElement => {
  const say = useSay()
  const [reason, setReason] = useState('')
  const cancel = useAct(cancelDelivery, { onDone: onClose })
  return (
    <FormDialog
      open
      title={say('取消外发', 'Cancel')}
      onClose={onClose}
      onSubmit={() => cancel.mutate({ params: { deliveryId: row.deliveryId }, body: { reason } })}
      submitLabel={say('取消外发', 'Cancel it')}
      busy={cancel.isPending}
      error={cancel.error}
      danger
    >
      <TextField label={say('理由', 'Reason')} value={reason} onChange={setReason} maxLength={200} required />
    </FormDialog>
  )
}
const MoveDialog = ({ row, onClose }: { readonly row: Delivery; readonly onClose: () => void }): ReactElement => {
  const say = useSay()
  const [channel, setChannel] = useState<ContactChannel | null>(null)
  const move = useAct(moveDelivery, { onDone: onClose })
  return (
    <FormDialog
      open
      title={say('更换通道', 'Change the channel')}
      onClose={onClose}
      onSubmit={() => {
        if (channel !== null) move.mutate({ params: { deliveryId: row.deliveryId }, body: { channel } })
      }}
      submitLabel={say('改用该通道外发', 'Send by it')}
      busy={move.isPending}
      error={move.error}
    >
      <ChoiceField
        label={say('通道(收件人须已验证该地址)', 'Channel (the receiver must have verified it)')}
        value={channel}
        onChange={setChannel}
        options={contactChannels
          .filter((each) => each !== row.channel)
          .map((value) => ({ value, label: say(wayWords[value]) }))}
      />
    </FormDialog>
  )
}

const Actions = ({ row, onAct }: { readonly row: Delivery; readonly onAct: (what: 'cancel' | 'move') => void }) => {
  const say = useSay()
  const actor = useActor()
  const retry = useAct(retryDelivery)
  return (
    <div className="row">
      <ActButton
        because={reasonOf(mayRetry(actor, row))}
        busy={retry.isPending}
        look={{ size: 'small' }}
        onAct={() => retry.mutate({ params: { deliveryId: row.deliveryId } })}
      >
        {say('重发', 'Retry')}
      </ActButton>
      <ActButton because={reasonOf(mayMove(actor, row))} look={{ size: 'small' }} onAct={() => onAct('move')}>
        {say('换通道', 'Channel')}
      </ActButton>
      <ActButton because={reasonOf(mayCancel(actor, row))} look={{ size: 'small' }} onAct={() => onAct('cancel')}>
        {say('取消', 'Cancel')}
      </ActButton>
      <RefusalNotice error={retry.error} />
    </div>
  )
}

export const OutboxPage = (): ReactElement => {
  const say = useSay()
  const id = useId()
  const [filters, change] = useFilters(outboxSearch)
  const [acting, setActing] = useState<{ readonly row: Delivery; readonly what: 'cancel' | 'move' } | null>(null)
  const list = useRead(
    listDeliveries,
    {
      query: {
        state: filters.state,
        channel: filters.channel,
        webhookId: filters.webhook as WebhookId | undefined,
        after: filters.after,
        limit: 50,
      },
    },
    { keep: true },
  )
  const all = useAct(retryAll)
  const close = () => setActing(null)
  return (
    <Page
      title={say('发件箱', 'Outbox')}
      actions={
        list.data === undefined ? undefined : (
          <Button
            loading={all.isPending}
            onClick={() => all.mutate({ body: filters.channel === undefined ? {} : { channel: filters.channel } })}
          >
            {say('全部重发(失败和已放弃)', 'Retry all that failed')}
          </Button>
        )
      }
    >
      <RefusalNotice error={all.error} />
      {all.data !== undefined && (
        <p className="notice" role="status">
          {say(`已重新外发 ${all.data.retried} 条。`, `${all.data.retried} are sent again.`)}
        </p>
      )}
      {list.data !== undefined && list.data.standIns.length > 0 && (
        <p className="notice warn">
          {say('尚未接通的通道:', 'Channels that are not connected: ')}
          {list.data.standIns.map((each) => say(wayWords[each])).join(say('、', ', '))}
          {say(
            '。消息只留存在服务器的 outgoing 文件夹;接通方法见 docs/messages.md,接通后可重发。',
            '. Messages are kept in the folder “outgoing”; docs/messages.md tells how to connect the channels; then retry.',
          )}
        </p>
      )}
      <div className="row" style={{ marginBottom: 12 }} role="search">
        <label htmlFor={`${id}-state`}>{say('状态', 'State')}</label>
        <Select
          id={`${id}-state`}
          style={{ width: 240, maxWidth: '100%' }}
          value={filters.state ?? ''}
          onChange={(state: DeliveryState | '') => change({ state: state === '' ? undefined : state })}
          options={[
            { value: '' as const, label: say('全部状态', 'All states') },
            ...deliveryStates.map((state) => ({
              value: state,
              label: `${say(deliveryStateWords[state])} (${list.data?.counts[state] ?? 0})`,
            })),
          ]}
        />
        <label htmlFor={`${id}-channel`}>{say('通道', 'Channel')}</label>
        <Select
          id={`${id}-channel`}
          style={{ width: 160 }}
          value={filters.channel ?? ''}
          onChange={(channel: Delivery['channel'] | '') => change({ channel: channel === '' ? undefined : channel })}
          options={[
            { value: '' as const, label: say('全部通道', 'All channels') },
            ...outChannels.map((channel) => ({ value: channel, label: say(wayWords[channel]) })),
          ]}
        />
        {filters.webhook !== undefined && (
          <Button onClick={() => change({ webhook: undefined })}>{say('不限接收系统', 'Any receiver')}</Button>
        )}
      </div>
      <Loaded query={list}>
        {(data) => (
          <CaseTable
            label={say('外发消息', 'Deliveries')}
            rows={data.rows}
            keyOf={(row) => row.deliveryId}
            keys
            columns={[
              {
                title: words('收件地址', 'To'),
                heads: true,
                show: (row) => (
                  <button
                    type="button"
                    className="anchor-pick"
                    onClick={() => change({ show: row.deliveryId, after: filters.after })}
                  >
                    {say(wayWords[row.channel])} {row.address}
                  </button>
                ),
              },
              { title: words('事件', 'About'), show: (row) => row.topic },
              {
                title: words('状态', 'State'),
                show: (row) => (
                  <>
                    <StateTag state={row.state} />
                    {row.reason !== null && <div className="small">{row.reason}</div>}
                    {row.nextTryAt !== null && (
                      <div className="small">
                        {say('下次', 'Next')} {wallClock(row.nextTryAt)}
                      </div>
                    )}
                  </>
                ),
              },
              { title: words('尝试', 'Tries'), show: (row) => row.attempts },
              { title: words('建立', 'Made'), show: (row) => wallClock(row.createdAt) },
              {
                title: words('处理', 'Action'),
                show: (row) => <Actions row={row} onAct={(what) => setActing({ row, what })} />,
              },
            ]}
            next={data.next}
            isLaterPage={filters.after !== undefined}
          />
        )}
      </Loaded>
      {filters.show !== undefined && (
        <Detail id={filters.show as DeliveryId} onClose={() => change({ show: undefined, after: filters.after })} />
      )}
      {acting?.what === 'cancel' && <CancelDialog row={acting.row} onClose={close} />}
      {acting?.what === 'move' && <MoveDialog row={acting.row} onClose={close} />}
    </Page>
  )
}
