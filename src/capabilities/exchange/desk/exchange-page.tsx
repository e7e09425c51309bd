/** 数据共享交换: what is reported, what is wrong with it, and sending it again. */
import { Button, Input, Select, Tabs } from 'antd'
import { type ReactElement, useId, useState } from 'react'
import { z } from 'zod'
import { useFilters } from '../../../desk/filters.ts'
import { useSay } from '../../../desk/language.tsx'
import { useAct, useRead } from '../../../desk/queries.ts'
import { CaseTable } from '../../../desk/ui/case-table.tsx'
import { FormDialog } from '../../../desk/ui/form-dialog.tsx'
import { Loaded } from '../../../desk/ui/loaded.tsx'
import { Page } from '../../../desk/ui/page.tsx'
import { RefusalNotice } from '../../../desk/ui/refusal-notice.tsx'
import { needsVerification } from '../../../kernel/sourced.ts'
import { wallClock } from '../../../kernel/time.ts'
import { type Words, words } from '../../../kernel/words.ts'
import {
  type ExchangeMessageId,
  type ExchangeState,
  exchangeStateSchema,
  exchangeStates,
  listCodes,
  listExchangeMessages,
  mapCode,
  readExchange,
  readExchangeMessage,
  resendExchangeMessage,
  resendFailed,
} from '../contract.ts'

export const exchangeStateWords: Readonly<Record<ExchangeState, Words>> = {
  waiting: words('待报送', 'Waiting'),
  sent: words('已报送', 'Sent'),
  faulty: words('数据有误', 'Faulty'),
  rejected: words('对方退回', 'Rejected'),
  superseded: words('已被替代', 'Superseded'),
}
const targetWords = {
  'other-side': words('已连接对方交换库', 'Connected to the other side'),
  'stand-in': words('写入本机的模拟交换库(未连接对方)', 'A stand-in on this server'),
  none: words('未配置交换库,数据保留在台账中', 'No exchange database: rows wait'),
} as const
const setWords = {
  item: words('事项', 'Item'),
  department: words('部门', 'Department'),
  investor: words('投资来源', 'Investor'),
  land: words('土地获取方式', 'Land'),
  party: words('参建单位类型', 'Party'),
} as const

const search = z.object({
  state: exchangeStateSchema.optional().catch(undefined),
  table: z.string().max(60).optional().catch(undefined),
  after: z.string().max(400).optional().catch(undefined),
  tab: z.enum(['ledger', 'codes']).optional().catch(undefined),
})

const Unverified = (): ReactElement => {
  const say = useSay()
  return <span className="tag">{say('待核', 'unverified')}</span>
}

const MessageDialog = (props: { readonly id: ExchangeMessageId; readonly onClose: () => void }): ReactElement => {
  const say = useSay()
  const read = useRead(readExchangeMessage, { params: { messageId: props.id } })
  const resend = useAct(resendExchangeMessage, { onDone: props.onClose })
  return (
    <FormDialog
      title={say('报送数据', 'Reported row')}
      open
      width={760}
      onClose={props.onClose}
      onSubmit={() => resend.mutate({ params: { messageId: props.id }, body: {} })}
      submitLabel={say('重新报送', 'Send again')}
      busy={resend.isPending}
      error={resend.error}
    >
      <Loaded query={read}>
        {(message) => (
          <>
            <p>
              {message.tableName} · {message.subject} · {say(exchangeStateWords[message.state])} ·{' '}
              {say(`已尝试${message.attempts}次`, `${message.attempts} tries`)}
            </p>
            {message.error !== null && <p className="fault">{message.error}</p>}
            {message.faults.map((fault) => (
              <p className="fault" key={fault.field}>
                {fault.message}
              </p>
            ))}
            <table className="cases">
              <caption className="hidden">{say('字段', 'Fields')}</caption>
              <thead>
                <tr>
                  <th scope="col">{say('字段', 'Field')}</th>
                  <th scope="col">{say('名称', 'Name')}</th>
                  <th scope="col">{say('内容', 'Value')}</th>
                </tr>
              </thead>
              <tbody>
                {message.fields.map((field) => (
                  <tr key={field.name}>
                    <th scope="row">{field.name}</th>
                    <td>
                      {field.zh}
                      {field.required && ' *'} {needsVerification(field.certainty) && <Unverified />}
                    </td>
                    <td>{field.value ?? '—'}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </>
        )}
      </Loaded>
    </FormDialog>
  )
}

const Ledger = (): ReactElement => {
  const say = useSay()
  const id = useId()
  const [filters, change] = useFilters(search)
  const [open, setOpen] = useState<ExchangeMessageId | null>(null)
  const overview = useRead(readExchange, {})
  const list = useRead(
    listExchangeMessages,
    { query: { state: filters.state, table: filters.table, after: filters.after, limit: 50 } },
    { keep: true },
  )
  const all = useAct(resendFailed)
  const rejected = overview.data?.counts.rejected ?? 0
  return (
    <>
      <Loaded query={overview}>
        {(data) => (
          <div className="card">
            <p>
              {data.standard.title} {data.standard.version}{' '}
              {needsVerification(data.standard.certainty) && <Unverified />}
              <br />
              <span className="quiet">{data.standard.note}</span>
            </p>
            <p>{say(targetWords[data.target])}</p>
            <p className="row">
              {exchangeStates.map((state) => (
                <span key={state} className="tag">
                  {say(exchangeStateWords[state])} {data.counts[state] ?? 0}
                </span>
              ))}
            </p>
          </div>
        )}
      </Loaded>
      <RefusalNotice error={all.error} />
      <div className="row" style={{ margin: '12px 0' }} role="search">
        <label htmlFor={`${id}-state`}>{say('状态', 'State')}</label>
        <Select
          id={`${id}-state`}
          style={{ width: 140 }}
          value={filters.state ?? ''}
          onChange={(state: ExchangeState | '') => change({ state: state === '' ? undefined : state })}
          options={[
            { value: '' as const, label: say('全部', 'All') },
            ...exchangeStates.map((state) => ({ value: state, label: say(exchangeStateWords[state]) })),
          ]}
        />
        <label htmlFor={`${id}-table`}>{say('数据表', 'Table')}</label>
        <Select
          id={`${id}-table`}
          style={{ width: 300 }}
          value={filters.table ?? ''}
          onChange={(table: string) => change({ table: table === '' ? undefined : table })}
          options={[
            { value: '', label: say('全部', 'All') },
            ...(overview.data?.tables ?? []).map((table) => ({ value: table.table, label: table.tableName })),
          ]}
        />
        <Button
          disabled={rejected === 0}
          loading={all.isPending}
          onClick={() => all.mutate({ body: filters.table === undefined ? {} : { table: filters.table } })}
        >
          {say(`重新报送全部被退回的数据(${rejected})`, `Send all rejected again (${rejected})`)}
        </Button>
      </div>
      <Loaded query={list}>
        {(data) => (
          <CaseTable
            label={say('报送台账', 'Ledger')}
            rows={data.rows}
            keyOf={(row) => row.messageId}
            keys
            empty={words('没有符合条件的报送数据。', 'No such row.')}
            columns={[
              {
                title: words('数据表', 'Table'),
                heads: true,
                show: (row) => (
                  <Button type="link" style={{ padding: 0 }} onClick={() => setOpen(row.messageId)}>
                    {row.tableName}
                  </Button>
                ),
              },
              {
                title: words('对象', 'About'),
                show: (row) => row.subject,
              },
              { title: words('状态', 'State'), whole: true, show: (row) => say(exchangeStateWords[row.state]) },
              {
                title: words('问题', 'Trouble'),
                show: (row) => row.error ?? (row.faults.map((fault) => fault.message).join(';') || '—'),
              },
              { title: words('生成时间', 'Composed'), whole: true, show: (row) => wallClock(row.composedAt) },
              {
                title: words('报送时间', 'Sent'),
                whole: true,
                show: (row) => (row.sentAt === null ? '—' : wallClock(row.sentAt)),
              },
            ]}
            next={data.next}
            isLaterPage={filters.after !== undefined}
          />
        )}
      </Loaded>
      {open !== null && <MessageDialog id={open} onClose={() => setOpen(null)} />}
    </>
  )
}

type CodeSet = keyof typeof setWords
const CodeDialog = (props: { readonly onClose: () => void }): ReactElement => {
  const say = useSay()
  const id = useId()
  const [set, setSet] = useState<CodeSet>('item')
  const [values, setValues] = useState({ ours: '', theirs: '', name: '', basis: '' })
  const save = useAct(mapCode, { onDone: props.onClose })
  const input = (name: keyof typeof values, label: string) => (
    <div className="field">
      <label htmlFor={`${id}-${name}`}>{label}</label>
      <Input
        id={`${id}-${name}`}
        value={values[name]}
        onChange={(event) => setValues({ ...values, [name]: event.target.value })}
      />
    </div>
  )
  return (
    <FormDialog
      title={say('登记代码对照', 'Map a code')}
      open
      onClose={props.onClose}
      onSubmit={() => save.mutate({ body: { set, ...values } })}
      submitLabel={say('保存', 'Save')}
      busy={save.isPending}
      error={save.error}
    >
      <div className="field">
        <label htmlFor={`${id}-set`}>{say('代码类别', 'List')}</label>
        <Select
          id={`${id}-set`}
          style={{ width: '100%' }}
          value={set}
          onChange={(value: CodeSet) => setSet(value)}
          options={(Object.keys(setWords) as CodeSet[]).map((value) => ({ value, label: say(setWords[value]) }))}
        />
      </div>
      {input('ours', say('本平台代码', 'Our code'))}
      {input('theirs', say('对方代码', 'Their code'))}
      {input('name', say('名称', 'Name'))}
      {input('basis', say('依据(下发代码表的文件名和日期)', 'Basis'))}
    </FormDialog>
  )
}

const Codes = (): ReactElement => {
  const say = useSay()
  const [adding, setAdding] = useState(false)
  const list = useRead(listCodes, {})
  return (
    <>
      <p className="quiet">
        {say(
          '没有对照的代码按本平台代码报送。取得下发的代码表后在此登记,自登记当日起生效。',
          'Codes without a mapping are reported as ours.',
        )}
      </p>
      <p>
        <Button type="primary" onClick={() => setAdding(true)}>
          {say('登记代码对照', 'Map a code')}
        </Button>
      </p>
      <Loaded query={list}>
        {(data) => (
          <CaseTable
            label={say('代码对照', 'Codes')}
            rows={data.codes}
            keyOf={(row) => `${row.set} ${row.ours}`}
            columns={[
              {
                title: words('类别', 'List'),
                show: (row) => say(setWords[row.set as CodeSet] ?? words(row.set, row.set)),
              },
              { title: words('本平台代码', 'Ours'), heads: true, show: (row) => row.ours },
              { title: words('对方代码', 'Theirs'), show: (row) => row.theirs },
              { title: words('名称', 'Name'), show: (row) => row.name },
              {
                title: words('来源', 'Source'),
                show: (row) =>
                  row.from === null ? (
                    needsVerification(row.certainty) ? (
                      <Unverified />
                    ) : (
                      say('标准数据', 'Data file')
                    )
                  ) : (
                    say(`${row.from}起`, `from ${row.from}`)
                  ),
              },
            ]}
          />
        )}
      </Loaded>
      {adding && <CodeDialog onClose={() => setAdding(false)} />}
    </>
  )
}

export const ExchangePage = (): ReactElement => {
  const say = useSay()
  const [filters, change] = useFilters(search)
  return (
    <Page title={say('数据共享交换', 'Data exchange')}>
      <Tabs
        activeKey={filters.tab ?? 'ledger'}
        onChange={(tab) => change({ tab: tab === 'codes' ? 'codes' : undefined })}
        items={[
          { key: 'ledger', label: say('报送台账', 'Ledger'), children: <Ledger /> },
          { key: 'codes', label: say('代码对照', 'Codes'), children: <Codes /> },
        ]}
      />
    </Page>
  )
}
