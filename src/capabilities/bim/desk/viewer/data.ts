/** Reads geometry (which never changes once a version is ready) and the conflicts that the viewer marks. */
import { type UseQueryResult, useQueries, useQuery } from '@tanstack/react-query'
import { addressOf, call, commonHeaders, send } from '../../../../desk/call.ts'
import { keyOf } from '../../../../desk/queries.ts'
import { type ConflictRow, listConflicts } from '../../contract/conflicts.ts'
import { readGeometry } from '../../contract/versions.ts'
import type { CheckId, VersionId } from '../../contract.ts'
import type { ViewerGeometry } from '../../model/geometry.ts'
import { unpack } from '../../model/packed.ts'

const isGeometry = (value: unknown): value is ViewerGeometry =>
  typeof value === 'object' && value !== null && 'kind' in value && (value.kind === 'network' || value.kind === 'ifc')
const fetchGeometry = async (versionId: string, signal: AbortSignal): Promise<ViewerGeometry> => {
  const response = await send(addressOf(readGeometry, { versionId }), { headers: commonHeaders(), signal })
  const geometry = unpack(new Uint8Array(await response.arrayBuffer()))
  if (!isGeometry(geometry)) throw new Error('the server sent no geometry')
  if (geometry.kind === 'ifc' || (geometry.pipes as Partial<typeof geometry.pipes>).inner !== undefined) return geometry
  // Stored before inner sizes were kept.
  const inner = new Float32Array(geometry.pipes.ids.length).fill(Number.NaN)
  return { ...geometry, pipes: { ...geometry.pipes, inner } }
}
interface Gathered {
  /** Of all versions, in their order; null until every one is there. */
  readonly all: readonly ViewerGeometry[] | null
  readonly failed: { readonly error: unknown; readonly retry: () => void } | null
}
const gathered = (queries: readonly UseQueryResult<ViewerGeometry>[]): Gathered => {
  const all = queries.flatMap((query) => (query.data === undefined ? [] : [query.data]))
  const failed = queries.find((query) => query.isError)
  return {
    all: all.length === queries.length ? all : null,
    failed: failed === undefined ? null : { error: failed.error, retry: () => void failed.refetch() },
  }
}
/** Geometry of versions; kept a minute after the page is left, for large models fill the memory. */
export const useGeometries = (versionIds: readonly VersionId[]): Gathered =>
  useQueries({
    queries: versionIds.map((versionId) => ({
      // Not under the name of the endpoint: events of the capability do not change what is ready.
      queryKey: ['bim-geometry', versionId],
      queryFn: ({ signal }: { readonly signal: AbortSignal }) => fetchGeometry(versionId, signal),
      staleTime: Number.POSITIVE_INFINITY,
      gcTime: 60_000,
      structuralSharing: false as const,
    })),
    combine: gathered,
  })

/** So many are marked at once, the worst first; more would only cover each other. */
export const MOST_MARKS = 1000
export const useMarkedConflicts = (checkId: CheckId | undefined): UseQueryResult<readonly ConflictRow[]> =>
  useQuery({
    queryKey: [...keyOf(listConflicts, { checkId }), 'marks'],
    enabled: checkId !== undefined,
    queryFn: async ({ signal }): Promise<readonly ConflictRow[]> => {
      if (checkId === undefined) return []
      const rows: ConflictRow[] = []
      let after: string | undefined
      do {
        const page = await call(listConflicts, {
          params: { checkId },
          query: {
            // Lists travel as one text with commas.
            life: ['new,persisting,reopened'] as unknown as ConflictRow['life'][],
            limit: 200,
            after,
          },
          signal,
        })
        rows.push(...page.rows)
        after = page.next ?? undefined
      } while (after !== undefined && rows.length < MOST_MARKS)
      return rows
    },
  })
