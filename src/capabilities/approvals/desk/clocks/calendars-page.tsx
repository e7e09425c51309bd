/** 工作日历: every version with its source and what it changed; notices on their way into force. */
import { type ReactElement, useState } from 'react'
import type { z } from 'zod'
import { useSay } from '../../../../desk/language.tsx'
import { useAct, useRead } from '../../../../desk/queries.ts'
import { ActButton } from '../../../../desk/ui/act-button.tsx'
import { FormDialog } from '../../../../desk/ui/form-dialog.tsx'
import { ChoiceField, TextField } from '../../../../desk/ui/inputs.tsx'
import { Loaded } from '../../../../desk/ui/loaded.tsx'
import { Card, Page } from '../../../../desk/ui/page.tsx'
import { needsVerification } from '../../../../kernel/sourced.ts'
import { wallClock } from '../../../../kernel/time.ts'
import {
  type calendarProposalSchema,
  type calendarVersionSchema,
  decideCalendar,
  listCalendars,
  readCalendarEffect,
} from '../../contract/clocks.ts'
import { DayChanges, EffectView } from './effect-view.tsx'
import { NoticeDialog } from './notice-dialog.tsx'

type Proposal = z.infer<typeof calendarProposalSchema>
type Version = z.infer<typeof calendarVersionSchema>

export const CalendarsPage = (): ReactElement => {
  const say = useSay()
  const list = useRead(listCalendars, {})
  const [loading, setLoading] = useState(false)
  const [deciding, setDeciding] = useState<Proposal | null>(null)
  const current = list.data?.versions.find((version) => version.current)
  const firstOpen = current?.years.find((year) => year.provisional)?.year ?? (current?.years.at(-1)?.year ?? 2026) + 1
  return (
    <Page
      title={say('工作日历', 'Working calendars')}
      actions={
        list.data === undefined ? undefined : (
          <ActButton because={list.data.mayPropose} onAct={() => setLoading(true)} look={{ type: 'primary' }}>
            {say('载入放假通知', 'Load a notice')}
          </ActButton>
        )
      }
    >
      <Loaded query={list}>
        {(data) => (
          <div className="stack">
            {data.proposals.length > 0 && (
              <Card title={say('通知', 'Notices')}>
                {data.proposals.map((proposal) => (
                  <ProposalRow key={proposal.proposalId} proposal={proposal} onDecide={() => setDeciding(proposal)} />
                ))}
              </Card>
            )}
            {data.versions.map((version) => (
              <VersionCard key={version.version} version={version} />
            ))}
          </div>
        )}
      </Loaded>
      {loading && <NoticeDialog year={firstOpen} onClose={() => setLoading(false)} />}
      {deciding !== null && <DecideDialog proposal={deciding} onClose={() => setDeciding(null)} />}
    </Page>
  )
}

const ProposalRow = ({
  proposal,
  onDecide,
}: {
  readonly proposal: Proposal
  readonly onDecide: () => void
}): ReactElement => {
  const say = useSay()
  const state = {
    proposed: say('待核对发布', 'Waiting'),
    published: say('已发布', 'Published'),
    rejected: say('已退回', 'Rejected'),
  }[proposal.state]
  return (
    <section aria-label={`${proposal.year} ${state}`} style={{ marginBottom: 12 }}>
      <h3>
        {proposal.year} · {proposal.notice.basis} <span className="tag">{state}</span>
      </h3>
      <p className="small quiet">
        {say('载入', 'Loaded')}:{proposal.proposedBy} {wallClock(proposal.proposedAt)}
        {proposal.decidedAt !== null &&
          ` · ${say('核对', 'Decided')}:${proposal.decidedBy ?? ''} ${wallClock(proposal.decidedAt)}`}
        {proposal.remark !== null && ` · ${proposal.remark}`}
      </p>
      {proposal.state === 'published' && (
        <p className="small">
          {proposal.moved === null
            ? say('正在重算在办件的期限…', 'Open files are being recomputed…')
            : say(
                `在办件已重算,共 ${proposal.moved} 个时限;每个变动都记入办件时间线,已办结件不重算。`,
                `${proposal.moved} open clocks recomputed; each change stands in its file. Closed files never move.`,
              )}
        </p>
      )}
      {proposal.state === 'proposed' && (
        <ActButton because={proposal.mayDecide} onAct={onDecide}>
          {say('核对并发布或退回', 'Check, publish or reject')}
        </ActButton>
      )}
    </section>
  )
}

const VersionCard = ({ version }: { readonly version: Version }): ReactElement => {
  const say = useSay()
  return (
    <Card
      title={version.cause}
      beside={version.current ? <span className="tag">{say('现行', 'in force')}</span> : undefined}
    >
      <p className="small quiet">
        {say('启用', 'In force from')} {wallClock(version.inForceFrom)} · <code>{version.version}</code>
      </p>
      <ul>
        {version.years.map((year) => (
          <li key={year.year}>
            {year.year}:{year.basis}({year.publishedOn})
            {year.provisional && <span className="tag">{say('暂定', 'provisional')}</span>}
            {needsVerification(year.certainty) && <span className="tag">{say('待核', 'unverified')}</span>}
          </li>
        ))}
      </ul>
      <DayChanges changes={version.changes} />
    </Card>
  )
}

const DecideDialog = ({
  proposal,
  onClose,
}: {
  readonly proposal: Proposal
  readonly onClose: () => void
}): ReactElement => {
  const say = useSay()
  const params = { proposalId: proposal.proposalId }
  const effect = useRead(readCalendarEffect, { params })
  const decide = useAct(decideCalendar, { onDone: onClose })
  const [choice, setChoice] = useState<'publish' | 'reject' | null>(null)
  const [remark, setRemark] = useState('')
  const [tried, setTried] = useState(false)
  const submit = () => {
    setTried(true)
    if (choice !== null) decide.mutate({ params, body: { publish: choice === 'publish', remark } })
  }
  return (
    <FormDialog
      open
      width={820}
      title={say(`核对${proposal.year}年工作日历`, `Check the calendar of ${proposal.year}`)}
      onClose={onClose}
      onSubmit={submit}
      submitLabel={say('确定', 'Confirm')}
      busy={decide.isPending}
      error={decide.error}
    >
      <p>{proposal.notice.basis}</p>
      <div className="two">
        <ul aria-label={say('放假', 'Holidays')}>
          {proposal.notice.holidays.map((holiday) => (
            <li key={holiday.from}>
              {say(holiday.name)} {holiday.from} – {holiday.to}
            </li>
          ))}
        </ul>
        <ul aria-label={say('调休上班', 'Make-up workdays')}>
          {proposal.notice.makeupWorkdays.map((makeup) => (
            <li key={makeup.day}>
              {makeup.day} {say(makeup.name)}
            </li>
          ))}
        </ul>
      </div>
      <Loaded query={effect}>{(data) => <EffectView effect={data} />}</Loaded>
      <ChoiceField
        label={say('核对结果', 'Result')}
        value={choice}
        onChange={setChoice}
        options={[
          { value: 'publish', label: say('与通知原文一致,发布', 'It agrees with the notice: publish') },
          { value: 'reject', label: say('有误,退回', 'It is wrong: reject') },
        ]}
        fault={tried && choice === null ? say('请选择一项。', 'Choose one.') : undefined}
      />
      <TextField
        label={say('说明(退回时必填)', 'Remark (needed to reject)')}
        value={remark}
        onChange={setRemark}
        maxLength={400}
      />
    </FormDialog>
  )
}
