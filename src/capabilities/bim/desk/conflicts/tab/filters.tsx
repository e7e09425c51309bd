/** What of the conflicts is shown: all of it stands in the address. */
import { Checkbox, Input } from 'antd'
import { type ReactElement, useId, useState } from 'react'
import { useFilters } from '../../../../../desk/filters.ts'
import { useSay } from '../../../../../desk/language.tsx'
import { useRead } from '../../../../../desk/queries.ts'
import type { CheckView } from '../../../contract/checks.ts'
import { listAssignable } from '../../../contract/conflicts.ts'
import {
  conflictKinds,
  conflictKindWords,
  lifeWords,
  lives,
  outcomes,
  outcomeWords,
  severities,
  severityWords,
  statuses,
  statusWords,
} from '../../../model/words.ts'
import { FilterMany, FilterSelect } from '../../parts.tsx'
import { conflictSearch } from '../search.ts'

export const Filters = ({ check }: { readonly check: CheckView }): ReactElement => {
  const say = useSay()
  const id = useId()
  const [filters, change] = useFilters(conflictSearch)
  const [typed, setTyped] = useState(filters.search ?? '')
  const assignable = useRead(listAssignable, { params: { projectId: check.projectId } })
  const options = <T extends string>(values: readonly T[], names: Readonly<Record<T, { zh: string; en: string }>>) =>
    values.map((value) => ({ value, label: say(names[value]) }))
  return (
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
  )
}
