/** 竣工: the whole way of a project from its first inspection to the archive, on one page. */
import { Link, useParams } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { useSay } from '../../../desk/language.tsx'
import { useRead } from '../../../desk/queries.ts'
import { Loaded } from '../../../desk/ui/loaded.tsx'
import { Page } from '../../../desk/ui/page.tsx'
import type { ProjectId } from '../../../kernel/identity.ts'
import { readCompletion } from '../contract.ts'
import { Acceptances, Filing } from './acceptance.tsx'
import { Dossiers } from './dossier.tsx'
import { Buildings, Inspections } from './inspections.tsx'

export const CompletionPage = (): ReactElement => {
  const say = useSay()
  const { projectId } = useParams({ strict: false }) as { readonly projectId: ProjectId }
  const query = useRead(readCompletion, { params: { projectId } })
  return (
    <Page title={`${say('竣工与归档', 'Completion')} ${query.data?.projectName ?? ''}`}>
      <p className="small">
        <Link to="/projects/$projectId" params={{ projectId }}>
          {say('返回项目', 'Back to the project')}
        </Link>{' '}
        ·{' '}
        <Link to="/projects/$projectId/milestones" params={{ projectId }}>
          {say('项目节点', 'Milestones')}
        </Link>
      </p>
      <Loaded query={query}>
        {(view) => (
          <div className="stack">
            <Buildings view={view} />
            <Inspections view={view} />
            <Acceptances view={view} />
            <Filing view={view} />
            <Dossiers projectId={projectId} />
          </div>
        )}
      </Loaded>
    </Page>
  )
}
