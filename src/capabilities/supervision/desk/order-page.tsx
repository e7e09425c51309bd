/** One rectification order: what is wrong, the rounds of reply and recheck, and what may be done now. */
import { Link, useParams } from '@tanstack/react-router'
import { type ReactElement, useState } from 'react'
import { useSay } from '../../../desk/language.tsx'
import { useRead } from '../../../desk/queries.ts'
import { ActButton } from '../../../desk/ui/act-button.tsx'
import { Loaded } from '../../../desk/ui/loaded.tsx'
import { Card, Page } from '../../../desk/ui/page.tsx'
import { wallClock } from '../../../kernel/time.ts'
import { type OrderId, type OrderView, readOrder } from '../contract.ts'
import { ExtendDialog, type OrderDialogProps, RecheckDialog, ReplyDialog, WithdrawDialog } from './dialogs.tsx'
import { Due, Files, OrderStateMark } from './parts.tsx'

type Act = keyof OrderView['may']
const dialogs: Readonly<Record<Act, (props: OrderDialogProps) => ReactElement>> = {
  reply: ReplyDialog,
  recheck: RecheckDialog,
  extend: ExtendDialog,
  withdraw: WithdrawDialog,
}

const Rounds = ({ order }: { readonly order: OrderView }): ReactElement => {
  const say = useSay()
  return (
    <ol style={{ paddingInlineStart: 20 }}>
      {order.rounds.map((round) => (
        <li key={round.round} style={{ marginBottom: 16 }}>
          <strong>{say(`第 ${round.round} 轮`, `Round ${round.round}`)}</strong> · {say('期限', 'due')} {round.dueOn}
          {round.reply === null ? (
            <p className="quiet">{say('现场尚未回复。', 'No reply yet.')}</p>
          ) : (
            <section aria-label={say(`第 ${round.round} 轮现场回复`, `Reply, round ${round.round}`)}>
              <p style={{ marginBottom: 0 }}>
                {round.reply.text}{' '}
                {round.reply.late && <span className="clock overdue">{say('逾期回复', 'late')}</span>}
              </p>
              <p className="quiet small">
                {say('现场回复', 'Reply')} · {round.reply.by} · {wallClock(round.reply.at)}
              </p>
              <Files orderId={order.orderId} files={round.reply.files} />
            </section>
          )}
          {round.recheck !== null && (
            <section aria-label={say(`第 ${round.round} 轮复查`, `Recheck, round ${round.round}`)}>
              <p style={{ marginBottom: 0 }}>
                <span className={`clock ${round.recheck.pass ? 'normal' : 'overdue'}`}>
                  {round.recheck.pass ? say('整改到位', 'put right') : say('未整改到位', 'not put right')}
                </span>{' '}
                {round.recheck.text}
              </p>
              <p className="quiet small">
                {say('复查', 'Recheck')} · {round.recheck.by} · {wallClock(round.recheck.at)}
              </p>
              <Files orderId={order.orderId} files={round.recheck.files} />
            </section>
          )}
        </li>
      ))}
    </ol>
  )
}

const Body = ({ order }: { readonly order: OrderView }): ReactElement => {
  const say = useSay()
  const [acting, setActing] = useState<Act | null>(null)
  const { may } = order
  const Dialog = acting === null ? null : dialogs[acting]
  return (
    <>
      <div className="row" style={{ marginBottom: 12 }}>
        {order.state === 'issued' && (
          <ActButton because={may.reply} look={{ type: 'primary' }} onAct={() => setActing('reply')}>
            {say('回复整改情况', 'Reply')}
          </ActButton>
        )}
        {order.state === 'replied' && (
          <ActButton because={may.recheck} look={{ type: 'primary' }} onAct={() => setActing('recheck')}>
            {say('复查', 'Recheck')}
          </ActButton>
        )}
        {(order.state === 'issued' || order.state === 'replied') && (
          <>
            <ActButton because={may.extend} onAct={() => setActing('extend')}>
              {say('延长期限', 'Extend')}
            </ActButton>
            <ActButton because={may.withdraw} onAct={() => setActing('withdraw')}>
              {say('撤回', 'Withdraw')}
            </ActButton>
          </>
        )}
      </div>
      <Card title={order.title} beside={<Due on={order.dueOn} overdue={order.overdue} />}>
        <dl className="facts">
          <div>
            <dt>{say('工地', 'Site')}</dt>
            <dd>
              <Link to="/sites/$siteId" params={{ siteId: order.siteId }}>
                {order.siteName}
              </Link>
            </dd>
          </div>
          <div>
            <dt>{say('项目', 'Project')}</dt>
            <dd>
              <Link to="/projects/$projectId" params={{ projectId: order.projectId }}>
                {order.projectName}
              </Link>
            </dd>
          </div>
          <div>
            <dt>{say('类别', 'Category')}</dt>
            <dd>{say(order.categoryName)}</dd>
          </div>
          <div>
            <dt>{say('发出', 'Raised')}</dt>
            <dd>
              {order.departmentName} · {order.raisedBy} · {wallClock(order.raisedAt)}
            </dd>
          </div>
          {order.closedAt !== null && (
            <div>
              <dt>{order.state === 'withdrawn' ? say('撤回', 'Withdrawn') : say('销号', 'Closed')}</dt>
              <dd>
                {wallClock(order.closedAt)} {order.closedBy ?? ''} {order.withdrawnReason}
              </dd>
            </div>
          )}
        </dl>
        <h3>{say('问题和整改要求', 'What is wrong and what to do')}</h3>
        <p style={{ whiteSpace: 'pre-wrap' }}>{order.text}</p>
        <Files orderId={order.orderId} files={order.files} />
        {order.alarmId !== null && (
          <p>
            <Link to="/alarms" search={{ alarm: order.alarmId, show: 'all' }}>
              {say('来自报警', 'From the alarm')}
            </Link>
            :{order.alarmText ?? ''}
          </p>
        )}
      </Card>
      <Card title={say('整改与复查', 'Replies and rechecks')}>
        <Rounds order={order} />
      </Card>
      {acting !== null && Dialog !== null && <Dialog order={order} onClose={() => setActing(null)} />}
    </>
  )
}

export const OrderPage = (): ReactElement => {
  const say = useSay()
  const { orderId } = useParams({ strict: false }) as { readonly orderId: OrderId }
  const query = useRead(readOrder, { params: { orderId } })
  return (
    <Page
      title={`${say('整改单', 'Order')} ${query.data?.number ?? ''}`}
      beside={query.data !== undefined && <OrderStateMark state={query.data.state} />}
    >
      <p className="small">
        <Link to="/orders">{say('返回整改单', 'Back to the orders')}</Link>
      </p>
      <Loaded query={query}>{(order) => <Body order={order} />}</Loaded>
    </Page>
  )
}
