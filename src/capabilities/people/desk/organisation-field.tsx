/** Choosing an organisation by search. */
import { Select } from 'antd'
import { type ReactElement, useId, useState } from 'react'
import { useSay } from '../../../desk/language.tsx'
import { useRead } from '../../../desk/queries.ts'
import type { OrganisationId } from '../../../kernel/identity.ts'
import { listOrganisations, type Organisation } from '../contract.ts'

export const OrganisationField = ({
  value,
  onChange,
  fault,
}: {
  readonly value: OrganisationId | null
  readonly onChange: (id: OrganisationId) => void
  readonly fault: string | undefined
}): ReactElement => {
  const say = useSay()
  const id = useId()
  const [search, setSearch] = useState('')
  // The name stays beside the choice when a later search no longer finds it.
  const [chosen, setChosen] = useState<Organisation | null>(null)
  const text = search.trim()
  const found = useRead(
    listOrganisations,
    { query: { limit: 20, ...(text === '' ? {} : { search: text }) } },
    { keep: true },
  )
  const rows = found.data?.rows ?? []
  const shown = chosen === null || rows.some((row) => row.id === chosen.id) ? rows : [chosen, ...rows]
  return (
    <div className="field">
      <label htmlFor={id}>{say('单位', 'Organisation')}</label>
      <Select
        id={id}
        style={{ width: '100%' }}
        value={value}
        showSearch={{ filterOption: false, onSearch: setSearch }}
        placeholder={say('输入名称或统一社会信用代码', 'Name or unified code')}
        onChange={(picked: OrganisationId) => {
          setChosen(rows.find((row) => row.id === picked) ?? null)
          onChange(picked)
        }}
        options={shown.map((row) => ({ value: row.id, label: row.name }))}
        notFoundContent={say('没有找到。请先在“单位”中登记。', 'None found: register it first.')}
        aria-invalid={fault !== undefined}
        aria-describedby={`${id}-fault`}
      />
      <p className="fault" id={`${id}-fault`}>
        {fault ?? ''}
      </p>
    </div>
  )
}
