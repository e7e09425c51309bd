/** 信用记录: entered, proposed, confirmed, lifted; an applicant sees its own and may answer. */
import { Select } from 'antd'
import { type ReactElement, useId, useState } from 'react'
import { z } from 'zod'
import { useFilters } from '../../../../desk/filters.ts'
import { useSay } from '../../../../desk/language.tsx'
import { holdsAny, useMe } from '../../../../desk/me.tsx'
import { useAct, useRead } from '../../../../desk/queries.ts'
import { ActButton } from '../../../../desk/ui/act-button.tsx'
import { CaseTable } from '../../../../desk/ui/case-table.tsx'
import { FormDialog } from '../../../../desk/ui/form-dialog.tsx'
import { TextField } from '../../../../desk/ui/inputs.tsx'
import { Loaded } from '../../../../desk/ui/loaded.tsx'
import { Page } from '../../../../desk/ui/page.tsx'
import type { LocalDate } from '../../../../kernel/time.ts'
import { wallClock } from '../../../../kernel/time.ts'
import { words } from '../../../../kernel/words.ts'
import { listOrganisations } from '../../../people/contract.ts'
import {
  answerCredit,
  type CreditRecordView,
  creditStates,
  decideCredit,
  enterCredit,
  liftCredit,
  listCredit,
} from '../../contract/credit.ts'
import { creditStateWords } from '../../model/undertakings.ts'

const search = z.object({
  state: z.enum(creditStates).optional().catch(undefined),
  text: z.string().max(100).optional().catch(undefined),
  after: z.string().max(400).optional(),
})

export const CreditPage = (): ReactElement => {
  const say = useSay()
  const me = useMe()
  const id = useId()
  const [filters, change] = useFilters(search)
  const [entering, setEntering] = useState(false)
  const records = useRead(
    listCredit,
    { query: { state: filters.state, text: filters.text, after: filters.after, limit: 50 } },
    { keep: true },
  )
  return (
    <Page
      title={say('信用记录', 'Credit records')}
      actions={
        holdsAny(me, 'clerk', 'administrator') ? (
          <ActButton because={null} look={{ type: 'primary' }} onAct={() => setEntering(true)}>
            {say('登记失信记录', 'Enter a record')}
          </ActButton>
        ) : undefined
      }
    >
      <p className="quiet">
        {say(
          '系统只会提请记入,须经人工确认才生效,不在此公开。生效记录影响容缺受理和告知承诺的适用。',
          'The system only proposes; a person confirms. Nothing is published here. Records in force bar deferrals and commitments.',
        )}
      </p>
      <div className="row" style={{ marginBottom: 12 }}>
        <label htmlFor={id}>{say('状态', 'State')}</label>
        <Select
          id={id}
          style={{ width: 180 }}
          value={filters.state ?? ''}
          onChange={(value: string) => change({ state: creditStates.find((state) => state === value) })}
          options={[
            { value: '', label: say('全部', 'All') },
            ...creditStates.map((state) => ({ value: state, label: say(creditStateWords[state]) })),
          ]}
        />
      </div>
      <Loaded query={records}>
        {(data) => (
          <CaseTable
            label={say('信用记录', 'Credit records')}
            rows={data.rows}
            keyOf={(row) => row.creditRecordId}
            columns={[
              { title: words('单位', 'Organisation'), heads: true, show: (row) => row.organisationName },
              { title: words('类别', 'Kind'), show: (row) => say(row.kindName) },
              {
                title: words('依据', 'Basis'),
                show: (row) => (
                  <>
                    {row.basis}
                    {row.answer !== null && (
                      <div className="small">
                        {say('申辩', 'Answer')}:{row.answer}
                      </div>
                    )}
                    {row.settledBasis !== null && <div className="small">{row.settledBasis}</div>}
                  </>
                ),
              },
              { title: words('起止', 'From – to'), show: (row) => `${row.from} – ${row.to ?? say('未定', 'open')}` },
              {
                title: words('状态', 'State'),
                show: (row) => (
                  <>
                    {say(row.stateName)}
                    <div className="small quiet">
                      {row.enteredBy} {wallClock(row.enteredAt)}
                    </div>
                  </>
                ),
              },
              { title: words('操作', 'Actions'), show: (row) => <RecordActions record={row} /> },
            ]}
            next={data.next}
            isLaterPage={filters.after !== undefined}
            empty={words('没有信用记录。', 'There is no credit record.')}
          />
        )}
      </Loaded>
      {entering && <EnterDialog onClose={() => setEntering(false)} />}
    </Page>
  )
}

const RecordActions = ({ record }: { readonly record: CreditRecordView }): ReactElement => {
  const say = useSay()
  const me = useMe()
  const [open, setOpen] = useState<'confirm' | 'dismiss' | 'lift' | 'answer' | null>(null)
  const [text, setText] = useState('')
  const [tried, setTried] = useState(false)
  const close = () => {
    setOpen(null)
    setText('')
    setTried(false)
  }
  const decide = useAct(decideCredit, { onDone: close })
  const lift = useAct(liftCredit, { onDone: close })
  const answer = useAct(answerCredit, { onDone: close })
  const params = { creditRecordId: record.creditRecordId }
  const { version } = record
  const tooShort = text.trim().length < (open === 'answer' ? 1 : 4)
  const submit = () => {
    setTried(true)
    if (tooShort) return
    if (open === 'lift') lift.mutate({ params, body: { version, basis: text } })
    else if (open === 'answer') answer.mutate({ params, body: { version, text } })
    else decide.mutate({ params, body: { version, confirm: open === 'confirm', basis: text } })
  }
  const titles = {
    confirm: say('确认记入', 'Confirm'),
    dismiss: say('不予记入', 'Dismiss'),
    lift: say('核销', 'Lift'),
    answer: say('陈述、申辩', 'Answer'),
  }
  return (
    <div className="row">
      {holdsAny(me, 'supervisor', 'administrator') && record.state === 'proposed' && (
        <>
          <ActButton because={record.may['decide']} look={{ size: 'small' }} onAct={() => setOpen('confirm')}>
            {titles.confirm}
          </ActButton>
          <ActButton because={record.may['decide']} look={{ size: 'small' }} onAct={() => setOpen('dismiss')}>
            {titles.dismiss}
          </ActButton>
        </>
      )}
      {holdsAny(me, 'clerk', 'administrator') && record.state === 'in-force' && (
        <ActButton because={record.may['lift']} look={{ size: 'small' }} onAct={() => setOpen('lift')}>
          {titles.lift}
        </ActButton>
      )}
      {holdsAny(me, 'applicant') && (record.state === 'proposed' || record.state === 'in-force') && (
        <ActButton because={record.may['answer']} look={{ size: 'small' }} onAct={() => setOpen('answer')}>
          {titles.answer}
        </ActButton>
      )}
      {open !== null && (
        <FormDialog
          open
          title={`${titles[open]}:${record.organisationName}`}
          onClose={close}
          onSubmit={submit}
          submitLabel={titles[open]}
          busy={decide.isPending || lift.isPending || answer.isPending}
          error={decide.error ?? lift.error ?? answer.error}
        >
          <TextField
            label={open === 'answer' ? say('申辩内容', 'Your answer') : say('依据', 'Basis')}
            value={text}
            onChange={setText}
            rows={3}
            maxLength={1000}
            required
            fault={
              tried && tooShort
                ? open === 'answer'
                  ? say('请填写申辩内容。', 'Write your answer.')
                  : say('请写明依据(至少4个字)。', 'Give the basis (4 characters at least).')
                : undefined
            }
          />
        </FormDialog>
      )}
    </div>
  )
}

const EnterDialog = ({ onClose }: { readonly onClose: () => void }): ReactElement => {
  const say = useSay()
  const id = useId()
  const [text, setText] = useState('')
  const [organisationId, setOrganisation] = useState('')
  const [basis, setBasis] = useState('')
  const [from, setFrom] = useState('')
  const [to, setTo] = useState('')
  const [tried, setTried] = useState(false)
  const found = useRead(listOrganisations, { query: { search: text === '' ? undefined : text, limit: 20 } })
  const act = useAct(enterCredit, { onDone: onClose })
  const tooShort = say('请写明认定机关和文号(至少4个字)。', 'Name authority and number (4 characters at least).')
  const missing = (empty: boolean) => (tried && empty ? say('请填写此项。', 'Fill this in.') : undefined)
  return (
    <FormDialog
      open
      title={say('登记失信记录', 'Enter a record')}
      onClose={onClose}
      onSubmit={() => {
        setTried(true)
        if (organisationId === '' || basis.trim().length < 4 || from === '') return
        act.mutate({
          body: {
            organisationId: organisationId as never,
            basis,
            from: from as LocalDate,
            to: to === '' ? null : (to as LocalDate),
          },
        })
      }}
      submitLabel={say('登记', 'Enter')}
      busy={act.isPending}
      error={act.error}
    >
      <div className="field">
        <label htmlFor={id}>{say('单位', 'Organisation')}</label>
        <Select
          id={id}
          style={{ width: '100%' }}
          value={organisationId === '' ? null : organisationId}
          showSearch={{ filterOption: false, onSearch: setText }}
          placeholder={say('输入名称查找', 'Search by name')}
          onChange={setOrganisation}
          options={(found.data?.rows ?? []).map((one) => ({ value: one.id, label: one.name }))}
        />
        <p className="fault">{missing(organisationId === '') ?? ''}</p>
      </div>
      <TextField
        label={say('依据(认定机关、文号)', 'Basis (authority, number)')}
        value={basis}
        onChange={setBasis}
        rows={3}
        maxLength={1000}
        required
        fault={tried && basis.trim().length < 4 ? tooShort : undefined}
      />
      <TextField
        label={say('起始日期', 'From')}
        type="date"
        value={from}
        onChange={setFrom}
        required
        fault={missing(from === '')}
      />
      <TextField label={say('截止日期(可空)', 'To (may be empty)')} type="date" value={to} onChange={setTo} />
    </FormDialog>
  )
}
