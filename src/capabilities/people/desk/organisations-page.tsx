/** Organisations: search, register with the check of the unified code, correct; former names are kept. */
import { Select } from 'antd'
import { type ReactElement, useId, useState } from 'react'
import { useFilters } from '../../../desk/filters.ts'
import { useSay } from '../../../desk/language.tsx'
import { useAct, useRead } from '../../../desk/queries.ts'
import { ActButton } from '../../../desk/ui/act-button.tsx'
import { CaseTable } from '../../../desk/ui/case-table.tsx'
import { FormDialog } from '../../../desk/ui/form-dialog.tsx'
import { ChoiceField, TextField } from '../../../desk/ui/inputs.tsx'
import { Loaded } from '../../../desk/ui/loaded.tsx'
import { Page } from '../../../desk/ui/page.tsx'
import { SearchInput } from '../../../desk/ui/search-input.tsx'
import { localDateOf } from '../../../kernel/time.ts'
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
import { checkUscc } from '../model/codes.ts'
import { mayCreateOrganisation, mayUpdateOrganisation } from '../policy.ts'
import { faultIn, orNull, reasonOf, useActor } from './actor.ts'
import { organisationSearch } from './search.ts'

/** What the code says of itself while it is typed; the server decides. */
const CodeRemark = ({ code }: { readonly code: string }): ReactElement => {
  const say = useSay()
  const check = code.trim() === '' ? null : checkUscc(code)
  const isWhole = check !== null && check.normalised.length >= 18
  return (
    <div role="status">
      {isWhole && check.valid && check.warnings.length === 0 && (
        <p className="notice">{say('代码格式和校验位正确。', 'The code and its check sign are right.')}</p>
      )}
      {isWhole && !check.valid && (
        <p className="notice warn">
          {say('代码格式或校验位不符,请与登记证书核对。', 'Form or check sign is wrong: compare the certificate.')}
        </p>
      )}
      {isWhole &&
        check.warnings.map((warning) => (
          <p key={warning} className="notice warn">
            {warning}
          </p>
        ))}
    </div>
  )
}

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
  const [version] = useState(organisation?.version ?? 0)
  const [tried, setTried] = useState(false)
  const used = organisation === null ? create : update
  const submit = () => {
    setTried(true)
    if (name.trim().length < 2 || kind === null) return
    if (organisation === null) create.mutate({ body: { name, uscc: orNull(uscc), kind, address: orNull(address) } })
    else
      update.mutate({
        params: { organisationId: organisation.id },
        body: { version, name, uscc: orNull(uscc), address: orNull(address) },
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
        fault={
          faultIn(used.error, 'name') ??
          (tried && name.trim().length < 2 ? say('请填写单位全称。', 'Fill in the name.') : undefined)
        }
      />
      <TextField
        label={say('统一社会信用代码', 'Unified social credit code')}
        help={say('18 位,没有字母 I、O、S、V、Z。', '18 signs, without the letters I, O, S, V, Z.')}
        value={uscc}
        onChange={setUscc}
        maxLength={30}
        fault={faultIn(used.error, 'uscc')}
      />
      <CodeRemark code={uscc} />
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
        fault={faultIn(used.error, 'address')}
      />
      {organisation !== null && (
        <p className="quiet small">
          {say('改名后原名称作为曾用名保留,已出具的文书不变。', 'A new name keeps the old one as a former name.')}
        </p>
      )}
    </FormDialog>
  )
}

export const OrganisationsPage = (): ReactElement => {
  const say = useSay()
  const id = useId()
  const [filters, change] = useFilters(organisationSearch)
  const [edited, setEdited] = useState<Organisation | 'new' | null>(null)
  const [warnings, setWarnings] = useState<readonly string[]>([])
  const actor = useActor()
  const whyNot = reasonOf(mayUpdateOrganisation(actor))
  const list = useRead(listOrganisations, { query: { ...filters, limit: 50 } }, { keep: true })
  return (
    <Page
      title={say('单位', 'Organisations')}
      actions={
        <ActButton
          because={reasonOf(mayCreateOrganisation(actor))}
          look={{ type: 'primary' }}
          onAct={() => setEdited('new')}
        >
          {say('登记单位', 'Register')}
        </ActButton>
      }
    >
      {warnings.map((warning) => (
        <p key={warning} className="notice warn" role="status">
          {warning}
        </p>
      ))}
      <div className="row" style={{ marginBottom: 12 }} role="search">
        <label htmlFor={id}>{say('查找', 'Search')}</label>
        <SearchInput
          id={id}
          width={320}
          value={filters.search}
          placeholder={say('名称、曾用名或统一社会信用代码', 'Name, former name or code')}
          onSearch={(search) => change({ search })}
        />
        <label htmlFor={`${id}-kind`}>{say('性质', 'Kind')}</label>
        <Select
          id={`${id}-kind`}
          style={{ width: 150 }}
          value={filters.kind ?? ''}
          onChange={(kind: OrganisationKind | '') => change({ kind: kind === '' ? undefined : kind })}
          options={[
            { value: '' as const, label: say('全部', 'All') },
            ...organisationKinds.map((kind) => ({ value: kind, label: say(organisationKindWords[kind]) })),
          ]}
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
                show: (row) =>
                  whyNot === null ? (
                    <button type="button" className="anchor-pick" onClick={() => setEdited(row)}>
                      {row.name}
                    </button>
                  ) : (
                    row.name
                  ),
              },
              { title: words('统一社会信用代码', 'Code'), show: (row) => row.uscc ?? '—' },
              { title: words('性质', 'Kind'), show: (row) => say(organisationKindWords[row.kind]) },
              {
                title: words('曾用名', 'Former names'),
                show: (row) =>
                  row.names
                    .flatMap((each) => (each.to === null ? [] : [`${each.name}(${localDateOf(each.to)} 前)`]))
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
