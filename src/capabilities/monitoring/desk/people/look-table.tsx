/** Looks at positions: who, when, at what and why. */
import type { ReactElement } from 'react'
import { useSay } from '../../../../desk/language.tsx'
import { CaseTable } from '../../../../desk/ui/case-table.tsx'
import { wallClock } from '../../../../kernel/time.ts'
import { words } from '../../../../kernel/words.ts'
import type { LookView } from '../../contract/people.ts'

export const LookTable = ({ rows }: { readonly rows: readonly LookView[] }): ReactElement => {
  const say = useSay()
  return (
    <CaseTable
      label={say('查看位置的记录,最新在前', 'Looks at positions, newest first')}
      rows={rows}
      keyOf={(row) => row.lookId}
      empty={words('还没有人查看过位置。', 'Nobody has looked.')}
      columns={[
        { title: words('查看人', 'Who'), heads: true, show: (row) => row.lookedBy },
        {
          title: words('时间', 'When'),
          whole: true,
          show: (row) => (
            <>
              {wallClock(row.at)}
              {row.lastAt > row.at && (
                <div className="small quiet">
                  {say('至', 'until')} {wallClock(row.lastAt)}
                </div>
              )}
            </>
          ),
        },
        { title: words('工地', 'Site'), show: (row) => row.siteName },
        {
          title: words('内容', 'What'),
          show: (row) =>
            row.from === null || row.to === null
              ? row.workerId === null
                ? say('全工地当前位置', 'everybody on the site')
                : say('当前位置', 'where I was')
              : `${say('轨迹', 'track')} ${wallClock(row.from)} — ${wallClock(row.to)}`,
        },
        { title: words('目的', 'Why'), show: (row) => row.purpose },
      ]}
    />
  )
}
