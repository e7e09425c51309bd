/** The site under a permit: start in time, extensions, stop and resumption; the holder reports, the department confirms. */
import { Checkbox } from 'antd'
import { type ReactElement, useState } from 'react'
import { useSay } from '../../../../desk/language.tsx'
import { useAct } from '../../../../desk/queries.ts'
import { FormDialog } from '../../../../desk/ui/form-dialog.tsx'
import { NumberField, TextField } from '../../../../desk/ui/inputs.tsx'
import { type LocalDate, wallClock } from '../../../../kernel/time.ts'
import { words } from '../../../../kernel/words.ts'
import {
  type DecisionDocument,
  decideReport,
  type ReportKind,
  reportKinds,
  reportSite,
  type SiteReportView,
} from '../../contract/after.ts'
import { reportWords, siteStateWords } from '../../model/after-words.ts'
import { OwnAct } from './own-act.tsx'
import { VerdictDialog } from './verdict-dialog.tsx'

const stateWords = {
  reported: words('待确认', 'waiting'),
  confirmed: words('已确认', 'confirmed'),
  rejected: words('已退回', 'turned back'),
} as const
const buttonWords: Readonly<Record<ReportKind, ReturnType<typeof words>>> = {
  start: words('报告开工', 'Report the start'),
  extension: words('申请开工延期', 'Ask for an extension'),
  stop: words('报告中止施工', 'Report a stop'),
  resume: words('报告恢复施工', 'Report the resumption'),
}

export const Site = ({ document }: { readonly document: DecisionDocument }): ReactElement | null => {
  const say = useSay()
  const [asking, setAsking] = useState<ReportKind | null>(null)
  const [settling, setSettling] = useState<SiteReportView | null>(null)
  const { site } = document
  if (site === null && document.reports.length === 0) return null
  return (
    <div>
      <h4>{say('开工与停工', 'Start and stop of work')}</h4>
      {site !== null && (
        <p style={{ margin: 0 }}>
          <strong>{say(siteStateWords[site.state])}</strong>
          {site.startBy !== null && ` · ${say('最迟开工', 'to start by')} ${site.startBy}`}
          {site.startedOn !== null && ` · ${say('开工', 'started')} ${site.startedOn}`}
          {site.stoppedOn !== null && ` · ${say('中止', 'stopped')} ${site.stoppedOn}`}
          {` · ${say('延期', 'extensions')} ${site.extensionsUsed} / ${site.extensionsMost}(${site.basis})`}
        </p>
      )}
      {site?.mustVerify === true && (
        <p className="notice warn">
          {say(
            '中止施工已满规定期限,恢复施工前须核验许可证。',
            'Work stood still so long that the permit must be verified again before it goes on.',
          )}
        </p>
      )}
      {document.reports.length > 0 && (
        <ul>
          {document.reports.map((report) => (
            <li key={report.siteReportId}>
              {say(reportWords[report.kind])} {report.onDay}
              {report.months !== null && ` · ${report.months} ${say('个月', 'months')}`} · {report.reason}{' '}
              <span className="tag">{say(stateWords[report.state])}</span>{' '}
              {report.late && <span className="tag">{say('逾期报告', 'late')}</span>}{' '}
              <span className="quiet small">
                {wallClock(report.reportedAt)} {report.reportedBy} {report.remark}
              </span>
              {report.state === 'reported' && (
                <OwnAct
                  of={decideReport}
                  because={report.may['decide-report']}
                  look={{ size: 'small' }}
                  onAct={() => setSettling(report)}
                >
                  {say('确认或退回', 'Confirm or turn back')}
                </OwnAct>
              )}
            </li>
          ))}
        </ul>
      )}
      {site !== null && document.state === 'in-force' && (
        <div className="row" role="group" aria-label={say('报告', 'Reports')}>
          {reportKinds
            .filter((kind) => (site.state === 'waiting' ? ['start', 'extension'] : ['stop', 'resume']).includes(kind))
            .map((kind) => (
              <OwnAct key={kind} of={reportSite} because={document.may[`report-${kind}`]} onAct={() => setAsking(kind)}>
                {say(buttonWords[kind])}
              </OwnAct>
            ))}
        </div>
      )}
      {asking !== null && <ReportDialog document={document} kind={asking} onClose={() => setAsking(null)} />}
      {settling !== null && (
        <SettleDialog
          report={settling}
          verify={site?.mustVerify === true && settling.kind === 'resume'}
          onClose={() => setSettling(null)}
        />
      )}
    </div>
  )
}

const ReportDialog = ({
  document,
  kind,
  onClose,
}: {
  readonly document: DecisionDocument
  readonly kind: ReportKind
  readonly onClose: () => void
}): ReactElement => {
  const say = useSay()
  const act = useAct(reportSite, { onDone: onClose })
  const [day, setDay] = useState('')
  const [months, setMonths] = useState<number | null>(document.site?.monthsEach ?? null)
  const [reason, setReason] = useState('')
  const [tried, setTried] = useState(false)
  const submit = () => {
    setTried(true)
    if (day === '' || reason.trim() === '') return
    act.mutate({
      params: { certificateId: document.certificateId },
      body: {
        version: document.version,
        kind,
        onDay: day as LocalDate,
        reason,
        months: kind === 'extension' && months !== null ? months : undefined,
      },
    })
  }
  return (
    <FormDialog
      open
      title={say(buttonWords[kind])}
      onClose={onClose}
      onSubmit={submit}
      submitLabel={say('提交', 'Send')}
      busy={act.isPending}
      error={act.error}
    >
      <TextField
        label={kind === 'extension' ? say('申请日期', 'Day of the request') : say('发生日期', 'Day')}
        type="date"
        value={day}
        onChange={setDay}
        required
        fault={tried && day === '' ? say('请填写日期。', 'Give the day.') : undefined}
      />
      {kind === 'extension' && (
        <NumberField
          label={say('延期月数', 'Months')}
          value={months}
          onChange={setMonths}
          min={1}
          max={document.site?.monthsEach ?? 3}
          whole
        />
      )}
      <TextField
        label={say('情况说明', 'What happened')}
        value={reason}
        onChange={setReason}
        rows={3}
        maxLength={1000}
        required
        fault={tried && reason.trim() === '' ? say('请填写情况说明。', 'Say what happened.') : undefined}
      />
    </FormDialog>
  )
}
const SettleDialog = ({
  report,
  verify,
  onClose,
}: {
  readonly report: SiteReportView
  readonly verify: boolean
  readonly onClose: () => void
}): ReactElement => {
  const say = useSay()
  const act = useAct(decideReport, { onDone: onClose })
  const [verified, setVerified] = useState(false)
  return (
    <VerdictDialog
      title={`${say(reportWords[report.kind])} ${report.onDay}`}
      yes={say('确认', 'Confirm')}
      no={say('退回', 'Turn back')}
      busy={act.isPending}
      error={act.error}
      onClose={onClose}
      onVerdict={(confirm, remark) =>
        act.mutate({
          params: { siteReportId: report.siteReportId },
          body: { version: report.version, confirm, verified, remark },
        })
      }
    >
      <p>{report.reason}</p>
      {verify && (
        <Checkbox checked={verified} onChange={(event) => setVerified(event.target.checked)}>
          {say('已核验施工许可证,符合恢复施工条件', 'The permit was verified: work may go on')}
        </Checkbox>
      )}
    </VerdictDialog>
  )
}
