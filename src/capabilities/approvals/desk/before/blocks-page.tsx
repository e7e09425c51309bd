/** 受托填写: parts of other applicants' forms that are with us. */
import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { useSay } from '../../../../desk/language.tsx'
import { useRead } from '../../../../desk/queries.ts'
import { CaseTable } from '../../../../desk/ui/case-table.tsx'
import { Loaded } from '../../../../desk/ui/loaded.tsx'
import { Page } from '../../../../desk/ui/page.tsx'
import { words } from '../../../../kernel/words.ts'
import { listMyBlocks } from '../../contract/blocks.ts'
import { readinessWords } from '../../model/blocks.ts'

export const BlocksPage = (): ReactElement => {
  const say = useSay()
  const blocks = useRead(listMyBlocks, {})
  return (
    <Page title={say('受托填写', 'Parts given to us')}>
      <Loaded query={blocks}>
        {(data) => (
          <CaseTable
            label={say('受托填写的部分', 'Parts given to us')}
            rows={data.rows}
            keyOf={(row) => row.delegation.delegationId}
            columns={[
              {
                title: words('部分', 'Part'),
                heads: true,
                show: (row) =>
                  row.delegation.phase === 'open' ? (
                    <Link to="/blocks/$delegationId" params={{ delegationId: row.delegation.delegationId }}>
                      {say(row.name)}
                    </Link>
                  ) : (
                    say(row.name)
                  ),
              },
              { title: words('项目', 'Project'), show: (row) => row.projectName },
              { title: words('申请单位', 'Applicant'), show: (row) => row.applicantName },
              { title: words('阶段', 'Stage'), show: (row) => say(row.stageName) },
              { title: words('期限', 'Days'), show: (row) => `${row.delegation.from} — ${row.delegation.to}` },
              { title: words('进度', 'Progress'), show: (row) => say(readinessWords[row.delegation.readiness]) },
            ]}
            keys
            empty={words('没有委托本单位填写的内容。', 'Nothing is with us.')}
          />
        )}
      </Loaded>
    </Page>
  )
}
