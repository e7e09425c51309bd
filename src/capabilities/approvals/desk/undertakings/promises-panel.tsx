/** 容缺补交、告知承诺与事后核查 on the page of a case: what was promised, what became of it, what to do now. */
import { type ReactElement, useState } from 'react'
import { addressOf } from '../../../../desk/call.ts'
import { useSay } from '../../../../desk/language.tsx'
import { holdsAny, useMe } from '../../../../desk/me.tsx'
import { useAct, useRead } from '../../../../desk/queries.ts'
import { ActButton } from '../../../../desk/ui/act-button.tsx'
import { ClockBadge } from '../../../../desk/ui/clock-badge.tsx'
import { FormDialog } from '../../../../desk/ui/form-dialog.tsx'
import { NumberField, TextField } from '../../../../desk/ui/inputs.tsx'
import { Card } from '../../../../desk/ui/page.tsx'
import type { LocalDate } from '../../../../kernel/time.ts'
import { wallClock } from '../../../../kernel/time.ts'
import {
  decideOnCommitment,
  extendDeferral,
  readCommitmentDocument,
  readUndertakings,
  reportDeferralEvent,
  supplyDeferred,
  type Undertakings,
} from '../../contract/undertakings.ts'
import type { ApplicationFile } from '../../contract.ts'
import { useItemNames } from '../form-definition.ts'
import { AfterCheckCard } from './after-check-card.tsx'
import { UncertainMark, UploadField } from './parts.tsx'

type Deferral = Undertakings['deferrals'][number]

export const PromisesPanel = ({
  file,
  onExplain,
}: {
  readonly file: ApplicationFile
  readonly onExplain: (clockId: string) => void
}): ReactElement | null => {
  const say = useSay()
  const { applicationId } = file.application
  const itemName = useItemNames()
  const { data } = useRead(readUndertakings, { params: { applicationId } })
  if (data === undefined) return null
  if (data.deferrals.length === 0 && data.commitments.length === 0) return null
  return (
    <Card title={say('容缺与承诺', 'Promises')} id="promises">
      {data.deferrals.map((deferral) => (
        <DeferralRow key={deferral.deferralId} deferral={deferral} onExplain={onExplain} />
      ))}
      {data.commitments.length > 0 && (
        <>
          <h3>{say('承诺书', 'Commitments')}</h3>
          <ul>
            {data.commitments.map((one) => (
              <li key={one.commitmentId}>
                <a
                  href={addressOf(readCommitmentDocument, { commitmentId: one.commitmentId })}
                  target="_blank"
                  rel="noreferrer"
                >
                  {one.text.split('\n')[0]} {one.itemId === null ? '' : `(${itemName(one.itemId)})`}{' '}
                  {say('(PDF,新窗口)', '(PDF, new window)')}
                </a>{' '}
                · {one.signatory} · {wallClock(one.signedAt)} · {one.textVersion}{' '}
                <code className="small" title={one.hash}>
                  {one.hash.slice(0, 12)}…
                </code>
              </li>
            ))}
          </ul>
        </>
      )}
      <AtOnce file={file} data={data} />
      {data.afterChecks.map((check) => (
        <AfterCheckCard key={check.afterCheckId} check={check} onExplain={onExplain} />
      ))}
    </Card>
  )
}

const DeferralRow = ({
  deferral,
  onExplain,
}: {
  readonly deferral: Deferral
  readonly onExplain: (clockId: string) => void
}): ReactElement => {
  const say = useSay()
  const me = useMe()
  const [open, setOpen] = useState<'supply' | 'extend' | 'event' | null>(null)
  const [uploadId, setUploadId] = useState('')
  const [days, setDays] = useState<number | null>(deferral.extensionDays)
  const [text, setText] = useState('')
  const [on, setOn] = useState('')
  const [tried, setTried] = useState(false)
  const close = () => {
    setOpen(null)
    setTried(false)
  }
  const supply = useAct(supplyDeferred, { onDone: close })
  const extend = useAct(extendDeferral, { onDone: close })
  const report = useAct(reportDeferralEvent, { onDone: close })
  const params = { deferralId: deferral.deferralId }
  const { version } = deferral
  const isOpen = deferral.state === 'running' || deferral.state === 'defaulted'
  return (
    <section aria-label={say(deferral.materialName)} style={{ marginBottom: 16 }}>
      <div className="row">
        <h3 style={{ margin: 0 }}>{say(deferral.materialName)}</h3>
        <span className="tag">{say(deferral.stateName)}</span>
        <UncertainMark certainty={deferral.certainty} />
        {deferral.clock !== null && (
          <ClockBadge clock={deferral.clock} onExplain={() => onExplain(deferral.clock?.clockId ?? '')} />
        )}
      </div>
      <p className="help">
        {say(deferral.limit)} · {deferral.basis} · {say('逾期处理', 'On default')}:
        {deferral.consequences.map((one) => say(one.name)).join('、')}
      </p>
      {deferral.extended !== null && (
        <p className="small">
          {say(`已延长${deferral.extended.days}日:`, `Extended by ${deferral.extended.days} days: `)}
          {deferral.extended.reason}
        </p>
      )}
      {deferral.holdsOutput && (
        <p className="notice bad">
          {say('逾期未补,证件暂缓交付;补齐后即可取证。', 'Not supplied in time: the output is held back until it is.')}
        </p>
      )}
      {deferral.barredUntil !== null && (
        <p className="small">
          {say(`至${deferral.barredUntil}不再适用容缺受理`, `No other deferral until ${deferral.barredUntil}`)}
        </p>
      )}
      {deferral.suppliedAt !== null && (
        <p className="small">
          {say('补齐时间', 'Supplied')} {wallClock(deferral.suppliedAt)}
        </p>
      )}
      {isOpen && (
        <div className="row">
          {holdsAny(me, 'applicant', 'clerk') && (
            <ActButton because={deferral.may['supply']} look={{ type: 'primary' }} onAct={() => setOpen('supply')}>
              {say('补交材料', 'Supply the document')}
            </ActButton>
          )}
          {holdsAny(me, 'approver') && !deferral.byEvent && (
            <ActButton because={deferral.may['extend']} onAct={() => setOpen('extend')}>
              {say('延长一次', 'Extend once')}
            </ActButton>
          )}
          {holdsAny(me, 'reviewer', 'lead', 'approver') && deferral.byEvent && (
            <ActButton because={deferral.may['event']} onAct={() => setOpen('event')}>
              {say('登记事件已发生', 'The event has come')}
            </ActButton>
          )}
        </div>
      )}
      {open === 'supply' && (
        <FormDialog
          open
          title={`${say('补交', 'Supply')}:${say(deferral.materialName)}`}
          onClose={close}
          onSubmit={() => {
            setTried(true)
            if (uploadId !== '') supply.mutate({ params, body: { version, uploadId } })
          }}
          submitLabel={say('补交', 'Supply')}
          busy={supply.isPending}
          error={supply.error}
        >
          <UploadField label={say('文件', 'File')} onUploaded={setUploadId} />
          <p className="fault">{tried && uploadId === '' ? say('请先上传文件。', 'Upload the file first.') : ''}</p>
        </FormDialog>
      )}
      {open === 'extend' && (
        <FormDialog
          open
          title={say('延长补交时限', 'Extend the time to supply')}
          onClose={close}
          onSubmit={() => {
            setTried(true)
            if (days !== null && text.trim() !== '') extend.mutate({ params, body: { version, days, reason: text } })
          }}
          submitLabel={say('批准延长', 'Extend')}
          busy={extend.isPending}
          error={extend.error}
        >
          <NumberField
            label={say('延长天数', 'Days')}
            value={days}
            onChange={setDays}
            min={1}
            max={deferral.extensionDays ?? 60}
            whole
            required
          />
          <TextField
            label={say('理由(告知申请人)', 'Reason (told to the applicant)')}
            value={text}
            onChange={setText}
            rows={3}
            maxLength={1000}
            required
            fault={tried && text.trim() === '' ? say('请写明理由。', 'Give the reason.') : undefined}
          />
        </FormDialog>
      )}
      {open === 'event' && (
        <FormDialog
          open
          danger
          title={say('登记约定的事件已发生', 'Enter that the event has come')}
          onClose={close}
          onSubmit={() => {
            setTried(true)
            if (on !== '' && text.trim() !== '')
              report.mutate({ params, body: { version, occurredOn: on as LocalDate, basis: text } })
          }}
          submitLabel={say('登记,按逾期处理', 'Enter: not supplied in time')}
          busy={report.isPending}
          error={report.error}
        >
          <p>
            {say(
              '登记后,未补齐的材料即为逾期,按承诺的处理办法执行。',
              'What is not there then counts as not supplied in time, with the consequences agreed.',
            )}
          </p>
          <TextField
            label={say('发生日期', 'Day')}
            type="date"
            value={on}
            onChange={setOn}
            required
            fault={tried && on === '' ? say('请选择日期。', 'Choose the day.') : undefined}
          />
          <TextField
            label={say('依据', 'Basis')}
            value={text}
            onChange={setText}
            maxLength={500}
            required
            fault={tried && text.trim() === '' ? say('请写明依据。', 'Give the basis.') : undefined}
          />
        </FormDialog>
      )}
    </section>
  )
}

/** Deciding at once what was applied for by commitment. */
const AtOnce = ({
  file,
  data,
}: {
  readonly file: ApplicationFile
  readonly data: Undertakings
}): ReactElement | null => {
  const say = useSay()
  const me = useMe()
  const [open, setOpen] = useState<ApplicationFile['itemRuns'][number] | null>(null)
  const [text, setText] = useState('')
  const [tried, setTried] = useState(false)
  const act = useAct(decideOnCommitment, { onDone: () => setOpen(null) })
  const signed = new Set(data.commitments.flatMap((one) => (one.itemId === null ? [] : [one.itemId])))
  const runs = file.itemRuns.filter(
    (run) =>
      run.state === 'handling' &&
      signed.has(run.itemId) &&
      me.roles.some((held) => held.role === 'approver' && held.department === run.department),
  )
  if (runs.length === 0) return null
  return (
    <div className="row">
      {runs.map((run) => (
        <ActButton key={run.itemRunId} because={null} look={{ type: 'primary' }} onAct={() => setOpen(run)}>
          {say('当场决定', 'Decide at once')}:{say(run.itemName)}
        </ActButton>
      ))}
      {open !== null && (
        <FormDialog
          open
          title={`${say('告知承诺件当场决定', 'Decision on a commitment')}:${say(open.itemName)}`}
          onClose={() => setOpen(null)}
          onSubmit={() => {
            setTried(true)
            if (text.trim() !== '')
              act.mutate({ params: { itemRunId: open.itemRunId }, body: { version: open.version, text } })
          }}
          submitLabel={say('准予许可', 'Approve')}
          busy={act.isPending}
          error={act.error}
        >
          <p>
            {say(
              '申请人已以承诺代替证明。决定作出后系统自动建立事后核查任务。',
              'The applicant promised instead of proving. A check afterwards is opened by the decision.',
            )}
          </p>
          <TextField
            label={say('决定内容', 'Text of the decision')}
            value={text}
            onChange={setText}
            rows={4}
            maxLength={4000}
            required
            fault={tried && text.trim() === '' ? say('请写明决定内容。', 'Give the text.') : undefined}
          />
        </FormDialog>
      )}
    </div>
  )
}
