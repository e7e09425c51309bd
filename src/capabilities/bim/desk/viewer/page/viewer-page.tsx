/** 三维查看 of a project: models, conflicts, section box, measure, long sections; the tables below hold the same in words. */
import { useParams } from '@tanstack/react-router'
import { type ReactElement, useMemo } from 'react'
import { useFilters } from '../../../../../desk/filters.ts'
import { useSay } from '../../../../../desk/language.tsx'
import { useRead } from '../../../../../desk/queries.ts'
import { LinkButton } from '../../../../../desk/ui/link-button.tsx'
import { Loaded } from '../../../../../desk/ui/loaded.tsx'
import { Page } from '../../../../../desk/ui/page.tsx'
import type { ProjectId } from '../../../../../kernel/identity.ts'
import { listModels, type ModelView } from '../../../contract.ts'
import { type Shown, viewerSearch } from './search.ts'
import { Viewer } from './viewer.tsx'

export const ViewerPage = (): ReactElement => {
  const say = useSay()
  const { projectId } = useParams({ strict: false }) as { readonly projectId: ProjectId }
  const models = useRead(listModels, { params: { projectId } })
  return (
    <Page
      title={`${say('三维查看', 'In 3D')} ${models.data?.projectName ?? ''}`}
      actions={
        <LinkButton to="/projects/$projectId/bim" params={{ projectId }}>
          {say('模型与检查', 'Models and checks')}
        </LinkButton>
      }
    >
      <Loaded query={models}>{(data) => <Chosen projectId={projectId} models={data.models} />}</Loaded>
    </Page>
  )
}
/** What the address asks to see; as long as that stays the same, nothing is drawn anew. */
const Chosen = ({
  projectId,
  models,
}: {
  readonly projectId: ProjectId
  readonly models: readonly ModelView[]
}): ReactElement => {
  const say = useSay()
  const [{ only, from, to }] = useFilters(viewerSearch)
  const comparing = useMemo(
    () => (only === undefined || from === undefined || to === undefined ? null : { modelId: only, from, to }),
    [only, from, to],
  )
  const shown = useMemo((): readonly Shown[] => {
    const list = models.filter((model) => only === undefined || model.modelId === only)
    const name = list[0]?.name ?? ''
    if (comparing !== null)
      return [
        { versionId: comparing.to, modelId: comparing.modelId, label: `${name} ${say('新版本', 'newer')}` },
        { versionId: comparing.from, modelId: comparing.modelId, label: `${name} ${say('已删除的', 'removed')}` },
      ]
    return list.flatMap(({ modelId, name: title, ready }) =>
      ready === null ? [] : [{ versionId: ready.versionId, modelId, label: `${title} v${ready.number}` }],
    )
  }, [models, only, comparing, say])
  return shown.length === 0 ? (
    <p className="card quiet">
      {say('还没有可用的模型版本:请先导入模型。', 'No version is ready: import a model first.')}
    </p>
  ) : (
    <Viewer projectId={projectId} shown={shown} comparing={comparing} />
  )
}
