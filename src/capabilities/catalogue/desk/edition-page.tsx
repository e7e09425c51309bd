/** One new version: its text, what differs from the text before it, what the check finds; publish, withdraw. */
import { useParams } from '@tanstack/react-router'
import { Button, Input } from 'antd'
import { type ReactElement, useId, useState } from 'react'
import { useSay } from '../../../desk/language.tsx'
import { useAct, useRead } from '../../../desk/queries.ts'
import { ActButton } from '../../../desk/ui/act-button.tsx'
import { CaseTable } from '../../../desk/ui/case-table.tsx'
import { FormDialog } from '../../../desk/ui/form-dialog.tsx'
import { NumberField, TextField } from '../../../desk/ui/inputs.tsx'
import { Loaded } from '../../../desk/ui/loaded.tsx'
import { Card, Page } from '../../../desk/ui/page.tsx'
import { RefusalNotice } from '../../../desk/ui/refusal-notice.tsx'
import { Unread, unreadWords, useUnreadInside } from '../../../desk/ui/unread.ts'
import { type Words, words } from '../../../kernel/words.ts'
import {
  type EditionView,
  publishEdition,
  readEdition,
  saveEdition,
  versionWords,
  withdrawEdition,
} from '../contract/editions.ts'
import { kindWords, standingWords } from './words.ts'

export const EditionPage = (): ReactElement => {
  const { editionId = '' } = useParams({ strict: false }) as { editionId?: string }
  const say = useSay()
  const edition = useRead(readEdition, { params: { editionId: editionId as never } })
  return (
    <Page
      title={edition.data === undefined ? say('新版本', 'New version') : say(edition.data.name)}
      beside={
        edition.data === undefined ? null : <span className="tag">{say(standingWords[edition.data.standing])}</span>
      }
    >
      <Loaded query={edition}>{(data) => <Edition key={data.editionId} view={data} />}</Loaded>
    </Page>
  )
}

const changeWords: Readonly<Record<EditionView['differences'][number]['what'], Words>> = {
  added: words('新增', 'added'),
  removed: words('删除', 'removed'),
  changed: words('修改', 'changed'),
}
const versionText = (before: NonNullable<EditionView['before']>): Words =>
  before.from === null ? versionWords(before.versionId) : words(`${before.from} 版`, `Version of ${before.from}`)
const parsed = (text: string): { readonly ok: boolean; readonly value: unknown } => {
  try {
    return { ok: true, value: JSON.parse(text) as unknown }
  } catch {
    return { ok: false, value: null }
  }
}

const textOf = (view: EditionView): string => JSON.stringify(view.content, null, 2)
const warnDaysOf = (content: unknown): number | null =>
  typeof content === 'object' && content !== null && 'warnDays' in content && typeof content.warnDays === 'number'
    ? content.warnDays
    : null
/** The threshold of the warning, without reading the text: it stands in the text under `warnDays`. */
const Warning = ({
  content,
  onChange,
}: {
  readonly content: unknown
  readonly onChange: (content: unknown) => void
}): ReactElement => {
  const say = useSay()
  return (
    <Card title={say('预警', 'Warning')}>
      <NumberField
        label={say('到期前几日预警(不填:按平台规则)', 'Days before the due day (empty: the rule of the window)')}
        help={say(
          '按本事项时限的单位(工作日或自然日)计算。自施行日起受理的办件,剩余日数不多于此数时看板变为预警色并提醒经办人;已受理的办件不变。',
          'In the unit of the limit. For files accepted from the first day on: the board turns to warning and the officer is reminded.',
        )}
        value={warnDaysOf(content)}
        onChange={(days) => {
          const { warnDays: _before, ...rest } = (content ?? {}) as Readonly<Record<string, unknown>>
          onChange(days === null ? rest : { ...rest, warnDays: days })
        }}
        min={0}
        max={60}
        whole
      />
    </Card>
  )
}

const Edition = ({ view }: { readonly view: EditionView }): ReactElement => {
  const say = useSay()
  const id = useId()
  const params = { editionId: view.editionId }
  // What the entries below were begun from; they stay when somebody else saves meanwhile.
  const [base, setBase] = useState(view)
  const original = textOf(base)
  const [text, setText] = useState(original)
  const [from, setFrom] = useState<string>(view.from ?? '')
  const [note, setNote] = useState(view.note)
  const [ending, setEnding] = useState(false)
  const [reason, setReason] = useState('')
  const [tried, setTried] = useState(false)
  const take = (next: EditionView): void => {
    setBase(next)
    setText(textOf(next))
    setFrom(next.from ?? '')
    setNote(next.note)
  }
  const save = useAct(saveEdition, { onDone: take })
  const publish = useAct(publishEdition)
  const withdraw = useAct(withdrawEdition, { onDone: () => setEnding(false) })
  const { unread, around } = useUnreadInside()
  const content = parsed(text)
  const dirty = text !== original || from !== base.from || note !== base.note
  const overtaken = view.version > base.version
  if (overtaken && !dirty) take(view)
  const editable = view.standing === 'draft'
  return (
    <>
      <p>
        {say(kindWords[view.kind])} · {say('施行日', 'from')} {view.from} · {say('拟定', 'drafted by')} {view.author}
        {view.publisher !== null && ` · ${say('发布', 'published by')} ${view.publisher}`} · {view.note}
      </p>
      {view.endedReason !== null && <p className="notice">{view.endedReason}</p>}
      {view.kind !== 'retirement' && (
        <Card
          title={say(`与此前文本的差别(${view.differences.length})`, `Differences (${view.differences.length})`)}
          beside={
            view.before === null ? null : (
              <span className="quiet small">
                {say('对照', 'Against')} {say(versionText(view.before))}
              </span>
            )
          }
        >
          <CaseTable
            label={say('差别', 'Differences')}
            rows={view.differences}
            keyOf={(row) => row.path}
            columns={[
              { title: words('位置', 'Where'), heads: true, show: (row) => <code>{row.path}</code> },
              { title: words('变化', 'Change'), show: (row) => say(changeWords[row.what]) },
              { title: words('原文', 'Before'), show: (row) => row.before ?? '—' },
              { title: words('新文', 'After'), show: (row) => row.after ?? '—' },
            ]}
            empty={words('与此前文本相同。', 'The same as before.')}
          />
        </Card>
      )}
      <Card title={say('检查', 'Check')}>
        {view.faults.length === 0 ? (
          <p role="status">{say('没有发现问题。', 'No fault was found.')}</p>
        ) : (
          <ul className="notice bad">
            {view.faults.map((fault) => (
              <li key={fault.where + fault.what}>
                <code>{fault.where}</code> {fault.what}
              </li>
            ))}
          </ul>
        )}
      </Card>
      {view.kind !== 'retirement' && (
        <Card title={say('文本', 'Text')}>
          <div className="field">
            <label htmlFor={id}>{say('数据(JSON)', 'Data (JSON)')}</label>
            <Input.TextArea
              id={id}
              value={text}
              readOnly={!editable}
              rows={24}
              style={{ fontFamily: 'monospace' }}
              spellCheck={false}
              aria-invalid={!content.ok}
              onChange={(event) => setText(event.target.value)}
            />
            <p className="fault">
              {content.ok ? '' : say('不是完整的 JSON,请检查括号和逗号。', 'This is not valid JSON.')}
            </p>
          </div>
        </Card>
      )}
      {view.kind === 'item' && editable && content.ok && (
        <Unread value={around}>
          <Warning content={content.value} onChange={(value) => setText(JSON.stringify(value, null, 2))} />
        </Unread>
      )}
      {editable && (
        <Card title={say('施行日和说明', 'First day and note')}>
          <TextField label={say('施行日', 'First day')} type="date" value={from} onChange={setFrom} required />
          <TextField
            label={say('修改依据和内容', 'Why and what')}
            value={note}
            onChange={setNote}
            rows={2}
            maxLength={1000}
            required
          />
        </Card>
      )}
      {overtaken && dirty && (
        <div className="notice warn" role="alert">
          <p>
            {say(
              `${view.author}刚保存了新的内容,您的修改尚未保存,仍在页面上。`,
              `${view.author} has just saved something else; what you changed is not saved and still here.`,
            )}
          </p>
          <div className="row">
            {editable && <Button onClick={() => setBase(view)}>{say('保留我的修改', 'Keep mine')}</Button>}
            <Button onClick={() => take(view)}>{say('改用对方保存的内容', 'Take theirs')}</Button>
          </div>
        </div>
      )}
      <RefusalNotice error={save.error ?? publish.error} />
      <div className="row">
        {editable && (
          <ActButton
            because={
              view.may['save'] ??
              (!content.ok || from === '' || note.trim() === ''
                ? words('请先补全文本、施行日和说明。', 'Complete text, day and note first.')
                : unread
                  ? unreadWords
                  : dirty
                    ? null
                    : words('没有修改。', 'Nothing changed.'))
            }
            busy={save.isPending}
            onAct={() =>
              save.mutate({
                params,
                body: { version: base.version, from: from as never, content: content.value, note: note.trim() },
              })
            }
          >
            {say('保存草稿', 'Save the draft')}
          </ActButton>
        )}
        {editable && (
          <ActButton
            because={
              unread ? unreadWords : dirty ? words('请先保存草稿。', 'Save the draft first.') : view.may['publish']
            }
            busy={publish.isPending}
            look={{ type: 'primary' }}
            onAct={() => publish.mutate({ params, body: { version: view.version } })}
          >
            {say('发布', 'Publish')}
          </ActButton>
        )}
        {(editable || view.standing === 'scheduled') && (
          <ActButton because={view.may['withdraw']} look={{ danger: true }} onAct={() => setEnding(true)}>
            {editable ? say('放弃草稿', 'Discard') : say('撤回', 'Withdraw')}
          </ActButton>
        )}
      </div>
      <FormDialog
        open={ending}
        title={say('撤回或放弃', 'Withdraw or discard')}
        onClose={() => setEnding(false)}
        onSubmit={() => {
          setTried(true)
          if (reason.trim() !== '') withdraw.mutate({ params, body: { version: view.version, reason: reason.trim() } })
        }}
        submitLabel={say('确认', 'Confirm')}
        busy={withdraw.isPending}
        error={withdraw.error}
        danger
      >
        <TextField
          label={say('原因', 'Reason')}
          value={reason}
          onChange={setReason}
          rows={2}
          maxLength={500}
          required
          fault={tried && reason.trim() === '' ? say('请填写原因。', 'Give the reason.') : undefined}
        />
      </FormDialog>
    </>
  )
}
