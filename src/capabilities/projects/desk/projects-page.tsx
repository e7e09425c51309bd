/** The project register: applicants see the projects of their organisations, officers those of the district. */
import { Link } from '@tanstack/react-router'
import { Select } from 'antd'
import { type ReactElement, useId } from 'react'
import { useFilters } from '../../../desk/filters.ts'
import { useSay } from '../../../desk/language.tsx'
import { holdsAny, useMe } from '../../../desk/me.tsx'
import { useRead } from '../../../desk/queries.ts'
import { CaseTable } from '../../../desk/ui/case-table.tsx'
import { LinkButton } from '../../../desk/ui/link-button.tsx'
import { Loaded } from '../../../desk/ui/loaded.tsx'
import { Page } from '../../../desk/ui/page.tsx'
import { SearchInput } from '../../../desk/ui/search-input.tsx'
import { words } from '../../../kernel/words.ts'
import {
  holdReasonWords,
  listProjects,
  type ProjectStage,
  type ProjectState,
  projectStates,
  projectStateWords,
  purposeWords,
  stages,
  stageWords,
} from '../contract.ts'
import { officerRoles } from '../policy.ts'
import { listSearch } from './search.ts'

export const ProjectsPage = (): ReactElement => {
  const say = useSay()
  const me = useMe()
  const id = useId()
  const isApplicant = holdsAny(me, 'applicant') && !officerRoles.some((role) => holdsAny(me, role))
  const [filters, change] = useFilters(listSearch)
  const list = useRead(listProjects, { query: { ...filters, limit: 50 } }, { keep: true })
  const all = { value: '' as const, label: say('全部', 'All') }
  return (
    <Page
      title={isApplicant ? say('我的项目', 'My projects') : say('项目', 'Projects')}
      actions={
        holdsAny(me, 'applicant', 'clerk', 'lead') ? (
          <LinkButton to="/projects/new" color="primary" variant="solid">
            {say('新建项目', 'New project')}
          </LinkButton>
        ) : undefined
      }
    >
      <div className="row" style={{ marginBottom: 12 }} role="search">
        <label htmlFor={`${id}-text`}>{say('查找', 'Search')}</label>
        <SearchInput
          id={`${id}-text`}
          width={280}
          value={filters.search}
          placeholder={say('名称、编号、代码、地址', 'Name, number, code, address')}
          onSearch={(search) => change({ search })}
        />
        <label htmlFor={`${id}-stage`}>{say('阶段', 'Stage')}</label>
        <Select
          id={`${id}-stage`}
          style={{ width: 180 }}
          value={filters.stage ?? ''}
          onChange={(stage: ProjectStage | '') => change({ stage: stage === '' ? undefined : stage })}
          options={[all, ...stages.map((stage) => ({ value: stage, label: say(stageWords[stage]) }))]}
        />
        <label htmlFor={`${id}-state`}>{say('状态', 'State')}</label>
        <Select
          id={`${id}-state`}
          style={{ width: 130 }}
          value={filters.state ?? ''}
          onChange={(state: ProjectState | '') => change({ state: state === '' ? undefined : state })}
          options={[all, ...projectStates.map((state) => ({ value: state, label: say(projectStateWords[state]) }))]}
        />
      </div>
      <Loaded query={list}>
        {(data) => (
          <CaseTable
            label={say('项目列表', 'Projects')}
            rows={data.rows}
            keyOf={(row) => row.id}
            keys
            empty={
              filters.search === undefined && filters.stage === undefined && filters.state === undefined
                ? words('还没有项目。', 'No project yet.')
                : words('没有符合条件的项目,请放宽查找条件。', 'No such project: widen the search.')
            }
            columns={[
              {
                title: words('项目', 'Project'),
                heads: true,
                show: (row) => (
                  <Link to="/projects/$projectId" params={{ projectId: row.id }}>
                    {row.name}
                  </Link>
                ),
              },
              { title: words('编号', 'Number'), show: (row) => row.caseNumber },
              { title: words('建设单位', 'Owner'), show: (row) => row.ownerName },
              { title: words('用途', 'Use'), show: (row) => say(purposeWords[row.purpose]) },
              { title: words('阶段', 'Stage'), show: (row) => say(stageWords[row.stage]) },
              {
                title: words('状态', 'State'),
                show: (row) => (
                  <span className="row">
                    <span className="tag">{say(projectStateWords[row.state])}</span>
                    {row.holdReason !== null && <span className="tag">{say(holdReasonWords[row.holdReason])}</span>}
                  </span>
                ),
              },
            ]}
            next={data.next}
            isLaterPage={filters.after !== undefined}
          />
        )}
      </Loaded>
    </Page>
  )
}
