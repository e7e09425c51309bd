/** 现场责任人: who is in the posts of a project, who waits for approval, who was; nominating, approving, leaving. */
import { type ReactElement, useState } from 'react'
import { useSay } from '../../../desk/language.tsx'
import { useRead } from '../../../desk/queries.ts'
import { ActButton } from '../../../desk/ui/act-button.tsx'
import { CaseTable, type Column } from '../../../desk/ui/case-table.tsx'
import { Loaded } from '../../../desk/ui/loaded.tsx'
import { Card } from '../../../desk/ui/page.tsx'
import type { ProjectId } from '../../../kernel/identity.ts'
import { needsVerification } from '../../../kernel/sourced.ts'
import { wallClock } from '../../../kernel/time.ts'
import { type Words, words } from '../../../kernel/words.ts'
import { readSitePersons, type SitePerson, type SitePersons } from '../contract/site-persons.ts'
import { elsewhereWords, sitePersonStateWords } from '../policy/site-persons.ts'
import { DecideDialog, EndDialog, NominateDialog, WithdrawButton } from './site-person-dialogs.tsx'

const certificateWords: Readonly<Record<SitePerson['certificates'][number]['state'], Words>> = {
  valid: words('有效', 'valid'),
  expiring: words('即将到期', 'ends soon'),
  expired: words('已到期', 'over'),
}
export const Certificates = ({ person }: { readonly person: SitePerson }): ReactElement => {
  const say = useSay()
  if (person.certificates.length === 0) return <>—</>
  return (
    <ul style={{ margin: 0, paddingInlineStart: 16 }}>
      {person.certificates.map((certificate) => (
        <li key={`${certificate.kind} ${certificate.number}`}>
          {say(certificate.name)} {certificate.number}
          <div className="small">
            {certificate.validUntil === null
              ? say('无固定期限', 'without an end')
              : say(`有效期至 ${certificate.validUntil}`, `until ${certificate.validUntil}`)}
            {certificate.state !== 'valid' && (
              <>
                {' '}
                <span className={`clock ${certificate.state === 'expired' ? 'overdue' : 'warning'}`}>
                  {say(certificateWords[certificate.state])}
                </span>
              </>
            )}
          </div>
        </li>
      ))}
    </ul>
  )
}
const stateColours: Readonly<Record<SitePerson['state'], string>> = {
  nominated: 'warning',
  approved: 'normal',
  rejected: 'overdue',
  withdrawn: 'done',
  ended: 'done',
}
export const PersonState = ({ person }: { readonly person: SitePerson }): ReactElement => {
  const say = useSay()
  return <span className={`clock ${stateColours[person.state]}`}>{say(sitePersonStateWords[person.state])}</span>
}
/** What happened to a row, in sentences. */
export const Story = ({ person }: { readonly person: SitePerson }): ReactElement => {
  const say = useSay()
  const lines: string[] = [
    `${say('提名', 'Nominated')} ${wallClock(person.nominatedAt)} ${person.nominatedBy}${person.reason === '' ? '' : `:${person.reason}`}`,
  ]
  if (person.replaces !== null) lines.push(say(`接替 ${person.replaces}`, `Takes the place of ${person.replaces}`))
  if (person.decidedAt !== null)
    lines.push(
      [
        `${say(person.state === 'rejected' ? '不予核准' : person.state === 'withdrawn' ? '撤回' : '核准', 'Decided')} ${wallClock(person.decidedAt)} ${person.decidedBy ?? ''}`,
        person.checked === '' ? null : `${say('核对', 'checked')}:${person.checked}`,
        person.remark === '' ? null : person.remark,
      ]
        .filter((part) => part !== null)
        .join(' · '),
    )
  if (person.exceptionName !== null) lines.push(`${say('适用例外', 'Exception')}:${say(person.exceptionName)}`)
  if (person.endReason !== '') lines.push(`${say('离岗原因', 'Left because')}:${person.endReason}`)
  return (
    <>
      {lines.map((line) => (
        <div key={line} className="small">
          {line}
        </div>
      ))}
    </>
  )
}
export const Elsewhere = ({ person }: { readonly person: SitePerson }): ReactElement => {
  const say = useSay()
  return (
    <>
      {person.elsewhere.map(elsewhereWords).map((sentence) => (
        <p key={sentence.zh} className="notice warn">
          {say(sentence)}
        </p>
      ))}
    </>
  )
}

type Open = { readonly act: 'decide' | 'end'; readonly person: SitePerson } | 'nominate' | null

const Shown = ({ data, projectId }: { readonly data: SitePersons; readonly projectId: ProjectId }): ReactElement => {
  const say = useSay()
  const [open, setOpen] = useState<Open>(null)
  const close = () => setOpen(null)
  const nominable = data.posts.find((post) => post.may === null)
  const columns = (past: boolean): readonly Column<SitePerson>[] => [
    {
      title: words('岗位', 'Post'),
      heads: true,
      show: (person) => (
        <>
          {say(person.postName)}
          <div className="small" style={{ fontWeight: 400 }}>
            {person.organisationName}
          </div>
        </>
      ),
    },
    { title: words('姓名', 'Name'), whole: true, show: (person) => person.personName },
    { title: words('证书', 'Certificates'), show: (person) => <Certificates person={person} /> },
    { title: words('状态', 'State'), whole: true, show: (person) => <PersonState person={person} /> },
    {
      title: words('起止', 'Period'),
      whole: true,
      show: (person) => (person.from === null ? '—' : `${person.from} – ${person.to ?? say('至今', 'now')}`),
    },
    { title: words('经过', 'What happened'), show: (person) => <Story person={person} /> },
    ...(past
      ? []
      : [
          {
            title: words('处理', 'Action'),
            show: (person: SitePerson) =>
              person.state === 'nominated' ? (
                <span className="row">
                  <ActButton
                    because={person.may.decide}
                    look={{ size: 'small', type: 'primary' }}
                    onAct={() => setOpen({ act: 'decide', person })}
                  >
                    {say('核准或退回', 'Decide')}
                    <span className="hidden">{person.personName}</span>
                  </ActButton>
                  <WithdrawButton person={person} />
                </span>
              ) : (
                <ActButton
                  because={person.may.end}
                  look={{ size: 'small' }}
                  onAct={() => setOpen({ act: 'end', person })}
                >
                  {say('离岗', 'Leaves')}
                  <span className="hidden">{person.personName}</span>
                </ActButton>
              ),
          },
        ]),
  ]
  const present = data.rows.filter((row) => row.state === 'approved' || row.state === 'nominated')
  const past = data.rows.filter((row) => row.state !== 'approved' && row.state !== 'nominated')
  return (
    <Card
      title={say('现场责任人', 'Responsible persons on site')}
      beside={
        <ActButton
          because={nominable === undefined ? (data.posts[0]?.may ?? null) : null}
          onAct={() => setOpen('nominate')}
        >
          {say('提名或变更', 'Nominate or change')}
        </ActButton>
      }
    >
      <p className="small">
        {say(
          `由参建单位提名,${data.departmentName}核对证书后核准;变更、离岗都保留记录。`,
          `Nominated by the parties, approved by ${data.departmentName}; changes stay on record.`,
        )}
        {needsVerification(data.exclusive.certainty) &&
          say(
            ` 不得同时任职的规定(${data.exclusive.basis})待核。`,
            ' The rule against two posts at a time is not checked against its text.',
          )}
      </p>
      {data.missing.length > 0 && (
        <p className="notice warn">
          {say('尚无经核准的', 'Nobody approved yet as')}:{data.missing.map((name) => say(name)).join('、')}
        </p>
      )}
      <CaseTable
        label={say('在岗和待核准的现场责任人', 'In their posts and to approve')}
        rows={present}
        keyOf={(person) => person.sitePersonId}
        empty={words('还没有提名现场责任人。', 'Nobody is nominated yet.')}
        columns={columns(false)}
      />
      {past.length > 0 && (
        <details>
          <summary>{say(`变更记录(${past.length})`, `History (${past.length})`)}</summary>
          <CaseTable
            label={say('现场责任人变更记录', 'History of responsible persons')}
            rows={past}
            keyOf={(person) => person.sitePersonId}
            columns={columns(true)}
          />
        </details>
      )}
      {open === 'nominate' && <NominateDialog data={data} projectId={projectId} onClose={close} />}
      {open !== null && open !== 'nominate' && open.act === 'decide' && (
        <DecideDialog person={open.person} exceptions={data.exceptions} onClose={close} />
      )}
      {open !== null && open !== 'nominate' && open.act === 'end' && <EndDialog person={open.person} onClose={close} />}
    </Card>
  )
}

export const SitePersonsCard = ({ projectId }: { readonly projectId: ProjectId }): ReactElement => {
  const query = useRead(readSitePersons, { params: { projectId } })
  return <Loaded query={query}>{(data) => <Shown data={data} projectId={projectId} />}</Loaded>
}
