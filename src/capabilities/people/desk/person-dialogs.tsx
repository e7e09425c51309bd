/** The dialogs of a person's page: grant, revoke or reject, reveal, join, leave, correct. */
import { Checkbox, Select } from 'antd'
import { type ReactElement, useId, useState } from 'react'
import { useSay } from '../../../desk/language.tsx'
import { useAct, useRead } from '../../../desk/queries.ts'
import { FormDialog } from '../../../desk/ui/form-dialog.tsx'
import { ChoiceField, TextField } from '../../../desk/ui/inputs.tsx'
import { type Role, roles, roleWords } from '../../../kernel/actor.ts'
import type { OrganisationId } from '../../../kernel/identity.ts'
import { endOfDay, startOfDay } from '../../../kernel/time.ts'
import { type PersonalField, personalFields, readSecurityPolicy } from '../contract/security.ts'
import {
  grantRole,
  joinOrganisation,
  leaveOrganisation,
  listDepartments,
  type PersonDetail,
  type RoleGrant,
  revealPerson,
  revokeGrant,
  updatePerson,
} from '../contract.ts'
import { roleScopes } from '../model/grants.ts'
import { dayOf, faultIn, orNull } from './actor.ts'
import { fieldWords } from './login-words.ts'
import { OrganisationField } from './organisation-field.tsx'

export const GrantDialog = ({
  person,
  onClose,
}: {
  readonly person: PersonDetail
  readonly onClose: () => void
}): ReactElement => {
  const say = useSay()
  const id = useId()
  const departments = useRead(listDepartments, {})
  const policy = useRead(readSecurityPolicy, {})
  const grant = useAct(grantRole, { onDone: onClose })
  const [role, setRole] = useState<Role | null>(null)
  const [department, setDepartment] = useState<string | null>(null)
  const [organisation, setOrganisation] = useState<OrganisationId | null>(null)
  const [from, setFrom] = useState('')
  const [to, setTo] = useState('')
  const [reason, setReason] = useState('')
  const [tried, setTried] = useState(false)
  const scope = role === null ? null : roleScopes[role]
  const takesDepartment = scope !== null && scope.department !== 'none'
  const needsOrganisation = scope?.organisation === 'needed'
  const submit = () => {
    setTried(true)
    if (role === null || reason.trim().length < 2) return
    if ((scope?.department === 'needed' && department === null) || (needsOrganisation && organisation === null)) return
    const first = dayOf(from)
    const last = dayOf(to)
    grant.mutate({
      params: { personId: person.id },
      body: {
        role,
        department: takesDepartment ? department : null,
        organisationId: needsOrganisation ? organisation : null,
        ...(first === null ? {} : { from: startOfDay(first) }),
        to: last === null ? null : endOfDay(last),
        reason,
      },
    })
  }
  const missing = (value: unknown) => (tried && value === null ? say('请选择一项。', 'Choose one.') : undefined)
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
        <p className="fault">{missing(role) ?? ''}</p>
      </div>
      {takesDepartment && (
        <div className="field">
          <label htmlFor={`${id}-department`}>
            {scope?.department === 'may' ? say('部门(可不选)', 'Department (optional)') : say('部门', 'Department')}
          </label>
          <Select
            id={`${id}-department`}
            style={{ width: '100%' }}
            value={department}
            allowClear
            onChange={(value: string | null | undefined) => setDepartment(value ?? null)}
            options={(departments.data?.rows ?? []).map((row) => ({ value: row.code, label: row.name }))}
          />
          <p className="fault">
            {faultIn(grant.error, 'department') ??
              (scope?.department === 'needed' ? missing(department) : undefined) ??
              ''}
          </p>
        </div>
      )}
      {needsOrganisation && (
        <OrganisationField
          value={organisation}
          onChange={setOrganisation}
          fault={faultIn(grant.error, 'organisationId') ?? missing(organisation)}
        />
      )}
      <TextField label={say('生效日期(不填为立即)', 'From (empty: now)')} type="date" value={from} onChange={setFrom} />
      <TextField
        label={say('截止日期(不填为长期)', 'Until (empty: open)')}
        type="date"
        value={to}
        onChange={setTo}
        fault={faultIn(grant.error, 'to')}
      />
      <TextField
        label={say('理由', 'Because')}
        value={reason}
        onChange={setReason}
        maxLength={400}
        required
        fault={tried && reason.trim().length < 2 ? say('请填写理由,至少 2 个字。', 'Give a reason.') : undefined}
      />
      {role !== null && (policy.data?.fourEyesRoles.includes(role) ?? false) && (
        <p className="notice warn">
          {say(
            '授予此角色后,须由另一名管理员复核才生效。',
            'A second administrator must confirm before it takes effect.',
          )}
        </p>
      )}
    </FormDialog>
  )
}

export const RevokeDialog = ({
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
      title={grant.state === 'requested' ? say('驳回申请', 'Reject the request') : say('撤销角色', 'Revoke the role')}
      onClose={onClose}
      onSubmit={() => {
        setTried(true)
        if (reason.trim().length >= 2) revoke.mutate({ params: { grantId: grant.id }, body: { reason } })
      }}
      submitLabel={grant.state === 'requested' ? say('驳回', 'Reject') : say('撤销', 'Revoke')}
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

export const RevealDialog = ({
  person,
  onClose,
}: {
  readonly person: PersonDetail
  readonly onClose: () => void
}): ReactElement => {
  const say = useSay()
  const reveal = useAct(revealPerson)
  const [purpose, setPurpose] = useState('')
  const [fields, setFields] = useState<readonly PersonalField[]>(['phone'])
  const [tried, setTried] = useState(false)
  return (
    <FormDialog
      open
      title={say('查看完整信息', 'Look at the whole data')}
      onClose={onClose}
      onSubmit={() => {
        setTried(true)
        if (purpose.trim().length >= 4 && fields.length > 0)
          reveal.mutate({ params: { personId: person.id }, body: { purpose, fields: [...fields] } })
      }}
      submitLabel={say('查看', 'Look')}
      busy={reveal.isPending}
      error={reveal.error}
    >
      <p className="notice warn">{say('每次查看都会记入日志,本人可以查询。', 'Every look is logged.')}</p>
      <fieldset className="field">
        <legend>{say('查看内容(只选需要的)', 'What (only what is needed)')}</legend>
        <Checkbox.Group
          value={[...fields]}
          onChange={(chosen) => setFields(personalFields.filter((field) => chosen.includes(field)))}
          options={personalFields.map((value) => ({ value, label: say(fieldWords[value]) }))}
        />
        <p className="fault">{tried && fields.length === 0 ? say('请至少选择一项。', 'Choose at least one.') : ''}</p>
      </fieldset>
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

export const JoinDialog = ({
  person,
  onClose,
}: {
  readonly person: PersonDetail
  readonly onClose: () => void
}): ReactElement => {
  const say = useSay()
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
      <OrganisationField
        value={organisation}
        onChange={setOrganisation}
        fault={tried && organisation === null ? say('请选择单位。', 'Choose one.') : undefined}
      />
      <TextField label={say('职务(可不填)', 'Position (optional)')} value={title} onChange={setTitle} maxLength={60} />
    </FormDialog>
  )
}

export const LeaveDialog = ({
  person,
  membership,
  onClose,
}: {
  readonly person: PersonDetail
  readonly membership: PersonDetail['memberships'][number]
  readonly onClose: () => void
}): ReactElement => {
  const say = useSay()
  const leave = useAct(leaveOrganisation, { onDone: onClose })
  return (
    <FormDialog
      open
      title={say('移出单位', 'Leave the organisation')}
      onClose={onClose}
      onSubmit={() => leave.mutate({ params: { personId: person.id, organisationId: membership.organisationId } })}
      submitLabel={say('移出', 'Leave')}
      danger
      busy={leave.isPending}
      error={leave.error}
    >
      <p>
        {say(
          `将“${person.name}”移出“${membership.name}”。已授予的角色不受影响,如不再需要请另行撤销。`,
          `${person.name} leaves ${membership.name}. Roles stay until they are revoked.`,
        )}
      </p>
    </FormDialog>
  )
}

/** Numbers are shown masked only: an empty field stays as it is, and a new number replaces the old one. */
export const CorrectDialog = ({
  person,
  onClose,
}: {
  readonly person: PersonDetail
  readonly onClose: () => void
}): ReactElement => {
  const say = useSay()
  const update = useAct(updatePerson, { onDone: onClose })
  const [version] = useState(person.version)
  const [name, setName] = useState(person.name)
  const [phone, setPhone] = useState('')
  const [idNumber, setIdNumber] = useState('')
  const [active, setActive] = useState<'yes' | 'no'>(person.active ? 'yes' : 'no')
  const submit = () => {
    if (name.trim() === '') return
    const [newPhone, newNumber] = [orNull(phone), orNull(idNumber)]
    update.mutate({
      params: { personId: person.id },
      body: {
        version,
        name,
        ...(newPhone === null ? {} : { phone: newPhone }),
        ...(newNumber === null ? {} : { idNumber: newNumber }),
        active: active === 'yes',
      },
    })
  }
  const keeps = say('不填则不变。', 'Empty: stays as it is.')
  return (
    <FormDialog
      open
      title={say('更正人员信息', 'Correct the person')}
      onClose={onClose}
      onSubmit={submit}
      submitLabel={say('保存', 'Save')}
      busy={update.isPending}
      error={update.error}
    >
      <TextField
        label={say('姓名', 'Name')}
        value={name}
        onChange={setName}
        maxLength={60}
        required
        fault={
          faultIn(update.error, 'name') ?? (name.trim() === '' ? say('请填写姓名。', 'Fill in the name.') : undefined)
        }
      />
      <TextField
        label={say('新手机号', 'New phone')}
        help={keeps}
        value={phone}
        onChange={setPhone}
        maxLength={30}
        fault={faultIn(update.error, 'phone')}
      />
      <TextField
        label={say('新身份证件号(加密保存)', 'New identity number (encrypted)')}
        help={keeps}
        value={idNumber}
        onChange={setIdNumber}
        maxLength={30}
        fault={faultIn(update.error, 'idNumber')}
      />
      <ChoiceField
        label={say('状态', 'State')}
        value={active}
        onChange={setActive}
        options={[
          { value: 'yes', label: say('在用', 'Active') },
          { value: 'no', label: say('停用:不能再登录和办理', 'Inactive: can neither sign in nor act') },
        ]}
      />
    </FormDialog>
  )
}
