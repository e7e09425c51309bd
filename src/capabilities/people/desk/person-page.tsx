/** One person: roles with their periods, organisations, and the traced look at personal data. */
import { useParams } from '@tanstack/react-router'
import { Button, Select } from 'antd'
import { type ReactElement, useId, useState } from 'react'
import { useSay } from '../../../desk/language.tsx'
import { useAct, useRead } from '../../../desk/queries.ts'
import { CaseTable } from '../../../desk/ui/case-table.tsx'
import { FormDialog } from '../../../desk/ui/form-dialog.tsx'
import { TextField } from '../../../desk/ui/inputs.tsx'
import { Loaded } from '../../../desk/ui/loaded.tsx'
import { Card, Page } from '../../../desk/ui/page.tsx'
import { type Role, roles, roleWords } from '../../../kernel/actor.ts'
import type { OrganisationId, PersonId } from '../../../kernel/identity.ts'
import { endOfDay, localDateSchema, startOfDay, wallClock } from '../../../kernel/time.ts'
import { words } from '../../../kernel/words.ts'
import {
  getPerson,
  grantRole,
  grantStateWords,
  joinOrganisation,
  listDepartments,
  listOrganisations,
  type PersonDetail,
  type RoleGrant,
  revealPerson,
  revokeGrant,
} from '../contract.ts'

/** Roles that hold in a department, and those that hold for an organisation. */
const inDepartment: ReadonlySet<Role> = new Set<Role>(['reviewer', 'lead', 'approver'])
const ofOrganisation: ReadonlySet<Role> = new Set<Role>(['applicant', 'site-manager'])

const GrantDialog = ({
  person,
  onClose,
}: {
  readonly person: PersonDetail
  readonly onClose: () => void
}): ReactElement => {
  const say = useSay()
  const id = useId()
  const departments = useRead(listDepartments, {})
  const organisations = useRead(listOrganisations, { query: { limit: 100 } })
  const grant = useAct(grantRole, { onDone: onClose })
  const [role, setRole] = useState<Role | null>(null)
  const [department, setDepartment] = useState<string | null>(null)
  const [organisation, setOrganisation] = useState<OrganisationId | null>(null)
  const [from, setFrom] = useState('')
  const [to, setTo] = useState('')
  const [reason, setReason] = useState('')
  const [tried, setTried] = useState(false)
  const needsDepartment = role !== null && inDepartment.has(role)
  const needsOrganisation = role !== null && ofOrganisation.has(role)
  const day = (text: string) => {
    const parsed = localDateSchema.safeParse(text)
    return parsed.success ? parsed.data : null
  }
  const submit = () => {
    setTried(true)
    if (role === null || reason.trim().length < 2) return
    if ((needsDepartment && department === null) || (needsOrganisation && organisation === null)) return
    const first = day(from)
    const last = day(to)
    grant.mutate({
      params: { personId: person.id },
      body: {
        role,
        department: needsDepartment ? department : null,
        organisationId: needsOrganisation ? organisation : null,
        ...(first === null ? {} : { from: startOfDay(first) }),
        to: last === null ? null : endOfDay(last),
        reason,
      },
    })
  }
  const missing = (value: unknown): string => (tried && value === null ? say('请选择一项。', 'Choose one.') : '')
  return (
    <FormDialog
      open
      title={say('授予角色', 'Grant a role')}
      onClose={onClose}
      onSubmit={submit}
      submitLabel={say('授予', 'Grant')}
      busy={grant.isPending}
      error={grant.error}
    >
      <div className="field">
        <label htmlFor={`${id}-role`}>{say('角色', 'Role')}</label>
        <Select
          id={`${id}-role`}
          style={{ width: '100%' }}
          value={role}
          onChange={(value: Role) => setRole(value)}
          options={roles.map((value) => ({ value, label: say(roleWords[value]) }))}
        />
        <p className="fault">{missing(role)}</p>
      </div>
      {needsDepartment && (
        <div className="field">
          <label htmlFor={`${id}-department`}>{say('部门', 'Department')}</label>
          <Select
            id={`${id}-department`}
            style={{ width: '100%' }}
            value={department}
            onChange={(value: string) => setDepartment(value)}
            options={(departments.data?.rows ?? []).map((row) => ({ value: row.code, label: row.name }))}
          />
          <p className="fault">{missing(department)}</p>
        </div>
      )}
      {needsOrganisation && (
        <div className="field">
          <label htmlFor={`${id}-organisation`}>{say('单位', 'Organisation')}</label>
          <Select
            id={`${id}-organisation`}
            style={{ width: '100%' }}
            value={organisation}
            onChange={(value: OrganisationId) => setOrganisation(value)}
            options={(organisations.data?.rows ?? []).map((row) => ({ value: row.id, label: row.name }))}
          />
          <p className="fault">{missing(organisation)}</p>
        </div>
      )}
      <TextField label={say('生效日期(不填为立即)', 'From (empty: now)')} type="date" value={from} onChange={setFrom} />
      <TextField label={say('截止日期(不填为长期)', 'Until (empty: open)')} type="date" value={to} onChange={setTo} />
      <TextField
        label={say('理由', 'Because')}
        value={reason}
        onChange={setReason}
        maxLength={400}
        required
        fault={tried && reason.trim().length < 2 ? say('请填写理由,至少 2 个字。', 'Give a reason.') : undefined}
      />
      {role === 'administrator' && (
        <p className="notice warn">
          {say(
            '授予系统管理员后,须由另一名管理员复核才生效。',
            'A second administrator must confirm before it takes effect.',
          )}
        </p>
      )}
    </FormDialog>
  )
}

const RevokeDialog = ({
  grant,
  onClose,
}: {
  readonly grant: RoleGrant
  readonly onClose: () => void
}): ReactElement => {
  const say = useSay()
  const revoke = useAct(revokeGrant, { onDone: onClose })
  const [reason, setReason] = useState('')
  const [tried, setTried] = useState(false)
  return (
    <FormDialog
      open
      title={say('撤销角色', 'Revoke the role')}
      onClose={onClose}
      onSubmit={() => {
        setTried(true)
        if (reason.trim().length >= 2) revoke.mutate({ params: { grantId: grant.id }, body: { reason } })
      }}
      submitLabel={say('撤销', 'Revoke')}
      danger
      busy={revoke.isPending}
      error={revoke.error}
    >
      <TextField
        label={say('理由', 'Because')}
        value={reason}
        onChange={setReason}
        maxLength={400}
        required
        fault={tried && reason.trim().length < 2 ? say('请填写理由,至少 2 个字。', 'Give a reason.') : undefined}
      />
    </FormDialog>
  )
}

const RevealDialog = ({
  person,
  onClose,
}: {
  readonly person: PersonDetail
  readonly onClose: () => void
}): ReactElement => {
  const say = useSay()
  const reveal = useAct(revealPerson)
  const [purpose, setPurpose] = useState('')
  const [tried, setTried] = useState(false)
  return (
    <FormDialog
      open
      title={say('查看完整信息', 'Look at the whole data')}
      onClose={onClose}
      onSubmit={() => {
        setTried(true)
        if (purpose.trim().length >= 4) reveal.mutate({ params: { personId: person.id }, body: { purpose } })
      }}
      submitLabel={say('查看', 'Look')}
      busy={reveal.isPending}
      error={reveal.error}
    >
      <p className="notice warn">{say('每次查看都会记入日志,本人可以查询。', 'Every look is logged.')}</p>
      <TextField
        label={say('用途', 'Purpose')}
        value={purpose}
        onChange={setPurpose}
        maxLength={200}
        required
        fault={tried && purpose.trim().length < 4 ? say('请写明用途,至少 4 个字。', 'Name the purpose.') : undefined}
      />
      {reveal.data !== undefined && (
        <div role="status">
          <dl className="facts">
            <div>
              <dt>{say('手机号', 'Phone')}</dt>
              <dd>{reveal.data.phone ?? '—'}</dd>
            </div>
            <div>
              <dt>{say('证件号', 'Identity number')}</dt>
              <dd>{reveal.data.idNumber ?? '—'}</dd>
            </div>
          </dl>
        </div>
      )}
    </FormDialog>
  )
}

const JoinDialog = ({
  person,
  onClose,
}: {
  readonly person: PersonDetail
  readonly onClose: () => void
}): ReactElement => {
  const say = useSay()
  const id = useId()
  const organisations = useRead(listOrganisations, { query: { limit: 100 } })
  const join = useAct(joinOrganisation, { onDone: onClose })
  const [organisation, setOrganisation] = useState<OrganisationId | null>(null)
  const [title, setTitle] = useState('')
  const [tried, setTried] = useState(false)
  return (
    <FormDialog
      open
      title={say('加入单位', 'Join an organisation')}
      onClose={onClose}
      onSubmit={() => {
        setTried(true)
        if (organisation !== null)
          join.mutate({ params: { personId: person.id }, body: { organisationId: organisation, title } })
      }}
      submitLabel={say('加入', 'Join')}
      busy={join.isPending}
      error={join.error}
    >
      <div className="field">
        <label htmlFor={id}>{say('单位', 'Organisation')}</label>
        <Select
          id={id}
          style={{ width: '100%' }}
          value={organisation}
          onChange={(value: OrganisationId) => setOrganisation(value)}
          options={(organisations.data?.rows ?? []).map((row) => ({ value: row.id, label: row.name }))}
        />
        <p className="fault">{tried && organisation === null ? say('请选择单位。', 'Choose one.') : ''}</p>
      </div>
      <TextField label={say('职务(可不填)', 'Position (optional)')} value={title} onChange={setTitle} maxLength={60} />
    </FormDialog>
  )
}

const Shown = ({ person }: { readonly person: PersonDetail }): ReactElement => {
  const say = useSay()
  const [dialog, setDialog] = useState<'grant' | 'reveal' | 'join' | null>(null)
  const [revoking, setRevoking] = useState<RoleGrant | null>(null)
  const period = (grant: RoleGrant): string =>
    `${wallClock(grant.from)} – ${grant.to === null ? say('长期', 'open') : wallClock(grant.to)}`
  return (
    <Page
      title={person.name}
      beside={<span className="tag">{person.active ? say('在用', 'Active') : say('停用', 'Inactive')}</span>}
      actions={
        <>
          <Button type="primary" onClick={() => setDialog('grant')}>
            {say('授予角色', 'Grant a role')}
          </Button>
          <Button onClick={() => setDialog('join')}>{say('加入单位', 'Join an organisation')}</Button>
          <Button onClick={() => setDialog('reveal')}>{say('查看完整信息', 'Show personal data')}</Button>
        </>
      }
    >
      <Card title={say('信息', 'Facts')}>
        <dl className="facts">
          <div>
            <dt>{say('手机', 'Phone')}</dt>
            <dd>{person.phoneMasked ?? '—'}</dd>
          </div>
          <div>
            <dt>{say('证件号', 'Identity')}</dt>
            <dd>{person.idNumberMasked ?? '—'}</dd>
          </div>
          <div>
            <dt>{say('单位', 'Organisations')}</dt>
            <dd>
              {person.memberships
                .map((each) => `${each.name}${each.title === '' ? '' : `(${each.title})`}`)
                .join('、') || '—'}
            </dd>
          </div>
        </dl>
      </Card>
      <Card title={say('角色', 'Roles')}>
        <CaseTable
          label={say('角色', 'Roles')}
          rows={person.grants}
          keyOf={(grant) => grant.id}
          empty={words('还没有角色。', 'No role yet.')}
          columns={[
            { title: words('角色', 'Role'), heads: true, show: (grant) => say(roleWords[grant.role]) },
            {
              title: words('部门或单位', 'Where'),
              show: (grant) =>
                grant.department ?? (grant.organisationId === null ? '—' : say('本单位', 'organisation')),
            },
            { title: words('起止', 'Period'), show: period },
            {
              title: words('状态', 'State'),
              show: (grant) => <span className="tag">{say(grantStateWords[grant.state])}</span>,
            },
            { title: words('授予人', 'Granted by'), show: (grant) => grant.grantedBy },
            {
              title: words('处理', 'Action'),
              show: (grant) =>
                grant.state === 'in-force' || grant.state === 'planned' || grant.state === 'requested' ? (
                  <Button onClick={() => setRevoking(grant)}>{say('撤销', 'Revoke')}</Button>
                ) : (
                  '—'
                ),
            },
          ]}
        />
      </Card>
      {dialog === 'grant' && <GrantDialog person={person} onClose={() => setDialog(null)} />}
      {dialog === 'reveal' && <RevealDialog person={person} onClose={() => setDialog(null)} />}
      {dialog === 'join' && <JoinDialog person={person} onClose={() => setDialog(null)} />}
      {revoking !== null && <RevokeDialog grant={revoking} onClose={() => setRevoking(null)} />}
    </Page>
  )
}

export const PersonPage = (): ReactElement => {
  const { personId } = useParams({ strict: false }) as { readonly personId: PersonId }
  const person = useRead(getPerson, { params: { personId } })
  return <Loaded query={person}>{(data) => <Shown person={data} />}</Loaded>
}
