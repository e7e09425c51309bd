/** The short address of a conflict, as notices give it: leads to its drawer in the list of its check. */
import { Navigate, useParams } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { useSay } from '../../../../desk/language.tsx'
import { useRead } from '../../../../desk/queries.ts'
import { Loaded } from '../../../../desk/ui/loaded.tsx'
import { Page } from '../../../../desk/ui/page.tsx'
import { readConflict } from '../../contract/conflicts.ts'
import type { ConflictId } from '../../contract.ts'

export const ConflictPage = (): ReactElement => {
  const say = useSay()
  const { conflictId } = useParams({ strict: false }) as { readonly conflictId: ConflictId }
  const query = useRead(readConflict, { params: { conflictId } })
  return (
    <Page title={say('冲突', 'Conflict')}>
      <Loaded query={query}>
        {({ checkId }) => (
          <Navigate
            to="/bim/checks/$checkId"
            params={{ checkId }}
            search={{ tab: 'conflicts', conflict: conflictId } as never}
            replace
          />
        )}
      </Loaded>
    </Page>
  )
}
