/** What a calendar changes: days, and the due days of open files. */
import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import type { z } from 'zod'
import { useSay } from '../../../../desk/language.tsx'
import { CaseTable } from '../../../../desk/ui/case-table.tsx'
import { type Words, words } from '../../../../kernel/words.ts'
import type { calendarEffectSchema, dayChangeSchema } from '../../contract/clocks.ts'

const kindWords: Readonly<Record<string, Words>> = {
  workday: words('工作日', 'workday'),
  weekend: words('双休日', 'weekend'),
  holiday: words('放假', 'holiday'),
  'makeup-workday': words('调休上班', 'make-up workday'),
}
export const DayChanges = ({
  changes,
}: {
  readonly changes: readonly z.infer<typeof dayChangeSchema>[]
}): ReactElement => {
  const say = useSay()
  const kind = (name: string | null): string =>
    name === null ? say('未收录', 'not known') : say(kindWords[name] ?? words(name, name))
  if (changes.length === 0) return <p className="quiet">{say('没有日期变化。', 'No day changes.')}</p>
  return (
    <details>
      <summary>
        {changes.length} {say('个日期变化', 'days change')}
      </summary>
      <ul>
        {changes.map((change) => (
          <li key={change.day}>
            {change.day}:{kind(change.before)} → {kind(change.after)}
          </li>
        ))}
      </ul>
    </details>
  )
}

export const EffectView = ({ effect }: { readonly effect: z.infer<typeof calendarEffectSchema> }): ReactElement => {
  const say = useSay()
  return (
    <section aria-label={say('影响', 'Effect')}>
      {effect.warnings.map((warning) => (
        <p className="notice warn" key={warning.zh}>
          {say(warning)}
        </p>
      ))}
      <dl className="facts">
        <dt>{say('在办时限', 'Open clocks')}</dt>
        <dd>{effect.openClocks}</dd>
        <dt>{say('到期日变动', 'Due days that move')}</dt>
        <dd>
          {effect.moved}({say('延后', 'later')} {effect.later},{say('提前', 'earlier')} {effect.earlier})
        </dd>
        <dt>{say('由暂定转为确定', 'No longer provisional')}</dt>
        <dd>{effect.settled}</dd>
      </dl>
      <DayChanges changes={effect.changes} />
      {effect.rows.length > 0 && (
        <CaseTable
          label={say('到期日变动的办件', 'Files whose due day moves')}
          rows={effect.rows}
          keyOf={(row) => row.clockId}
          columns={[
            {
              title: words('办件', 'Case'),
              heads: true,
              show: (row) => (
                <Link to="/applications/$applicationId" params={{ applicationId: row.applicationId }} target="_blank">
                  {row.caseNumber}
                </Link>
              ),
            },
            { title: words('项目', 'Project'), show: (row) => row.projectName },
            { title: words('时限', 'Clock'), show: (row) => say(row.label) },
            { title: words('部门', 'Department'), show: (row) => row.departmentName },
            { title: words('原到期日', 'Due before'), show: (row) => row.oldDue ?? '—' },
            { title: words('新到期日', 'Due after'), show: (row) => <strong>{row.newDue ?? '—'}</strong> },
          ]}
        />
      )}
    </section>
  )
}
