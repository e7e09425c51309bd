/** Organisations: search, register with the check of the unified code, correct; former names are kept. */
import { Button, Input } from 'antd'
import { type ReactElement, useId, useState } from 'react'
import { useFilters } from '../../../desk/filters.ts'
import { useSay } from '../../../desk/language.tsx'
import { useAct, useRead } from '../../../desk/queries.ts'
import { CaseTable } from '../../../desk/ui/case-table.tsx'
import { FormDialog } from '../../../desk/ui/form-dialog.tsx'
import { ChoiceField, TextField } from '../../../desk/ui/inputs.tsx'
import { Loaded } from '../../../desk/ui/loaded.tsx'
import { Page } from '../../../desk/ui/page.tsx'
import { words } from '../../../kernel/words.ts'
import {
  createOrganisation,
  listOrganisations,
  type Organisation,
  type OrganisationKind,
  organisationKinds,
  organisationKindWords,
  updateOrganisation,
} from '../contract.ts'
import { listSearch } from './search.ts'

const orNull = (text: string): string | null => (text.trim() === '' ? null : text.trim())

const Editor = ({
  organisation,
  onClose,
  onWarnings,
}: {
  readonly organisation: Organisation | null
  readonly onClose: () => void
  readonly onWarnings: (warnings: readonly string[]) => void
}): ReactElement => {
  const say = useSay()
  const done = (reply: { readonly warnings: readonly string[] }) => {
    onWarnings(reply.warnings)
    onClose()
  }
  const create = useAct(createOrganisation, { onDone: done })
  const update = useAct(updateOrganisation, { onDone: done })
  const [name, setName] = useState(organisation?.name ?? '')
  const [uscc, setUscc] = useState(organisation?.uscc ?? '')
  const [address, setAddress] = useState(organisation?.address ?? '')
  const [kind, setKind] = useState<OrganisationKind | null>(organisation?.kind ?? null)
  const [tried, setTried] = useState(false)
  const used = organisation === null ? create : update
  const submit = () => {
    setTried(true)
    if (name.trim().length < 2 || kind === null) return
    if (organisation === null) create.mutate({ body: { name, uscc: orNull(uscc), kind, address: orNull(address) } })
    else
      update.mutate({
        params: { organisationId: organisation.id },
        body: { version: organisation.version, name, uscc: orNull(uscc), address: orNull(address) },
      })
  }
  return (
    <FormDialog
      open
      title={organisation === null ? say('登记单位', 'Register an organisation') : say('更正单位信息', 'Correct')}
      onClose={onClose}
      onSubmit={submit}
      submitLabel={say('保存', 'Save')}
      busy={used.isPending}
      error={used.error}
    >
      <TextField
        label={say('单位全称', 'Full name')}
        value={name}
        onChange={setName}
        maxLength={120}
        required
        fault={tried && name.trim().length < 2 ? say('请填写单位全称。', 'Fill in the name.') : undefined}
      />
      <TextField
        label={say('统一社会信用代码', 'Unified social credit code')}
        help={say('18 位,没有字母 I、O、S、V、Z。', '18 signs, without the letters I, O, S, V, Z.')}
        value={uscc}
        onChange={setUscc}
        maxLength={30}
      />
      {organisation === null && (
        <ChoiceField
          label={say('性质', 'Kind')}
          value={kind}
          onChange={setKind}
          options={organisationKinds.map((value) => ({ value, label: say(organisationKindWords[value]) }))}
          fault={tried && kind === null ? say('请选择一项。', 'Choose one.') : undefined}
        />
      )}
      <TextField
        label={say('地址(可不填)', 'Address (optional)')}
        value={address}
        onChange={setAddress}
        maxLength={200}
      />
    </FormDialog>
  )
}

export const OrganisationsPage = (): ReactElement => {
  const say = useSay()
  const id = useId()
  const [filters, change] = useFilters(listSearch)
  const [edited, setEdited] = useState<Organisation | 'new' | null>(null)
  const [warnings, setWarnings] = useState<readonly string[]>([])
  const list = useRead(listOrganisations, { query: { ...filters, limit: 50 } }, { keep: true })
  return (
    <Page
      title={say('单位', 'Organisations')}
      actions={
        <Button type="primary" onClick={() => setEdited('new')}>
          {say('登记单位', 'Register')}
        </Button>
      }
    >
      {warnings.map((warning) => (
        <p key={warning} className="notice warn" role="status">
          {warning}
        </p>
      ))}
      <div className="row" style={{ marginBottom: 12 }} role="search">
        <label htmlFor={id}>{say('查找', 'Search')}</label>
        <Input.Search
          id={id}
          style={{ maxWidth: 320 }}
          defaultValue={filters.search ?? ''}
          placeholder={say('名称、曾用名或统一社会信用代码', 'Name, former name or code')}
          allowClear
          onSearch={(text) => change({ search: text.trim() === '' ? undefined : text.trim() })}
        />
      </div>
      <Loaded query={list}>
        {(data) => (
          <CaseTable
            label={say('单位列表', 'Organisations')}
            rows={data.rows}
            keyOf={(row) => row.id}
            columns={[
              {
                title: words('名称', 'Name'),
                heads: true,
                show: (row) => (
                  <button type="button" className="anchor-pick" onClick={() => setEdited(row)}>
                    {row.name}
                  </button>
                ),
              },
              { title: words('统一社会信用代码', 'Code'), show: (row) => row.uscc ?? '—' },
              { title: words('性质', 'Kind'), show: (row) => say(organisationKindWords[row.kind]) },
              {
                title: words('曾用名', 'Former names'),
                show: (row) =>
                  row.names
                    .filter((each) => each.to !== null)
                    .map((each) => each.name)
                    .join('、') || '—',
              },
            ]}
            next={data.next}
            isLaterPage={filters.after !== undefined}
          />
        )}
      </Loaded>
      {edited !== null && (
        <Editor
          organisation={edited === 'new' ? null : edited}
          onClose={() => setEdited(null)}
          onWarnings={setWarnings}
        />
      )}
    </Page>
  )
}
