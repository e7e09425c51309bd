/** Who fills the roles of the jurisdiction on a day: names on documents follow from it. */
import { Input } from 'antd'
import { type ReactElement, useId } from 'react'
import { useFilters } from '../../../desk/filters.ts'
import { useSay } from '../../../desk/language.tsx'
import { useRead } from '../../../desk/queries.ts'
import { CaseTable } from '../../../desk/ui/case-table.tsx'
import { Loaded } from '../../../desk/ui/loaded.tsx'
import { Page } from '../../../desk/ui/page.tsx'
import { needsVerification } from '../../../kernel/sourced.ts'
import type { LocalDate } from '../../../kernel/time.ts'
import { words } from '../../../kernel/words.ts'
import { listDepartments } from '../contract.ts'
import { daySearch } from './search.ts'

export const DepartmentsPage = (): ReactElement => {
  const say = useSay()
  const id = useId()
  const [filters, change] = useFilters(daySearch)
  const list = useRead(
    listDepartments,
    { query: filters.day === undefined ? {} : { day: filters.day as LocalDate } },
    { keep: true },
  )
  return (
    <Page title={say('职能部门', 'Departments')}>
      <div className="row" style={{ marginBottom: 12 }}>
        <label htmlFor={id}>{say('哪一天', 'On the day')}</label>
        <Input
          id={id}
          type="date"
          style={{ width: 180 }}
          value={filters.day ?? list.data?.day ?? ''}
          onChange={(event) => change({ day: event.target.value === '' ? undefined : event.target.value })}
        />
      </div>
      <Loaded query={list}>
        {(data) => (
          <CaseTable
            label={say('履行职责的部门', 'Departments')}
            rows={data.rows}
            keyOf={(row) => row.code}
            columns={[
              { title: words('职责', 'Role'), heads: true, show: (row) => say(row.words) },
              {
                title: words('当日部门名称', 'Name on that day'),
                show: (row) => (
                  <span className="row">
                    {row.name}
                    {needsVerification(row.certainty) && <span className="tag">{say('待核', 'unverified')}</span>}
                  </span>
                ),
              },
              { title: words('简称', 'Short'), show: (row) => row.shortName },
              { title: words('辖区代码', 'Jurisdiction'), show: (row) => row.jurisdictionCode },
            ]}
          />
        )}
      </Loaded>
    </Page>
  )
}
