/** Everything of one conflict beside its list; j and k of the list go on with the next. */
import { Button, Drawer } from 'antd'
import type { ReactElement } from 'react'
import { useSay } from '../../../../desk/language.tsx'
import { useRead } from '../../../../desk/queries.ts'
import { LinkButton } from '../../../../desk/ui/link-button.tsx'
import { Loaded } from '../../../../desk/ui/loaded.tsx'
import type { CheckView } from '../../contract/checks.ts'
import { readConflict } from '../../contract/conflicts.ts'
import type { ConflictId } from '../../contract.ts'
import { ConflictDetail } from './conflict-detail.tsx'

export const ConflictDrawer = ({
  conflictId,
  check,
  onClose,
  onStep,
}: {
  readonly conflictId: ConflictId
  readonly check: CheckView
  readonly onClose: () => void
  readonly onStep: (step: 1 | -1) => void
}): ReactElement => {
  const say = useSay()
  const query = useRead(readConflict, { params: { conflictId } })
  return (
    <Drawer
      open
      size={Math.min(760, window.innerWidth)}
      onClose={onClose}
      title={query.data === undefined ? say('冲突', 'Conflict') : `${query.data.number} ${query.data.title}`}
      extra={
        <span className="row" style={{ gap: 6 }}>
          <Button size="small" onClick={() => onStep(-1)}>
            {say('上一个', 'Previous')}
          </Button>
          <Button size="small" onClick={() => onStep(1)}>
            {say('下一个', 'Next')}
          </Button>
        </span>
      }
    >
      <Loaded query={query}>
        {(conflict) => (
          <>
            <p>
              <LinkButton
                to="/projects/$projectId/bim/view"
                params={{ projectId: check.projectId }}
                search={{ check: check.checkId, conflict: conflictId } as never}
                type="primary"
                size="small"
              >
                {say('在三维中定位', 'Show in 3D')}
              </LinkButton>
            </p>
            <ConflictDetail conflict={conflict} projectId={check.projectId} />
          </>
        )}
      </Loaded>
    </Drawer>
  )
}
