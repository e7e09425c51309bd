/** Delegation: a colleague acts for me in one of my roles, from a day to a day. */
import { Button, Select } from 'antd'
import { type ReactElement, useId, useState } from 'react'
import { useSay } from '../../../desk/language.tsx'
import { useMe } from '../../../desk/me.tsx'
import { useAct, useRead } from '../../../desk/queries.ts'
import { ActButton } from '../../../desk/ui/act-button.tsx'
import { CaseTable } from '../../../desk/ui/case-table.tsx'
import { FormDialog } from '../../../desk/ui/form-dialog.tsx'
import { TextField } from '../../../desk/ui/inputs.tsx'
import { Loaded } from '../../../desk/ui/loaded.tsx'
import { Page } from '../../../desk/ui/page.tsx'
import { RefusalNotice } from '../../../desk/ui/refusal-notice.tsx'
import { roleWords } from '../../../kernel/actor.ts'
import type { PersonId } from '../../../kernel/identity.ts'
import { endOfDay, type LocalDate, localDateSchema, startOfDay, wallClock } from '../../../kernel/time.ts'
import { type Words, words } from '../../../kernel/words.ts'
import {
  createDelegation,
  type Delegation,
  endDelegation,
  listColleagues,
  listDelegations,
  listDepartments,
} from '../contract.ts'
import { roleScopes } from '../model/grants.ts'
import { longestDelegationDays } from '../policy.ts'
import { faultIn } from './actor.ts'
import { PlaceName } from './names.tsx'

const nothingToDelegate = words(
  '您本人没有可以委托的角色;受托取得的角色和系统管理员角色不能委托。',
  'You hold no role that can be delegated.',
)
/** By the server's day, which the browser's clock need not share. */
const stateOf = (row: Delegation, today: LocalDate): 'ended' | 'over' | 'planned' | 'in-force' => {
  if (row.endedAt !== null) return 'ended'
  if (row.to <= startOfDay(today)) return 'over'
  return row.from > endOfDay(today) ? 'planned' : 'in-force'
}
const stateWords: Readonly<Record<ReturnType<typeof stateOf>, Words>> = {
  ended: words('已提前结束', 'Ended early'),
  over: words('已到期', 'Over'),
  planned: words('未开始', 'Not yet'),
  'in-force': words('进行中', 'In force'),
}

const CreateDialog = ({ onClose }: { readonly onClose: () => void }): ReactElement => {
  const say = useSay()
  const id = useId()
  const me = useMe()
  const colleagues = useRead(listColleagues, {})
  const create = useAct(createDelegation, { onDone: onClose })
  const own = me.roles.filter((held) => held.onBehalfOf === undefined && roleScopes[held.role].delegable)
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
          showSearch={{ optionFilterProp: 'label' }}
          notFoundContent={say('没有同部门或同单位的同事。', 'No colleague in your department or organisation.')}
          options={(colleagues.data?.rows ?? []).map((row) => ({ value: row.personId, label: row.name }))}
        />
        <p className="fault">
          {faultIn(create.error, 'toPersonId') ??
            (tried && to === null ? say('请选择同事。', 'Choose a colleague.') : '')}
        </p>
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
        fault={faultIn(create.error, 'from') ?? (tried && !first.success ? fillIn : undefined)}
      />
      <TextField
        label={say('结束日期', 'Until')}
        help={say(`含当日;最长 ${longestDelegationDays} 天。`, `The whole day; ${longestDelegationDays} days at most.`)}
        type="date"
        value={until}
        onChange={setUntil}
        required
        fault={faultIn(create.error, 'to') ?? (tried && !last.success ? fillIn : undefined)}
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
  const delegable = me.roles.some((held) => held.onBehalfOf === undefined && roleScopes[held.role].delegable)
  const list = useRead(listDelegations, {})
  const end = useAct(endDelegation)
  const today = useRead(listDepartments, {}).data?.day
  const [creating, setCreating] = useState(false)
  return (
    <Page
      title={say('委托代办', 'Delegation')}
      actions={
        <ActButton
          because={delegable ? null : nothingToDelegate}
          look={{ type: 'primary' }}
          onAct={() => setCreating(true)}
        >
          {say('新建委托', 'New delegation')}
        </ActButton>
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
              {
                title: words('角色', 'Role'),
                show: (row) => (
                  <>
                    {say(roleWords[row.role])}{' '}
                    <PlaceName department={row.department} organisationId={row.organisationId} />
                  </>
                ),
              },
              {
                title: words('期限', 'Period'),
                show: (row) => `${wallClock(row.from)} – ${wallClock(row.endedAt ?? row.to)}`,
              },
              {
                title: words('状态', 'State'),
                show: (row) => (
                  <span className="tag">{today === undefined ? '…' : say(stateWords[stateOf(row, today)])}</span>
                ),
              },
              { title: words('理由', 'Because'), show: (row) => row.reason },
              {
                title: words('处理', 'Action'),
                show: (row) =>
                  row.endedAt === null && (today === undefined || stateOf(row, today) !== 'over') ? (
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
