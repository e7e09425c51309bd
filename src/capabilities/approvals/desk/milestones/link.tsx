/** The way to the milestones of a project. */
import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { useSay } from '../../../../desk/language.tsx'
import type { ProjectId } from '../../../../kernel/identity.ts'

export const MilestonesLink = ({ projectId }: { readonly projectId: ProjectId }): ReactElement => {
  const say = useSay()
  return (
    <Link to="/projects/$projectId/milestones" params={{ projectId }}>
      {say('项目节点', 'Milestones')}
    </Link>
  )
}
