/** Who is told what: the table of notices, for everybody. */
import type { ReactElement } from 'react'
import { useSay } from '../../../desk/language.tsx'
import { useRead } from '../../../desk/queries.ts'
import { CaseTable } from '../../../desk/ui/case-table.tsx'
import { Loaded } from '../../../desk/ui/loaded.tsx'
import { Page } from '../../../desk/ui/page.tsx'
import { words } from '../../../kernel/words.ts'
import { listRules } from '../contract.ts'
import { audienceWords, topicWords } from '../model/topics.ts'

export const MessageRulesPage = (): ReactElement => {
  const say = useSay()
  const list = useRead(listRules, {})
  return (
    <Page title={say('什么事通知谁', 'Who is told what')}>
      <p className="quiet">
        {say(
          '消息发给当时担任该角色的人(含受托人);角色撤销后不再收到。法定告知在消息中心不能关闭。',
          'Messages go to those who hold the role at that time, delegates included; notices required by law stay in the centre.',
        )}
      </p>
      <Loaded query={list}>
        {(data) => (
          <CaseTable
            label={say('通知规则', 'Rules')}
            rows={data.rows}
            keyOf={(row) => row.id}
            columns={[
              { title: words('消息标题', 'Title'), heads: true, show: (row) => say(row.title) },
              { title: words('类别', 'Topic'), show: (row) => say(topicWords[row.topic]) },
              {
                title: words('通知谁', 'To'),
                show: (row) => row.to.map((each) => say(audienceWords[each])).join(say('、', ', ')),
              },
              {
                title: words('法定依据', 'Law'),
                show: (row) => (row.statutory ? (row.basis ?? '') : '—'),
              },
            ]}
          />
        )}
      </Loaded>
    </Page>
  )
}
