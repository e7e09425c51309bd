/** Conflicts in groups: how many of each, how bad; groups by hand can be dissolved. */
import { Link } from '@tanstack/react-router'
import { Button } from 'antd'
import type { ReactElement } from 'react'
import { useFilters } from '../../../../../desk/filters.ts'
import { useSay } from '../../../../../desk/language.tsx'
import { useAct, useRead } from '../../../../../desk/queries.ts'
import { ActButton } from '../../../../../desk/ui/act-button.tsx'
import { Loaded } from '../../../../../desk/ui/loaded.tsx'
import type { CheckView } from '../../../contract/checks.ts'
import { groupConflicts, listHandGroups, removeHandGroup } from '../../../contract/conflicts.ts'
import { groupings, groupingWords } from '../../../model/words.ts'
import { FilterSelect } from '../../parts.tsx'
import { askedOf, conflictSearch, searchOfGroup } from '../search.ts'

export const Groups = ({ check }: { readonly check: CheckView }): ReactElement => {
  const say = useSay()
  const [filters, change] = useFilters(conflictSearch)
  const { by } = filters
  const remove = useAct(removeHandGroup)
  const hand = useRead(listHandGroups, { params: { checkId: check.checkId } }, { enabled: by === 'hand' })
  const query = useRead(
    groupConflicts,
    {
      params: { checkId: check.checkId },
      query: { ...askedOf(filters), by: by ?? 'none', intervalM: filters.intervalM ?? 100 },
    },
    { enabled: by !== undefined && by !== 'none', keep: true },
  )
  return (
    <section aria-label={say('分组', 'Groups')} style={{ marginBottom: 12 }}>
      <div className="row" style={{ marginBottom: 8 }}>
        <FilterSelect
          label={say('分组', 'Group by')}
          required
          width={150}
          value={by ?? 'none'}
          options={groupings.map((value) => ({ value, label: say(groupingWords[value]) }))}
          onChange={(value) => change({ by: value === 'none' ? undefined : value })}
        />
        {by === 'station' && (
          <FilterSelect
            label={say('区间长', 'Interval')}
            required
            width={110}
            value={String(filters.intervalM ?? 100)}
            options={[20, 50, 100, 200, 500].map((value) => ({ value: String(value), label: `${value} m` }))}
            onChange={(value) => change({ intervalM: Number(value) })}
          />
        )}
        {['pair', 'run', 'fromM', 'toM', 'groupId'].some(
          (name) => filters[name as keyof typeof filters] !== undefined,
        ) && (
          <Button
            size="small"
            onClick={() =>
              change({ pair: undefined, run: undefined, fromM: undefined, toM: undefined, groupId: undefined })
            }
          >
            {say('取消按组筛选', 'All groups')}
          </Button>
        )}
      </div>
      {by !== undefined && by !== 'none' && (
        <Loaded query={query}>
          {({ groups }) => (
            <div className="counts">
              {groups.map((group) => (
                <span key={`${group.name} ${JSON.stringify(group.filter)}`} className="row" style={{ gap: 2 }}>
                  <Link
                    to="."
                    search={(before: object) => ({ ...before, ...searchOfGroup(group.filter), after: undefined })}
                    resetScroll={false}
                    activeProps={{}}
                    aria-current={false}
                  >
                    <span
                      className={`clock ${group.worst === 'critical' || group.worst === 'major' ? 'overdue' : group.worst === 'minor' ? 'warning' : 'paused'}`}
                    >
                      {group.name} {group.count}
                      {group.serious > 0 && say(`(严重 ${group.serious})`, ` (${group.serious} serious)`)}
                    </span>
                  </Link>
                  {by === 'hand' &&
                    hand.data?.groups
                      .filter((each) => each.groupId === group.filter['groupId'])
                      .map((each) => (
                        <ActButton
                          key={each.groupId}
                          because={check.may.edit}
                          busy={remove.isPending}
                          look={{ size: 'small' }}
                          onAct={() => remove.mutate({ params: { groupId: each.groupId } })}
                        >
                          {say('解散', 'Dissolve')}
                          <span className="hidden">{each.name}</span>
                        </ActButton>
                      ))}
                </span>
              ))}
              {groups.length === 0 && <span className="quiet">{say('没有分组。', 'No groups.')}</span>}
            </div>
          )}
        </Loaded>
      )}
    </section>
  )
}
