/** Names for what other rows only point at: an actor, an organisation, a department. */
import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { useSay } from '../../../desk/language.tsx'
import { useRead } from '../../../desk/queries.ts'
import { idSchema, type OrganisationId, type PersonId } from '../../../kernel/identity.ts'
import { getOrganisation, getPerson, listDepartments } from '../contract.ts'

const PersonLink = ({ personId }: { readonly personId: PersonId }): ReactElement => {
  const say = useSay()
  const person = useRead(getPerson, { params: { personId } })
  return (
    <Link to="/people/$personId" params={{ personId }}>
      {person.data?.name ?? say('(查看)', '(see)')}
    </Link>
  )
}
/** Who did it, written 'person:<id>' or 'system:<name>'. Only for administrators. */
export const ActorName = ({ text }: { readonly text: string | null }): ReactElement => {
  const say = useSay()
  if (text === null) return <>—</>
  const personId = idSchema<'person'>().safeParse(text.startsWith('person:') ? text.slice(7) : '')
  return personId.success ? <PersonLink personId={personId.data} /> : <>{say('系统', 'The system')}</>
}
export const OrganisationName = ({ id }: { readonly id: OrganisationId }): ReactElement => {
  const organisation = useRead(getOrganisation, { params: { organisationId: id } })
  return <>{organisation.data?.name ?? '…'}</>
}
/** Where a role holds: in a department, for an organisation, or nowhere in particular. */
export const PlaceName = (place: {
  readonly department: string | null
  readonly organisationId: OrganisationId | null
}): ReactElement => {
  const departments = useRead(listDepartments, {}, { enabled: place.department !== null })
  if (place.organisationId !== null) return <OrganisationName id={place.organisationId} />
  if (place.department === null) return <>—</>
  const row = departments.data?.rows.find((each) => each.code === place.department)
  return <>{row?.shortName ?? place.department}</>
}
