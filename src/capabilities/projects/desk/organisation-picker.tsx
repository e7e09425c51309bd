/** Choosing an organisation: one's own, or any by search for those who act for others. */
import { Select } from 'antd'
import { type ReactElement, useId, useState } from 'react'
import { useSay } from '../../../desk/language.tsx'
import { useRead } from '../../../desk/queries.ts'
import type { OrganisationId } from '../../../kernel/identity.ts'
import { listOrganisations } from '../../people/contract.ts'

interface PickerProps {
  readonly own: readonly { readonly organisationId: OrganisationId; readonly name: string }[]
  readonly canSearch: boolean
  readonly value: OrganisationId | null
  readonly onChange: (organisationId: OrganisationId) => void
  readonly fault?: string | undefined
  readonly label?: string
}
export const OrganisationPicker = ({ own, canSearch, value, onChange, fault, label }: PickerProps): ReactElement => {
  const say = useSay()
  const id = useId()
  const [search, setSearch] = useState('')
  // The name stays beside the choice when a later search no longer finds it.
  const [chosen, setChosen] = useState<{ readonly id: OrganisationId; readonly name: string } | null>(null)
  const found = useRead(
    listOrganisations,
    { query: { limit: 20, ...(search.trim() === '' ? {} : { search: search.trim() }) } },
    { enabled: canSearch, keep: true },
  )
  const names = new Map(own.map((each) => [each.organisationId, each.name]))
  for (const row of found.data?.rows ?? []) names.set(row.id, row.name)
  if (chosen !== null && chosen.id === value) names.set(chosen.id, chosen.name)
  return (
    <div className="field">
      <label htmlFor={id}>
        {label ?? say('建设单位', 'Owner')}
        <span className="need" aria-hidden="true">
          *
        </span>
      </label>
      <Select
        id={id}
        style={{ width: '100%', maxWidth: 480 }}
        value={value}
        onChange={(picked: OrganisationId) => {
          setChosen({ id: picked, name: names.get(picked) ?? '' })
          onChange(picked)
        }}
        showSearch={canSearch ? { filterOption: false, onSearch: setSearch } : false}
        placeholder={canSearch ? say('输入名称或统一社会信用代码', 'Name or unified code') : say('请选择', 'Choose')}
        options={[...names].map(([organisationId, name]) => ({ value: organisationId, label: name }))}
        notFoundContent={
          canSearch ? say('没有找到。请先在“单位”中登记。', 'None found: register it first.') : say('没有单位', 'None')
        }
        aria-invalid={fault !== undefined}
        aria-required="true"
        aria-describedby={`${id}-fault`}
      />
      <p className="fault" id={`${id}-fault`}>
        {fault ?? ''}
      </p>
    </div>
  )
}
