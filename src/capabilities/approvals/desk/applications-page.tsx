/** 申请: the applicant's own, or all of them for officers. */
import { Link } from '@tanstack/react-router'
import { Select } from 'antd'
import { type ReactElement, useId } from 'react'
import { useFilters } from '../../../desk/filters.ts'
import { useSay } from '../../../desk/language.tsx'
import { holdsAny, useMe } from '../../../desk/me.tsx'
import { useRead } from '../../../desk/queries.ts'
import { CaseTable } from '../../../desk/ui/case-table.tsx'
import { ClockBadge } from '../../../desk/ui/clock-badge.tsx'
import { LinkButton } from '../../../desk/ui/link-button.tsx'
import { Loaded } from '../../../desk/ui/loaded.tsx'
import { Page } from '../../../desk/ui/page.tsx'
import { SearchInput } from '../../../desk/ui/search-input.tsx'
import { words } from '../../../kernel/words.ts'
import { type ApplicationRow, type ApplicationState, applicationStates, listApplications } from '../contract.ts'
import { applicationStateWords } from '../model/words.ts'
import { listSearch } from './search.ts'

const target = (row: ApplicationRow, isApplicant: boolean) =>
  isApplicant && (row.state === 'draft' || row.state === 'correcting')
    ? '/applications/$applicationId/form'
    : '/applications/$applicationId'

export const ApplicationsPage = (): ReactElement => {
  const say = useSay()
  const me = useMe()
  const id = useId()
  const isApplicant = holdsAny(me, 'applicant')
  const [filters, change] = useFilters(listSearch)
  const list = useRead(
    listApplications,
    { query: { ...filters, projectId: filters.projectId as never } },
    { keep: true },
  )
  return (
    <Page
      title={isApplicant ? say('我的申请', 'My applications') : say('申请', 'Applications')}
      actions={
        holdsAny(me, 'applicant', 'clerk') ? (
          <LinkButton to="/applications/new" color="primary" variant="solid">
            {say('新建申请', 'New application')}
          </LinkButton>
        ) : undefined
      }
    >
      <div className="row" style={{ marginBottom: 12 }} role="search">
        <label htmlFor={`${id}-state`}>{say('状态', 'State')}</label>
        <Select
          id={`${id}-state`}
          style={{ width: 180 }}
          value={filters.state ?? ''}
          onChange={(state: ApplicationState | '') => change({ state: state === '' ? undefined : state })}
          options={[
            { value: '' as const, label: say('全部', 'All') },
            ...applicationStates.map((state) => ({ value: state, label: say(applicationStateWords[state]) })),
          ]}
        />
        <label htmlFor={`${id}-text`}>{say('查找', 'Search')}</label>
        <SearchInput
          id={`${id}-text`}
          width={300}
          value={filters.text}
          placeholder={say('办件编号、项目、申请人', 'Number, project, applicant')}
          onSearch={(text) => change({ text })}
        />
        {filters.projectId !== undefined && (
          <button type="button" className="anchor-pick" onClick={() => change({ projectId: undefined })}>
            {say('显示全部项目的申请', 'Show all projects')}
          </button>
        )}
      </div>
      <Loaded query={list}>
        {(data) => (
          <CaseTable
            label={say('申请列表', 'Applications')}
            rows={data.rows}
            keyOf={(row) => row.applicationId}
            keys
            columns={[
              {
                title: words('办件编号', 'Case number'),
                heads: true,
                show: (row) => (
                  <Link to={target(row, isApplicant)} params={{ applicationId: row.applicationId }}>
                    {row.caseNumber}
                  </Link>
                ),
              },
              { title: words('项目', 'Project'), show: (row) => row.projectName },
              { title: words('阶段', 'Stage'), show: (row) => say(row.stageName) },
              { title: words('申请人', 'Applicant'), show: (row) => row.applicantName },
              {
                title: words('状态', 'State'),
                show: (row) => (
                  <span className="row">
                    <span className="tag">{say(applicationStateWords[row.state])}</span>
                    {row.itemsTotal > 0 && (
                      <span className="small">
                        {say('已决定', 'decided')} {row.itemsDecided}/{row.itemsTotal}
                      </span>
                    )}
                  </span>
                ),
              },
              {
                title: words('时限', 'Clock'),
                // After the close another clock runs, the delivery: unnamed it reads as if the decision were late.
                show: (row) =>
                  row.clock === null ? '—' : <ClockBadge clock={row.clock} withLabel={row.state === 'closed'} />,
              },
            ]}
            next={data.next}
            isLaterPage={filters.after !== undefined}
            empty={words('没有符合条件的申请。', 'No applications here.')}
          />
        )}
      </Loaded>
    </Page>
  )
}
