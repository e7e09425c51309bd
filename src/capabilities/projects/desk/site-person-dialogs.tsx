/** The dialogs of responsible persons: nominating with certificates, deciding, leaving; taking a nomination back. */
import { type ReactElement, useState } from 'react'
import { today } from '../../../desk/browser.ts'
import { useSay } from '../../../desk/language.tsx'
import { problemFrom } from '../../../desk/problem.ts'
import { useAct } from '../../../desk/queries.ts'
import { AskButton } from '../../../desk/ui/ask-button.tsx'
import { FormDialog } from '../../../desk/ui/form-dialog.tsx'
import { ChoiceField, TextField } from '../../../desk/ui/inputs.tsx'
import type { OrganisationId, ProjectId } from '../../../kernel/identity.ts'
import { needsVerification } from '../../../kernel/sourced.ts'
import { localDateSchema } from '../../../kernel/time.ts'
import {
  decideNomination,
  endSitePerson,
  nominatePerson,
  type SitePerson,
  type SitePersons,
  withdrawNomination,
} from '../contract/site-persons.ts'
import { elsewhereWords } from '../policy/site-persons.ts'

const faultIn = (error: unknown, path: string): string | undefined =>
  error === null ? undefined : problemFrom(error).fields.find((fault) => fault.path === path)?.message
const day = (text: string) => {
  const parsed = localDateSchema.safeParse(text)
  return parsed.success ? parsed.data : null
}
interface Typed {
  readonly kind: string
  readonly number: string
  readonly validUntil: string
}
const nothing: Typed = { kind: '', number: '', validUntil: '' }

export const NominateDialog = ({
  data,
  projectId,
  onClose,
}: {
  readonly data: SitePersons
  readonly projectId: ProjectId
  readonly onClose: () => void
}): ReactElement => {
  const say = useSay()
  const act = useAct(nominatePerson, { onDone: onClose })
  const mine = data.posts.filter((post) => post.may === null)
  const [code, setCode] = useState<string | null>(mine.length === 1 ? (mine[0]?.code ?? null) : null)
  const post = mine.find((each) => each.code === code)
  const [chosen, setChosen] = useState<OrganisationId | null>(null)
  const organisation = post?.organisations.find((each) => each.organisationId === chosen) ?? post?.organisations[0]
  const [name, setName] = useState('')
  const [typed, setTyped] = useState<readonly Typed[]>([])
  const [reason, setReason] = useState('')
  const [tried, setTried] = useState(false)
  const groups = post?.certificates ?? []
  const rows = groups.map((group, index) => {
    const row = typed[index] ?? nothing
    return { ...row, kind: group.includes(row.kind) ? row.kind : (group[0] ?? '') }
  })
  const set = (index: number, part: Partial<Typed>) =>
    setTyped(rows.map((row, at) => (at === index ? { ...row, ...part } : row)))
  const certificateName = (kind: string): string => {
    const known = data.certificates.find((each) => each.code === kind)
    return known === undefined ? kind : say(known.name)
  }
  const inPost = data.rows.find((row) => row.post === code && row.state === 'approved')
  const needsReason = inPost !== undefined && post?.several !== true
  const missing =
    post === undefined ||
    name.trim().length < 2 ||
    rows.some((row) => row.number.trim().length < 4) ||
    (needsReason && reason.trim().length < 2)
  const submit = () => {
    setTried(true)
    if (missing || organisation === undefined) return
    act.mutate({
      params: { projectId },
      body: {
        post: post.code,
        organisationId: organisation.organisationId,
        personName: name.trim(),
        certificates: rows.map((row) => ({
          kind: row.kind,
          number: row.number.trim(),
          validUntil: day(row.validUntil),
        })),
        reason: reason.trim(),
      },
    })
  }
  return (
    <FormDialog
      open
      title={say('提名现场责任人', 'Nominate a responsible person')}
      onClose={onClose}
      onSubmit={submit}
      submitLabel={say('提名', 'Nominate')}
      busy={act.isPending}
      error={act.error}
    >
      <ChoiceField
        label={say('岗位', 'Post')}
        value={code}
        onChange={(value) => {
          setCode(value)
          setChosen(null)
        }}
        options={mine.map((each) => ({ value: each.code, label: say(each.name) }))}
        fault={faultIn(act.error, 'post') ?? (tried && code === null ? say('请选择一项。', 'Choose one.') : undefined)}
        required
      />
      {post !== undefined && (
        <p className="small">
          {say('依据', 'Basis')}:{post.basis}
          {needsVerification(post.certainty) && say('(待核)', ' (not checked)')}
        </p>
      )}
      {post !== undefined && post.organisations.length > 1 && (
        <ChoiceField
          label={say('所属单位', 'Organisation')}
          value={organisation?.organisationId ?? null}
          onChange={setChosen}
          options={post.organisations.map((each) => ({ value: each.organisationId, label: each.name }))}
          fault={faultIn(act.error, 'organisationId')}
        />
      )}
      {post?.organisations.length === 1 && <p>{organisation?.name}</p>}
      <TextField
        label={say('姓名', 'Name')}
        value={name}
        onChange={setName}
        maxLength={40}
        required
        fault={
          faultIn(act.error, 'personName') ??
          (tried && name.trim().length < 2 ? say('请填写姓名。', 'Fill in the name.') : undefined)
        }
      />
      {groups.map((group, index) => (
        <fieldset key={group.join(' ')} className="field">
          <legend>{group.map(certificateName).join(say(' 或 ', ' or '))}</legend>
          {group.length > 1 && (
            <ChoiceField
              label={say('证书种类', 'Kind')}
              value={rows[index]?.kind ?? null}
              onChange={(kind) => set(index, { kind })}
              options={group.map((kind) => ({ value: kind, label: certificateName(kind) }))}
              fault={faultIn(act.error, `certificates.${index}.kind`)}
            />
          )}
          <div className="form-grid">
            <TextField
              label={say('证书编号', 'Number')}
              value={rows[index]?.number ?? ''}
              onChange={(number) => set(index, { number })}
              maxLength={60}
              required
              fault={
                faultIn(act.error, `certificates.${index}.number`) ??
                (tried && (rows[index]?.number.trim().length ?? 0) < 4
                  ? say('请填写证书编号,至少4个字符。', 'Fill in the number, four characters or more.')
                  : undefined)
              }
            />
            <TextField
              label={say('有效期至(无期限的不填)', 'Valid until (empty: no end)')}
              type="date"
              value={rows[index]?.validUntil ?? ''}
              onChange={(validUntil) => set(index, { validUntil })}
              fault={faultIn(act.error, `certificates.${index}.validUntil`)}
            />
          </div>
        </fieldset>
      ))}
      {needsReason && inPost !== undefined && (
        <p className="notice">
          {say(
            `${inPost.personName}在岗;核准后由新提名的人员接替,原记录保留。`,
            `${inPost.personName} is in the post; the new person takes the place when approved.`,
          )}
        </p>
      )}
      <TextField
        label={needsReason ? say('变更理由', 'Reason of the change') : say('说明(可不填)', 'Remark (optional)')}
        value={reason}
        onChange={setReason}
        rows={2}
        maxLength={400}
        required={needsReason}
        fault={
          faultIn(act.error, 'reason') ??
          (tried && needsReason && reason.trim().length < 2 ? say('请写明变更理由。', 'Say why.') : undefined)
        }
      />
    </FormDialog>
  )
}

export const DecideDialog = ({
  person,
  exceptions,
  onClose,
}: {
  readonly person: SitePerson
  readonly exceptions: SitePersons['exceptions']
  readonly onClose: () => void
}): ReactElement => {
  const say = useSay()
  const act = useAct(decideNomination, { onDone: onClose })
  const [result, setResult] = useState<'approve' | 'reject'>('approve')
  const [checked, setChecked] = useState('')
  const [remark, setRemark] = useState('')
  const [exception, setException] = useState<string | null>(null)
  const [tried, setTried] = useState(false)
  const approve = result === 'approve'
  const isElsewhere = approve && person.elsewhere.some((each) => !each.waits)
  const needsCheck = approve && person.certificates.length > 0
  const checkMissing = needsCheck && checked.trim().length < 2
  const remarkMissing = (!approve || isElsewhere) && remark.trim().length < 2
  const submit = () => {
    setTried(true)
    if (checkMissing || remarkMissing || (isElsewhere && exception === null)) return
    act.mutate({
      params: { sitePersonId: person.sitePersonId },
      body: {
        version: person.version,
        approve,
        checked: checked.trim(),
        remark: remark.trim(),
        exception: isElsewhere ? exception : null,
      },
    })
  }
  return (
    <FormDialog
      open
      title={`${say(person.postName)}:${person.personName}`}
      onClose={onClose}
      onSubmit={submit}
      submitLabel={approve ? say('核准', 'Approve') : say('不予核准', 'Do not approve')}
      danger={!approve}
      busy={act.isPending}
      error={act.error}
    >
      <p>
        {person.projectName} · {person.organisationName}
      </p>
      <ul style={{ margin: '4px 0 8px', paddingInlineStart: 20 }}>
        {person.certificates.map((certificate) => (
          <li key={`${certificate.kind} ${certificate.number}`}>
            {say(certificate.name)} {certificate.number}
            {certificate.validUntil === null
              ? ''
              : say(`,有效期至 ${certificate.validUntil}`, `, until ${certificate.validUntil}`)}
          </li>
        ))}
      </ul>
      {person.elsewhere.map(elsewhereWords).map((sentence) => (
        <p key={sentence.zh} className="notice warn">
          {say(sentence)}
        </p>
      ))}
      <ChoiceField
        label={say('结论', 'Decision')}
        value={result}
        onChange={setResult}
        options={[
          { value: 'approve', label: say('核准到岗', 'Approve') },
          { value: 'reject', label: say('不予核准', 'Do not approve') },
        ]}
      />
      {needsCheck && (
        <TextField
          label={say('证书怎样核对', 'How the certificates were checked')}
          help={say(
            '例如:全国建筑市场监管公共服务平台查询,信息一致。',
            'For example: looked up in the national register.',
          )}
          value={checked}
          onChange={setChecked}
          maxLength={400}
          required
          fault={
            faultIn(act.error, 'checked') ??
            (tried && checkMissing ? say('请写明核对方式。', 'Say how they were checked.') : undefined)
          }
        />
      )}
      {isElsewhere && (
        <ChoiceField
          label={say('适用的例外', 'The exception that applies')}
          value={exception}
          onChange={setException}
          options={exceptions.map((each) => ({ value: each.code, label: say(each.name) }))}
          fault={
            faultIn(act.error, 'exception') ??
            (tried && exception === null ? say('请选择一项。', 'Choose one.') : undefined)
          }
          required
        />
      )}
      <TextField
        label={approve && !isElsewhere ? say('备注(可不填)', 'Remark (optional)') : say('理由', 'Reason')}
        value={remark}
        onChange={setRemark}
        rows={3}
        maxLength={1000}
        required={!approve || isElsewhere}
        fault={
          faultIn(act.error, 'remark') ?? (tried && remarkMissing ? say('请填写理由。', 'Give a reason.') : undefined)
        }
      />
    </FormDialog>
  )
}

export const EndDialog = ({
  person,
  onClose,
}: {
  readonly person: SitePerson
  readonly onClose: () => void
}): ReactElement => {
  const say = useSay()
  const act = useAct(endSitePerson, { onDone: onClose })
  const [to, setTo] = useState<string>(today())
  const [reason, setReason] = useState('')
  const [tried, setTried] = useState(false)
  const last = day(to)
  const submit = () => {
    setTried(true)
    if (last === null || reason.trim().length < 2) return
    act.mutate({
      params: { sitePersonId: person.sitePersonId },
      body: { version: person.version, to: last, reason: reason.trim() },
    })
  }
  return (
    <FormDialog
      open
      title={`${say('离岗', 'Leaves')}:${person.personName}(${say(person.postName)})`}
      onClose={onClose}
      onSubmit={submit}
      submitLabel={say('登记离岗', 'Record')}
      danger
      busy={act.isPending}
      error={act.error}
    >
      <TextField
        label={say('最后一日', 'Last day')}
        type="date"
        value={to}
        onChange={setTo}
        required
        fault={
          faultIn(act.error, 'to') ?? (tried && last === null ? say('请填写日期。', 'Fill in the day.') : undefined)
        }
      />
      <TextField
        label={say('离岗原因', 'Reason')}
        value={reason}
        onChange={setReason}
        rows={3}
        maxLength={400}
        required
        fault={
          faultIn(act.error, 'reason') ??
          (tried && reason.trim().length < 2 ? say('请填写原因,至少2个字。', 'Give a reason.') : undefined)
        }
      />
    </FormDialog>
  )
}

/** Shown only to the side that nominated. */
export const WithdrawButton = ({ person }: { readonly person: SitePerson }): ReactElement | null => {
  const say = useSay()
  const act = useAct(withdrawNomination)
  if (person.may.withdraw !== null) return null
  return (
    <AskButton
      look={{ size: 'small' }}
      question={say(`撤回${person.personName}的提名?`, `Take back the nomination of ${person.personName}?`)}
      consequence={say('撤回后留有记录,需要时可以重新提名。', 'It stays on record; a new nomination can follow.')}
      answer={say('撤回', 'Take back')}
      busy={act.isPending}
      error={act.error}
      onAct={() =>
        act.mutateAsync({ params: { sitePersonId: person.sitePersonId }, body: { version: person.version } })
      }
    >
      {say('撤回', 'Take back')}
      <span className="hidden">{person.personName}</span>
    </AskButton>
  )
}
