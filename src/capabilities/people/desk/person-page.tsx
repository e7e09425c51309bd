/** One person: roles with their periods, organisations, and the traced look at personal data. */
import { useParams } from '@tanstack/react-router'
import { Button } from 'antd'
import { type ReactElement, useState } from 'react'
import { useSay } from '../../../desk/language.tsx'
import { useAct, useRead } from '../../../desk/queries.ts'
import { ActButton } from '../../../desk/ui/act-button.tsx'
import { CaseTable } from '../../../desk/ui/case-table.tsx'
import { Loaded } from '../../../desk/ui/loaded.tsx'
import { Card, Page } from '../../../desk/ui/page.tsx'
import { RefusalNotice } from '../../../desk/ui/refusal-notice.tsx'
import { roleWords } from '../../../kernel/actor.ts'
import type { PersonId } from '../../../kernel/identity.ts'
import { wallClock } from '../../../kernel/time.ts'
import { words } from '../../../kernel/words.ts'
import { confirmGrant, getPerson, grantStateWords, type PersonDetail, type RoleGrant } from '../contract.ts'
import { mayConfirm, mayRevoke, notToOneself } from '../policy.ts'
import { reasonOf, useActor } from './actor.ts'
import { LoginCard } from './login-card.tsx'
import { ActorName, PlaceName } from './names.tsx'
import { CorrectDialog, GrantDialog, JoinDialog, LeaveDialog, RevealDialog, RevokeDialog } from './person-dialogs.tsx'

type Open =
  | { readonly what: 'grant' | 'reveal' | 'join' | 'correct' }
  | { readonly what: 'revoke'; readonly grant: RoleGrant }
  | { readonly what: 'leave'; readonly membership: PersonDetail['memberships'][number] }

/** The journal entries by which the role came and went: the last digits, whole as a tooltip. */
const Entries = ({ grant }: { readonly grant: RoleGrant }): ReactElement | null => {
  const say = useSay()
  const entry = (id: string | null, what: string, at: string) =>
    id === null ? null : (
      <span>
        {what} {at} <code title={id}>{id.slice(-12)}</code>{' '}
      </span>
    )
  if (grant.givenEntryId === null && grant.takenEntryId === null) return null
  return (
    <div className="quiet small">
      {entry(grant.givenEntryId, say('授予日志', 'Given by entry'), wallClock(grant.confirmedAt ?? grant.from))}
      {entry(
        grant.takenEntryId,
        say('撤销日志', 'Taken by entry'),
        grant.revokedAt === null ? '' : wallClock(grant.revokedAt),
      )}
    </div>
  )
}

const Grants = ({
  person,
  onRevoke,
}: {
  readonly person: PersonDetail
  readonly onRevoke: (grant: RoleGrant) => void
}): ReactElement => {
  const say = useSay()
  const actor = useActor()
  const confirm = useAct(confirmGrant)
  const period = (grant: RoleGrant): string =>
    `${wallClock(grant.from)} – ${grant.to === null ? say('长期', 'open') : wallClock(grant.to)}`
  return (
    <>
      <RefusalNotice error={confirm.error} />
      <CaseTable
        label={say('角色', 'Roles')}
        rows={person.grants}
        keyOf={(grant) => grant.id}
        empty={words('还没有角色。', 'No role yet.')}
        columns={[
          { title: words('角色', 'Role'), heads: true, show: (grant) => say(roleWords[grant.role]) },
          {
            title: words('部门或单位', 'Where'),
            show: (grant) => <PlaceName department={grant.department} organisationId={grant.organisationId} />,
          },
          { title: words('起止', 'Period'), show: period },
          {
            title: words('状态', 'State'),
            show: (grant) => <span className="tag">{say(grantStateWords[grant.state])}</span>,
          },
          {
            title: words('授予人与理由', 'Granted by, because'),
            show: (grant) => (
              <>
                <ActorName text={grant.grantedBy} />
                {grant.confirmedBy !== null && grant.confirmedBy !== grant.grantedBy && (
                  <>
                    {say(',复核:', ', confirmed by ')}
                    <ActorName text={grant.confirmedBy} />
                  </>
                )}
                {grant.revokedBy !== null && (
                  <>
                    {say(',撤销:', ', revoked by ')}
                    <ActorName text={grant.revokedBy} />
                  </>
                )}
                <div className="quiet small">{grant.reason}</div>
                <Entries grant={grant} />
              </>
            ),
          },
          {
            title: words('处理', 'Action'),
            show: (grant) => (
              <span className="row">
                {grant.state === 'requested' && (
                  <ActButton
                    because={reasonOf(mayConfirm(actor, grant))}
                    busy={confirm.isPending}
                    onAct={() => confirm.mutate({ params: { grantId: grant.id } })}
                  >
                    {say('复核同意', 'Confirm')}
                  </ActButton>
                )}
                {/* How many other administrators there are is the server's to know. */}
                {mayRevoke(actor, grant, 1).allowed ? (
                  <Button onClick={() => onRevoke(grant)}>
                    {grant.state === 'requested' ? say('驳回', 'Reject') : say('撤销', 'Revoke')}
                    <span className="hidden">{say(roleWords[grant.role])}</span>
                  </Button>
                ) : (
                  '—'
                )}
              </span>
            ),
          },
        ]}
      />
    </>
  )
}

const Shown = ({ person }: { readonly person: PersonDetail }): ReactElement => {
  const say = useSay()
  const actor = useActor()
  const [open, setOpen] = useState<Open | null>(null)
  const close = () => setOpen(null)
  const isOneself = actor.kind === 'person' && actor.personId === person.id
  return (
    <Page
      title={person.name}
      beside={<span className="tag">{person.active ? say('在用', 'Active') : say('停用', 'Inactive')}</span>}
      actions={
        <>
          <ActButton
            because={isOneself ? notToOneself().refusal.sentence : null}
            look={{ type: 'primary' }}
            onAct={() => setOpen({ what: 'grant' })}
          >
            {say('授予角色', 'Grant a role')}
          </ActButton>
          <Button onClick={() => setOpen({ what: 'join' })}>{say('加入单位', 'Join an organisation')}</Button>
          <Button onClick={() => setOpen({ what: 'correct' })}>{say('更正信息', 'Correct')}</Button>
          <Button onClick={() => setOpen({ what: 'reveal' })}>{say('查看完整信息', 'Show personal data')}</Button>
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
        </dl>
      </Card>
      <LoginCard person={person} />
      <Card title={say('角色', 'Roles')}>
        <Grants person={person} onRevoke={(grant) => setOpen({ what: 'revoke', grant })} />
      </Card>
      <Card title={say('所在单位', 'Organisations')}>
        <CaseTable
          label={say('所在单位', 'Organisations')}
          rows={person.memberships}
          keyOf={(membership) => membership.organisationId}
          empty={words('还没有加入单位。', 'In no organisation yet.')}
          columns={[
            { title: words('单位', 'Organisation'), heads: true, show: (membership) => membership.name },
            {
              title: words('职务', 'Position'),
              show: (membership) => (membership.title === '' ? '—' : membership.title),
            },
            {
              title: words('处理', 'Action'),
              show: (membership) => (
                <Button onClick={() => setOpen({ what: 'leave', membership })}>
                  {say('移出', 'Leave')}
                  <span className="hidden">{membership.name}</span>
                </Button>
              ),
            },
          ]}
        />
      </Card>
      {open?.what === 'grant' && <GrantDialog person={person} onClose={close} />}
      {open?.what === 'reveal' && <RevealDialog person={person} onClose={close} />}
      {open?.what === 'join' && <JoinDialog person={person} onClose={close} />}
      {open?.what === 'correct' && <CorrectDialog person={person} onClose={close} />}
      {open?.what === 'revoke' && <RevokeDialog grant={open.grant} onClose={close} />}
      {open?.what === 'leave' && <LeaveDialog person={person} membership={open.membership} onClose={close} />}
    </Page>
  )
}

export const PersonPage = (): ReactElement => {
  const { personId } = useParams({ strict: false }) as { readonly personId: PersonId }
  const person = useRead(getPerson, { params: { personId } })
  return <Loaded query={person}>{(data) => <Shown key={data.id} person={data} />}</Loaded>
}
