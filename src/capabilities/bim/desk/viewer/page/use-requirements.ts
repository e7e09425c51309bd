/** Asks the server what the rules want where the run is crossed, and lays it beside what is there. */
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { call } from '../../../../../desk/call.ts'
import type { ProjectId } from '../../../../../kernel/identity.ts'
import type { ConflictRow } from '../../../contract/conflicts.ts'
import { readCrossingRules } from '../../../contract/versions.ts'
import type { VersionId } from '../../../contract.ts'
import { type LongSection, type Requirement, requirementKey, verdictOf } from '../../section/section.ts'

/** More crossings than this are not asked about at once. */
const MOST = 500

export const useRequirements = (
  projectId: ProjectId,
  section: LongSection | null,
  run: { readonly versionId: VersionId; readonly ids: readonly string[] },
  conflicts: readonly ConflictRow[],
): { readonly all: ReadonlyMap<string, Requirement>; readonly error: unknown } => {
  const pairs = useMemo(
    () =>
      (section?.crossings ?? []).slice(0, MOST).map((crossing) => ({
        crossing,
        a: { versionId: run.versionId, id: crossing.of },
        b: { versionId: crossing.versionId as VersionId, id: crossing.id },
      })),
    [section, run.versionId],
  )
  const query = useQuery({
    queryKey: ['bim-crossing-rules', projectId, pairs.map(({ crossing }) => requirementKey(crossing))],
    enabled: pairs.length > 0,
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: ({ signal }) =>
      call(readCrossingRules, {
        params: { projectId },
        body: { pairs: pairs.map(({ a, b }) => ({ a, b })) },
        signal,
      }),
  })
  const all = useMemo(() => {
    const numbers = new Map<string, string>()
    for (const { a, b, kind, number, outcome } of conflicts)
      if (b !== null && (kind === 'crossing' || kind === 'hard') && outcome === 'breach')
        numbers.set([a.id, b.id].sort().join(' '), number)
    const found = new Map<string, Requirement>()
    for (const [k, { crossing, a, b }] of pairs.entries()) {
      const answer = query.data?.answers[k]
      if (answer === undefined || answer === null) continue
      const number = numbers.get([a.id, b.id].sort().join(' ')) ?? null
      found.set(requirementKey(crossing), { ...answer, number, verdict: verdictOf(crossing.clearM, answer) })
    }
    return found
  }, [pairs, query.data, conflicts])
  return { all, error: query.error }
}
