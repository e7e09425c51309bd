/** 纸质申请补录: the clerk notes when the paper came, why it is entered later, and attaches the scan. */
import { Select } from 'antd'
import { type ReactElement, useId, useState } from 'react'
import { useSay } from '../../../../desk/language.tsx'
import { useAct, useRead } from '../../../../desk/queries.ts'
import { ActButton } from '../../../../desk/ui/act-button.tsx'
import { TextField } from '../../../../desk/ui/inputs.tsx'
import { Card } from '../../../../desk/ui/page.tsx'
import { RefusalNotice } from '../../../../desk/ui/refusal-notice.tsx'
import { instant, wallClock } from '../../../../kernel/time.ts'
import { enterPaper, type Rounds, readRounds } from '../../contract/rounds.ts'
import { UncertainMark, UploadField } from './parts.tsx'

export const PaperCard = ({
  applicationId,
  flush,
}: {
  readonly applicationId: Rounds['applicationId']
  readonly flush: () => Promise<number | null>
}): ReactElement | null => {
  const say = useSay()
  const id = useId()
  const { data } = useRead(readRounds, { params: { applicationId } })
  const [at, setAt] = useState('')
  const [code, setCode] = useState('')
  const [reason, setReason] = useState('')
  const [signatory, setSignatory] = useState('')
  const [uploadId, setUploadId] = useState('')
  const [tried, setTried] = useState(false)
  const act = useAct(enterPaper)
  if (data === undefined || (data.may['paper'] ?? null) !== null) return null
  const complete = at !== '' && code !== '' && reason.trim() !== '' && signatory.trim() !== '' && uploadId !== ''
  const save = async () => {
    setTried(true)
    if (!complete) return
    const version = await flush()
    if (version === null) return
    act.mutate({
      params: { applicationId },
      body: { version, receivedAt: instant(`${at}:00+08:00`), reasonCode: code, reason, signatory, uploadId },
    })
  }
  const missing = (empty: boolean) => (tried && empty ? say('请填写此项。', 'Fill this in.') : undefined)
  return (
    <Card title={say('纸质申请补录', 'Application on paper')} id="paper">
      <p className="help">
        {say(
          `申请人以纸质方式提交的,登记实际收件时间(最多早于录入${data.paperRule.windowDays}日)。时限自纸质收件起算,全程标明“后补录入”。`,
          `Note when the paper came (at most ${data.paperRule.windowDays} days back). Time runs from then, and the file stays marked.`,
        )}{' '}
        <UncertainMark certainty={data.paperRule.source.certainty} />
      </p>
      {data.paper !== null && (
        <p className="notice">
          {say('已登记', 'Noted')}:{wallClock(data.paper.receivedAt)} · {data.paper.signatory} ·{' '}
          {say(data.paper.reasonName)}
        </p>
      )}
      <TextField
        label={say('纸质收件时间', 'Received on paper')}
        type="datetime-local"
        value={at}
        onChange={setAt}
        required
        fault={missing(at === '')}
      />
      <div className="field">
        <label htmlFor={id}>{say('补录原因', 'Why entered later')}</label>
        <Select
          id={id}
          style={{ width: '100%' }}
          value={code === '' ? null : code}
          placeholder={say('请选择', 'Choose')}
          onChange={setCode}
          options={data.paperRule.reasons.map((one) => ({ value: one.code, label: say(one.name) }))}
        />
        <p className="fault">{missing(code === '') ?? ''}</p>
      </div>
      <TextField
        label={say('情况说明', 'Remark')}
        value={reason}
        onChange={setReason}
        maxLength={500}
        required
        fault={missing(reason.trim() === '')}
      />
      <TextField
        label={say('纸质申请的签字人', 'Who signed the paper')}
        value={signatory}
        onChange={setSignatory}
        maxLength={60}
        required
        fault={missing(signatory.trim() === '')}
      />
      <UploadField label={say('纸质申请扫描件', 'Scan of the application')} onUploaded={setUploadId} />
      <p className="fault">{missing(uploadId === '') ?? ''}</p>
      <RefusalNotice error={act.error} />
      <ActButton because={null} busy={act.isPending} onAct={() => void save()}>
        {say('登记纸质收件', 'Note the receipt on paper')}
      </ActButton>
    </Card>
  )
}
