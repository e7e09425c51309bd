/** The long section of a run, with what the rules ask for at every crossing, also where nothing is wrong. */
import { Button } from 'antd'
import { type ReactElement, useMemo } from 'react'
import { useSay } from '../../../../../desk/language.tsx'
import { Card } from '../../../../../desk/ui/page.tsx'
import { RefusalNotice } from '../../../../../desk/ui/refusal-notice.tsx'
import type { ProjectId } from '../../../../../kernel/identity.ts'
import type { ConflictRow } from '../../../contract/conflicts.ts'
import type { VersionId } from '../../../contract.ts'
import type { NetworkGeometry, ViewerGeometry } from '../../../model/geometry.ts'
import { longSection } from '../../section/section.ts'
import { SectionDrawing } from '../../section/section-drawing.tsx'
import type { Rgb } from '../shapes.ts'
import { useRequirements } from './use-requirements.ts'

export const LongSectionCard = ({
  projectId,
  models,
  run,
  conflicts,
  colourOfClass,
  nameOf,
  onClose,
}: {
  readonly projectId: ProjectId
  readonly models: readonly {
    readonly versionId: VersionId
    readonly label: string
    readonly geometry: ViewerGeometry
  }[]
  readonly run: { readonly versionId: VersionId; readonly ids: readonly string[] }
  readonly conflicts: readonly ConflictRow[]
  readonly colourOfClass: (code: string) => Rgb
  readonly nameOf: (code: string) => string
  readonly onClose: () => void
}): ReactElement | null => {
  const say = useSay()
  const networks = useMemo(
    () =>
      models.flatMap(({ versionId, label, geometry }) =>
        geometry.kind === 'network' ? [{ versionId, name: label, geometry: geometry as NetworkGeometry }] : [],
      ),
    [models],
  )
  const main = networks.find((network) => network.versionId === run.versionId)
  const section = useMemo(
    () => (main === undefined ? null : longSection(main, run.ids, networks)),
    [main, run.ids, networks],
  )
  const requirements = useRequirements(projectId, section, run, conflicts)
  if (main === undefined || section === null) return null
  const first = section.nodes[0]?.label ?? ''
  const final = section.nodes.at(-1)?.label ?? ''
  return (
    <Card
      title={say('纵断面', 'Long section')}
      beside={
        <Button size="small" onClick={onClose}>
          {say('关闭', 'Close')}
        </Button>
      }
    >
      <RefusalNotice error={requirements.error} />
      <SectionDrawing
        section={section}
        title={`${main.name} ${first}—${final}`}
        requirements={requirements.all}
        colourOfClass={colourOfClass}
        nameOfClass={nameOf}
      />
    </Card>
  )
}
