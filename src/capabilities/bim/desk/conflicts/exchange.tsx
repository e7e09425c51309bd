/** What leaves and enters a check: reports in Excel and PDF, BCF files. */
import { Button } from 'antd'
import { type ReactElement, useState } from 'react'
import { addressOf } from '../../../../desk/call.ts'
import { useFilters } from '../../../../desk/filters.ts'
import { useSay } from '../../../../desk/language.tsx'
import { useAct } from '../../../../desk/queries.ts'
import { ActButton } from '../../../../desk/ui/act-button.tsx'
import { ChoiceField } from '../../../../desk/ui/inputs.tsx'
import { Card } from '../../../../desk/ui/page.tsx'
import { RefusalNotice } from '../../../../desk/ui/refusal-notice.tsx'
import { UploadList } from '../../../../desk/ui/upload-list.tsx'
import type { StoredUpload } from '../../../../desk/upload.ts'
import type { CheckView } from '../../contract/checks.ts'
import { exportBcf, importBcf, reportExcel, reportPdf } from '../../contract/exchange.ts'
import { askedOf, conflictSearch } from './search.ts'

export const Exchange = ({ check }: { readonly check: CheckView }): ReactElement => {
  const say = useSay()
  const [filters] = useFilters(conflictSearch)
  const { checkId } = check
  const asked = askedOf(filters)
  const filtered = Object.values(asked).some((value) => value !== undefined)
  const [version, setVersion] = useState<'2.1' | '3.0'>('3.0')
  const [topics, setTopics] = useState<'conflict' | 'group'>('conflict')
  const [files, setFiles] = useState<readonly StoredUpload[]>([])
  const read = useAct(importBcf, { onDone: () => setFiles([]) })
  const first = files[0]
  return (
    <>
      {filtered && (
        <p className="notice">
          {say('导出和报告只含当前筛选条件下的冲突。', 'Exports hold the conflicts of the present filter only.')}
        </p>
      )}
      <Card title={say('报告', 'Reports')}>
        <p className="quiet">
          {say(
            'PDF 报告含每个冲突的平面图、断面图和已保存的三维截图;Excel 为全部字段的清单。',
            'The PDF has plans, sections and snapshots; the Excel file all fields.',
          )}
        </p>
        <div className="row">
          <Button href={addressOf(reportPdf, { checkId }, asked)}>{say('下载 PDF 报告', 'PDF report')}</Button>
          <Button href={addressOf(reportExcel, { checkId }, asked)}>{say('下载 Excel 报告', 'Excel report')}</Button>
        </div>
      </Card>
      <Card title={say('导出 BCF', 'Export BCF')}>
        <div className="form-grid">
          <ChoiceField
            label={say('版本', 'Version')}
            value={version}
            onChange={setVersion}
            options={[
              { value: '3.0', label: 'BCF 3.0' },
              { value: '2.1', label: 'BCF 2.1' },
            ]}
          />
          <ChoiceField
            label={say('议题', 'Topics')}
            value={topics}
            onChange={setTopics}
            options={[
              { value: 'conflict', label: say('每个冲突一个议题', 'One a conflict') },
              { value: 'group', label: say('每个人工分组一个议题', 'One a group by hand') },
            ]}
          />
        </div>
        <Button href={addressOf(exportBcf, { checkId }, { ...asked, version, topics })}>
          {say('下载 BCF', 'Download BCF')}
        </Button>
      </Card>
      <Card title={say('导入 BCF', 'Import BCF')}>
        <UploadList
          label={say('BCF 文件(.bcf、.bcfzip)', 'BCF file')}
          help={say(
            '更新状态、意见、责任人;不认识的议题成为人工提出的问题。',
            'Updates states, comments and assignees; unknown topics become conflicts raised by hand.',
          )}
          files={files}
          onChange={setFiles}
          accept=".bcf,.bcfzip,.zip"
          most={1}
        />
        <RefusalNotice error={read.error} />
        <ActButton
          because={first === undefined ? { zh: '请先选择 BCF 文件。', en: 'Choose a BCF file first.' } : null}
          busy={read.isPending}
          onAct={() => {
            if (first !== undefined) read.mutate({ params: { checkId }, body: { uploadId: first.uploadId } })
          }}
        >
          {say('导入', 'Import')}
        </ActButton>
        {read.data !== undefined && (
          <div className="notice" role="status" style={{ marginTop: 12 }}>
            {say(
              `BCF ${read.data.version}:${read.data.topics} 个议题,更新 ${read.data.updated},未变 ${read.data.unchanged},新提出 ${read.data.raised},意见 ${read.data.comments} 条。`,
              `BCF ${read.data.version}: ${read.data.topics} topics, ${read.data.updated} updated, ${read.data.unchanged} unchanged, ${read.data.raised} raised, ${read.data.comments} comments.`,
            )}
            {read.data.notes.length > 0 && (
              <ul>
                {read.data.notes.map((note) => (
                  <li key={`${note.where} ${note.text}`}>
                    {note.text}
                    {note.count > 1 && ` × ${note.count}`} <span className="quiet small">{note.where}</span>
                  </li>
                ))}
              </ul>
            )}
          </div>
        )}
      </Card>
    </>
  )
}
