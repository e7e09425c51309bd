/** 我的实名登记: for a worker with an account: registrations, attendance, and who looked at my position. */
import type { ReactElement } from 'react'
import { useSay } from '../../../../desk/language.tsx'
import { useRead } from '../../../../desk/queries.ts'
import { CaseTable } from '../../../../desk/ui/case-table.tsx'
import { Loaded } from '../../../../desk/ui/loaded.tsx'
import { Card, Page } from '../../../../desk/ui/page.tsx'
import { wallClock } from '../../../../kernel/time.ts'
import { words } from '../../../../kernel/words.ts'
import { myRecord } from '../../contract/people.ts'
import { registrationStateWords } from '../../model/people/states.ts'
import { directionWords, methodWords } from '../sites/people-words.ts'
import { LookTable } from './look-table.tsx'

const methodOf = (method: string) =>
  method === 'face' || method === 'card' || method === 'manual' ? methodWords[method] : words(method, method)

export const MyRecordPage = (): ReactElement => {
  const say = useSay()
  const query = useRead(myRecord, {})
  return (
    <Page title={say('我的工地记录', 'My record on sites')}>
      <Loaded query={query}>
        {(data) => (
          <>
            <p className="notice">{data.notice}</p>
            <Card title={say('谁查看过我的位置', 'Who looked at my position')}>
              <LookTable rows={data.looks} />
            </Card>
            <Card title={say('谁按证件号码查找过我', 'Who looked for me by my identity number')}>
              <CaseTable
                label={say('按证件号码查找的记录', 'Searches by identity number')}
                rows={data.searches}
                keyOf={(row) => row.searchId}
                empty={words('没有人查找过。', 'Nobody did.')}
                columns={[
                  { title: words('查找人', 'Who'), heads: true, show: (row) => row.by },
                  { title: words('时间', 'When'), whole: true, show: (row) => wallClock(row.at) },
                  { title: words('目的', 'Why'), show: (row) => row.purpose },
                ]}
              />
            </Card>
            <Card title={say('实名登记', 'Registrations')}>
              <CaseTable
                label={say('实名登记', 'Registrations')}
                rows={data.registrations}
                keyOf={(row) => row.registrationId}
                empty={words(
                  '没有与您手机号一致的实名登记。如有疑问,请联系工地的劳资专管员。',
                  'No registration has your phone number.',
                )}
                columns={[
                  { title: words('工地', 'Site'), heads: true, show: (row) => row.siteName },
                  { title: words('班组、工种', 'Team, trade'), show: (row) => `${row.team} · ${row.trade}` },
                  { title: words('证件号码', 'Identity'), show: (row) => row.idNumberMasked },
                  {
                    title: words('有效期', 'Valid'),
                    show: (row) => `${row.validFrom} — ${row.leftOn ?? row.validTo ?? say('长期', 'open')}`,
                  },
                  { title: words('状态', 'State'), show: (row) => say(registrationStateWords[row.state]) },
                  {
                    title: words('定位终端', 'Tracker'),
                    show: (row) => (row.device === null ? '—' : `${row.device.name}(${wallClock(row.device.since)})`),
                  },
                ]}
              />
            </Card>
            <Card title={say('进出记录', 'Passages')}>
              <CaseTable
                label={say('进出记录', 'Passages')}
                rows={data.attendance}
                keyOf={(row) => `${row.at} ${row.siteName} ${row.direction}`}
                empty={words('没有进出记录。', 'No passages.')}
                columns={[
                  { title: words('时间', 'When'), heads: true, show: (row) => wallClock(row.at) },
                  { title: words('工地', 'Site'), show: (row) => row.siteName },
                  { title: words('进出', 'Direction'), show: (row) => say(directionWords[row.direction]) },
                  { title: words('方式', 'By'), show: (row) => say(methodOf(row.method)) },
                ]}
              />
            </Card>
          </>
        )}
      </Loaded>
    </Page>
  )
}
