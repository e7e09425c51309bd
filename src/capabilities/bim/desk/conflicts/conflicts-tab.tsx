/** The conflicts of a check: filters, groups, table, many changed at once; the drawer with everything of one. */
import { Link } from '@tanstack/react-router'
import { Button, Checkbox, Input } from 'antd'
import { type ReactElement, useId, useState } from 'react'
import { useFilters } from '../../../../desk/filters.ts'
import { useSay } from '../../../../desk/language.tsx'
import { useAct, useRead } from '../../../../desk/queries.ts'
import { ActButton } from '../../../../desk/ui/act-button.tsx'
import { CaseTable } from '../../../../desk/ui/case-table.tsx'
import { FormDialog } from '../../../../desk/ui/form-dialog.tsx'
import { ChoiceField, NumberField, TextField } from '../../../../desk/ui/inputs.tsx'
import { Loaded } from '../../../../desk/ui/loaded.tsx'
import { words } from '../../../../kernel/words.ts'
import type { CheckView } from '../../contract/checks.ts'
import {
  createHandGroup,
  editConflicts,
  groupConflicts,
  listAssignable,
  listConflicts,
  listHandGroups,
  raiseConflict,
  removeHandGroup,
} from '../../contract/conflicts.ts'
import type { ConflictId, GroupId, VersionId } from '../../contract.ts'
import {
  type ConflictSeverity,
  conflictKinds,
  conflictKindWords,
  groupings,
  groupingWords,
  lifeWords,
  lives,
  outcomes,
  outcomeWords,
  severities,
  severityWords,
  statuses,
  statusWords,
} from '../../model/words.ts'
import {
  FilterMany,
  FilterSelect,
  LifeMark,
  Metres,
  SelectField,
  SeverityMark,
  StatusMark,
  Unverified,
} from '../parts.tsx'
import { ConflictDrawer } from './conflict-drawer.tsx'
import { askedOf, conflictSearch, searchOfGroup, stepFrom } from './search.ts'

export const ConflictsTab = ({ check }: { readonly check: CheckView }): ReactElement => {
  const say = useSay()
  const id = useId()
  const { checkId } = check
  const [filters, change] = useFilters(conflictSearch)
  const [typed, setTyped] = useState(filters.search ?? '')
  const [picked, setPicked] = useState<ReadonlySet<ConflictId>>(new Set())
  const [acting, setActing] = useState<'many' | 'group' | 'raise' | null>(null)
  const { after } = filters
  const query = useRead(
    listConflicts,
    { params: { checkId }, query: { ...askedOf(filters), after, limit: 50 } },
    { keep: true },
  )
  const assignable = useRead(listAssignable, { params: { projectId: check.projectId } })
  const rows = query.data?.rows ?? []
  const ids = rows.map((row) => row.conflictId)
  const toggle = (conflictId: ConflictId) =>
    setPicked((before) => {
      const next = new Set(before)
      if (!next.delete(conflictId)) next.add(conflictId)
      return next
    })
  const options = <T extends string>(values: readonly T[], names: Readonly<Record<T, { zh: string; en: string }>>) =>
    values.map((value) => ({ value, label: say(names[value]) }))
  return (
    <>
      <form
        className="row"
        role="search"
        style={{ marginBottom: 12 }}
        onSubmit={(event) => {
          event.preventDefault()
          change({ search: typed.trim() === '' ? undefined : typed.trim() })
        }}
      >
        <label htmlFor={id}>{say('查找', 'Find')}</label>
        <Input id={id} value={typed} onChange={(event) => setTyped(event.target.value)} style={{ width: 180 }} />
        <FilterMany
          label={say('级别', 'Severity')}
          width={140}
          values={filters.severity ?? []}
          options={options(severities, severityWords)}
          onChange={(severity) => change({ severity: severity.length === 0 ? undefined : [...severity] })}
        />
        <FilterMany
          label={say('类型', 'Kind')}
          width={160}
          values={filters.kind ?? []}
          options={options(conflictKinds, conflictKindWords)}
          onChange={(kind) => change({ kind: kind.length === 0 ? undefined : [...kind] })}
        />
        <FilterMany
          label={say('变化', 'Life')}
          width={140}
          values={filters.life ?? []}
          options={options(lives, lifeWords)}
          onChange={(life) => change({ life: life.length === 0 ? undefined : [...life] })}
        />
        <FilterMany
          label={say('处理', 'Status')}
          width={140}
          values={filters.status ?? []}
          options={options(statuses, statusWords)}
          onChange={(status) => change({ status: status.length === 0 ? undefined : [...status] })}
        />
        <FilterSelect
          label={say('结论', 'Outcome')}
          width={110}
          value={filters.outcome?.[0]}
          options={options(outcomes, outcomeWords)}
          onChange={(outcome) => change({ outcome: outcome === undefined ? undefined : [outcome] })}
        />
        <FilterSelect
          label={say('责任人', 'Assignee')}
          width={130}
          value={filters.assigneeId as string | undefined}
          options={(assignable.data?.persons ?? []).map((person) => ({ value: person.personId, label: person.name }))}
          onChange={(assigneeId) => change({ assigneeId: assigneeId as (typeof filters)['assigneeId'] })}
        />
        <Checkbox
          checked={filters.overdue === 'true'}
          onChange={(event) => change({ overdue: event.target.checked ? 'true' : undefined })}
        >
          {say('只看超期', 'Overdue')}
        </Checkbox>
      </form>
      <Groups check={check} />
      <div className="row" style={{ marginBottom: 8 }}>
        <span className="quiet" role="status">
          {query.data === undefined ? '' : say(`共 ${query.data.total} 个冲突`, `${query.data.total} conflicts`)}
        </span>
        <ActButton
          because={picked.size === 0 ? words('请先勾选冲突。', 'Choose conflicts first.') : check.may.edit}
          look={{ size: 'small' }}
          onAct={() => setActing('many')}
        >
          {say(`批量修改(${picked.size})`, `Change ${picked.size}`)}
        </ActButton>
        <ActButton because={check.may.edit} look={{ size: 'small' }} onAct={() => setActing('group')}>
          {say('新建人工分组', 'New group')}
        </ActButton>
        <Button size="small" onClick={() => setActing('raise')}>
          {say('人工提出问题', 'Raise by hand')}
        </Button>
      </div>
      <Loaded query={query}>
        {(data) => (
          <CaseTable
            label={say('冲突,先重后轻', 'Conflicts, worst first')}
            rows={data.rows}
            keyOf={(row) => row.conflictId}
            keys
            empty={words('没有符合条件的冲突。', 'No conflicts here.')}
            next={data.next}
            isLaterPage={after !== undefined}
            columns={[
              {
                title: words('选', 'Pick'),
                show: (row) => (
                  <Checkbox
                    checked={picked.has(row.conflictId)}
                    onChange={() => toggle(row.conflictId)}
                    aria-label={say(`选择 ${row.number}`, `Pick ${row.number}`)}
                  />
                ),
              },
              {
                title: words('冲突', 'Conflict'),
                heads: true,
                show: (row) => (
                  <>
                    <Link
                      to="."
                      search={(before: object) => ({ ...before, conflict: row.conflictId })}
                      resetScroll={false}
                    >
                      {row.number} {row.title}
                    </Link>
                    <div className="small" style={{ fontWeight: 400 }}>
                      {row.sentence}
                    </div>
                  </>
                ),
              },
              {
                title: words('级别', 'Severity'),
                whole: true,
                show: (row) => (
                  <>
                    <SeverityMark severity={row.severity} />
                    {row.outcome !== 'breach' && (
                      <div style={{ marginTop: 4 }}>
                        <span className="tag">{say(outcomeWords[row.outcome])}</span>
                      </div>
                    )}
                  </>
                ),
              },
              { title: words('类型', 'Kind'), show: (row) => say(conflictKindWords[row.kind]) },
              {
                title: words('要求 / 实际 / 差', 'Required / actual / short'),
                show: (row) => (
                  <>
                    <Metres value={row.requiredM} none={row.outcome !== 'unknown'} /> / <Metres value={row.actualM} /> /{' '}
                    <strong>
                      <Metres value={row.shortfallM} none={row.outcome !== 'unknown'} />
                    </strong>
                  </>
                ),
              },
              {
                title: words('条文', 'Clause'),
                show: (row) => (
                  <span className="small">
                    {row.clause} {!row.verified && <Unverified />}
                  </span>
                ),
              },
              {
                title: words('情况', 'State'),
                show: (row) => (
                  <span className="row" style={{ gap: 4 }}>
                    <LifeMark life={row.life} />
                    <StatusMark status={row.status} />
                    {row.excepted && <span className="tag">{say('已批准例外', 'excepted')}</span>}
                  </span>
                ),
              },
              {
                title: words('责任人、期限', 'Assignee, due'),
                show: (row) => (
                  <>
                    {row.assignee?.name ?? '—'}
                    {row.dueOn !== null && (
                      <div className={row.overdue ? 'fault small' : 'small'}>
                        {row.dueOn} {row.overdue && say('超期', 'overdue')}
                      </div>
                    )}
                  </>
                ),
              },
            ]}
          />
        )}
      </Loaded>
      {filters.conflict !== undefined && (
        <ConflictDrawer
          conflictId={filters.conflict}
          check={check}
          onClose={() => change({ conflict: undefined, after })}
          onStep={(step) =>
            change({ conflict: stepFrom(ids, filters.conflict ?? null, step) as ConflictId | undefined, after })
          }
        />
      )}
      {acting === 'many' && (
        <ManyDialog
          check={check}
          conflictIds={[...picked]}
          onClose={() => setActing(null)}
          onDone={() => {
            setActing(null)
            setPicked(new Set())
          }}
        />
      )}
      {acting === 'group' && <GroupDialog check={check} conflictIds={[...picked]} onClose={() => setActing(null)} />}
      {acting === 'raise' && <RaiseDialog check={check} onClose={() => setActing(null)} />}
    </>
  )
}

const Groups = ({ check }: { readonly check: CheckView }): ReactElement => {
  const say = useSay()
  const [filters, change] = useFilters(conflictSearch)
  const { by } = filters
  const remove = useAct(removeHandGroup)
  const hand = useRead(listHandGroups, { params: { checkId: check.checkId } }, { enabled: by === 'hand' })
  const query = useRead(
    groupConflicts,
    {
      params: { checkId: check.checkId },
      query: { ...askedOf(filters), by: by ?? 'none', intervalM: filters.intervalM ?? 100 },
    },
    { enabled: by !== undefined && by !== 'none', keep: true },
  )
  return (
    <section aria-label={say('分组', 'Groups')} style={{ marginBottom: 12 }}>
      <div className="row" style={{ marginBottom: 8 }}>
        <FilterSelect
          label={say('分组', 'Group by')}
          required
          width={150}
          value={by ?? 'none'}
          options={groupings.map((value) => ({ value, label: say(groupingWords[value]) }))}
          onChange={(value) => change({ by: value === 'none' ? undefined : value })}
        />
        {by === 'station' && (
          <FilterSelect
            label={say('区间长', 'Interval')}
            required
            width={110}
            value={String(filters.intervalM ?? 100)}
            options={[20, 50, 100, 200, 500].map((value) => ({ value: String(value), label: `${value} m` }))}
            onChange={(value) => change({ intervalM: Number(value) })}
          />
        )}
        {['pair', 'run', 'fromM', 'toM', 'groupId'].some(
          (name) => filters[name as keyof typeof filters] !== undefined,
        ) && (
          <Button
            size="small"
            onClick={() =>
              change({ pair: undefined, run: undefined, fromM: undefined, toM: undefined, groupId: undefined })
            }
          >
            {say('取消按组筛选', 'All groups')}
          </Button>
        )}
      </div>
      {by !== undefined && by !== 'none' && (
        <Loaded query={query}>
          {({ groups }) => (
            <div className="counts">
              {groups.map((group) => (
                <span key={`${group.name} ${JSON.stringify(group.filter)}`} className="row" style={{ gap: 2 }}>
                  <Link
                    to="."
                    search={(before: object) => ({ ...before, ...searchOfGroup(group.filter), after: undefined })}
                    resetScroll={false}
                    activeProps={{}}
                    aria-current={false}
                  >
                    <span
                      className={`clock ${group.worst === 'critical' || group.worst === 'major' ? 'overdue' : group.worst === 'minor' ? 'warning' : 'paused'}`}
                    >
                      {group.name} {group.count}
                      {group.serious > 0 && say(`(严重 ${group.serious})`, ` (${group.serious} serious)`)}
                    </span>
                  </Link>
                  {by === 'hand' &&
                    hand.data?.groups
                      .filter((each) => each.groupId === group.filter['groupId'])
                      .map((each) => (
                        <ActButton
                          key={each.groupId}
                          because={check.may.edit}
                          busy={remove.isPending}
                          look={{ size: 'small' }}
                          onAct={() => remove.mutate({ params: { groupId: each.groupId } })}
                        >
                          {say('解散', 'Dissolve')}
                          <span className="hidden">{each.name}</span>
                        </ActButton>
                      ))}
                </span>
              ))}
              {groups.length === 0 && <span className="quiet">{say('没有分组。', 'No groups.')}</span>}
            </div>
          )}
        </Loaded>
      )}
    </section>
  )
}

const KEEP = 'keep'
const ManyDialog = ({
  check,
  conflictIds,
  onClose,
  onDone,
}: {
  readonly check: CheckView
  readonly conflictIds: readonly ConflictId[]
  readonly onClose: () => void
  readonly onDone: () => void
}): ReactElement => {
  const say = useSay()
  const [status, setStatus] = useState<string>(KEEP)
  const [assignee, setAssignee] = useState<string>(KEEP)
  const [group, setGroup] = useState<string>(KEEP)
  const [due, setDue] = useState('')
  const act = useAct(editConflicts, { onDone })
  const assignable = useRead(listAssignable, { params: { projectId: check.projectId } })
  const groups = useRead(listHandGroups, { params: { checkId: check.checkId } })
  const keep = { value: KEEP, label: say('不改', 'keep') }
  const none = { value: '', label: say('无', 'none') }
  return (
    <FormDialog
      open
      title={say(`批量修改 ${conflictIds.length} 个冲突`, `Change ${conflictIds.length} conflicts`)}
      onClose={onClose}
      onSubmit={() =>
        act.mutate({
          params: { checkId: check.checkId },
          body: {
            conflictIds: [...conflictIds],
            ...(status === KEEP ? {} : { status: status as (typeof statuses)[number] }),
            ...(assignee === KEEP ? {} : { assigneeId: (assignee === '' ? null : assignee) as never }),
            ...(group === KEEP ? {} : { groupId: (group === '' ? null : group) as GroupId | null }),
            ...(due === '' ? {} : { dueOn: due as never }),
          },
        })
      }
      submitLabel={say('保存', 'Save')}
      busy={act.isPending}
      error={act.error}
    >
      <SelectField
        label={say('处理状态', 'Status')}
        value={status}
        options={[keep, ...statuses.map((value) => ({ value: value as string, label: say(statusWords[value]) }))]}
        onChange={setStatus}
      />
      <SelectField
        label={say('责任人', 'Assignee')}
        value={assignee}
        options={[
          keep,
          none,
          ...(assignable.data?.persons ?? []).map((person) => ({
            value: person.personId as string,
            label: `${person.name}(${person.place})`,
          })),
        ]}
        onChange={setAssignee}
      />
      <TextField label={say('期限(空:不改)', 'Due (empty: keep)')} type="date" value={due} onChange={setDue} />
      <SelectField
        label={say('人工分组', 'Group')}
        value={group}
        options={[
          keep,
          none,
          ...(groups.data?.groups ?? []).map((each) => ({ value: each.groupId as string, label: each.name })),
        ]}
        onChange={setGroup}
      />
    </FormDialog>
  )
}
const GroupDialog = ({
  check,
  conflictIds,
  onClose,
}: {
  readonly check: CheckView
  readonly conflictIds: readonly ConflictId[]
  readonly onClose: () => void
}): ReactElement => {
  const say = useSay()
  const [name, setName] = useState('')
  const [note, setNote] = useState('')
  const [tried, setTried] = useState(false)
  const act = useAct(createHandGroup, { onDone: onClose })
  return (
    <FormDialog
      open
      title={say('新建人工分组', 'New group')}
      onClose={onClose}
      onSubmit={() => {
        setTried(true)
        if (name.trim() !== '')
          act.mutate({ params: { checkId: check.checkId }, body: { name, note, conflictIds: [...conflictIds] } })
      }}
      submitLabel={say('新建', 'Create')}
      busy={act.isPending}
      error={act.error}
    >
      <p className="quiet">
        {say(
          `勾选的 ${conflictIds.length} 个冲突放入该组;重新检查后仍在组内。`,
          `The ${conflictIds.length} conflicts chosen go into it and stay there after new runs.`,
        )}
      </p>
      <TextField
        label={say('名称', 'Name')}
        value={name}
        onChange={setName}
        maxLength={80}
        required
        fault={tried && name.trim() === '' ? say('请填写名称。', 'Give a name.') : undefined}
      />
      <TextField
        label={say('说明(可选)', 'Note (optional)')}
        value={note}
        onChange={setNote}
        rows={3}
        maxLength={1000}
      />
    </FormDialog>
  )
}
export const RaiseDialog = ({
  check,
  at,
  object,
  onClose,
}: {
  readonly check: Pick<CheckView, 'checkId'>
  readonly at?: { readonly east: number; readonly north: number; readonly height: number | null }
  readonly object?: { readonly versionId: VersionId; readonly objectId: string }
  readonly onClose: () => void
}): ReactElement => {
  const say = useSay()
  const [title, setTitle] = useState('')
  const [text, setText] = useState('')
  const [severity, setSeverity] = useState<ConflictSeverity>('major')
  const [east, setEast] = useState<number | null>(at?.east ?? null)
  const [north, setNorth] = useState<number | null>(at?.north ?? null)
  const [height, setHeight] = useState<number | null>(at?.height ?? null)
  const [tried, setTried] = useState(false)
  const act = useAct(raiseConflict, { onDone: onClose })
  const empty = say('请填写。', 'Required.')
  return (
    <FormDialog
      open
      title={say('人工提出问题', 'Raise by hand')}
      onClose={onClose}
      onSubmit={() => {
        setTried(true)
        if (title.trim() === '' || text.trim() === '' || east === null || north === null) return
        act.mutate({
          params: { checkId: check.checkId },
          body: {
            title,
            text,
            severity,
            at: { east, north, height },
            objects: object === undefined ? [] : [object],
            uploadIds: [],
          },
        })
      }}
      submitLabel={say('提出', 'Raise')}
      busy={act.isPending}
      error={act.error}
    >
      <TextField
        label={say('标题', 'Title')}
        value={title}
        onChange={setTitle}
        maxLength={80}
        required
        fault={tried && title.trim() === '' ? empty : undefined}
      />
      <TextField
        label={say('问题', 'What is wrong')}
        value={text}
        onChange={setText}
        rows={4}
        maxLength={4000}
        required
        fault={tried && text.trim() === '' ? empty : undefined}
      />
      <ChoiceField
        label={say('级别', 'Severity')}
        value={severity}
        onChange={setSeverity}
        options={severities.map((value) => ({ value, label: say(severityWords[value]) }))}
      />
      <div className="form-grid">
        <NumberField
          label={say('X 北(m)', 'North (m)')}
          value={north}
          onChange={setNorth}
          required
          fault={tried && north === null ? empty : undefined}
        />
        <NumberField
          label={say('Y 东(m)', 'East (m)')}
          value={east}
          onChange={setEast}
          required
          fault={tried && east === null ? empty : undefined}
        />
        <NumberField label={say('高程(m,可空)', 'Height (m, optional)')} value={height} onChange={setHeight} />
      </div>
    </FormDialog>
  )
}
