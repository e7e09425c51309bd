/** One alarm beside the queue: evidence, deadline, who was told, what people did and said, and what may be done now. */
import { Link } from '@tanstack/react-router'
import { App, Button, Drawer } from 'antd'
import { type ComponentType, type FormEvent, type ReactElement, useEffect, useRef, useState } from 'react'
import { addressOf } from '../../../../desk/call.ts'
import { useSay } from '../../../../desk/language.tsx'
import { problemFrom } from '../../../../desk/problem.ts'
import { useAct, useRead } from '../../../../desk/queries.ts'
import { ActButton } from '../../../../desk/ui/act-button.tsx'
import { TextField } from '../../../../desk/ui/inputs.tsx'
import { Loaded } from '../../../../desk/ui/loaded.tsx'
import { RefusalNotice } from '../../../../desk/ui/refusal-notice.tsx'
import { type Instant, wallClock } from '../../../../kernel/time.ts'
import { words } from '../../../../kernel/words.ts'
import {
  type AlarmId,
  type AlarmRow,
  type AlarmView,
  acknowledgeAlarm,
  commentAlarm,
  readAlarm,
  readAlarmPicture,
} from '../../contract/alarms.ts'
import { closeReasonWords, rungWords } from '../../model/alarms/states.ts'
import { CommandMark, useCommandText } from '../devices/commands-card.tsx'
import { AlarmStateMark, Deadline, Fact, SeverityMark } from '../parts.tsx'
import { Pictures } from '../pictures.tsx'
import { CloseDialog, DisposeDialog, SnoozeDialog } from './dialogs.tsx'
import { EvidenceView } from './evidence.tsx'
import { useDrawerKeys } from './keys.ts'

/** Makes a rectification order out of an alarm; orders belong to another capability, which the desk puts in here. */
export type OrderDialog = ComponentType<{ readonly alarm: AlarmView; readonly onClose: () => void }>
export const acts = ['acknowledge', 'dispose', 'close', 'snooze', 'order'] as const
export type Act = (typeof acts)[number]

const Comments = ({ alarm }: { readonly alarm: AlarmView }): ReactElement => {
  const say = useSay()
  const [text, setText] = useState('')
  const act = useAct(commentAlarm, { onDone: () => setText('') })
  const send = (event: FormEvent) => {
    event.preventDefault()
    if (text.trim() !== '') act.mutate({ params: { alarmId: alarm.alarmId }, body: { text: text.trim() } })
  }
  return (
    <section aria-label={say('评论', 'Comments')}>
      <h2 className="part">{say('评论', 'Comments')}</h2>
      {alarm.comments.length === 0 && <p className="quiet">{say('还没有评论。', 'No comments yet.')}</p>}
      <ul className="timeline">
        {alarm.comments.map((comment) => (
          <li key={`${comment.at} ${comment.text}`}>
            <div>{comment.text}</div>
            <div className="quiet small">
              {wallClock(comment.at)} · {comment.by}
            </div>
          </li>
        ))}
      </ul>
      {alarm.may.comment === null ? (
        <form onSubmit={send} noValidate>
          <RefusalNotice error={act.error} />
          <TextField
            label={say('写评论', 'Write a comment')}
            rows={2}
            value={text}
            onChange={setText}
            maxLength={1000}
          />
          <Button htmlType="submit" loading={act.isPending} disabled={text.trim() === ''}>
            {say('发表', 'Send')}
          </Button>
        </form>
      ) : (
        <p className="quiet small">{say(alarm.may.comment)}</p>
      )}
    </section>
  )
}

const History = ({ alarm }: { readonly alarm: AlarmView }): ReactElement => {
  const say = useSay()
  const rows: { readonly at: Instant; readonly text: string }[] = [
    { at: alarm.occurredAt, text: say('发生', 'Began') },
    { at: alarm.openedAt, text: say('报警', 'Raised') },
    ...(alarm.acknowledgedAt === null
      ? []
      : [{ at: alarm.acknowledgedAt, text: `${say('确认', 'Acknowledged')} · ${alarm.acknowledgedBy ?? ''}` }]),
    ...(alarm.disposingAt === null
      ? []
      : [{ at: alarm.disposingAt, text: `${say('开始处置', 'In hand')} · ${alarm.disposingBy ?? ''}` }]),
    ...(alarm.endedAt === null ? [] : [{ at: alarm.endedAt, text: say('自行结束', 'Over by itself') }]),
    ...(alarm.closedAt === null
      ? []
      : [
          {
            at: alarm.closedAt,
            text: `${say('关闭', 'Closed')} · ${alarm.closedBy ?? ''} · ${
              alarm.reason === null ? '' : say(closeReasonWords[alarm.reason])
            } ${alarm.reasonText}`,
          },
        ]),
    ...alarm.told.map((each) => ({
      at: each.at,
      text: `${say('通知', 'Told')} ${say(rungWords[each.rung])} ${each.whom}${
        each.repeat > 0 ? say(`(第 ${each.repeat} 次重复)`, ` (again, ${each.repeat})`) : ''
      }${each.late ? say('(延迟)', ' (late)') : ''}`,
    })),
  ].sort((a, b) => (a.at < b.at ? 1 : -1))
  return (
    <section aria-label={say('经过', 'What happened')}>
      <h2 className="part">{say('经过', 'What happened')}</h2>
      <ol className="timeline">
        {rows.map((row) => (
          <li key={`${row.at} ${row.text}`}>
            <div>{row.text}</div>
            <div className="quiet small">{wallClock(row.at)}</div>
          </li>
        ))}
      </ol>
    </section>
  )
}

const Incident = ({
  rows,
  onOpen,
}: {
  readonly rows: readonly AlarmRow[]
  readonly onOpen: (id: AlarmId) => void
}): ReactElement | null => {
  const say = useSay()
  if (rows.length === 0) return null
  return (
    <section aria-label={say('合并的报警', 'Alarms folded into it')}>
      <h2 className="part">{say('合并的报警', 'Alarms folded into it')}</h2>
      <ul>
        {rows.map((row) => (
          <li key={row.alarmId}>
            <button type="button" className="anchor-pick" onClick={() => onOpen(row.alarmId)}>
              {row.deviceName ?? row.siteName}
            </button>{' '}
            {row.text}
          </li>
        ))}
      </ul>
    </section>
  )
}

interface BodyProps {
  readonly alarm: AlarmView
  readonly minute: Instant
  readonly wanted: Act | null
  readonly onActed: () => void
  readonly onOpen: (id: AlarmId) => void
  readonly onStep: (step: 1 | -1) => void
  readonly Order: OrderDialog
}
const Body = ({ alarm, minute, wanted, onActed, onOpen, onStep, Order }: BodyProps): ReactElement => {
  const say = useSay()
  const commandText = useCommandText()
  const { message } = App.useApp()
  const [acting, setActing] = useState<Exclude<Act, 'acknowledge'> | null>(null)
  const acknowledge = useAct(acknowledgeAlarm, { onDone: () => void message.success(say('已确认', 'Acknowledged')) })
  const refusedActs = { ...alarm.may }
  const start = (act: Act) => {
    const because = refusedActs[act]
    if (because !== null) {
      void message.info(say(because))
      return
    }
    if (act !== 'acknowledge') {
      setActing(act)
      return
    }
    acknowledge.mutate(
      { params: { alarmId: alarm.alarmId }, body: { version: alarm.version, note: '' } },
      { onError: (error) => void message.error(problemFrom(error).sentence) },
    )
  }
  const begin = useRef(start)
  begin.current = start
  useEffect(() => {
    if (wanted === null) return
    begin.current(wanted)
    onActed()
  }, [wanted, onActed])
  useDrawerKeys(
    [
      { key: 'a', what: words('确认', 'Acknowledge'), run: () => start('acknowledge') },
      { key: 'd', what: words('处置', 'Dispose'), run: () => start('dispose') },
      { key: 'c', what: words('关闭', 'Close'), run: () => start('close') },
      { key: 's', what: words('暂缓', 'Snooze'), run: () => start('snooze') },
      { key: 'o', what: words('整改单', 'Order'), run: () => start('order') },
      { key: 'j', what: words('下一条', 'Next'), run: () => onStep(1) },
      { key: 'k', what: words('上一条', 'Previous'), run: () => onStep(-1) },
    ],
    acting === null,
  )
  const close = () => setActing(null)
  return (
    <div className="stack">
      <div className="row">
        <SeverityMark severity={alarm.severity} />
        <AlarmStateMark state={alarm.state} endedAt={alarm.endedAt} />
        {alarm.unverified && <span className="tag">{say('限值待核', 'limit unverified')}</span>}
        {alarm.folded > 0 && <span className="tag">{say(`合并 ${alarm.folded} 条`, `${alarm.folded} folded`)}</span>}
        {alarm.repeats > 0 && <span className="tag">{say(`重复 ${alarm.repeats} 次`, `came ${alarm.repeats}×`)}</span>}
      </div>
      <div className="row">
        <ActButton
          because={refusedActs.acknowledge}
          busy={acknowledge.isPending}
          look={{ type: 'primary' }}
          onAct={() => start('acknowledge')}
        >
          {say('确认', 'Acknowledge')}
        </ActButton>
        <ActButton because={refusedActs.dispose} onAct={() => start('dispose')}>
          {say('开始处置', 'Dispose')}
        </ActButton>
        <ActButton because={refusedActs.snooze} onAct={() => start('snooze')}>
          {say('暂缓提醒', 'Snooze')}
        </ActButton>
        {alarm.order === null ? (
          <ActButton because={refusedActs.order} onAct={() => start('order')}>
            {say('下发整改单', 'Order')}
          </ActButton>
        ) : (
          <Link to="/orders/$orderId" params={{ orderId: alarm.order.orderId }}>
            {say('整改单', 'Order')} {alarm.order.number}
          </Link>
        )}
        <ActButton because={refusedActs.close} onAct={() => start('close')}>
          {say('关闭报警', 'Close')}
        </ActButton>
      </div>
      <dl className="facts">
        <Fact name={words('工地', 'Site')}>
          <Link to="/sites/$siteId" params={{ siteId: alarm.siteId }}>
            {alarm.siteName}
          </Link>
        </Fact>
        <Fact name={words('项目', 'Project')}>
          <Link to="/projects/$projectId" params={{ projectId: alarm.projectId }}>
            {alarm.projectName}
          </Link>
        </Fact>
        {alarm.deviceId !== null && (
          <Fact name={words('设备', 'Device')}>
            <Link to="/devices/$deviceId" params={{ deviceId: alarm.deviceId }}>
              {alarm.deviceName}
            </Link>
          </Fact>
        )}
        <Fact name={words('发生时间', 'Began')}>{wallClock(alarm.occurredAt)}</Fact>
        <Fact name={words('处置期限', 'Deadline')}>
          <Deadline at={alarm.deadlineAt} overdue={alarm.overdue} minute={minute} />
        </Fact>
        <Fact name={words('已通知到', 'Told up to')}>{say(rungWords[alarm.escalation])}</Fact>
        {alarm.snoozedUntil !== null && (
          <Fact name={words('暂缓至', 'Snoozed until')}>{wallClock(alarm.snoozedUntil)}</Fact>
        )}
        <Fact name={words('规则', 'Rule')}>
          {say(alarm.ruleName)} · {say(`第 ${alarm.ruleVersion} 版`, `version ${alarm.ruleVersion}`)}
        </Fact>
      </dl>
      {say(alarm.advice) !== '' && <p className="notice">{say(alarm.advice)}</p>}
      <section aria-label={say('证据', 'Evidence')}>
        <h2 className="part">{say('证据', 'Evidence')}</h2>
        <EvidenceView alarm={alarm} minute={minute} />
        {alarm.pictures.length > 0 && (
          <>
            <h3>{say('抓拍', 'Pictures')}</h3>
            <Pictures
              pictures={alarm.pictures}
              addressOf={(sha256) => addressOf(readAlarmPicture, { alarmId: alarm.alarmId, sha256 })}
            />
          </>
        )}
      </section>
      {alarm.commands.length > 0 && (
        <section aria-label={say('联动指令', 'Orders to devices')}>
          <h2 className="part">{say('联动指令', 'Orders to devices')}</h2>
          <ul>
            {alarm.commands.map((command) => (
              <li key={command.commandId}>
                {wallClock(command.askedAt)} {command.deviceName} {commandText(command)}{' '}
                <CommandMark command={command} />
              </li>
            ))}
          </ul>
        </section>
      )}
      <Incident rows={alarm.incident} onOpen={onOpen} />
      <Comments key={alarm.alarmId} alarm={alarm} />
      <History alarm={alarm} />
      {acting === 'dispose' && <DisposeDialog alarm={alarm} onClose={close} />}
      {acting === 'close' && <CloseDialog alarm={alarm} onClose={close} />}
      {acting === 'snooze' && <SnoozeDialog alarm={alarm} onClose={close} />}
      {acting === 'order' && <Order alarm={alarm} onClose={close} />}
    </div>
  )
}

interface AlarmDrawerProps extends Omit<BodyProps, 'alarm'> {
  readonly alarmId: AlarmId
  readonly onClose: () => void
}
export const AlarmDrawer = ({ alarmId, onClose, ...rest }: AlarmDrawerProps): ReactElement => {
  const say = useSay()
  const query = useRead(readAlarm, { params: { alarmId } })
  return (
    <Drawer
      open
      onClose={onClose}
      size={680}
      className="alarm-drawer"
      title={query.data === undefined ? say('报警', 'Alarm') : `${say(query.data.ruleName)} · ${query.data.siteName}`}
    >
      <Loaded query={query}>{(alarm) => <Body key={alarm.alarmId} alarm={alarm} {...rest} />}</Loaded>
    </Drawer>
  )
}
