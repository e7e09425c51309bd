/** The definition of the one form for the items of an application, from the catalogue; and names of items. */
import type { UseQueryResult } from '@tanstack/react-query'
import type { z } from 'zod'
import { useSay } from '../../../desk/language.tsx'
import { useRead } from '../../../desk/queries.ts'
import { type formReplySchema, listItems, makeForm } from '../../catalogue/contract.ts'
import type { ApplicationFile } from '../contract.ts'

export type FormDefinition = z.infer<typeof formReplySchema>
export type FormField = FormDefinition['sections'][number]['fields'][number]

export const useFormDefinition = (file: ApplicationFile): UseQueryResult<FormDefinition> =>
  useRead(
    makeForm,
    { body: { itemIds: [...file.application.itemIds], day: file.application.catalogueDay } },
    { enabled: file.application.itemIds.length > 0 },
  )

/** Gives the name of an item by its id; the id itself until the catalogue has been read. */
export const useItemNames = (): ((itemId: string) => string) => {
  const say = useSay()
  const items = useRead(listItems, {})
  const names = new Map((items.data?.items ?? []).map((item) => [item.itemId, say(item.name)]))
  return (itemId) => names.get(itemId) ?? itemId
}

/** Last path part of a fault: the server names 'answers.floorArea' or 'materials.I-305-M01'. */
export const faultsFor = (
  faults: readonly { readonly path: string; readonly message: string }[],
  id: string,
): readonly string[] =>
  faults.filter((fault) => fault.path === id || fault.path.split(/[.:]/).includes(id)).map((fault) => fault.message)

/** The correction points that wait for an answer: anchor to the clerk's sentences. */
export const openPoints = (file: ApplicationFile): ReadonlyMap<string, readonly string[]> => {
  const points = new Map<string, string[]>()
  if (file.application.state !== 'correcting') return points
  for (const correction of file.corrections)
    if (correction.answeredAt === null)
      for (const point of correction.points) points.set(point.anchor, [...(points.get(point.anchor) ?? []), point.text])
  return points
}
