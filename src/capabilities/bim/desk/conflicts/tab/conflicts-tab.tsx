/** The conflicts of a check: filters, groups, table, many changed at once; the drawer with everything of one. */
import { Button } from 'antd'
import { type ReactElement, useState } from 'react'
import { useFilters } from '../../../../../desk/filters.ts'
import { useSay } from '../../../../../desk/language.tsx'
import { useRead } from '../../../../../desk/queries.ts'
import { ActButton } from '../../../../../desk/ui/act-button.tsx'
import { CaseTable } from '../../../../../desk/ui/case-table.tsx'
import { Loaded } from '../../../../../desk/ui/loaded.tsx'
import { words } from '../../../../../kernel/words.ts'
import type { CheckView } from '../../../contract/checks.ts'
import { listConflicts } from '../../../contract/conflicts.ts'
import type { ConflictId } from '../../../contract.ts'
import { ConflictDrawer } from '../conflict-drawer.tsx'
import { RaiseDialog } from '../raise-dialog.tsx'
import { askedOf, conflictSearch, stepFrom } from '../search.ts'
import { columnsOf } from './columns.tsx'
import { Filters } from './filters.tsx'
import { Groups } from './groups.tsx'
import { GroupDialog, ManyDialog } from './many-dialogs.tsx'

export const ConflictsTab = ({ check }: { readonly check: CheckView }): ReactElement => {
  const say = useSay()
  const { checkId } = check
  const [filters, change] = useFilters(conflictSearch)
  const [picked, setPicked] = useState<ReadonlySet<ConflictId>>(new Set())
  const [acting, setActing] = useState<'many' | 'group' | 'raise' | null>(null)
  const { after } = filters
  const query = useRead(
    listConflicts,
    { params: { checkId }, query: { ...askedOf(filters), after, limit: 50 } },
    { keep: true },
  )
  const rows = query.data?.rows ?? []
  const ids = rows.map((row) => row.conflictId)
  const toggle = (conflictId: ConflictId) =>
    setPicked((before) => {
      const next = new Set(before)
      if (!next.delete(conflictId)) next.add(conflictId)
      return next
    })
  return (
    <>
      <Filters check={check} />
      <Groups check={check} />
      <div className="row" style={{ marginBottom: 8 }}>
        <span className="quiet" role="status">
          {query.data === undefined ? '' : say(`共 ${query.data.total} 个冲突`, `${query.data.total} conflicts`)}
        </span>
        <ActButton
          because={picked.size === 0 ? words('请先勾选冲突。', 'Choose conflicts first.') : check.may.edit}
          look={{ size: 'small' }}
          onAct={() => setActing('many')}
        >
          {say(`批量修改(${picked.size})`, `Change ${picked.size}`)}
        </ActButton>
        <ActButton because={check.may.edit} look={{ size: 'small' }} onAct={() => setActing('group')}>
          {say('新建人工分组', 'New group')}
        </ActButton>
        <Button size="small" onClick={() => setActing('raise')}>
          {say('人工提出问题', 'Raise by hand')}
        </Button>
      </div>
      <Loaded query={query}>
        {(data) => (
          <CaseTable
            label={say('冲突,先重后轻', 'Conflicts, worst first')}
            rows={data.rows}
            keyOf={(row) => row.conflictId}
            keys
            empty={words('没有符合条件的冲突。', 'No conflicts here.')}
            next={data.next}
            isLaterPage={after !== undefined}
            columns={columnsOf(say, picked, toggle)}
          />
        )}
      </Loaded>
      {filters.conflict !== undefined && (
        <ConflictDrawer
          conflictId={filters.conflict}
          check={check}
          onClose={() => change({ conflict: undefined, after })}
          onStep={(step) =>
            change({ conflict: stepFrom(ids, filters.conflict ?? null, step) as ConflictId | undefined, after })
          }
        />
      )}
      {acting === 'many' && (
        <ManyDialog
          check={check}
          conflictIds={[...picked]}
          onClose={() => setActing(null)}
          onDone={() => {
            setActing(null)
            setPicked(new Set())
          }}
        />
      )}
      {acting === 'group' && <GroupDialog check={check} conflictIds={[...picked]} onClose={() => setActing(null)} />}
      {acting === 'raise' && <RaiseDialog check={check} onClose={() => setActing(null)} />}
    </>
  )
}
