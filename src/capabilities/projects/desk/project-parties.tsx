/** Parties of a project: who, in which role, from when to when; adding one, and letting one leave. */
import { type ReactElement, useState } from 'react'
import { useSay } from '../../../desk/language.tsx'
import { problemFrom } from '../../../desk/problem.ts'
import { useAct } from '../../../desk/queries.ts'
import { ActButton } from '../../../desk/ui/act-button.tsx'
import { CaseTable } from '../../../desk/ui/case-table.tsx'
import { FormDialog } from '../../../desk/ui/form-dialog.tsx'
import { ChoiceField, TextField } from '../../../desk/ui/inputs.tsx'
import { Card } from '../../../desk/ui/page.tsx'
import type { OrganisationId } from '../../../kernel/identity.ts'
import { localDateSchema } from '../../../kernel/time.ts'
import { words } from '../../../kernel/words.ts'
import {
  addParty,
  endParty,
  type Party,
  type PartyRole,
  type ProjectDetail,
  partyRoles,
  partyRoleWords,
} from '../contract.ts'
import { mayChangeParties } from '../policy.ts'
import { reasonOf, useActor } from './actor.ts'
import { OrganisationPicker } from './organisation-picker.tsx'

const day = (text: string) => {
  const parsed = localDateSchema.safeParse(text)
  return parsed.success ? parsed.data : null
}
const faultIn = (error: unknown, path: string): string | undefined =>
  error === null ? undefined : problemFrom(error).fields.find((fault) => fault.path === path)?.message

interface DialogProps {
  readonly project: ProjectDetail
  readonly onClose: () => void
}
const AddPartyDialog = ({ project, onClose }: DialogProps): ReactElement => {
  const say = useSay()
  const add = useAct(addParty, { onDone: onClose })
  const [role, setRole] = useState<PartyRole | null>(null)
  const [organisation, setOrganisation] = useState<OrganisationId | null>(null)
  const [name, setName] = useState('')
  const [from, setFrom] = useState('')
  const [tried, setTried] = useState(false)
  const submit = () => {
    setTried(true)
    if (role === null || organisation === null) return
    const first = day(from)
    add.mutate({
      params: { projectId: project.id },
      body: {
        role,
        organisationId: organisation,
        responsiblePersonId: null,
        responsibleName: name.trim() === '' ? null : name.trim(),
        ...(first === null ? {} : { from: first }),
      },
    })
  }
  return (
    <FormDialog
      open
      title={say('增加参建单位', 'Add a party')}
      onClose={onClose}
      onSubmit={submit}
      submitLabel={say('增加', 'Add')}
      busy={add.isPending}
      error={add.error}
    >
      <ChoiceField
        label={say('角色', 'Role')}
        value={role}
        onChange={setRole}
        options={partyRoles.map((value) => ({ value, label: say(partyRoleWords[value]) }))}
        fault={faultIn(add.error, 'role') ?? (tried && role === null ? say('请选择一项。', 'Choose one.') : undefined)}
      />
      <OrganisationPicker
        own={[]}
        canSearch
        label={say('单位', 'Organisation')}
        value={organisation}
        onChange={setOrganisation}
        fault={
          faultIn(add.error, 'organisationId') ??
          (tried && organisation === null ? say('请选择单位。', 'Choose one.') : undefined)
        }
      />
      <TextField
        label={say('项目负责人(可不填)', 'Person responsible (optional)')}
        value={name}
        onChange={setName}
        maxLength={60}
        fault={faultIn(add.error, 'responsibleName')}
      />
      <TextField
        label={say('加入日期(不填为今天)', 'From (empty: today)')}
        type="date"
        value={from}
        onChange={setFrom}
        fault={faultIn(add.error, 'from')}
      />
    </FormDialog>
  )
}

const EndPartyDialog = ({ project, party, onClose }: DialogProps & { readonly party: Party }): ReactElement => {
  const say = useSay()
  const end = useAct(endParty, { onDone: onClose })
  const [to, setTo] = useState('')
  const [because, setBecause] = useState('')
  const [tried, setTried] = useState(false)
  const submit = () => {
    setTried(true)
    if (because.trim().length < 2) return
    const last = day(to)
    end.mutate({
      params: { projectId: project.id, partyId: party.partyId },
      body: { because, ...(last === null ? {} : { to: last }) },
    })
  }
  return (
    <FormDialog
      open
      title={`${say('参建单位退出', 'A party leaves')}:${party.organisationName}`}
      onClose={onClose}
      onSubmit={submit}
      submitLabel={say('退出', 'Leave')}
      danger
      busy={end.isPending}
      error={end.error}
    >
      <TextField
        label={say('最后一天(不填为今天)', 'Last day (empty: today)')}
        type="date"
        value={to}
        onChange={setTo}
        fault={faultIn(end.error, 'to')}
      />
      <TextField
        label={say('理由', 'Because')}
        value={because}
        onChange={setBecause}
        rows={3}
        maxLength={400}
        required
        fault={tried && because.trim().length < 2 ? say('请填写理由,至少 2 个字。', 'Give a reason.') : undefined}
      />
    </FormDialog>
  )
}

export const Parties = ({ project }: { readonly project: ProjectDetail }): ReactElement => {
  const say = useSay()
  const actor = useActor()
  const [dialog, setDialog] = useState<Party | 'add' | null>(null)
  const why = reasonOf(mayChangeParties(actor, project))
  return (
    <Card
      title={say('参建单位', 'Parties')}
      beside={
        <ActButton because={why} onAct={() => setDialog('add')}>
          {say('增加参建单位', 'Add a party')}
        </ActButton>
      }
    >
      <CaseTable
        label={say('参建单位', 'Parties')}
        rows={project.parties}
        keyOf={(party) => party.partyId}
        columns={[
          { title: words('单位', 'Organisation'), heads: true, show: (party) => party.organisationName },
          { title: words('角色', 'Role'), show: (party) => say(partyRoleWords[party.role]) },
          { title: words('负责人', 'Responsible'), show: (party) => party.responsibleName ?? '—' },
          { title: words('起止', 'Period'), show: (party) => `${party.from} – ${party.to ?? say('至今', 'now')}` },
          {
            title: words('处理', 'Action'),
            show: (party) =>
              party.to === null ? (
                <ActButton because={why} look={{ size: 'small' }} onAct={() => setDialog(party)}>
                  {say('退出', 'Leaves')}
                  <span className="hidden">{party.organisationName}</span>
                </ActButton>
              ) : (
                '—'
              ),
          },
        ]}
      />
      {dialog === 'add' && <AddPartyDialog project={project} onClose={() => setDialog(null)} />}
      {dialog !== null && dialog !== 'add' && (
        <EndPartyDialog project={project} party={dialog} onClose={() => setDialog(null)} />
      )}
    </Card>
  )
}
