/** The filters of conflicts, as they stand in the URL, and what they ask of the server. */
import { z } from 'zod'
import { idSchema } from '../../../../kernel/identity.ts'
import { conflictKinds, groupings, lives, outcomes, severities, statuses } from '../../model/words.ts'
import { listed } from '../parts.tsx'

const some = <T extends readonly [string, ...string[]]>(values: T) =>
  z.array(z.enum(values)).max(20).optional().catch(undefined)
const short = z.string().max(200).optional().catch(undefined)
const metres = z.coerce.number().optional().catch(undefined)
export const conflictSearch = z.object({
  tab: z.enum(['conflicts', 'runs', 'definition', 'exchange']).optional().catch(undefined),
  severity: some(severities),
  kind: some(conflictKinds),
  outcome: some(outcomes),
  life: some(lives),
  status: some(statuses),
  assigneeId: idSchema<'person'>().optional().catch(undefined),
  groupId: idSchema<'bim-group'>().optional().catch(undefined),
  pair: short,
  run: short,
  fromM: metres,
  toM: metres,
  excepted: z.enum(['true', 'false']).optional().catch(undefined),
  overdue: z.enum(['true']).optional().catch(undefined),
  search: z.string().max(80).optional().catch(undefined),
  by: z.enum(groupings).optional().catch(undefined),
  intervalM: z.coerce.number().min(5).max(5000).optional().catch(undefined),
  /** The conflict whose drawer is open. */
  conflict: idSchema<'bim-conflict'>().optional().catch(undefined),
  after: z.string().max(400).optional().catch(undefined),
})
export type ConflictSearch = z.infer<typeof conflictSearch>

/** The filter without what belongs to the page alone. */
export const askedOf = (filters: ConflictSearch) => ({
  severity: listed(filters.severity),
  kind: listed(filters.kind),
  outcome: listed(filters.outcome),
  life: listed(filters.life),
  status: listed(filters.status),
  assigneeId: filters.assigneeId,
  groupId: filters.groupId,
  pair: filters.pair,
  run: filters.run,
  fromM: filters.fromM,
  toM: filters.toM,
  excepted: filters.excepted,
  overdue: filters.overdue,
  search: filters.search,
})
/** A filter as a group gives it (texts, lists with commas), as part of the search of the page. */
export const searchOfGroup = (filter: Readonly<Record<string, string>>): Partial<ConflictSearch> => {
  const lists = ['severity', 'kind', 'outcome', 'life', 'status']
  const given = Object.fromEntries(
    Object.entries(filter).map(([name, value]) => [name, lists.includes(name) ? value.split(',') : value]),
  )
  const parsed = conflictSearch.parse(given)
  return Object.fromEntries(Object.entries(parsed).filter(([name, value]) => name in filter && value !== undefined))
}
/** The neighbour of a conflict in the list; the first where none is chosen. */
export const stepFrom = (ids: readonly string[], chosen: string | null, step: 1 | -1): string | undefined => {
  const at = chosen === null ? -1 : ids.indexOf(chosen)
  return at === -1 ? ids[0] : ids[Math.min(Math.max(at + step, 0), ids.length - 1)]
}
