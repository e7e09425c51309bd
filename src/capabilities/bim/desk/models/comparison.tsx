/** Two versions side by side: added, removed, changed; in the list here and by colours in the viewer. */
import type { ReactElement } from 'react'
import { z } from 'zod'
import { useFilters } from '../../../../desk/filters.ts'
import { useSay } from '../../../../desk/language.tsx'
import { useRead } from '../../../../desk/queries.ts'
import { CaseTable } from '../../../../desk/ui/case-table.tsx'
import { LinkButton } from '../../../../desk/ui/link-button.tsx'
import { Loaded } from '../../../../desk/ui/loaded.tsx'
import { Card } from '../../../../desk/ui/page.tsx'
import { words } from '../../../../kernel/words.ts'
import { compareVersions } from '../../contract/versions.ts'
import type { ModelView, VersionId, VersionView } from '../../contract.ts'
import { FilterSelect } from '../parts.tsx'

const search = z.object({
  from: z.uuid().optional().catch(undefined),
  to: z.uuid().optional().catch(undefined),
  what: z.enum(['added', 'removed', 'changed']).optional().catch(undefined),
})
export const Comparison = ({
  model,
  versions,
}: {
  readonly model: ModelView
  readonly versions: readonly VersionView[]
}): ReactElement => {
  const say = useSay()
  const [filters, change] = useFilters(search)
  const ready = versions.filter((version) => version.state === 'ready')
  const to = (filters.to ?? ready[0]?.versionId) as VersionId | undefined
  const from = (filters.from ?? ready.find((version) => version.versionId !== to)?.versionId) as VersionId | undefined
  const enough = from !== undefined && to !== undefined && from !== to
  const query = useRead(
    compareVersions,
    { params: { modelId: model.modelId }, query: { from: from as VersionId, to: to as VersionId } },
    { enabled: enough },
  )
  if (ready.length < 2)
    return <p className="card quiet">{say('有两个可用版本后才能比较。', 'Needs two versions that are ready.')}</p>
  const options = ready.map((version) => ({ value: version.versionId as string, label: `v${version.number}` }))
  return (
    <Card title={say('版本比较', 'Comparison')}>
      <div className="row" style={{ marginBottom: 12 }}>
        <FilterSelect
          label={say('旧版本', 'From')}
          required
          width={110}
          value={from}
          options={options}
          onChange={(value) => change({ from: value })}
        />
        <FilterSelect
          label={say('新版本', 'To')}
          required
          width={110}
          value={to}
          options={options}
          onChange={(value) => change({ to: value })}
        />
        {enough && (
          <LinkButton
            to="/projects/$projectId/bim/view"
            params={{ projectId: model.projectId }}
            search={{ only: model.modelId, from, to } as never}
          >
            {say('在三维中用颜色查看', 'See it in colours')}
          </LinkButton>
        )}
      </div>
      {!enough ? (
        <p className="notice warn">{say('请选择两个不同的版本。', 'Choose two different versions.')}</p>
      ) : (
        <Loaded query={query}>
          {(data) => {
            const what = filters.what ?? 'changed'
            const labels = {
              added: say('新增', 'Added'),
              removed: say('删除', 'Removed'),
              changed: say('修改', 'Changed'),
            }
            return (
              <>
                <div className="counts" role="group" aria-label={say('变化种类', 'Kinds of change')}>
                  {(['added', 'removed', 'changed'] as const).map((each) => (
                    <button
                      key={each}
                      type="button"
                      aria-pressed={each === what}
                      className={`clock ${each === 'added' ? 'normal' : each === 'removed' ? 'overdue' : 'warning'}`}
                      style={{ cursor: 'pointer', font: 'inherit', outline: each === what ? '2px solid' : undefined }}
                      onClick={() => change({ what: each })}
                    >
                      {labels[each]} {data.counts[each]}
                    </button>
                  ))}
                  <span className="clock done">
                    {say('未变', 'Same')} {data.counts.same}
                  </span>
                </div>
                <CaseTable
                  label={labels[what]}
                  rows={data[what]}
                  keyOf={(row) => row.id}
                  empty={words('没有这类变化。', 'No such changes.')}
                  columns={[
                    { title: words('对象', 'Object'), heads: true, show: (row) => row.title },
                    {
                      title: words('变化', 'Change'),
                      show: (row) =>
                        row.fields.length === 0 ? (
                          labels[what]
                        ) : (
                          <ul style={{ margin: 0, paddingInlineStart: 18 }}>
                            {row.fields.map((field) => (
                              <li key={field.name}>
                                {field.name}:<del>{field.before}</del> → <ins>{field.after}</ins>
                              </li>
                            ))}
                          </ul>
                        ),
                    },
                  ]}
                />
                {data.counts[what] > data[what].length && (
                  <p className="quiet">
                    {say(
                      `只列出前 ${data[what].length} 条,共 ${data.counts[what]} 条。`,
                      `The first ${data[what].length} of ${data.counts[what]}.`,
                    )}
                  </p>
                )}
              </>
            )
          }}
        </Loaded>
      )}
    </Card>
  )
}
