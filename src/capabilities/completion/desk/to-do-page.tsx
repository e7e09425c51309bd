/** 验收待办: what waits for the departments of an officer, those due first. */
import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { useSay } from '../../../desk/language.tsx'
import { useRead } from '../../../desk/queries.ts'
import { CaseTable } from '../../../desk/ui/case-table.tsx'
import { Loaded } from '../../../desk/ui/loaded.tsx'
import { Page } from '../../../desk/ui/page.tsx'
import { type Words, words } from '../../../kernel/words.ts'
import { listToDo } from '../contract.ts'

const whatWords: Readonly<Record<'inspection' | 'remark' | 'part' | 'conclude' | 'filing', Words>> = {
  inspection: words('工程检查', 'Inspection'),
  remark: words('整改核验', 'Proof to verify'),
  part: words('联合验收', 'Joint acceptance'),
  conclude: words('批准联合验收意见', 'Opinion to approve'),
  filing: words('竣工验收备案', 'Completion filing'),
}
export const ToDoPage = (): ReactElement => {
  const say = useSay()
  const query = useRead(listToDo, {})
  return (
    <Page title={say('验收待办', 'Inspections and acceptance')}>
      <Loaded query={query}>
        {({ rows }) => (
          <CaseTable
            label={say('本部门的验收待办,先到期的在前', 'What waits for your department')}
            rows={rows.map((row, index) => ({ ...row, key: `${row.projectId} ${index}` }))}
            keyOf={(row) => row.key}
            keys
            empty={words('目前没有待办。', 'Nothing waits.')}
            columns={[
              {
                title: words('项目', 'Project'),
                heads: true,
                show: (row) => (
                  <Link to="/projects/$projectId/completion" params={{ projectId: row.projectId }}>
                    {row.projectName}
                  </Link>
                ),
              },
              { title: words('待办', 'What'), show: (row) => say(whatWords[row.what]) },
              { title: words('内容', 'Of'), show: (row) => say(row.label) },
              { title: words('部门', 'Department'), show: (row) => row.departmentName },
              { title: words('日期', 'Day'), show: (row) => row.dueOn ?? '—' },
            ]}
          />
        )}
      </Loaded>
    </Page>
  )
}
