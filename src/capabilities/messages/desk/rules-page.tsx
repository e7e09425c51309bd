/** Who is told what: the table of notices, for everybody. */
import type { ReactElement } from 'react'
import { useSay } from '../../../desk/language.tsx'
import { useRead } from '../../../desk/queries.ts'
import { CaseTable } from '../../../desk/ui/case-table.tsx'
import { Loaded } from '../../../desk/ui/loaded.tsx'
import { Page } from '../../../desk/ui/page.tsx'
import { type Words, words } from '../../../kernel/words.ts'
import { listRules } from '../contract.ts'
import { audienceWords, topicWords } from '../model/topics.ts'

/** What stands where a message puts in its own facts. */
const factWords: Readonly<Record<string, Words>> = {
  itemName: words('事项', 'item'),
  documentNumber: words('文号', 'document number'),
  caseNumber: words('申请编号', 'case number'),
  kindName: words('种类', 'kind'),
  clockName: words('时限', 'time limit'),
  title: words('标题', 'title'),
  procedureName: words('程序', 'procedure'),
  materialName: words('材料', 'material'),
  roleName: words('角色', 'role'),
  name: words('名称', 'name'),
  rungName: words('催办级别', 'step'),
  projectName: words('项目', 'project'),
  year: words('年份', 'year'),
  organisationName: words('单位', 'organisation'),
  about: words('内容', 'subject'),
  soon: words('即将到期件数', 'number due soon'),
  overdue: words('超期件数', 'number overdue'),
  ruleName: words('规则', 'rule'),
  periodName: words('考核期', 'period'),
  fromName: words('委托人', 'delegator'),
  channel: words('通道', 'channel'),
  blockName: words('部分', 'part'),
}
const unnamed = words('…', '…')
const titleOf = ({ zh, en }: Words): Words =>
  words(
    zh.replace(/\{(\w+)\}/g, (_all, name: string) => `〈${(factWords[name] ?? unnamed).zh}〉`),
    en.replace(/\{(\w+)\}/g, (_all, name: string) => `〈${(factWords[name] ?? unnamed).en}〉`),
  )

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
              { title: words('消息标题', 'Title'), heads: true, show: (row) => say(titleOf(row.title)) },
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
