/** People of the platform: search, register; administrators to be confirmed by a second one. */
import { Link } from '@tanstack/react-router'
import { Button } from 'antd'
import { type ReactElement, useId, useState } from 'react'
import { useFilters } from '../../../desk/filters.ts'
import { useSay } from '../../../desk/language.tsx'
import { useAct, useRead } from '../../../desk/queries.ts'
import { ActButton } from '../../../desk/ui/act-button.tsx'
import { CaseTable } from '../../../desk/ui/case-table.tsx'
import { FormDialog } from '../../../desk/ui/form-dialog.tsx'
import { TextField } from '../../../desk/ui/inputs.tsx'
import { Loaded } from '../../../desk/ui/loaded.tsx'
import { Card, Page } from '../../../desk/ui/page.tsx'
import { RefusalNotice } from '../../../desk/ui/refusal-notice.tsx'
import { SearchInput } from '../../../desk/ui/search-input.tsx'
import { roleWords } from '../../../kernel/actor.ts'
import { words } from '../../../kernel/words.ts'
import { confirmGrant, createPerson, listPendingGrants, listPeople, type RoleGrant } from '../contract.ts'
import { mayConfirm, mayManagePeople } from '../policy.ts'
import { faultIn, orNull, reasonOf, useActor } from './actor.ts'
import { ActorName } from './names.tsx'
import { RevokeDialog } from './person-dialogs.tsx'
import { listSearch } from './search.ts'

const CreateDialog = ({ onClose }: { readonly onClose: () => void }): ReactElement => {
  const say = useSay()
  const create = useAct(createPerson, { onDone: onClose })
  const [name, setName] = useState('')
  const [phone, setPhone] = useState('')
  const [idNumber, setIdNumber] = useState('')
  const [tried, setTried] = useState(false)
  const submit = () => {
    setTried(true)
    if (name.trim() === '') return
    create.mutate({ body: { name, phone: orNull(phone), idNumber: orNull(idNumber) } })
  }
  return (
    <FormDialog
      open
      title={say('登记人员', 'Register a person')}
      onClose={onClose}
      onSubmit={submit}
      submitLabel={say('登记', 'Register')}
      busy={create.isPending}
      error={create.error}
    >
      <TextField
        label={say('姓名', 'Name')}
        value={name}
        onChange={setName}
        maxLength={60}
        required
        fault={
          faultIn(create.error, 'name') ??
          (tried && name.trim() === '' ? say('请填写姓名。', 'Fill in the name.') : undefined)
        }
      />
      <TextField
        label={say('手机号(可不填)', 'Phone (optional)')}
        value={phone}
        onChange={setPhone}
        maxLength={30}
        fault={faultIn(create.error, 'phone')}
      />
      <TextField
        label={say('身份证件号(可不填,加密保存)', 'Identity number (optional, encrypted)')}
        value={idNumber}
        onChange={setIdNumber}
        maxLength={30}
        fault={faultIn(create.error, 'idNumber')}
      />
    </FormDialog>
  )
}

/** Roles that another administrator proposed: a second person confirms or rejects. */
const Pending = (): ReactElement | null => {
  const say = useSay()
  const actor = useActor()
  const [rejected, setRejected] = useState<RoleGrant | null>(null)
  const pending = useRead(listPendingGrants, {})
  const confirm = useAct(confirmGrant)
  if (pending.data === undefined || pending.data.rows.length === 0) return null
  return (
    <Card title={say('待复核的授权', 'Roles awaiting confirmation')}>
      <RefusalNotice error={confirm.error} />
      <CaseTable
        label={say('待复核的授权', 'Awaiting confirmation')}
        rows={pending.data.rows}
        keyOf={(row) => row.id}
        columns={[
          {
            title: words('人员', 'Person'),
            heads: true,
            show: (row) => (
              <Link to="/people/$personId" params={{ personId: row.personId }}>
                {row.personName}
              </Link>
            ),
          },
          { title: words('角色', 'Role'), show: (row) => say(roleWords[row.role]) },
          { title: words('提出人', 'Proposed by'), show: (row) => <ActorName text={row.grantedBy} /> },
          { title: words('理由', 'Because'), show: (row) => row.reason },
          {
            title: words('处理', 'Action'),
            show: (row) => (
              <span className="row">
                <ActButton
                  because={reasonOf(mayConfirm(actor, row))}
                  busy={confirm.isPending}
                  onAct={() => confirm.mutate({ params: { grantId: row.id } })}
                >
                  {say('复核同意', 'Confirm')}
                </ActButton>
                <Button danger onClick={() => setRejected(row)}>
                  {say('驳回', 'Reject')}
                </Button>
              </span>
            ),
          },
        ]}
      />
      {rejected !== null && <RevokeDialog grant={rejected} onClose={() => setRejected(null)} />}
    </Card>
  )
}

export const PeoplePage = (): ReactElement => {
  const say = useSay()
  const id = useId()
  const [filters, change] = useFilters(listSearch)
  const [creating, setCreating] = useState(false)
  const actor = useActor()
  const list = useRead(listPeople, { query: { ...filters, limit: 50 } }, { keep: true })
  return (
    <Page
      title={say('人员与角色', 'People and roles')}
      actions={
        mayManagePeople(actor).allowed && (
          <Button type="primary" onClick={() => setCreating(true)}>
            {say('登记人员', 'Register a person')}
          </Button>
        )
      }
    >
      <Pending />
      <div className="row" style={{ marginBottom: 12 }} role="search">
        <label htmlFor={id}>{say('查找', 'Search')}</label>
        <SearchInput
          id={id}
          width={320}
          value={filters.search}
          placeholder={say('姓名,或完整手机号、证件号', 'Name, or whole phone or identity number')}
          onSearch={(search) => change({ search })}
        />
      </div>
      <Loaded query={list}>
        {(data) => (
          <CaseTable
            label={say('人员列表', 'People')}
            rows={data.rows}
            keyOf={(row) => row.id}
            keys
            columns={[
              {
                title: words('姓名', 'Name'),
                heads: true,
                show: (row) => (
                  <Link to="/people/$personId" params={{ personId: row.id }}>
                    {row.name}
                  </Link>
                ),
              },
              { title: words('手机', 'Phone'), show: (row) => row.phoneMasked ?? '—' },
              { title: words('证件号', 'Identity'), show: (row) => row.idNumberMasked ?? '—' },
              {
                title: words('状态', 'State'),
                show: (row) => (
                  <span className="tag">{row.active ? say('在用', 'Active') : say('停用', 'Inactive')}</span>
                ),
              },
            ]}
            next={data.next}
            isLaterPage={filters.after !== undefined}
          />
        )}
      </Loaded>
      {creating && <CreateDialog onClose={() => setCreating(false)} />}
    </Page>
  )
}
