/** What describes a site, for opening one and for changing it. */
import { type ReactElement, useState } from 'react'
import { useSay } from '../../../../desk/language.tsx'
import { useRead } from '../../../../desk/queries.ts'
import { TextField } from '../../../../desk/ui/inputs.tsx'
import { PointInput } from '../../../../desk/ui/point-input.tsx'
import type { OrganisationId, ProjectId } from '../../../../kernel/identity.ts'
import { listDepartments } from '../../../people/contract.ts'
import { getProject } from '../../../projects/contract.ts'
import type { SiteView } from '../../contract/sites.ts'
import { FieldSelect } from '../parts.tsx'

export interface SiteDescription {
  readonly name: string
  readonly address: string
  readonly department: string | null
  readonly contractorId: OrganisationId | null
  readonly supervisionId: OrganisationId | null
  readonly point: [number, number] | null
}
export const emptyDescription: SiteDescription = {
  name: '',
  address: '',
  department: null,
  contractorId: null,
  supervisionId: null,
  point: null,
}
export const descriptionOf = (site: SiteView): SiteDescription => ({
  name: site.name,
  address: site.address,
  department: site.department,
  contractorId: site.contractor?.organisationId ?? null,
  supervisionId: site.supervision?.organisationId ?? null,
  point: site.point,
})
const nobody = ''

interface PartyFieldProps {
  readonly label: string
  readonly projectId: ProjectId
  readonly value: OrganisationId | null
  readonly present: { readonly organisationId: OrganisationId; readonly name: string } | null
  readonly roles: readonly string[]
  readonly onChange: (value: OrganisationId | null) => void
}
/** Chooses among the parties of the project; one that is no longer a party stays in the list while it is chosen. */
const PartyField = (props: PartyFieldProps): ReactElement => {
  const say = useSay()
  const project = useRead(getProject, { params: { projectId: props.projectId } })
  const parties = (project.data?.parties ?? [])
    .filter((party) => party.to === null && props.roles.includes(party.role))
    .map((party) => ({ value: party.organisationId as string, label: party.organisationName }))
  const { present } = props
  const kept =
    present === null || parties.some((party) => party.value === present.organisationId)
      ? []
      : [{ value: present.organisationId as string, label: present.name }]
  return (
    <FieldSelect
      label={props.label}
      value={props.value ?? nobody}
      options={[{ value: nobody, label: say('(未定)', '(none)') }, ...parties, ...kept]}
      onChange={(value) => props.onChange(value === nobody ? null : (value as OrganisationId))}
    />
  )
}

export const useDescription = (initial: SiteDescription) => {
  const [value, setValue] = useState(initial)
  return { value, set: (part: Partial<SiteDescription>) => setValue((before) => ({ ...before, ...part })) }
}
interface SiteFieldsProps {
  readonly projectId: ProjectId | null
  readonly site: SiteView | null
  readonly value: SiteDescription
  readonly set: (part: Partial<SiteDescription>) => void
  readonly tried: boolean
}
export const SiteFields = ({ projectId, site, value, set, tried }: SiteFieldsProps): ReactElement => {
  const say = useSay()
  const departments = useRead(listDepartments, { query: {} })
  return (
    <>
      <TextField
        label={say('工地名称', 'Name')}
        value={value.name}
        onChange={(name) => set({ name })}
        maxLength={80}
        required
        fault={tried && value.name.trim().length < 2 ? say('请填写工地名称。', 'Give a name.') : undefined}
      />
      <TextField
        label={say('地址', 'Address')}
        value={value.address}
        onChange={(address) => set({ address })}
        maxLength={200}
      />
      <FieldSelect
        label={say('监管部门', 'Supervised by')}
        value={value.department ?? nobody}
        options={[
          { value: nobody, label: say('(按默认)', '(default)') },
          ...(departments.data?.rows ?? []).map((row) => ({ value: row.code, label: row.name })),
        ]}
        onChange={(department) => set({ department: department === nobody ? null : department })}
      />
      {projectId !== null && (
        <>
          <PartyField
            label={say('施工单位', 'Contractor')}
            projectId={projectId}
            value={value.contractorId}
            present={site?.contractor ?? null}
            roles={['contractor', 'subcontractor', 'agent-construction']}
            onChange={(contractorId) => set({ contractorId })}
          />
          <PartyField
            label={say('监理单位', 'Supervision unit')}
            projectId={projectId}
            value={value.supervisionId}
            present={site?.supervision ?? null}
            roles={['supervision']}
            onChange={(supervisionId) => set({ supervisionId })}
          />
        </>
      )}
      <fieldset className="field">
        <legend>{say('位置', 'Place')}</legend>
        <PointInput
          value={value.point === null ? null : { lon: value.point[0], lat: value.point[1] }}
          onChange={(point) => set({ point: point === null ? null : [point.lon, point.lat] })}
        />
      </fieldset>
    </>
  )
}
