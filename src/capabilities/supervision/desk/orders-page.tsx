/** 整改单: what was ordered to be put right, those due first; for officers and for the sites. */
import { Link } from '@tanstack/react-router'
import { Button, Select } from 'antd'
import { type ReactElement, useId, useState } from 'react'
import { z } from 'zod'
import { useFilters } from '../../../desk/filters.ts'
import { useSay } from '../../../desk/language.tsx'
import { holdsAny, useMe } from '../../../desk/me.tsx'
import { useRead } from '../../../desk/queries.ts'
import { CaseTable } from '../../../desk/ui/case-table.tsx'
import { Loaded } from '../../../desk/ui/loaded.tsx'
import { Page } from '../../../desk/ui/page.tsx'
import { words } from '../../../kernel/words.ts'
import { listOrders, type OrderRow } from '../contract.ts'
import { orderStates, orderStateWords } from '../model/states.ts'
import { Due, OrderStateMark } from './parts.tsx'
import { RaiseDialog } from './raise-dialogs.tsx'

const search = z.object({
  state: z.enum(orderStates).optional().catch(undefined),
  overdue: z.boolean().optional().catch(undefined),
  category: z.string().max(40).optional().catch(undefined),
  siteId: z.uuid().optional().catch(undefined),
  after: z.string().max(400).optional().catch(undefined),
})

export const OrdersPage = (): ReactElement => {
  const say = useSay()
  const id = useId()
  const me = useMe()
  const [filters, change] = useFilters(search)
  const [raising, setRaising] = useState(false)
  const query = useRead(
    listOrders,
    { query: { ...filters, siteId: filters.siteId as OrderRow['siteId'] | undefined, limit: 50 } },
    { keep: true },
  )
  const count = (label: string, number: number, part: Partial<z.infer<typeof search>>, colour: string) => {
    const chosen =
      (filters.state ?? null) === (part.state ?? null) && (filters.overdue ?? null) === (part.overdue ?? null)
    return (
      <Link
        to="."
        activeOptions={{ exact: true, includeSearch: true }}
        search={(before: object) => ({ ...before, state: part.state, overdue: part.overdue, after: undefined })}
        {...(chosen ? { 'aria-current': true as const } : {})}
      >
        <span className={`clock ${number === 0 ? 'done' : colour}`}>
          {label} {number}
        </span>
      </Link>
    )
  }
  return (
    <Page
      title={say('整改单', 'Rectification orders')}
      actions={
        holdsAny(me, 'inspector', 'reviewer', 'lead') && (
          <Button type="primary" onClick={() => setRaising(true)}>
            {say('发出整改单', 'Raise an order')}
          </Button>
        )
      }
    >
      {query.data !== undefined && (
        <div className="counts">
          {count(say('待整改', 'To put right'), query.data.counts.issued, { state: 'issued' }, 'warning')}
          {count(say('待复查', 'To recheck'), query.data.counts.replied, { state: 'replied' }, 'paused')}
          {count(say('已超期', 'Overdue'), query.data.counts.overdue, { overdue: true }, 'overdue')}
        </div>
      )}
      <div className="row" style={{ marginBottom: 12 }}>
        <label htmlFor={`${id}-state`}>{say('状态', 'State')}</label>
        <Select<string>
          id={`${id}-state`}
          style={{ width: 140 }}
          value={filters.state ?? ''}
          onChange={(value) => change({ state: orderStates.find((state) => state === value), overdue: undefined })}
          options={[
            { value: '', label: say('全部', 'All') },
            ...orderStates.map((value) => ({ value, label: say(orderStateWords[value]) })),
          ]}
        />
        <label htmlFor={`${id}-category`}>{say('类别', 'Category')}</label>
        <Select<string>
          id={`${id}-category`}
          style={{ width: 180 }}
          value={filters.category ?? ''}
          onChange={(value) => change({ category: value === '' ? undefined : value })}
          options={[
            { value: '', label: say('全部', 'All') },
            ...(query.data?.categories ?? []).map((each) => ({ value: each.code, label: say(each.name) })),
          ]}
        />
        {(filters.siteId !== undefined || filters.overdue !== undefined || filters.state !== undefined) && (
          <Link to="." search={{}}>
            {say('清除筛选', 'Clear')}
          </Link>
        )}
      </div>
      <Loaded query={query}>
        {(data) => (
          <CaseTable
            label={say('整改单,先到期的在前', 'Orders')}
            rows={data.rows}
            keyOf={(row) => row.orderId}
            keys
            next={data.next}
            isLaterPage={filters.after !== undefined}
            empty={words('没有符合条件的整改单。', 'No such order.')}
            columns={[
              {
                title: words('整改单', 'Order'),
                heads: true,
                show: (row) => (
                  <>
                    <Link to="/orders/$orderId" params={{ orderId: row.orderId }}>
                      {row.number}
                    </Link>
                    <div className="small" style={{ fontWeight: 400 }}>
                      {row.title}
                    </div>
                  </>
                ),
              },
              {
                title: words('工地', 'Site'),
                show: (row) => (
                  <Link to="/sites/$siteId" params={{ siteId: row.siteId }}>
                    {row.siteName}
                  </Link>
                ),
              },
              { title: words('类别', 'Category'), show: (row) => say(row.categoryName) },
              {
                title: words('状态', 'State'),
                whole: true,
                show: (row) => (
                  <>
                    <OrderStateMark state={row.state} />
                    {row.round > 1 && <div className="small">{say(`第 ${row.round} 轮`, `round ${row.round}`)}</div>}
                  </>
                ),
              },
              { title: words('期限', 'Due'), whole: true, show: (row) => <Due on={row.dueOn} overdue={row.overdue} /> },
              { title: words('发出部门', 'Raised by'), show: (row) => row.departmentName },
            ]}
          />
        )}
      </Loaded>
      {raising && <RaiseDialog onClose={() => setRaising(false)} />}
    </Page>
  )
}
