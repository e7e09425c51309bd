/** What changed between the two versions that are compared. */
import { useMemo } from 'react'
import { useRead } from '../../../../../desk/queries.ts'
import { compareVersions } from '../../../contract/versions.ts'
import type { ModelId, VersionId } from '../../../contract.ts'
import type { Comparing } from './search.ts'

export const useChanges = (comparing: Comparing | null) => {
  const query = useRead(
    compareVersions,
    {
      params: { modelId: comparing?.modelId as ModelId },
      query: { from: comparing?.from as VersionId, to: comparing?.to as VersionId },
    },
    { enabled: comparing !== null },
  )
  const { data } = query
  const sets = useMemo(() => {
    const ids = (rows: readonly { readonly id: string }[]) => new Set(rows.map((row) => row.id))
    return data === undefined
      ? null
      : { added: ids(data.added), changed: ids(data.changed), removed: ids(data.removed), counts: data.counts }
  }, [data])
  return { query, sets }
}
