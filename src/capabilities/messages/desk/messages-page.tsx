/** 消息: what I was told, unread first in sight, each with the way to the file. */
import { Link, useNavigate } from '@tanstack/react-router'
import { Button, Checkbox, Select } from 'antd'
import { type ReactElement, useId } from 'react'
import { useFilters } from '../../../desk/filters.ts'
import { useSay } from '../../../desk/language.tsx'
import { useAct, useRead } from '../../../desk/queries.ts'
import { CaseTable } from '../../../desk/ui/case-table.tsx'
import { LinkButton } from '../../../desk/ui/link-button.tsx'
import { Loaded } from '../../../desk/ui/loaded.tsx'
import { Page } from '../../../desk/ui/page.tsx'
import { RefusalNotice } from '../../../desk/ui/refusal-notice.tsx'
import { SearchInput } from '../../../desk/ui/search-input.tsx'
import { wallClock } from '../../../kernel/time.ts'
import { words } from '../../../kernel/words.ts'
import { listMessages, type MessageView, markRead } from '../contract.ts'
import { type Topic, topics, topicWords, wayWords } from '../model/topics.ts'
import { messageSearch } from './search.ts'
import { deliveryStateWords } from './words.tsx'

const addressOf = (link: NonNullable<MessageView['link']>): string => {
  switch (link.page) {
    case 'application':
      return `/applications/${link.id}`
    case 'project':
      return `/projects/${link.id}`
    case 'alarm':
      return '/alarms'
    case 'order':
      return `/orders/${link.id}`
    case 'bim-model':
      return `/bim/models/${link.id}`
    case 'bim-check':
      return `/bim/checks/${link.id}`
    case 'bim-conflict':
      return `/bim/conflicts/${link.id}`
    case 'grants':
      return '/people'
    default:
      return `/${link.page}`
  }
}

/** An alarm opens beside the list of alarms. */
const searchOf = (link: NonNullable<MessageView['link']>): { readonly alarm?: string } =>
  link.page === 'alarm' ? { alarm: link.id } : {}

const Deliveries = ({ message }: { readonly message: MessageView }): ReactElement => {
  const say = useSay()
  if (message.deliveries.length === 0) return <>—</>
  return (
    <ul className="plain-list small">
      {message.deliveries.map((each) => (
        <li key={`${each.channel}${each.address}`}>
          {say(wayWords[each.channel])} {each.address} · {say(deliveryStateWords[each.state])}
        </li>
      ))}
    </ul>
  )
}

export const MessagesPage = (): ReactElement => {
  const say = useSay()
  const id = useId()
  const navigate = useNavigate()
  const [filters, change] = useFilters(messageSearch)
  const list = useRead(listMessages, { query: { ...filters, limit: 50 } }, { keep: true })
  const read = useAct(markRead)
  const open = (message: MessageView) => {
    if (message.readAt === null) read.mutate({ body: { messageIds: [message.messageId] } })
    if (message.link !== null) void navigate({ to: addressOf(message.link), search: searchOf(message.link) })
  }
  return (
    <Page
      title={say('消息', 'Messages')}
      beside={
        list.data === undefined ? null : (
          <span className="tag" role="status">
            {say(`未读 ${list.data.unread}`, `${list.data.unread} unread`)}
          </span>
        )
      }
      actions={
        <>
          <LinkButton to="/messages/settings">{say('消息设置', 'Settings')}</LinkButton>
          <Button
            loading={read.isPending}
            onClick={() =>
              read.mutate({ body: { all: true, ...(filters.topic === undefined ? {} : { topic: filters.topic }) } })
            }
          >
            {filters.topic === undefined
              ? say('全部标为已读', 'Mark all read')
              : say('本类全部标为已读', 'Mark these read')}
          </Button>
        </>
      }
    >
      <RefusalNotice error={read.error} />
      <div className="row" style={{ marginBottom: 12 }} role="search">
        <label htmlFor={`${id}-topic`}>{say('类别', 'Topic')}</label>
        <Select
          id={`${id}-topic`}
          style={{ width: 220, maxWidth: '100%' }}
          value={filters.topic ?? ''}
          onChange={(topic: Topic | '') => change({ topic: topic === '' ? undefined : topic })}
          options={[
            { value: '' as const, label: say('全部类别', 'All topics') },
            ...topics.map((topic) => ({ value: topic, label: say(topicWords[topic]) })),
          ]}
        />
        <Checkbox
          checked={filters.unread === true}
          onChange={(event) => change({ unread: event.target.checked ? true : undefined })}
        >
          {say('只看未读', 'Unread only')}
        </Checkbox>
        <label htmlFor={`${id}-search`}>{say('查找', 'Search')}</label>
        <SearchInput id={`${id}-search`} width={260} value={filters.search} onSearch={(search) => change({ search })} />
        <Link to="/messages/rules">{say('什么事通知谁', 'Who is told what')}</Link>
      </div>
      <Loaded query={list}>
        {(data) => (
          <CaseTable
            label={say('消息列表', 'Messages')}
            rows={data.rows}
            keyOf={(row) => row.messageId}
            keys
            empty={words('没有消息。', 'No messages.')}
            columns={[
              {
                title: words('消息', 'Message'),
                heads: true,
                show: (row) => (
                  <>
                    <button
                      type="button"
                      className="anchor-pick"
                      style={{ fontWeight: row.readAt === null ? 700 : 400, textAlign: 'start' }}
                      onClick={() => open(row)}
                    >
                      {row.readAt === null && <span className="tag">{say('未读', 'Unread')}</span>} {say(row.title)}
                    </button>
                    <div className="small" style={{ fontWeight: 400, whiteSpace: 'pre-line' }}>
                      {say(row.text)}
                    </div>
                  </>
                ),
              },
              {
                title: words('类别', 'Topic'),
                whole: true,
                show: (row) => (
                  <>
                    {say(topicWords[row.topic])}
                    {row.statutory && <div className="small">{say('法定告知', 'Required by law')}</div>}
                  </>
                ),
              },
              {
                title: words('时间', 'When'),
                whole: true,
                show: (row) => <time dateTime={row.occurredAt}>{wallClock(row.occurredAt)}</time>,
              },
              { title: words('外发', 'Sent out'), show: (row) => <Deliveries message={row} /> },
              {
                title: words('处理', 'Action'),
                show: (row) =>
                  row.readAt === null ? (
                    <Button onClick={() => read.mutate({ body: { messageIds: [row.messageId] } })}>
                      {say('标为已读', 'Mark read')}
                      <span className="hidden">{say(row.title)}</span>
                    </Button>
                  ) : (
                    <span className="small">
                      {say('已读', 'Read')} {wallClock(row.readAt)}
                    </span>
                  ),
              },
            ]}
            next={data.next}
            isLaterPage={filters.after !== undefined}
          />
        )}
      </Loaded>
    </Page>
  )
}
