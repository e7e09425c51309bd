/** 谁看过我的信息: every look at my personal data, by whom, when, at what and why. */
import type { ReactElement } from 'react'
import { useSay } from '../../../desk/language.tsx'
import { useRead } from '../../../desk/queries.ts'
import { CaseTable } from '../../../desk/ui/case-table.tsx'
import { Loaded } from '../../../desk/ui/loaded.tsx'
import { Page } from '../../../desk/ui/page.tsx'
import { wallClock } from '../../../kernel/time.ts'
import { words } from '../../../kernel/words.ts'
import { listLooks } from '../contract/security.ts'
import { ErasureCard } from './erasure-card.tsx'
import { fieldWords } from './login-words.ts'

export const LooksPage = (): ReactElement => {
  const say = useSay()
  const looks = useRead(listLooks, {})
  return (
    <Page title={say('谁看过我的信息', 'Who looked at my data')}>
      <p className="quiet">
        {say(
          '您的手机号与证件号加密保存,平时只显示部分数字。每次查看完整号码都记录在此,并写入不可更改的日志。如有疑问,请联系系统管理员。',
          'Your numbers are kept encrypted and shown masked. Every look at a whole number is listed here and in the journal.',
        )}
      </p>
      <Loaded query={looks}>
        {(data) => (
          <CaseTable
            label={say('查看记录', 'Looks')}
            rows={data.rows}
            keyOf={(row) => row.entryId}
            empty={words('还没有人查看过您的完整信息。', 'Nobody has looked at your whole data.')}
            columns={[
              { title: words('查看人', 'Who'), heads: true, show: (row) => row.byName },
              { title: words('时间', 'When'), show: (row) => wallClock(row.at) },
              {
                title: words('内容', 'What'),
                show: (row) => row.fields.map((field) => say(fieldWords[field])).join('、'),
              },
              { title: words('用途', 'Why'), show: (row) => row.purpose },
              {
                title: words('日志编号', 'Entry'),
                show: (row) => <code title={row.entryId}>{row.entryId.slice(-12)}</code>,
              },
            ]}
          />
        )}
      </Loaded>
      <ErasureCard />
    </Page>
  )
}
