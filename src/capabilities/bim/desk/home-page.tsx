/** 管线与碰撞: what is given to me, and the way to each project's models. */
import { Link } from '@tanstack/react-router'
import { Input } from 'antd'
import { type ReactElement, useId, useState } from 'react'
import { z } from 'zod'
import { useFilters } from '../../../desk/filters.ts'
import { useSay } from '../../../desk/language.tsx'
import { useRead } from '../../../desk/queries.ts'
import { CaseTable } from '../../../desk/ui/case-table.tsx'
import { Loaded } from '../../../desk/ui/loaded.tsx'
import { Card, Page } from '../../../desk/ui/page.tsx'
import { words } from '../../../kernel/words.ts'
import { listProjects } from '../../projects/contract.ts'
import { listMine } from '../contract/conflicts.ts'
import { LifeMark, Metres, SeverityMark, StatusMark } from './parts.tsx'

const search = z.object({
  q: z.string().max(60).optional().catch(undefined),
  after: z.string().max(400).optional().catch(undefined),
})

export const BimHomePage = (): ReactElement => {
  const say = useSay()
  const id = useId()
  const [{ q, after }, change] = useFilters(search)
  const [typed, setTyped] = useState(q ?? '')
  const mine = useRead(listMine, { query: { limit: 50 } })
  const projects = useRead(listProjects, { query: { search: q, after, limit: 20 } }, { keep: true })
  return (
    <Page title={say('管线与碰撞', 'Pipes and clashes')}>
      <Card title={say('交给我处理的冲突', 'Conflicts given to me')}>
        <Loaded query={mine}>
          {(data) => (
            <CaseTable
              label={say('交给我处理的冲突', 'Conflicts given to me')}
              rows={data.rows}
              keyOf={(row) => row.conflictId}
              empty={words('目前没有交给您的冲突。', 'Nothing is given to you.')}
              columns={[
                {
                  title: words('冲突', 'Conflict'),
                  heads: true,
                  show: (row) => (
                    <Link
                      to="/bim/checks/$checkId"
                      params={{ checkId: row.checkId }}
                      search={{ tab: 'conflicts', conflict: row.conflictId } as never}
                    >
                      {row.number} {row.title}
                    </Link>
                  ),
                },
                { title: words('项目', 'Project'), show: (row) => row.projectName },
                {
                  title: words('级别', 'Severity'),
                  whole: true,
                  show: (row) => <SeverityMark severity={row.severity} />,
                },
                { title: words('还差', 'Short by'), whole: true, show: (row) => <Metres value={row.shortfallM} /> },
                {
                  title: words('情况', 'State'),
                  show: (row) => (
                    <span className="row" style={{ gap: 4 }}>
                      <LifeMark life={row.life} />
                      <StatusMark status={row.status} />
                    </span>
                  ),
                },
                {
                  title: words('期限', 'Due'),
                  whole: true,
                  show: (row) => (
                    <span className={row.overdue ? 'fault' : ''}>
                      {row.dueOn ?? '—'} {row.overdue && say('已超期', 'overdue')}
                    </span>
                  ),
                },
              ]}
            />
          )}
        </Loaded>
      </Card>
      <Card title={say('项目的模型和检查', 'Models and checks of projects')}>
        <form
          className="row"
          style={{ marginBottom: 12 }}
          role="search"
          onSubmit={(event) => {
            event.preventDefault()
            change({ q: typed.trim() === '' ? undefined : typed.trim() })
          }}
        >
          <label htmlFor={id}>{say('查找项目', 'Find a project')}</label>
          <Input id={id} value={typed} onChange={(event) => setTyped(event.target.value)} style={{ maxWidth: 320 }} />
        </form>
        <Loaded query={projects}>
          {(data) => (
            <CaseTable
              label={say('项目', 'Projects')}
              rows={data.rows}
              keyOf={(row) => row.id}
              next={data.next}
              isLaterPage={after !== undefined}
              columns={[
                {
                  title: words('项目', 'Project'),
                  heads: true,
                  show: (row) => (
                    <Link to="/projects/$projectId/bim" params={{ projectId: row.id }}>
                      {row.name}
                    </Link>
                  ),
                },
                { title: words('编号', 'Number'), whole: true, show: (row) => row.caseNumber },
                {
                  title: words('三维', 'In 3D'),
                  show: (row) => (
                    <Link to="/projects/$projectId/bim/view" params={{ projectId: row.id }}>
                      {say('查看模型', 'View')}
                      <span className="hidden">{row.name}</span>
                    </Link>
                  ),
                },
              ]}
            />
          )}
        </Loaded>
      </Card>
    </Page>
  )
}
