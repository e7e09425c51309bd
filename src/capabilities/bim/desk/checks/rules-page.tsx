/** 规则表: values, clauses, sources, whether somebody compared them with the original, and from when they hold. */
import type { ReactElement } from 'react'
import { z } from 'zod'
import { useFilters } from '../../../../desk/filters.ts'
import { useSay } from '../../../../desk/language.tsx'
import { useRead } from '../../../../desk/queries.ts'
import { CaseTable } from '../../../../desk/ui/case-table.tsx'
import { Loaded } from '../../../../desk/ui/loaded.tsx'
import { Card, Page } from '../../../../desk/ui/page.tsx'
import { words } from '../../../../kernel/words.ts'
import { readClasses, readRules } from '../../contract/checks.ts'
import { Basis, FilterSelect, Unverified } from '../parts.tsx'

const tableWords = {
  horizontal: words('水平净距', 'Horizontal'),
  crossing: words('交叉垂直净距', 'At crossings'),
  cover: words('最小覆土', 'Cover'),
  chamber: words('检查井净距', 'Chambers'),
} as const
const tables = ['horizontal', 'crossing', 'cover', 'chamber'] as const
const search = z.object({
  table: z.enum(tables).optional().catch(undefined),
  open: z.enum(['true']).optional().catch(undefined),
})
export const RulesPage = (): ReactElement => {
  const say = useSay()
  const [{ table, open }, change] = useFilters(search)
  const rules = useRead(readRules, {})
  const classes = useRead(readClasses, {})
  return (
    <Page title={say('净距规则表', 'Clearance rules')}>
      <Loaded query={rules}>
        {(data) => (
          <>
            <p className={`notice ${data.unverified > 0 ? 'warn' : ''}`}>
              {say('版本', 'Version')} {data.version}。
              {data.unverified > 0 &&
                say(
                  `其中 ${data.unverified} 条标“待核对原文”:数值尚未与标准原文逐条核对,据此得出的结论同样带此标记。`,
                  `${data.unverified} rows are yet to be compared with the original text.`,
                )}
            </p>
            <div className="row" style={{ marginBottom: 12 }}>
              <FilterSelect
                label={say('表', 'Table')}
                value={table}
                options={tables.map((value) => ({ value, label: say(tableWords[value]) }))}
                onChange={(value) => change({ table: value })}
              />
              <FilterSelect
                label={say('核对', 'Verified')}
                value={open}
                options={[{ value: 'true', label: say('待核对原文', 'to be verified') }]}
                onChange={(value) => change({ open: value })}
              />
            </div>
            <CaseTable
              label={say('规则', 'Rules')}
              rows={data.rows.filter(
                (row) => (table === undefined || row.table === table) && (open === undefined || !row.verified),
              )}
              keyOf={(row) => row.id}
              columns={[
                { title: words('表', 'Table'), whole: true, show: (row) => say(tableWords[row.table]) },
                {
                  title: words('对象', 'Between'),
                  heads: true,
                  show: (row) => (row.b === '' ? row.a : `${row.a} — ${row.b}`),
                },
                {
                  title: words('要求', 'At least'),
                  whole: true,
                  show: (row) =>
                    row.valueM !== null
                      ? `${row.valueM} m`
                      : row.table === 'chamber'
                        ? say('同管线', 'as pipes')
                        : say('表中无值', 'none'),
                },
                {
                  title: words('条文', 'Clause'),
                  show: (row) => (
                    <>
                      {row.clause} {!row.verified && <Unverified />}
                      <div>
                        <Basis source={row.source} />
                      </div>
                    </>
                  ),
                },
                {
                  title: words('有效期', 'Validity'),
                  whole: true,
                  show: (row) => `${row.validFrom ?? '…'} — ${row.validTo ?? '…'}`,
                },
              ]}
            />
            <Card title={say('次序', 'Orders')}>
              <ul>
                {data.orders.map((each) => (
                  <li key={each.id}>
                    {each.name}:{each.kinds.join(' → ')} <span className="quiet small">{each.clause}</span>{' '}
                    {!each.verified && <Unverified />}
                  </li>
                ))}
              </ul>
            </Card>
            <Card title={say('避让原则', 'Who yields')}>
              <ul>
                {data.yielding.map((each) => (
                  <li key={each.id}>
                    {each.name} <span className="quiet small">{each.clause}</span> {!each.verified && <Unverified />}
                  </li>
                ))}
              </ul>
            </Card>
          </>
        )}
      </Loaded>
      <Card title={say('管线类别和颜色', 'Classes and colours')}>
        <Loaded query={classes}>
          {(data) => (
            <>
              <ul className="legend">
                {data.classes.map((each) => (
                  <li key={each.code}>
                    <i style={{ background: `rgb(${each.colour.join(' ')})` }} aria-hidden="true" />
                    {each.code} {each.name}
                  </li>
                ))}
              </ul>
              <Basis source={data.source} />
            </>
          )}
        </Loaded>
      </Card>
    </Page>
  )
}
