/** One model: import, versions, the mapping of columns, the report of quality, missing elements, comparison. */
import { Link, useParams } from '@tanstack/react-router'
import { Button, Checkbox } from 'antd'
import { type ReactElement, useState } from 'react'
import { z } from 'zod'
import { addressOf } from '../../../../desk/call.ts'
import { useFilters } from '../../../../desk/filters.ts'
import { useSay } from '../../../../desk/language.tsx'
import { useAct, useRead } from '../../../../desk/queries.ts'
import { ActButton } from '../../../../desk/ui/act-button.tsx'
import { CaseTable } from '../../../../desk/ui/case-table.tsx'
import { FormDialog } from '../../../../desk/ui/form-dialog.tsx'
import { TextField } from '../../../../desk/ui/inputs.tsx'
import { LinkButton } from '../../../../desk/ui/link-button.tsx'
import { Loaded } from '../../../../desk/ui/loaded.tsx'
import { Page } from '../../../../desk/ui/page.tsx'
import { RefusalNotice } from '../../../../desk/ui/refusal-notice.tsx'
import { UploadList } from '../../../../desk/ui/upload-list.tsx'
import type { StoredUpload } from '../../../../desk/upload.ts'
import { wallClock } from '../../../../kernel/time.ts'
import { words } from '../../../../kernel/words.ts'
import {
  cancelImport,
  downloadGeoJson,
  downloadIfc,
  downloadReport,
  downloadSource,
  startImport,
} from '../../contract/versions.ts'
import {
  archiveModel,
  type ModelId,
  type ModelView,
  readModel,
  renameModel,
  type VersionId,
  type VersionView,
} from '../../contract.ts'
import { modelKindWords, phaseWords } from '../../model/words.ts'
import { Files, Tabs, VersionMark, Working } from '../parts.tsx'
import { Comparison } from './comparison.tsx'
import { MappingForm } from './mapping.tsx'
import { Missing, QualityReport, StatisticsView } from './report.tsx'

const search = z.object({
  tab: z.enum(['versions', 'mapping', 'report', 'missing', 'comparison']).optional().catch(undefined),
  version: z.uuid().optional().catch(undefined),
})

export const ModelPage = (): ReactElement => {
  const say = useSay()
  const { modelId } = useParams({ strict: false }) as { readonly modelId: ModelId }
  const [busy, setBusy] = useState(false)
  const query = useRead(readModel, { params: { modelId } }, busy ? { everyMs: 1500 } : {})
  const now = query.data?.versions.some((version) => version.state === 'importing') ?? false
  if (now !== busy) setBusy(now)
  return (
    <Loaded query={query}>
      {({ model, versions }) => (
        <Page
          title={model.name}
          beside={
            <span className="row">
              <span className="tag">{say(modelKindWords[model.kind])}</span>
              <span className="tag">{say(phaseWords[model.phase])}</span>
              {model.archivedAt !== null && <span className="tag">{say('已归档', 'archived')}</span>}
            </span>
          }
          actions={<ModelActions model={model} />}
        >
          <ModelBody model={model} versions={versions} />
        </Page>
      )}
    </Loaded>
  )
}

const ModelActions = ({ model }: { readonly model: ModelView }): ReactElement => {
  const say = useSay()
  const [renaming, setRenaming] = useState(false)
  const [name, setName] = useState(model.name)
  const rename = useAct(renameModel, { onDone: () => setRenaming(false) })
  const archive = useAct(archiveModel)
  const { modelId, projectId } = model
  return (
    <>
      <RefusalNotice error={archive.error} />
      <LinkButton to="/projects/$projectId/bim/view" params={{ projectId }} search={{ only: modelId } as never}>
        {say('三维查看', 'View in 3D')}
      </LinkButton>
      <ActButton because={model.may.rename} onAct={() => setRenaming(true)}>
        {say('改名', 'Rename')}
      </ActButton>
      <ActButton
        because={model.may.archive}
        busy={archive.isPending}
        onAct={() => archive.mutate({ params: { modelId }, body: { archived: model.archivedAt === null } })}
      >
        {model.archivedAt === null ? say('归档', 'Archive') : say('恢复', 'Restore')}
      </ActButton>
      <LinkButton to="/projects/$projectId/bim" params={{ projectId }}>
        {say('返回项目模型', 'Models of the project')}
      </LinkButton>
      {renaming && (
        <FormDialog
          open
          title={say('修改名称', 'Rename')}
          onClose={() => setRenaming(false)}
          onSubmit={() => rename.mutate({ params: { modelId }, body: { name } })}
          submitLabel={say('保存', 'Save')}
          busy={rename.isPending}
          error={rename.error}
        >
          <TextField label={say('名称', 'Name')} value={name} onChange={setName} maxLength={80} required />
        </FormDialog>
      )}
    </>
  )
}

const ModelBody = ({
  model,
  versions,
}: {
  readonly model: ModelView
  readonly versions: readonly VersionView[]
}): ReactElement => {
  const say = useSay()
  const [{ tab, version }, change] = useFilters(search)
  const shown = versions.find((each) => each.versionId === version) ?? versions[0]
  const waiting = versions.find((each) => each.state === 'needs-mapping')
  const chosen = tab ?? (waiting === undefined ? 'versions' : 'mapping')
  return (
    <>
      <Importing model={model} />
      <Tabs
        label={say('模型内容', 'Parts of the model')}
        chosen={chosen}
        tabs={[
          { key: 'versions', label: words('版本', 'Versions'), count: versions.length },
          ...(model.kind === 'network' ? [{ key: 'mapping', label: words('列对应关系', 'Mapping') }] : []),
          { key: 'report', label: words('质量报告', 'Quality') },
          ...(model.kind === 'ifc' ? [{ key: 'missing', label: words('缺失构件', 'Missing elements') }] : []),
          { key: 'comparison', label: words('版本比较', 'Comparison') },
        ]}
      />
      {chosen === 'versions' && <Versions model={model} versions={versions} />}
      {shown !== undefined && (chosen === 'report' || chosen === 'missing' || chosen === 'mapping') && (
        <VersionPick versions={versions} shown={shown} onPick={(versionId) => change({ version: versionId })} />
      )}
      {chosen === 'mapping' && (waiting ?? shown) !== undefined && (
        <MappingForm
          key={(version === undefined ? waiting : shown)?.versionId ?? shown?.versionId}
          version={(version === undefined ? (waiting ?? shown) : shown) as VersionView}
          onDone={() => change({ tab: 'versions' })}
        />
      )}
      {chosen === 'report' && shown !== undefined && (
        <>
          <StatisticsView version={shown} />
          <QualityReport version={shown} />
        </>
      )}
      {chosen === 'missing' && shown !== undefined && <Missing versionId={shown.versionId} />}
      {chosen === 'comparison' && <Comparison model={model} versions={versions} />}
      {shown === undefined && chosen !== 'versions' && (
        <p className="card quiet">{say('导入第一个版本后在此显示。', 'Shown after the first import.')}</p>
      )}
    </>
  )
}
const VersionPick = ({
  versions,
  shown,
  onPick,
}: {
  readonly versions: readonly VersionView[]
  readonly shown: VersionView
  readonly onPick: (versionId: string) => void
}): ReactElement | null => {
  const say = useSay()
  return versions.length < 2 ? null : (
    <div className="row" style={{ marginBottom: 12 }} role="group" aria-label={say('版本', 'Version')}>
      {versions.slice(0, 12).map((version) => (
        <Button
          key={version.versionId}
          size="small"
          type={version === shown ? 'primary' : 'default'}
          aria-pressed={version === shown}
          onClick={() => onPick(version.versionId)}
        >
          v{version.number}
        </Button>
      ))}
    </div>
  )
}

const accepted = {
  network: '.csv,.txt,.xlsx,.xls,.geojson,.json,.zip,.shp,.dbf,.shx,.prj,.cpg',
  ifc: '.ifc,.ifczip',
} as const
const Importing = ({ model }: { readonly model: ModelView }): ReactElement => {
  const say = useSay()
  const [open, setOpen] = useState(false)
  const newest = model.newest
  const cancel = useAct(cancelImport)
  return (
    <>
      <RefusalNotice error={cancel.error} />
      <div className="row" style={{ marginBottom: 12 }}>
        <ActButton because={model.may.import} look={{ type: 'primary' }} onAct={() => setOpen(true)}>
          {say('导入新版本', 'Import a version')}
        </ActButton>
        {newest?.state === 'importing' && (
          <Working label={`v${newest.number} ${say('导入中', 'importing')}`} progress={newest.progress}>
            <ActButton
              because={newest.may.cancel}
              busy={cancel.isPending}
              look={{ size: 'small' }}
              onAct={() => cancel.mutate({ params: { versionId: newest.versionId } })}
            >
              {say('取消导入', 'Cancel')}
            </ActButton>
          </Working>
        )}
      </div>
      {newest?.state === 'needs-mapping' && (
        <p className="notice warn" role="status">
          {say(
            `v${newest.number} 的文件已读取,请在“列对应关系”中核对每一列的含义,确认后开始导入。`,
            `The files of v${newest.number} were read: confirm what their columns mean.`,
          )}{' '}
          <ActButton
            because={newest.may.cancel}
            busy={cancel.isPending}
            look={{ size: 'small' }}
            onAct={() => cancel.mutate({ params: { versionId: newest.versionId } })}
          >
            {say('取消导入', 'Cancel')}
          </ActButton>
        </p>
      )}
      {newest?.state === 'failed' && newest.failure !== null && (
        <p className="notice bad" role="alert">
          v{newest.number} {say('导入失败:', 'failed: ')}
          {newest.failure}
        </p>
      )}
      {open && <ImportDialog model={model} onClose={() => setOpen(false)} />}
    </>
  )
}
const ImportDialog = ({
  model,
  onClose,
}: {
  readonly model: ModelView
  readonly onClose: () => void
}): ReactElement => {
  const say = useSay()
  const [files, setFiles] = useState<readonly StoredUpload[]>([])
  const [note, setNote] = useState('')
  const [same, setSame] = useState(true)
  const [tried, setTried] = useState(false)
  const act = useAct(startImport, { onDone: onClose })
  return (
    <FormDialog
      open
      width={720}
      title={say('导入新版本', 'Import a version')}
      onClose={onClose}
      onSubmit={() => {
        setTried(true)
        if (files.length > 0)
          act.mutate({
            params: { modelId: model.modelId },
            body: { uploadIds: files.map((file) => file.uploadId), note, sameMapping: same },
          })
      }}
      submitLabel={say('开始导入', 'Import')}
      busy={act.isPending}
      error={act.error}
    >
      <UploadList
        label={say('文件', 'Files')}
        help={
          model.kind === 'network'
            ? say(
                '物探点表、线表(CSV、Excel),GeoJSON,或 Shapefile(打包为 zip,或同时选择 shp、dbf、prj)。断线后自动续传。',
                'Point and line tables, GeoJSON or Shapefile. Uploads go on after a break.',
              )
            : say(
                'IFC2x3、IFC4、IFC4.3 文件。未能生成几何的构件逐一列出,不会悄悄丢失。断线后自动续传。',
                'IFC files. Elements without geometry are listed, never silently lost.',
              )
        }
        files={files}
        onChange={setFiles}
        accept={accepted[model.kind]}
        most={40}
      />
      {tried && files.length === 0 && (
        <p className="notice bad" role="alert">
          {say('请选择文件。', 'Choose files.')}
        </p>
      )}
      {model.kind === 'network' && model.ready !== null && (
        <p>
          <Checkbox checked={same} onChange={(event) => setSame(event.target.checked)}>
            {say('列相同时沿用上一版本的对应关系', 'Use the mapping of the last version where columns are the same')}
          </Checkbox>
        </p>
      )}
      <TextField
        label={say('版本说明(可选)', 'Note (optional)')}
        value={note}
        onChange={setNote}
        rows={2}
        maxLength={1000}
      />
    </FormDialog>
  )
}

const Versions = ({
  model,
  versions,
}: {
  readonly model: ModelView
  readonly versions: readonly VersionView[]
}): ReactElement => {
  const say = useSay()
  return (
    <CaseTable
      label={say('版本,新的在前', 'Versions, newest first')}
      rows={versions}
      keyOf={(version) => version.versionId}
      empty={words('还没有导入过文件。', 'Nothing imported yet.')}
      columns={[
        {
          title: words('版本', 'Version'),
          heads: true,
          show: (version) => (
            <Link
              to="."
              search={(before: object) => ({ ...before, tab: 'report', version: version.versionId as string })}
            >
              v{version.number}
            </Link>
          ),
        },
        {
          title: words('状态', 'State'),
          show: (version) => (
            <>
              <VersionMark state={version.state} />{' '}
              {version.fromCache && <span className="tag">{say('沿用已解析结果', 'from cache')}</span>}
              {version.failure !== null && <div className="fault small">{version.failure}</div>}
            </>
          ),
        },
        {
          title: words('文件', 'Files'),
          show: (version) => (
            <>
              <Files
                files={version.files}
                address={(sha256) => addressOf(downloadSource, { versionId: version.versionId, sha256 })}
              />
              {version.note !== '' && <div className="small quiet">{version.note}</div>}
            </>
          ),
        },
        {
          title: words('错误/警告/提示', 'Errors/warnings/notices'),
          whole: true,
          show: ({ issues }) => `${issues.error} / ${issues.warning} / ${issues.notice}`,
        },
        {
          title: words('导入', 'Imported'),
          show: (version) => (
            <span className="small">
              {version.createdBy} {wallClock(version.createdAt)}
            </span>
          ),
        },
        {
          title: words('下载', 'Download'),
          show: (version) =>
            version.state === 'ready' ? <Downloads model={model} versionId={version.versionId} /> : '—',
        },
      ]}
    />
  )
}
const Downloads = ({
  model,
  versionId,
}: {
  readonly model: ModelView
  readonly versionId: VersionId
}): ReactElement => {
  const say = useSay()
  return (
    <span className="row" style={{ gap: 8 }}>
      <a href={addressOf(downloadIfc, { versionId })}>{model.kind === 'network' ? 'IFC4X3' : 'IFC'}</a>
      {model.kind === 'network' && <a href={addressOf(downloadGeoJson, { versionId })}>GeoJSON</a>}
      <a href={addressOf(downloadReport, { versionId })}>{say('质量报告', 'Quality')}</a>
    </span>
  )
}
