/** 决后待办: what waits after decisions, for the departments, the window and the holders, over all files. */
import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { useSay } from '../../../../desk/language.tsx'
import { holdsAny, useMe } from '../../../../desk/me.tsx'
import { useRead } from '../../../../desk/queries.ts'
import { CaseTable } from '../../../../desk/ui/case-table.tsx'
import { Loaded } from '../../../../desk/ui/loaded.tsx'
import { Page } from '../../../../desk/ui/page.tsx'
import { wallClock } from '../../../../kernel/time.ts'
import { type Words, words } from '../../../../kernel/words.ts'
import { readAfterWork } from '../../contract/after.ts'

const kindWords: Readonly<Record<string, Words>> = {
  delivery: words('送达决定', 'Deliver the decision'),
  evidence: words('核实条件', 'Verify a condition'),
  waiver: words('审批免除条件', 'Decide a waiver'),
  act: words('更正、换发或撤销待决定', 'Decide a correction, replacement or revocation'),
  report: words('确认工地报告', 'Confirm a report of the site'),
  withdrawal: words('确认撤回', 'Settle a withdrawal'),
  condition: words('履行条件', 'Meet a condition'),
  answer: words('陈述、申辩', 'Answer a notice'),
  start: words('开工', 'Start work'),
}

/** The same decision waits for its delivery on one side and for its receipt on the other. */
const receipt = words('签收决定', 'Confirm the receipt')

export const AfterPage = (): ReactElement => {
  const say = useSay()
  const me = useMe()
  const delivers = holdsAny(me, 'clerk', 'reviewer', 'lead', 'approver')
  const work = useRead(readAfterWork, {})
  return (
    <Page title={say('决后待办', 'After decisions')}>
      <Loaded query={work}>
        {(data) => (
          <CaseTable
            label={say('决定之后的待办', 'What waits after decisions')}
            rows={data.rows.map((row, index) => ({ ...row, key: `${row.kind}${row.applicationId}${index}` }))}
            keyOf={(row) => row.key}
            keys
            empty={words('没有决后待办。', 'Nothing waits after decisions.')}
            columns={[
              {
                title: words('办件', 'Case'),
                heads: true,
                show: (row) => (
                  <Link to="/applications/$applicationId" params={{ applicationId: row.applicationId }} hash="after">
                    {row.caseNumber}
                  </Link>
                ),
              },
              { title: words('项目', 'Project'), show: (row) => row.projectName },
              {
                title: words('待办', 'To do'),
                show: (row) => (
                  <strong>
                    {say(row.kind === 'delivery' && !delivers ? receipt : (kindWords[row.kind] ?? words('', '')))}
                  </strong>
                ),
              },
              { title: words('内容', 'About'), show: (row) => row.text },
              { title: words('截止', 'Until'), show: (row) => row.dueOn ?? '—' },
              { title: words('自', 'Since'), show: (row) => (row.since === null ? '—' : wallClock(row.since)) },
            ]}
            next={null}
            isLaterPage={false}
          />
        )}
      </Loaded>
    </Page>
  )
}
