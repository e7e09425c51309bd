/** One part of a form that is with us: its fields and materials, saved by a press, marked ready. */
import { useParams } from '@tanstack/react-router'
import { type ReactElement, useEffect, useId, useState } from 'react'
import { addressOf } from '../../../../desk/call.ts'
import { useSay } from '../../../../desk/language.tsx'
import { useAct, useRead } from '../../../../desk/queries.ts'
import { ActButton } from '../../../../desk/ui/act-button.tsx'
import { AskButton } from '../../../../desk/ui/ask-button.tsx'
import { FieldEditor } from '../../../../desk/ui/field-editor.tsx'
import { Loaded } from '../../../../desk/ui/loaded.tsx'
import { Card, Page } from '../../../../desk/ui/page.tsx'
import { RefusalNotice } from '../../../../desk/ui/refusal-notice.tsx'
import { Unread, unreadWords, useUnreadInside } from '../../../../desk/ui/unread.ts'
import { uploadFile } from '../../../../desk/upload.ts'
import { words } from '../../../../kernel/words.ts'
import {
  attachBlockDocument,
  type BlockView,
  readBlock,
  readBlockDocument,
  removeBlockDocument,
  saveBlock,
  setBlockReadiness,
} from '../../contract/blocks.ts'
import type { Answers } from '../../contract.ts'
import { readinessWords } from '../../model/blocks.ts'
import { sameAnswers } from '../form/merge.ts'
import { faultsFor } from '../form-definition.ts'

export const BlockPage = (): ReactElement => {
  const { delegationId = '' } = useParams({ strict: false }) as { delegationId?: string }
  const say = useSay()
  const block = useRead(readBlock, { params: { delegationId: delegationId as never } })
  return (
    <Page
      title={block.data === undefined ? say('受托填写', 'A part given to us') : say(block.data.name)}
      beside={
        block.data === undefined ? null : (
          <span className="tag">{say(readinessWords[block.data.delegation.readiness])}</span>
        )
      }
    >
      <Loaded query={block}>{(data) => <Block key={data.delegation.delegationId} view={data} />}</Loaded>
    </Page>
  )
}

const Block = ({ view }: { readonly view: BlockView }): ReactElement => {
  const say = useSay()
  const params = { delegationId: view.delegation.delegationId }
  const [answers, setAnswers] = useState<Answers>(view.answers)
  const save = useAct(saveBlock)
  const ready = useAct(setBlockReadiness)
  const { unread, around } = useUnreadInside()
  const unsaved = !sameAnswers(view.answers, answers)
  useEffect(() => {
    if (!unsaved) return
    const warn = (event: BeforeUnloadEvent) => event.preventDefault()
    window.addEventListener('beforeunload', warn)
    return () => window.removeEventListener('beforeunload', warn)
  }, [unsaved])
  const isReady = view.delegation.readiness === 'ready'
  return (
    <>
      <p>
        {view.projectName} · {view.applicantName} · {say(view.stageName)} · {view.caseNumber}
      </p>
      <p className="notice">
        {say(
          `委托填写期限 ${view.delegation.from} 至 ${view.delegation.to}(含当日),到期后内容不再开放。`,
          `With us from ${view.delegation.from} to ${view.delegation.to}; afterwards it is closed.`,
        )}
      </p>
      <Unread value={around}>
        {view.sections.map((section) => (
          <Card key={section.id} title={say(section.name)}>
            <div className="form-grid">
              {section.fields.map((field) => (
                <FieldEditor
                  key={field.id}
                  field={field}
                  value={answers[field.id]}
                  readOnly={isReady}
                  onChange={(value) => setAnswers({ ...answers, [field.id]: value })}
                  faults={faultsFor(view.faults, field.id)}
                />
              ))}
            </div>
          </Card>
        ))}
      </Unread>
      {view.materials.length > 0 && (
        <Card title={say('材料', 'Materials')}>
          {view.materials.map((need) => (
            <BlockMaterial key={need.materialId} view={view} need={need} />
          ))}
        </Card>
      )}
      <Card title={say('保存和就绪', 'Save and ready')}>
        <p role="status">
          {isReady
            ? say(
                '已标记就绪,申请单位可以提交。需要改动时按“继续修改”。',
                'Ready: the applicant may submit. Press “Go on editing” to change it.',
              )
            : unsaved
              ? say('有未保存的修改', 'Unsaved changes')
              : say('已保存', 'Saved')}
        </p>
        <RefusalNotice error={save.error ?? ready.error} />
        <div className="row">
          <ActButton
            because={unread ? unreadWords : unsaved ? null : words('没有需要保存的修改。', 'Nothing to save.')}
            busy={save.isPending}
            look={{ type: 'primary' }}
            onAct={() => save.mutate({ params, body: { version: view.version, answers } })}
          >
            {say('保存', 'Save')}
          </ActButton>
          <ActButton
            because={unread ? unreadWords : unsaved ? words('请先保存。', 'Save first.') : view.may['ready']}
            busy={ready.isPending}
            onAct={() => ready.mutate({ params, body: { version: view.version, ready: !isReady } })}
          >
            {isReady ? say('继续修改', 'Go on editing') : say('标记已就绪', 'Mark as ready')}
          </ActButton>
        </div>
      </Card>
    </>
  )
}

const BlockMaterial = ({
  view,
  need,
}: {
  readonly view: BlockView
  readonly need: BlockView['materials'][number]
}): ReactElement => {
  const say = useSay()
  const id = useId()
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<unknown>(null)
  const attach = useAct(attachBlockDocument)
  const remove = useAct(removeBlockDocument)
  const { delegationId } = view.delegation
  const isReady = view.delegation.readiness === 'ready'
  const upload = async (chosen: File) => {
    setBusy(true)
    setFailure(null)
    try {
      const stored = await uploadFile(chosen, {
        signal: new AbortController().signal,
        onProgress: () => {},
        onWaiting: () => {},
      })
      await attach.mutateAsync({
        params: { delegationId },
        body: { materialId: need.materialId, uploadId: stored.uploadId },
      })
    } catch (error) {
      setFailure(error)
    } finally {
      setBusy(false)
    }
  }
  return (
    <section className="field" aria-label={say(need.name)}>
      <label htmlFor={id}>
        {say(need.name)}{' '}
        <span className="tag">{need.required ? say('必交', 'Required') : say('非必交', 'Optional')}</span>
      </label>
      <ul>
        {view.documents
          .filter((document) => document.materialId === need.materialId)
          .map((document) => (
            <li key={document.documentId}>
              <a href={addressOf(readBlockDocument, { delegationId, documentId: document.documentId })} download>
                {document.fileName}
              </a>{' '}
              <AskButton
                look={{ size: 'small' }}
                disabled={isReady}
                question={say(`移除“${document.fileName}”?`, `Remove “${document.fileName}”?`)}
                consequence={say(
                  '移除后这份文件不再随申请提交;需要时可以重新上传。',
                  'The file is no longer part of the application; it can be uploaded again.',
                )}
                answer={say('移除', 'Remove')}
                busy={remove.isPending}
                error={remove.error}
                onAct={() => remove.mutateAsync({ params: { delegationId, documentId: document.documentId } })}
              >
                {say('移除', 'Remove')}
                <span className="hidden">{document.fileName}</span>
              </AskButton>
            </li>
          ))}
      </ul>
      <input
        id={id}
        type="file"
        disabled={busy || isReady}
        onChange={(event) => {
          const chosen = event.target.files?.[0]
          event.target.value = ''
          if (chosen !== undefined) void upload(chosen)
        }}
      />
      {busy && <p role="status">{say('正在上传', 'Uploading')}</p>}
      <RefusalNotice error={failure} />
      <p className="fault">{faultsFor(view.faults, need.materialId).join(' ')}</p>
    </section>
  )
}
