/** Delegation: a colleague acts for me in one of my roles, from a day to a day. */
import { Button, Select } from 'antd'
import { type ReactElement, useId, useState } from 'react'
import { useSay } from '../../../desk/language.tsx'
import { useMe } from '../../../desk/me.tsx'
import { useAct, useRead } from '../../../desk/queries.ts'
import { CaseTable } from '../../../desk/ui/case-table.tsx'
import { FormDialog } from '../../../desk/ui/form-dialog.tsx'
import { TextField } from '../../../desk/ui/inputs.tsx'
import { Loaded } from '../../../desk/ui/loaded.tsx'
import { Page } from '../../../desk/ui/page.tsx'
import { RefusalNotice } from '../../../desk/ui/refusal-notice.tsx'
import { roleWords } from '../../../kernel/actor.ts'
import type { PersonId } from '../../../kernel/identity.ts'
import { endOfDay, localDateSchema, startOfDay, wallClock } from '../../../kernel/time.ts'
import { words } from '../../../kernel/words.ts'
import { createDelegation, endDelegation, listColleagues, listDelegations } from '../contract.ts'

const CreateDialog = ({ onClose }: { readonly onClose: () => void }): ReactElement => {
  const say = useSay()
  const id = useId()
  const me = useMe()
  const colleagues = useRead(listColleagues, {})
  const create = useAct(createDelegation, { onDone: onClose })
  const own = me.roles.filter((held) => held.onBehalfOf === undefined)
  const [to, setTo] = useState<PersonId | null>(null)
  const [index, setIndex] = useState(0)
  const [from, setFrom] = useState('')
  const [until, setUntil] = useState('')
  const [reason, setReason] = useState('')
  const [tried, setTried] = useState(false)
  const first = localDateSchema.safeParse(from)
  const last = localDateSchema.safeParse(until)
  const submit = () => {
    setTried(true)
    const held = own[index]
    if (to === null || held === undefined || !first.success || !last.success || reason.trim().length < 2) return
    create.mutate({
      body: {
        toPersonId: to,
        role: held.role,
        department: held.department ?? null,
        organisationId: held.organisationId ?? null,
        from: startOfDay(first.data),
        to: endOfDay(last.data),
        reason,
      },
    })
  }
  const fillIn = say('请填写日期。', 'Fill in the day.')
  return (
    <FormDialog
      open
      title={say('委托同事代办', 'Delegate to a colleague')}
      onClose={onClose}
      onSubmit={submit}
      submitLabel={say('委托', 'Delegate')}
      busy={create.isPending}
      error={create.error}
    >
      <div className="field">
        <label htmlFor={`${id}-to`}>{say('委托给', 'To')}</label>
        <Select
          id={`${id}-to`}
          style={{ width: '100%' }}
          value={to}
          onChange={(value: PersonId) => setTo(value)}
          options={(colleagues.data?.rows ?? []).map((row) => ({ value: row.personId, label: row.name }))}
        />
        <p className="fault">{tried && to === null ? say('请选择同事。', 'Choose a colleague.') : ''}</p>
      </div>
      <div className="field">
        <label htmlFor={`${id}-role`}>{say('角色', 'Role')}</label>
        <Select
          id={`${id}-role`}
          style={{ width: '100%' }}
          value={index}
          onChange={(value: number) => setIndex(value)}
          options={own.map((held, place) => ({
            value: place,
            label: `${say(roleWords[held.role])} ${held.departmentName ?? held.organisationName ?? ''}`,
          }))}
        />
      </div>
      <TextField
        label={say('开始日期', 'From')}
        type="date"
        value={from}
        onChange={setFrom}
        required
        fault={tried && !first.success ? fillIn : undefined}
      />
      <TextField
        label={say('结束日期', 'Until')}
        type="date"
        value={until}
        onChange={setUntil}
        required
        fault={tried && !last.success ? fillIn : undefined}
      />
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

export const DelegationPage = (): ReactElement => {
  const say = useSay()
  const me = useMe()
  const list = useRead(listDelegations, {})
  const end = useAct(endDelegation)
  const [creating, setCreating] = useState(false)
  return (
    <Page
      title={say('委托代办', 'Delegation')}
      actions={
        <Button type="primary" onClick={() => setCreating(true)}>
          {say('新建委托', 'New delegation')}
        </Button>
      }
    >
      <p className="quiet">
        {say(
          '受托人在期限内以您的角色办理,记录里写明代谁办理。',
          'The colleague acts in your role; the record says for whom.',
        )}
      </p>
      <RefusalNotice error={end.error} />
      <Loaded query={list}>
        {(data) => (
          <CaseTable
            label={say('委托列表', 'Delegations')}
            rows={data.rows}
            keyOf={(row) => row.id}
            empty={words('没有委托。', 'No delegation.')}
            columns={[
              { title: words('委托人', 'From'), heads: true, show: (row) => row.fromName },
              { title: words('受托人', 'To'), show: (row) => row.toName },
              { title: words('角色', 'Role'), show: (row) => say(roleWords[row.role]) },
              {
                title: words('期限', 'Period'),
                show: (row) => `${wallClock(row.from)} – ${wallClock(row.endedAt ?? row.to)}`,
              },
              { title: words('理由', 'Because'), show: (row) => row.reason },
              {
                title: words('处理', 'Action'),
                show: (row) =>
                  row.endedAt === null && row.fromPersonId === me.personId ? (
                    <Button loading={end.isPending} onClick={() => end.mutate({ params: { delegationId: row.id } })}>
                      {say('提前结束', 'End now')}
                    </Button>
                  ) : (
                    '—'
                  ),
              },
            ]}
          />
        )}
      </Loaded>
      {creating && <CreateDialog onClose={() => setCreating(false)} />}
    </Page>
  )
}
