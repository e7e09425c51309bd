/** 一表申请: the one form, in sections, saved by itself; the materials; the declaration; the receipt. */
import { Link, useParams } from '@tanstack/react-router'
import { Checkbox } from 'antd'
import { type ReactElement, type ReactNode, useState } from 'react'
import { addressOf } from '../../../../desk/call.ts'
import { type Say, useLanguage, useSay } from '../../../../desk/language.tsx'
import { useAct, useRead } from '../../../../desk/queries.ts'
import { ActButton } from '../../../../desk/ui/act-button.tsx'
import { FieldEditor, fieldDomId } from '../../../../desk/ui/field-editor.tsx'
import { answerAsGiven, answerText } from '../../../../desk/ui/field-types.ts'
import { Loaded } from '../../../../desk/ui/loaded.tsx'
import { Card, Page } from '../../../../desk/ui/page.tsx'
import { RefusalNotice } from '../../../../desk/ui/refusal-notice.tsx'
import { Unread, unreadWords, useUnreadInside } from '../../../../desk/ui/unread.ts'
import { type Words, words } from '../../../../kernel/words.ts'
import type { DelegationView } from '../../contract/blocks.ts'
import { type ApplicationFile, readApplication, readReceipt, submitApplication } from '../../contract.ts'
import { applicationStateWords } from '../../model/words.ts'
import { AdvicePanel, AdviceRemarks, useAdvice } from '../before/advice-panel.tsx'
import { BlocksPanel, useHeldAnchors } from '../before/blocks-panel.tsx'
import { PrecheckPanel } from '../before/precheck-panel.tsx'
import { StandingPanel } from '../before/standing-panel.tsx'
import {
  type FormDefinition,
  type FormField,
  faultsFor,
  openPoints,
  useFormDefinition,
  useItemNames,
} from '../form-definition.ts'
import { PaperCard } from '../undertakings/paper-card.tsx'
import { RoundsPanel } from '../undertakings/rounds-panel.tsx'
import { SignPanel } from '../undertakings/sign-panel.tsx'
import { originText } from '../words.ts'
import { Materials, materialDomId } from './materials.tsx'
import { type Draft, type SaveState, useDraft } from './use-draft.ts'

export const FormPage = (): ReactElement => {
  const { applicationId = '' } = useParams({ strict: false }) as { applicationId?: string }
  const say = useSay()
  const file = useRead(readApplication, { params: { applicationId: applicationId as never } })
  const title =
    file.data === undefined
      ? say('一表申请', 'The one form')
      : `${say('填报', 'Form')} ${file.data.application.caseNumber}`
  return (
    <Page
      title={title}
      beside={
        file.data === undefined ? null : (
          <span className="tag">{say(applicationStateWords[file.data.application.state])}</span>
        )
      }
      actions={
        <Link to="/applications/$applicationId" params={{ applicationId }}>
          {say('查看办件全貌', 'Whole file')}
        </Link>
      }
    >
      <Loaded query={file}>{(data) => <Editable key={data.application.applicationId} file={data} />}</Loaded>
    </Page>
  )
}

const Editable = ({ file }: { readonly file: ApplicationFile }): ReactElement => {
  const say = useSay()
  const definition = useFormDefinition(file)
  const { state } = file.application
  if (state !== 'draft' && state !== 'correcting') return <Submitted file={file} />
  return (
    <>
      {state === 'correcting' && (
        <p className="notice warn">
          {say(
            '窗口一次性告知了需补正的内容:只有标出的各项可以修改,改好后重新提交即可。',
            'The window has listed everything to correct: only the marked entries can be changed; then submit again.',
          )}
        </p>
      )}
      <Loaded query={definition}>{(form) => <Form file={file} form={form} />}</Loaded>
    </>
  )
}

/** After submitting: the receipt. */
const Submitted = ({ file }: { readonly file: ApplicationFile }): ReactElement => {
  const say = useSay()
  const last = file.submissions.at(-1)
  return (
    <Card title={say('已提交', 'Submitted')}>
      <p role="status">
        {say(
          '申请已提交,内容已冻结。窗口将在法定期限内决定是否受理,进展会显示在办件页面。',
          'Submitted and frozen. The window decides on acceptance within the time limit of the law.',
        )}
      </p>
      {last !== undefined && (
        <p>
          {say('收件凭证', 'Receipt')} <strong>{last.receiptNumber}</strong> ·{' '}
          <a
            href={addressOf(readReceipt, {
              applicationId: file.application.applicationId,
              submissionId: last.submissionId,
            })}
            target="_blank"
            rel="noreferrer"
          >
            {say('下载收件凭证(PDF,在新窗口打开)', 'Download the receipt (PDF, opens a new window)')}
          </a>
        </p>
      )}
      <Link to="/applications/$applicationId" params={{ applicationId: file.application.applicationId }}>
        {say('查看办件', 'Open the file')}
      </Link>
    </Card>
  )
}

const saveWords: Readonly<Record<SaveState, Words>> = {
  saved: words('已保存', 'Saved'),
  dirty: words('有未保存的修改,稍后自动保存', 'Unsaved changes, saved shortly'),
  saving: words('正在保存…', 'Saving…'),
  conflict: words('与他人的修改冲突,请选择', 'Somebody else changed the same fields: choose'),
  failed: words('保存失败,内容保留在本页,会自动重试', 'Not saved; kept on this page and tried again'),
}

const Remarks = ({ texts, say }: { readonly texts: readonly string[]; readonly say: Say }): ReactNode =>
  texts.length === 0 ? null : (
    <div className="notice warn">
      <strong>{say('补正要求', 'To correct')}:</strong>
      {texts.length === 1 ? (
        texts[0]
      ) : (
        <ul>
          {texts.map((text) => (
            <li key={text}>{text}</li>
          ))}
        </ul>
      )}
    </div>
  )

/** Says who has this place of the form now. */
const Held = ({ by, say }: { readonly by: DelegationView | undefined; readonly say: Say }): ReactNode =>
  by === undefined ? null : (
    <p className="small quiet" style={{ margin: '4px 0 0' }}>
      {say(`已委托${by.organisationName}填写(至 ${by.to})`, `With ${by.organisationName} until ${by.to}`)}
    </p>
  )

const Form = ({ file, form }: { readonly file: ApplicationFile; readonly form: FormDefinition }): ReactElement => {
  const say = useSay()
  const draft = useDraft(file)
  const { unread, around } = useUnreadInside()
  const itemName = useItemNames()
  const points = openPoints(file)
  const correcting = file.application.state === 'correcting'
  const [shownFaults, setShownFaults] = useState(false)
  const held = useHeldAnchors(file)
  const isOpen = (anchor: string) => (!correcting || points.has(anchor)) && !held.has(anchor)
  const advice = useAdvice(file)
  const isDraft = file.application.state === 'draft'
  const fields = new Map(form.sections.flatMap((section) => section.fields).map((field) => [field.id, field]))
  const nameOf = (anchor: string): string => {
    const [kind, id = ''] = anchor.split(':')
    const label =
      kind === 'material' ? file.materials.find((need) => need.materialId === id)?.name : fields.get(id)?.label
    return label === undefined ? id : say(label)
  }
  const touched = (fieldId: string) => draft.answers[fieldId] !== undefined && draft.answers[fieldId] !== null
  const beside = (field: FormField): ReactNode => {
    const origin = file.application.origins[field.id]
    return (
      <>
        <p className="small quiet" style={{ margin: '4px 0 0' }}>
          {origin !== undefined && origin.kind !== 'entered' && <span className="tag">{originText(origin, say)}</span>}{' '}
          {say('用于', 'Used by')} {field.usedBy.map(itemName).join('、')}
        </p>
        <Held by={held.get(`field:${field.id}`)} say={say} />
        <Remarks texts={points.get(`field:${field.id}`) ?? []} say={say} />
        <AdviceRemarks history={advice} anchor={`field:${field.id}`} say={say} />
      </>
    )
  }
  return (
    <div className="two">
      <div>
        <Conflicts draft={draft} form={form} />
        {isDraft && <StandingPanel file={file} draft={draft} fields={fields} />}
        {isDraft && <BlocksPanel file={file} draft={draft} />}
        <Unread value={around}>
          {form.sections.map((section) => (
            <Card key={section.id} id={`section-${section.id}`} title={say(section.name)}>
              <div className="form-grid">
                {section.fields.map((field) => (
                  <FieldEditor
                    key={field.id}
                    field={field}
                    value={draft.answers[field.id]}
                    readOnly={!isOpen(`field:${field.id}`)}
                    onChange={(value) => draft.change(field.id, value)}
                    faults={shownFaults || touched(field.id) ? faultsFor(file.faults, field.id) : []}
                    beside={beside(field)}
                  />
                ))}
              </div>
            </Card>
          ))}
        </Unread>
        <Card title={say('材料', 'Materials')} id="materials">
          <Materials
            file={file}
            itemName={itemName}
            editable={(materialId) => isOpen(`material:${materialId}`)}
            faultsOf={(materialId) => (shownFaults ? faultsFor(file.faults, materialId) : [])}
            onFile={draft.adopt}
            remark={(materialId) => (
              <>
                <Held by={held.get(`material:${materialId}`)} say={say} />
                <Remarks texts={points.get(`material:${materialId}`) ?? []} say={say} />
                <AdviceRemarks history={advice} anchor={`material:${materialId}`} say={say} />
              </>
            )}
          />
        </Card>
        {isDraft && <PrecheckPanel file={file} draft={draft} nameOf={nameOf} />}
        {isDraft && <AdvicePanel file={file} draft={draft} history={advice} />}
        <SignPanel applicationId={file.application.applicationId} flush={draft.flush} />
        <PaperCard applicationId={file.application.applicationId} flush={draft.flush} />
        {correcting && <RoundsPanel applicationId={file.application.applicationId} list={null} />}
        <Submit file={file} form={form} draft={draft} unread={unread} onTried={() => setShownFaults(true)} />
      </div>
      <aside>
        <nav className="card" aria-label={say('本表各部分', 'Parts of the form')}>
          <p role="status" style={{ marginTop: 0 }}>
            {say(saveWords[draft.state])}
          </p>
          {draft.state === 'failed' && <RefusalNotice error={draft.error} onRetry={() => void draft.flush()} />}
          <ul style={{ paddingInlineStart: 18, margin: 0 }}>
            {form.sections.map((section) => {
              const faulty = section.fields.filter((field) => faultsFor(file.faults, field.id).length > 0).length
              return (
                <li key={section.id}>
                  <a href={`#section-${section.id}`}>{say(section.name)}</a>{' '}
                  <span className="small quiet">
                    {faulty === 0 ? say('完整', 'complete') : say(`待填 ${faulty} 项`, `${faulty} open`)}
                  </span>
                </li>
              )
            })}
            <li>
              <a href="#materials">{say('材料', 'Materials')}</a>
            </li>
            {isDraft && (
              <>
                <li>
                  <a href="#blocks">{say('分工填写', 'Who fills in what')}</a>
                </li>
                <li>
                  <a href="#precheck">{say('机器预检', 'Machine check')}</a>
                </li>
                <li>
                  <a href="#advice">{say('预审咨询', 'Advice before submission')}</a>
                </li>
              </>
            )}
            {correcting && (
              <li>
                <a href="#rounds">{say('补正与凭证', 'Corrections and receipts')}</a>
              </li>
            )}
            <li>
              <a href="#submit">{say('声明与提交', 'Declare and submit')}</a>
            </li>
          </ul>
        </nav>
      </aside>
    </div>
  )
}

/** Both values side by side; the person decides, nothing is lost. */
const Conflicts = ({ draft, form }: { readonly draft: Draft; readonly form: FormDefinition }): ReactElement | null => {
  const say = useSay()
  const { language } = useLanguage()
  if (draft.conflicts.length === 0) return null
  const fields = new Map(form.sections.flatMap((section) => section.fields).map((field) => [field.id, field]))
  return (
    <section className="notice warn" aria-label={say('修改冲突', 'Conflicting changes')} role="alert">
      <p>
        {say(
          '在您填写的同时,另一人保存了不同内容。请逐项选择,两份内容都保留在这里。',
          'Somebody else saved other values meanwhile. Choose for each field; both values are kept here.',
        )}
      </p>
      {draft.conflicts.map((conflict) => {
        const field = fields.get(conflict.fieldId)
        const show = (value: typeof conflict.mine) =>
          field === undefined
            ? answerAsGiven(value, language) || say('(空)', '(empty)')
            : answerText(field, value, language) || say('(空)', '(empty)')
        return (
          <div key={conflict.fieldId} className="row" style={{ marginBottom: 8 }}>
            <strong>{field === undefined ? say('已不再询问的内容', 'No longer asked') : say(field.label)}</strong>
            <ActButton
              because={null}
              look={{ size: 'small' }}
              onAct={() => draft.settle(conflict.fieldId, conflict.mine)}
            >
              {say('用我的', 'Use mine')}:{show(conflict.mine)}
            </ActButton>
            <ActButton
              because={null}
              look={{ size: 'small' }}
              onAct={() => draft.settle(conflict.fieldId, conflict.theirs)}
            >
              {say('用对方的', 'Use theirs')}:{show(conflict.theirs)}
            </ActButton>
          </div>
        )
      })}
    </section>
  )
}

const Submit = ({
  file,
  form,
  draft,
  unread,
  onTried,
}: {
  readonly file: ApplicationFile
  readonly form: FormDefinition
  readonly draft: Draft
  readonly unread: boolean
  readonly onTried: () => void
}): ReactElement => {
  const say = useSay()
  const [declared, setDeclared] = useState(false)
  const [tried, setTried] = useState(false)
  const submit = useAct(submitApplication)
  const [triedVersion, setTriedVersion] = useState<number | null>(null)
  const ids = new Set(form.sections.flatMap((section) => section.fields).map((field) => field.id))
  const targetOf = (path: string): string => {
    const part = path.split(/[.:]/).find((one) => ids.has(one))
    if (part !== undefined) return `${fieldDomId(part)}-box`
    const material = file.materials.find((need) => path.includes(need.materialId))
    return material === undefined ? 'submit' : materialDomId(material.materialId)
  }
  const attempt = async () => {
    setTried(true)
    onTried()
    const version = await draft.flush()
    if (version === null || !declared) return
    setTriedVersion(version)
    submit.mutate({
      params: { applicationId: file.application.applicationId },
      body: { version, declared: true },
    })
  }
  const because =
    file.may['submit'] ??
    (unread ? unreadWords : declared ? null : words('请先勾选真实性声明,再提交。', 'Tick the declaration first.'))
  return (
    <Card title={say('声明与提交', 'Declare and submit')} id="submit">
      {file.faults.length > 0 ? (
        <div className={tried ? 'notice bad' : 'notice'} role={tried ? 'alert' : undefined}>
          <p style={{ margin: 0 }}>
            {say(`还有 ${file.faults.length} 处需要完善:`, `${file.faults.length} entries still need attention:`)}
          </p>
          <ul>
            {file.faults.map((fault) => (
              <li key={`${fault.path}${fault.message}`}>
                <a href={`#${targetOf(fault.path)}`}>{fault.message}</a>
              </li>
            ))}
          </ul>
        </div>
      ) : (
        <p className="notice">
          {say('所填内容和材料已完整,可以提交。', 'Everything is complete and ready to submit.')}
        </p>
      )}
      <p>
        <Checkbox checked={declared} onChange={(event) => setDeclared(event.target.checked)}>
          {say(
            '本单位承诺所填内容和提交的材料真实、合法、有效,并对其真实性负责(行政许可法第三十一条)。',
            'We declare that what is stated and handed in is true and valid, and answer for it (Administrative Licensing Law, art. 31).',
          )}
        </Checkbox>
      </p>
      {/* While entries are open, the list above says the same with links. */}
      {file.faults.length === 0 && triedVersion === file.application.version && <RefusalNotice error={submit.error} />}
      <ActButton because={because} busy={submit.isPending} look={{ type: 'primary' }} onAct={() => void attempt()}>
        {file.application.state === 'correcting'
          ? say('提交补正', 'Submit the corrections')
          : say('提交申请', 'Submit')}
      </ActButton>
    </Card>
  )
}
