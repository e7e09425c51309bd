/** 清单与表单版本: what is drafted, scheduled, in force and past; and the start of a new one. */
import { Link, useNavigate } from '@tanstack/react-router'
import { Select } from 'antd'
import { type ReactElement, useId, useState } from 'react'
import { call } from '../../../desk/call.ts'
import { useSay } from '../../../desk/language.tsx'
import { holdsAny, useMe } from '../../../desk/me.tsx'
import { useAct, useRead } from '../../../desk/queries.ts'
import { ActButton } from '../../../desk/ui/act-button.tsx'
import { CaseTable } from '../../../desk/ui/case-table.tsx'
import { FormDialog } from '../../../desk/ui/form-dialog.tsx'
import { ChoiceField, TextField } from '../../../desk/ui/inputs.tsx'
import { Loaded } from '../../../desk/ui/loaded.tsx'
import { Page } from '../../../desk/ui/page.tsx'
import { words } from '../../../kernel/words.ts'
import { draftEdition, type EditionRow, listEditions, readEditionBase } from '../contract/editions.ts'
import { listItems } from '../contract.ts'
import { kindWords, standingWords } from './words.ts'

export const EditionsPage = (): ReactElement => {
  const say = useSay()
  const me = useMe()
  const editions = useRead(listEditions, {})
  const [making, setMaking] = useState(false)
  return (
    <Page
      title={say('清单与表单版本', 'Versions of catalogue and form')}
      actions={
        <>
          <Link to="/trial">{say('试用未生效的版本', 'Try versions that are not in force')}</Link>{' '}
          {holdsAny(me, 'administrator') && (
            <ActButton because={null} look={{ type: 'primary' }} onAct={() => setMaking(true)}>
              {say('拟定新版本', 'Draft a new version')}
            </ActButton>
          )}
        </>
      }
    >
      <p className="quiet">
        {say(
          '申请适用收件当日施行的版本。一人拟定、另一人发布,自定日起(零时,北京时间)施行;随程序附带的清单为最初版本。',
          'A case stands under the version of its day of receipt. One person drafts, another publishes; it holds from 00:00 Beijing time of its first day. The files that come with the program are version zero.',
        )}
      </p>
      <Loaded query={editions}>
        {(data) => (
          <CaseTable
            label={say('版本', 'Versions')}
            rows={data.rows}
            keyOf={(row) => row.editionId}
            columns={[
              {
                title: words('内容', 'Subject'),
                heads: true,
                show: (row) => (
                  <Link to="/editions/$editionId" params={{ editionId: row.editionId }}>
                    {say(row.name)}
                  </Link>
                ),
              },
              { title: words('类别', 'Kind'), show: (row) => say(kindWords[row.kind]) },
              { title: words('状态', 'State'), show: (row) => say(standingWords[row.standing]) },
              { title: words('施行日', 'From'), show: (row) => row.from ?? '—' },
              { title: words('拟定', 'Drafted by'), show: (row) => row.author },
              { title: words('发布', 'Published by'), show: (row) => row.publisher ?? '—' },
              { title: words('说明', 'Note'), show: (row) => row.note },
            ]}
            keys
            empty={words('还没有新版本,现行的是最初版本。', 'No new version yet; version zero is in force.')}
          />
        )}
      </Loaded>
      {making && <NewEdition onClose={() => setMaking(false)} />}
    </Page>
  )
}

const NewEdition = ({ onClose }: { readonly onClose: () => void }): ReactElement => {
  const say = useSay()
  const id = useId()
  const navigate = useNavigate()
  const items = useRead(listItems, {})
  const [kind, setKind] = useState<EditionRow['kind']>('item')
  const [subject, setSubject] = useState<string | null>(null)
  const [from, setFrom] = useState('')
  const [note, setNote] = useState('')
  const [tried, setTried] = useState(false)
  const [failure, setFailure] = useState<unknown>(null)
  const draft = useAct(draftEdition, {
    onDone: (view) => void navigate({ to: '/editions/$editionId', params: { editionId: view.editionId } }),
  })
  const missing = (empty: boolean) => (tried && empty ? say('请填写此项。', 'Fill this in.') : undefined)
  const start = async () => {
    setTried(true)
    const about = kind === 'form' ? 'form' : subject
    if (about === null || from === '' || note.trim() === '') return
    setFailure(null)
    try {
      // The text in force the day before is the base: only what changes has to be written.
      const content =
        kind === 'retirement' ? null : (await call(readEditionBase, { query: { kind, subject: about } })).content
      draft.mutate({ body: { kind, subject: about, from: from as never, content, note: note.trim() } })
    } catch (error) {
      setFailure(error)
    }
  }
  return (
    <FormDialog
      open
      title={say('拟定新版本', 'Draft a new version')}
      onClose={onClose}
      onSubmit={() => void start()}
      submitLabel={
        kind === 'retirement'
          ? say('拟定取消', 'Draft the retirement')
          : say('以现行文本为底稿开始', 'Start from the text in force')
      }
      busy={draft.isPending}
      error={failure ?? draft.error}
    >
      <ChoiceField
        label={say('类别', 'Kind')}
        value={kind}
        onChange={setKind}
        options={(['item', 'form', 'retirement'] as const).map((value) => ({ value, label: say(kindWords[value]) }))}
      />
      {kind !== 'form' && (
        <div className="field">
          <label htmlFor={id}>{say('事项', 'Item')}</label>
          <Select
            id={id}
            style={{ width: '100%' }}
            showSearch={{ optionFilterProp: 'label' }}
            value={subject}
            placeholder={say('请选择', 'Choose')}
            onChange={(value: string) => setSubject(value)}
            options={(items.data?.items ?? []).map((item) => ({
              value: item.itemId,
              label: `${item.itemId} ${say(item.name)}`,
            }))}
          />
          <p className="fault">{missing(subject === null) ?? ''}</p>
        </div>
      )}
      <TextField
        label={say('施行日', 'First day')}
        type="date"
        value={from}
        onChange={setFrom}
        required
        fault={missing(from === '')}
      />
      <TextField
        label={say('修改依据和内容', 'Why and what')}
        value={note}
        onChange={setNote}
        rows={3}
        maxLength={1000}
        required
        fault={missing(note.trim() === '')}
      />
    </FormDialog>
  )
}
