/** 逐级催办: which rung spoke about what, to whom, and whether it came late. */
import { Link } from '@tanstack/react-router'
import { Select } from 'antd'
import { type ReactElement, useId } from 'react'
import { z } from 'zod'
import { useFilters } from '../../../../desk/filters.ts'
import { useSay } from '../../../../desk/language.tsx'
import { useRead } from '../../../../desk/queries.ts'
import { CaseTable } from '../../../../desk/ui/case-table.tsx'
import { Loaded } from '../../../../desk/ui/loaded.tsx'
import { Page } from '../../../../desk/ui/page.tsx'
import { needsVerification } from '../../../../kernel/sourced.ts'
import { wallClock } from '../../../../kernel/time.ts'
import { type Words, words } from '../../../../kernel/words.ts'
import { type escalationMarkSchema, listEscalations } from '../../contract/clocks.ts'

export const levelWords: Readonly<Record<'person' | 'head' | 'supervisor', Words>> = {
  person: words('经办人', 'Officer'),
  head: words('部门负责人', 'Head of department'),
  supervisor: words('效能监督', 'Supervisor'),
}
export const EscalationMark = ({ mark }: { readonly mark: z.infer<typeof escalationMarkSchema> }): ReactElement => {
  const say = useSay()
  return (
    <>
      <span className="tag">{say(levelWords[mark.level])}</span> {say(mark.name)}
      <div className="small quiet">
        {wallClock(mark.at)}
        {mark.late && ` · ${say('补发', 'sent late')}`}
      </div>
    </>
  )
}
const search = z.object({
  level: z.enum(['person', 'head', 'supervisor']).optional().catch(undefined),
  show: z.enum(['open', 'all']).optional().catch(undefined),
  after: z.string().max(400).optional(),
})
export const EscalationsPage = (): ReactElement => {
  const say = useSay()
  const id = useId()
  const [filters, change] = useFilters(search)
  const list = useRead(listEscalations, { query: filters }, { keep: true })
  return (
    <Page title={say('逐级催办', 'Escalations')}>
      <div className="row" style={{ marginBottom: 12 }}>
        <label htmlFor={`${id}-level`}>{say('提醒对象', 'To')}</label>
        <Select
          id={`${id}-level`}
          style={{ width: 180 }}
          value={filters.level ?? ''}
          onChange={(level: string) =>
            change({ level: level === 'person' || level === 'head' || level === 'supervisor' ? level : undefined })
          }
          options={[
            { value: '', label: say('全部', 'All') },
            ...(['person', 'head', 'supervisor'] as const).map((value) => ({ value, label: say(levelWords[value]) })),
          ]}
        />
        <label htmlFor={`${id}-show`}>{say('范围', 'Show')}</label>
        <Select
          id={`${id}-show`}
          style={{ width: 180 }}
          value={filters.show ?? 'open'}
          onChange={(show: 'open' | 'all') => change({ show })}
          options={[
            { value: 'open', label: say('仍未办结', 'Still open') },
            { value: 'all', label: say('全部记录', 'All records') },
          ]}
        />
      </div>
      <Loaded query={list}>
        {(data) => (
          <>
            <CaseTable
              label={say('催办记录,最新在前', 'Escalations, newest first')}
              rows={data.rows}
              keyOf={(row) => `${row.clockId} ${row.mark.code} ${row.due}`}
              keys
              columns={[
                {
                  title: words('办件', 'Case'),
                  heads: true,
                  show: (row) => (
                    <Link to="/applications/$applicationId" params={{ applicationId: row.applicationId }}>
                      {row.caseNumber}
                    </Link>
                  ),
                },
                { title: words('项目', 'Project'), show: (row) => row.projectName },
                { title: words('时限', 'Clock'), show: (row) => say(row.label) },
                {
                  title: words('部门、经办人', 'Department, officer'),
                  show: (row) => (
                    <>
                      {row.departmentName}
                      <div className="small">{row.person ?? say('尚无人经办', 'nobody yet')}</div>
                    </>
                  ),
                },
                {
                  title: words('到期日', 'Due'),
                  show: (row) => <span style={{ whiteSpace: 'nowrap' }}>{row.due}</span>,
                },
                { title: words('催办', 'Rung'), show: (row) => <EscalationMark mark={row.mark} /> },
                {
                  title: words('现状', 'Now'),
                  show: (row) => (row.open ? say('未办结', 'open') : say('已办结', 'closed')),
                },
              ]}
              next={data.next}
              isLaterPage={filters.after !== undefined}
              empty={words('没有催办记录。临近到期或超期时会自动出现。', 'Nothing. Rungs appear here by themselves.')}
            />
            <p className="small quiet">
              {say('梯级', 'Ladder')}:
              {data.ladder.rungs.map((rung) => `${say(rung.name)}→${say(levelWords[rung.level])}`).join(';')}。
              {data.ladder.basis}({say('规则版本', 'rules')} {data.ladder.version})
              {needsVerification(data.ladder.certainty) && <span className="tag">{say('待核', 'unverified')}</span>}
            </p>
          </>
        )}
      </Loaded>
    </Page>
  )
}
