/** Materials with their documents: preview beside the page, download, digest; at intake each can be marked. */
import { Button, Drawer } from 'antd'
import { lazy, type ReactElement, Suspense, useState } from 'react'
import { addressOf } from '../../../../desk/call.ts'
import { useSay } from '../../../../desk/language.tsx'
import { Card } from '../../../../desk/ui/page.tsx'
import { wallClock } from '../../../../kernel/time.ts'
import { type ApplicationFile, readDocument } from '../../contract.ts'
import { useItemNames } from '../form-definition.ts'
import { fileSize, isHandedIn, scanWords } from '../words.ts'
import type { Mark } from './answers-view.tsx'

const PdfPages = lazy(async () => ({ default: (await import('../../../../desk/ui/pdf-pages.tsx')).PdfPages }))

type Document = ApplicationFile['documents'][number]
const canPreview = (document: Document): boolean =>
  document.mediaType === 'application/pdf' || /^image\/(png|jpeg|webp|gif)$/.test(document.mediaType)

interface DocumentsViewProps {
  readonly file: ApplicationFile
  readonly onMark: Mark
}
export const DocumentsView = ({ file, onMark }: DocumentsViewProps): ReactElement => {
  const say = useSay()
  const itemName = useItemNames()
  const [shown, setShown] = useState<Document | null>(null)
  const { applicationId } = file.application
  const address = (document: Document) => addressOf(readDocument, { applicationId, documentId: document.documentId })
  return (
    <Card title={say('材料', 'Materials')} id="materials">
      <table className="cases">
        <caption className="hidden">{say('材料清单', 'Materials')}</caption>
        <thead>
          <tr>
            <th scope="col">{say('材料', 'Material')}</th>
            <th scope="col">{say('文件', 'Documents')}</th>
            <th scope="col">{say('用于', 'Used by')}</th>
            {onMark !== null && <th scope="col">{say('补正', 'Correct')}</th>}
          </tr>
        </thead>
        <tbody>
          {file.materials.map((need) => (
            <tr key={need.materialId}>
              <th scope="row" style={{ fontWeight: 600 }}>
                {say(need.name)}{' '}
                <span className="tag">{need.required ? say('必交', 'Required') : say('非必交', 'Optional')}</span>
              </th>
              <td data-label={say('文件', 'Documents')}>
                {need.takenFrom !== null && (
                  <div>
                    {say('系统取得', 'Fetched from')}:{need.takenFrom}
                  </div>
                )}
                {file.documents
                  .filter((document) => document.materialId === need.materialId)
                  .map((document) => (
                    <div key={document.documentId}>
                      <a href={address(document)} download>
                        {document.fileName}
                      </a>{' '}
                      <span className="quiet small">
                        {fileSize(document.sizeBytes)} · {say(scanWords[document.scan])} · {wallClock(document.addedAt)}
                      </span>{' '}
                      {canPreview(document) && (
                        <Button size="small" onClick={() => setShown(document)}>
                          {say('预览', 'Preview')}
                          <span className="hidden">{document.fileName}</span>
                        </Button>
                      )}
                    </div>
                  ))}
                {need.form === 'form' && (
                  <span className="quiet">{say('即所填的申请表,见申请内容', 'The form itself: see the content')}</span>
                )}
                {need.form === 'exempt' && need.takenFrom === null && (
                  <span className="quiet">
                    {say('由系统取得,尚无前序决定', 'Fetched by the system; no earlier decision yet')}
                  </span>
                )}
                {!need.present && isHandedIn(need.form) && (
                  <span className="quiet">
                    {need.waiver === 'deferral'
                      ? say('已承诺后补', 'Promised to follow')
                      : need.waiver === 'commitment'
                        ? say('以承诺代替', 'Commitment instead')
                        : say('未提交', 'Not handed in')}
                  </span>
                )}
              </td>
              <td data-label={say('用于', 'Used by')} className="small">
                {need.usedBy.map(itemName).join('、')}
              </td>
              {onMark !== null && (
                <td data-label={say('补正', 'Correct')}>
                  {isHandedIn(need.form) && (
                    <button
                      type="button"
                      className="anchor-pick"
                      onClick={() => onMark(`material:${need.materialId}`, say(need.name))}
                    >
                      {say('要求补正', 'To correct')}
                      <span className="hidden">:{say(need.name)}</span>
                    </button>
                  )}
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
      <Drawer
        open={shown !== null}
        onClose={() => setShown(null)}
        size={Math.min(900, window.innerWidth)}
        title={shown?.fileName ?? ''}
      >
        {shown !== null && (
          <>
            <p className="small">
              SHA-256 <code style={{ overflowWrap: 'anywhere' }}>{shown.sha256}</code>
            </p>
            {shown.mediaType === 'application/pdf' ? (
              <Suspense fallback={<p>{say('正在打开…', 'Opening…')}</p>}>
                <PdfPages address={address(shown)} label={shown.fileName} />
              </Suspense>
            ) : (
              <img className="preview" src={address(shown)} alt={shown.fileName} />
            )}
          </>
        )}
      </Drawer>
    </Card>
  )
}
