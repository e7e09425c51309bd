/** 覆土分区、建(构)筑物、道路 of a check: read from files, drawn on the plan, or typed. */
import { Button, Input } from 'antd'
import { type ReactElement, useId, useMemo, useState } from 'react'
import { useSay } from '../../../../../desk/language.tsx'
import { useAct, useRead } from '../../../../../desk/queries.ts'
import { RefusalNotice } from '../../../../../desk/ui/refusal-notice.tsx'
import { UploadList } from '../../../../../desk/ui/upload-list.tsx'
import type { StoredUpload } from '../../../../../desk/upload.ts'
import { parsePath } from '../../../../../engines/pipes/places/shape.ts'
import type { ProjectId } from '../../../../../kernel/identity.ts'
import { readPlaces } from '../../../contract/checks.ts'
import { listModels } from '../../../contract.ts'
import type { PipesDefinition } from '../../../model/definition.ts'
import { IssueMark } from '../../parts.tsx'
import { useGeometries } from '../../viewer/data.ts'
import { PlaceForm } from './place-form.tsx'
import { Plan } from './plan.tsx'
import {
  type Draft,
  emptyDraft,
  type Place,
  placesOf,
  shapeWords,
  typeWords,
  withDraft,
  withoutPlace,
  withRead,
} from './state.ts'

/** So many rows are shown; the rest is found by its number. */
const ROWS = 30

interface EditorProps {
  readonly projectId: ProjectId
  readonly value: PipesDefinition
  readonly onChange: (value: PipesDefinition) => void
  /** A place is being edited and neither kept nor discarded. */
  readonly onOpenDraft: (open: boolean) => void
}
export const PlacesField = (props: EditorProps): ReactElement => {
  const say = useSay()
  const [open, setOpen] = useState(false)
  const { zones, obstacles, roads } = props.value
  return (
    <fieldset className="field">
      <legend>{say('覆土分区、建(构)筑物、道路', 'Zones of cover, obstacles, roads')}</legend>
      <p className="small quiet" style={{ marginTop: 0 }}>
        {say(
          '分区决定管线上方的最小覆土;建(构)筑物、乔木、侧石、轨道决定水平净距;道路中心线和红线宽度用来检查平面次序。',
          'Zones say how deep pipes must lie; obstacles how far away; roads in which order.',
        )}
      </p>
      <div className="row">
        <span>
          {say(
            `分区 ${zones.length} 个,建(构)筑物等 ${obstacles.length} 个,道路 ${roads.length} 条`,
            `${zones.length} zones, ${obstacles.length} obstacles, ${roads.length} roads`,
          )}
        </span>
        <Button
          onClick={() => {
            if (open) props.onOpenDraft(false)
            setOpen(!open)
          }}
          aria-expanded={open}
        >
          {open ? say('收起', 'Close') : say('编辑', 'Edit')}
        </Button>
      </div>
      {open && <Editor {...props} />}
    </fieldset>
  )
}

const Editor = ({ projectId, value, onChange, onOpenDraft }: EditorProps): ReactElement => {
  const say = useSay()
  const [draft, changeDraft] = useState<Draft | null>(null)
  const setDraft = (next: Draft | null): void => {
    changeDraft(next)
    onOpenDraft(next !== null)
  }
  const [editing, setEditing] = useState<Place | null>(null)
  const models = useRead(listModels, { params: { projectId }, query: { archived: 'false' } })
  const versions = useMemo(
    () =>
      (models.data?.models ?? []).flatMap(({ modelId, ready }) =>
        ready !== null && (value.models as readonly string[]).includes(modelId) ? [ready.versionId] : [],
      ),
    [models.data, value.models],
  )
  const { all } = useGeometries(versions)
  const networks = useMemo(
    () => (all ?? []).flatMap((geometry) => (geometry.kind === 'network' ? [geometry] : [])),
    [all],
  )
  const places = useMemo(() => placesOf(value), [value])
  const close = (): void => {
    setDraft(null)
    setEditing(null)
  }
  return (
    <div style={{ marginTop: 10 }}>
      <FromFiles projectId={projectId} onRead={(read) => onChange(withRead(value, read))} />
      <Plan
        networks={networks}
        places={places.filter((place) => place.list !== editing?.list || place.at !== editing.at)}
        drawn={draft === null ? null : { path: parsePath(draft.text).path, closed: draft.shape === 'polygon' }}
        onPoint={
          draft === null
            ? null
            : ([east, north]) => {
                const line = `${north.toFixed(3)} ${east.toFixed(3)}`
                const before = draft.shape === 'point' ? '' : draft.text.trimEnd()
                setDraft({ ...draft, text: before === '' ? line : `${before}\n${line}` })
              }
        }
      />
      {draft === null ? (
        <Button onClick={() => setDraft(emptyDraft())}>{say('新增(绘制或填写)', 'Add (draw or type)')}</Button>
      ) : (
        <PlaceForm
          key={editing === null ? 'new' : `${editing.list} ${editing.at}`}
          draft={draft}
          editing={editing}
          definition={value}
          onChange={setDraft}
          onCancel={close}
          onKeep={() => {
            onChange(withDraft(value, draft, editing))
            close()
          }}
        />
      )}
      <PlaceList
        places={places}
        onEdit={(place) => {
          setEditing(place)
          setDraft(place.draft)
        }}
        onRemove={(place) => {
          onChange(withoutPlace(value, place))
          close()
        }}
      />
    </div>
  )
}

const FromFiles = ({
  projectId,
  onRead,
}: {
  readonly projectId: ProjectId
  readonly onRead: (read: Pick<PipesDefinition, 'zones' | 'obstacles' | 'roads'>) => void
}): ReactElement => {
  const say = useSay()
  const [files, setFiles] = useState<readonly StoredUpload[]>([])
  const act = useAct(readPlaces, { onDone: onRead })
  const { data } = act
  return (
    <>
      <UploadList
        label={say('从文件读入', 'From files')}
        help={say(
          'GeoJSON、Shapefile(zip)、CSV 或 Excel。要素带“类型”属性;表格列:编号、类型、X、Y,同一编号的各行依次为一个图形;道路中心线另加“红线宽度”。',
          'GeoJSON, Shapefile, CSV or Excel with a column for the kind; rows of one number make one shape.',
        )}
        files={files}
        onChange={setFiles}
        accept=".geojson,.json,.zip,.shp,.dbf,.prj,.cpg,.csv,.txt,.xlsx"
      />
      {files.length > 0 && (
        <p>
          <Button
            loading={act.isPending}
            onClick={() =>
              act.mutate({ params: { projectId }, body: { uploadIds: files.map(({ uploadId }) => uploadId) } })
            }
          >
            {say('读入所选文件', 'Read these files')}
          </Button>
        </p>
      )}
      <RefusalNotice error={act.error} />
      {data !== undefined && (
        <div
          className={`notice ${data.issues.some(({ severity }) => severity === 'error') ? 'warn' : ''}`}
          role="status"
        >
          {say(
            `读入分区 ${data.zones.length} 个、建(构)筑物等 ${data.obstacles.length} 个、道路 ${data.roads.length} 条。`,
            `Read: ${data.zones.length} zones, ${data.obstacles.length} obstacles, ${data.roads.length} roads.`,
          )}
          {data.issues.length > 0 && (
            <ul>
              {data.issues.slice(0, 20).map((issue, k) => (
                // What is wrong may be wrong twice: its place in the list is its identity.
                // biome-ignore lint/suspicious/noArrayIndexKey: see above
                <li key={k}>
                  <IssueMark severity={issue.severity} />{' '}
                  {issue.row !== null &&
                    say(
                      issue.column === null ? `第${issue.row}项:` : `第${issue.row}行${issue.column}列:`,
                      `row ${issue.row}: `,
                    )}
                  {issue.sentence}
                </li>
              ))}
              {data.issues.length > 20 && <li>{say(`另有 ${data.issues.length - 20} 条。`, 'and more.')}</li>}
            </ul>
          )}
        </div>
      )}
    </>
  )
}

const PlaceList = ({
  places,
  onEdit,
  onRemove,
}: {
  readonly places: readonly Place[]
  readonly onEdit: (place: Place) => void
  readonly onRemove: (place: Place) => void
}): ReactElement | null => {
  const say = useSay()
  const id = useId()
  const [find, setFind] = useState('')
  if (places.length === 0) return null
  const found = places.filter(({ name, type }) => `${name} ${typeWords(type).zh}`.includes(find.trim()))
  return (
    <div style={{ marginTop: 10 }}>
      {places.length > ROWS && (
        <div className="row">
          <label htmlFor={id}>{say('查找', 'Find')}</label>
          <Input id={id} value={find} onChange={(event) => setFind(event.target.value)} style={{ width: 180 }} />
        </div>
      )}
      <table className="cases keep">
        <caption className="hidden">{say('分区、建(构)筑物和道路', 'Zones, obstacles and roads')}</caption>
        <thead>
          <tr>
            <th scope="col">{say('编号', 'Number')}</th>
            <th scope="col">{say('是什么', 'What it is')}</th>
            <th scope="col">{say('形状', 'Shape')}</th>
            <th scope="col">{say('操作', 'Do')}</th>
          </tr>
        </thead>
        <tbody>
          {found.slice(0, ROWS).map((place) => (
            <tr key={`${place.list} ${place.at}`}>
              <th scope="row">{place.name}</th>
              <td>{say(typeWords(place.type))}</td>
              <td>
                {say(shapeWords[place.shape])}{' '}
                {place.shape !== 'point' && say(`${place.path.length} 点`, `${place.path.length} points`)}
              </td>
              <td>
                <span className="row">
                  <Button size="small" onClick={() => onEdit(place)}>
                    {say('修改', 'Edit')}
                    <span className="hidden">{place.name}</span>
                  </Button>
                  <Button size="small" onClick={() => onRemove(place)}>
                    {say('删除', 'Remove')}
                    <span className="hidden">{place.name}</span>
                  </Button>
                </span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {found.length > ROWS && (
        <p className="small quiet">
          {say(`共 ${found.length} 项,列出前 ${ROWS} 项;请用编号查找。`, `${found.length} in all; find by number.`)}
        </p>
      )}
    </div>
  )
}
