/** One conflict: both objects, how it was computed, the clause, who should yield, what people do about it. */
import { Select } from 'antd'
import { type ReactElement, useId, useState } from 'react'
import { addressOf } from '../../../../desk/call.ts'
import { useSay } from '../../../../desk/language.tsx'
import { useAct, useRead } from '../../../../desk/queries.ts'
import { ActButton } from '../../../../desk/ui/act-button.tsx'
import { RefusalNotice } from '../../../../desk/ui/refusal-notice.tsx'
import { TextDialog } from '../../../../desk/ui/text-dialog.tsx'
import type { ProjectId } from '../../../../kernel/identity.ts'
import { type LocalDate, localDateSchema, wallClock } from '../../../../kernel/time.ts'
import {
  type ConflictView,
  commentConflict,
  editConflict,
  listAssignable,
  listHandGroups,
  readConflictFile,
} from '../../contract/conflicts.ts'
import type { GroupId } from '../../contract.ts'
import { conflictKindWords, outcomeWords, statuses, statusWords } from '../../model/words.ts'
import { Basis, Files, LifeMark, Metres, SeverityMark, StatusMark, Unverified } from '../parts.tsx'
import { stationText } from '../section/section.ts'
import { Exceptions } from './exceptions.tsx'

interface DetailProps {
  readonly conflict: ConflictView
  readonly projectId: ProjectId
}
export const ConflictDetail = ({ conflict, projectId }: DetailProps): ReactElement => (
  <div className="stack">
    <Head conflict={conflict} />
    <Sides conflict={conflict} />
    <Reckoning conflict={conflict} />
    <Handling conflict={conflict} projectId={projectId} />
    <Exceptions conflict={conflict} />
    <Remarks conflict={conflict} />
    <Pictures conflict={conflict} />
    <History conflict={conflict} />
  </div>
)

const Head = ({ conflict }: { readonly conflict: ConflictView }): ReactElement => {
  const say = useSay()
  return (
    <div>
      <div className="row">
        <SeverityMark severity={conflict.severity} />
        <LifeMark life={conflict.life} />
        <StatusMark status={conflict.status} />
        <span className="tag">{say(conflictKindWords[conflict.kind])}</span>
        {conflict.outcome !== 'breach' && <span className="tag">{say(outcomeWords[conflict.outcome])}</span>}
        {conflict.abandoned && <span className="tag">{say('含废弃管线', 'abandoned pipe')}</span>}
        {conflict.excepted && <span className="tag">{say('已批准例外', 'excepted')}</span>}
      </div>
      <p style={{ margin: '8px 0 0' }}>{conflict.sentence}</p>
      {conflict.doubts.map((doubt) => (
        <p key={doubt} className="notice warn" style={{ margin: '8px 0 0' }}>
          {doubt}
        </p>
      ))}
      {(conflict.mergedInto ?? conflict.splitFrom) !== null && (
        <p className="small quiet">
          {conflict.mergedInto !== null &&
            say(`已并入 ${conflict.mergedInto.number}`, `merged into ${conflict.mergedInto.number}`)}
          {conflict.splitFrom !== null &&
            say(`由 ${conflict.splitFrom.number} 分出`, `split from ${conflict.splitFrom.number}`)}
        </p>
      )}
    </div>
  )
}

const Sides = ({ conflict }: { readonly conflict: ConflictView }): ReactElement => {
  const say = useSay()
  const sides = [
    { name: say('甲', 'A'), side: conflict.a, moves: conflict.yielding?.moves === 'a' },
    ...(conflict.b === null
      ? []
      : [{ name: say('乙', 'B'), side: conflict.b, moves: conflict.yielding?.moves === 'b' }]),
  ]
  const line = (name: string, of: (side: ConflictView['a']) => ReactElement | string) => (
    <tr key={name}>
      <th scope="row" style={{ fontWeight: 400, whiteSpace: 'nowrap' }}>
        {name}
      </th>
      {sides.map(({ side, name: key }) => (
        <td key={key}>{of(side)}</td>
      ))}
    </tr>
  )
  return (
    <table className="cases keep">
      <caption className="hidden">{say('冲突的两个对象', 'Both objects')}</caption>
      <thead>
        <tr>
          <td />
          {sides.map(({ name, side, moves }) => (
            <th key={name} scope="col" style={{ whiteSpace: 'normal' }}>
              {name} {side.title} {moves && <span className="tag">{say('建议避让', 'should yield')}</span>}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {line(say('模型', 'Model'), (side) => (side.modelName === '' ? '—' : side.modelName))}
        {line(say('编号', 'Id'), (side) => (
          <code style={{ overflowWrap: 'anywhere' }}>{side.id}</code>
        ))}
        {line(say('外顶高程', 'Top'), (side) => (
          <Metres value={side.topM} digits={3} />
        ))}
        {line(say('轴线高程', 'Axis'), (side) => (
          <Metres value={side.axisM} digits={3} />
        ))}
        {line(say('外底高程', 'Bottom'), (side) => (
          <Metres value={side.bottomM} digits={3} />
        ))}
        {line(say('里程', 'Station'), (side) => (side.stationM === null ? '—' : stationText(side.stationM)))}
      </tbody>
    </table>
  )
}

const Reckoning = ({ conflict }: { readonly conflict: ConflictView }): ReactElement => {
  const say = useSay()
  return (
    <div>
      <dl className="facts totals" style={{ marginBottom: 8 }}>
        <div>
          <dt>{say('要求', 'Required')}</dt>
          <dd>
            <Metres value={conflict.requiredM} none={conflict.outcome !== 'unknown'} />
          </dd>
        </div>
        <div>
          <dt>{say('实际', 'Actual')}</dt>
          <dd>
            <Metres
              value={conflict.actualM}
              digits={3}
              none={conflict.outcome === 'breach' && conflict.requiredM === null}
            />
          </dd>
        </div>
        <div>
          <dt>{say('还差', 'Short by')}</dt>
          <dd>
            <Metres value={conflict.shortfallM} digits={3} none={conflict.outcome !== 'unknown'} />
          </dd>
        </div>
      </dl>
      {conflict.formula !== '' && (
        <p style={{ margin: '0 0 8px' }}>
          {say('计算:', 'Computed: ')}
          <code>{conflict.formula}</code>
        </p>
      )}
      {conflict.clause !== '' && (
        <p style={{ margin: '0 0 8px' }}>
          {say('依据:', 'By: ')}
          {conflict.clause} {!conflict.verified && <Unverified />}
          {conflict.source !== null && (
            <>
              <br />
              <Basis source={conflict.source} />
            </>
          )}
        </p>
      )}
      <p className="small quiet" style={{ margin: '0 0 8px' }}>
        {say('位置', 'At')} X {conflict.at.north.toFixed(3)}, Y {conflict.at.east.toFixed(3)}
        {conflict.stretch !== null &&
          ` · ${stationText(conflict.stretch.fromM)} — ${stationText(conflict.stretch.toM)}`}
        {conflict.members > 1 && ` · ${say(`合并 ${conflict.members} 处`, `${conflict.members} places`)}`}
      </p>
      {conflict.yielding !== null && (
        <p className="notice">
          <strong>
            {say('避让建议:', 'Should yield: ')}
            {conflict.yielding.title}
          </strong>
          <br />
          {conflict.yielding.reason}{' '}
          <span className="small">
            {conflict.yielding.clause} {!conflict.yielding.verified && <Unverified />}
          </span>
        </p>
      )}
    </div>
  )
}

const Handling = ({ conflict, projectId }: DetailProps): ReactElement => {
  const say = useSay()
  const id = useId()
  const act = useAct(editConflict)
  const assignable = useRead(listAssignable, { params: { projectId } })
  const groups = useRead(listHandGroups, { params: { checkId: conflict.checkId } })
  const params = { conflictId: conflict.conflictId }
  const locked = conflict.may.edit !== null
  const [due, setDue] = useState(conflict.dueOn ?? '')
  const saveDue = () => {
    const day = localDateSchema.safeParse(due)
    const next: LocalDate | null | undefined = due === '' ? null : day.success ? day.data : undefined
    if (next !== undefined && next !== conflict.dueOn) act.mutate({ params, body: { dueOn: next } })
  }
  const assigned = conflict.assignee
  const persons = (assignable.data?.persons ?? []).map((person) => ({
    value: person.personId as string,
    label: `${person.name}(${person.place})`,
  }))
  return (
    <section aria-label={say('处理', 'Handling')}>
      <h3>{say('处理', 'Handling')}</h3>
      <RefusalNotice error={act.error} />
      {conflict.may.edit !== null && <p className="small quiet">{say(conflict.may.edit)}</p>}
      <div className="form-grid">
        <div className="field">
          <label htmlFor={`${id}-status`}>{say('状态', 'Status')}</label>
          <Select
            id={`${id}-status`}
            value={conflict.status}
            disabled={locked}
            style={{ width: '100%' }}
            options={statuses.map((value) => ({
              value,
              label: say(statusWords[value]),
              disabled: value === 'closed' && conflict.may.close !== null && conflict.status !== 'closed',
            }))}
            onChange={(status) => act.mutate({ params, body: { status } })}
          />
          {conflict.may.close !== null && conflict.status !== 'closed' && (
            <p className="help">{say(conflict.may.close)}</p>
          )}
        </div>
        <div className="field">
          <label htmlFor={`${id}-assignee`}>{say('责任人', 'Assignee')}</label>
          <Select
            id={`${id}-assignee`}
            value={assigned?.personId ?? ''}
            disabled={locked}
            showSearch={{ optionFilterProp: 'label' }}
            style={{ width: '100%' }}
            options={[
              { value: '', label: say('未指定', 'nobody') },
              ...persons,
              ...(assigned === null || persons.some((person) => person.value === assigned.personId)
                ? []
                : [{ value: assigned.personId as string, label: assigned.name }]),
            ]}
            onChange={(value: string) =>
              act.mutate({ params, body: { assigneeId: (value === '' ? null : value) as never } })
            }
          />
        </div>
        <div className="field">
          <label htmlFor={`${id}-due`}>{say('期限', 'Due')}</label>
          <input
            id={`${id}-due`}
            type="date"
            className="plain-date"
            value={due}
            disabled={locked}
            onChange={(event) => setDue(event.target.value)}
            onBlur={saveDue}
          />
          {conflict.overdue && <p className="fault">{say('已超期', 'overdue')}</p>}
        </div>
        <div className="field">
          <label htmlFor={`${id}-group`}>{say('人工分组', 'Group')}</label>
          <Select
            id={`${id}-group`}
            value={conflict.group?.groupId ?? ''}
            disabled={locked}
            style={{ width: '100%' }}
            options={[
              { value: '', label: say('不分组', 'none') },
              ...(groups.data?.groups ?? []).map((group) => ({ value: group.groupId as string, label: group.name })),
            ]}
            onChange={(value: string) =>
              act.mutate({ params, body: { groupId: (value === '' ? null : value) as GroupId | null } })
            }
          />
        </div>
      </div>
    </section>
  )
}

const Remarks = ({ conflict }: { readonly conflict: ConflictView }): ReactElement => {
  const say = useSay()
  const [open, setOpen] = useState(false)
  const { conflictId } = conflict
  const act = useAct(commentConflict, { onDone: () => setOpen(false) })
  return (
    <section aria-label={say('意见', 'Comments')}>
      <div className="row">
        <h3 style={{ margin: 0 }}>{say('意见', 'Comments')}</h3>
        <ActButton because={conflict.may.comment} look={{ size: 'small' }} onAct={() => setOpen(true)}>
          {say('发表意见', 'Comment')}
        </ActButton>
      </div>
      {conflict.remarks.length === 0 && <p className="quiet">{say('还没有意见。', 'None yet.')}</p>}
      <ul style={{ paddingInlineStart: 20 }}>
        {conflict.remarks.map((remark) => (
          <li key={remark.commentId}>
            <span style={{ whiteSpace: 'pre-wrap' }}>{remark.text}</span>{' '}
            <span className="small quiet">
              {remark.by} {wallClock(remark.at)} {remark.imported && say('(BCF 导入)', '(from BCF)')}
            </span>{' '}
            <Files files={remark.files} address={(sha256) => addressOf(readConflictFile, { conflictId, sha256 })} />
          </li>
        ))}
      </ul>
      {open && (
        <TextDialog
          title={`${say('发表意见', 'Comment')} ${conflict.number}`}
          label={say('意见', 'Comment')}
          submitLabel={say('发表', 'Send')}
          files={say('附件', 'Files')}
          busy={act.isPending}
          error={act.error}
          onClose={() => setOpen(false)}
          onSubmit={(text, uploadIds) => act.mutate({ params: { conflictId }, body: { text, uploadIds } })}
        />
      )}
    </section>
  )
}
const Pictures = ({ conflict }: { readonly conflict: ConflictView }): ReactElement | null => {
  const say = useSay()
  const { conflictId, snapshots } = conflict
  if (snapshots.length === 0) return null
  return (
    <section aria-label={say('截图', 'Snapshots')}>
      <h3>{say('截图', 'Snapshots')}</h3>
      <div className="row">
        {snapshots.map((picture) => (
          <a
            key={`${picture.sha256} ${picture.at}`}
            href={addressOf(readConflictFile, { conflictId, sha256: picture.sha256 })}
            target="_blank"
            rel="noreferrer"
          >
            <img
              src={addressOf(readConflictFile, { conflictId, sha256: picture.sha256 })}
              alt={say(
                `${conflict.number} 的三维截图,${wallClock(picture.at)}`,
                `Snapshot of ${conflict.number}, ${wallClock(picture.at)}`,
              )}
              style={{ width: 210, border: '1px solid var(--line)' }}
              loading="lazy"
            />
          </a>
        ))}
      </div>
    </section>
  )
}
const History = ({ conflict }: { readonly conflict: ConflictView }): ReactElement => {
  const say = useSay()
  return (
    <section aria-label={say('经过', 'History')}>
      <h3>{say('经过', 'History')}</h3>
      <ol className="timeline">
        {[...conflict.history].reverse().map((each) => (
          <li key={`${each.at} ${each.text}`}>
            <div>{each.text}</div>
            <div className="small quiet">
              {wallClock(each.at)} {each.by}
            </div>
          </li>
        ))}
      </ol>
    </section>
  )
}
