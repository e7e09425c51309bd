/** The picture with its tools, panels and tables. */
import { App, Button } from 'antd'
import { type KeyboardEvent, type ReactElement, useMemo, useRef, useState } from 'react'
import { useFilters } from '../../../../../desk/filters.ts'
import { useSay } from '../../../../../desk/language.tsx'
import { useRead } from '../../../../../desk/queries.ts'
import { ActButton } from '../../../../../desk/ui/act-button.tsx'
import { RefusalNotice } from '../../../../../desk/ui/refusal-notice.tsx'
import type { ProjectId } from '../../../../../kernel/identity.ts'
import { listChecks, readClasses } from '../../../contract/checks.ts'
import { type ConflictRow, readConflict } from '../../../contract/conflicts.ts'
import type { VersionId } from '../../../contract.ts'
import { RaiseDialog } from '../../conflicts/raise-dialog.tsx'
import { FilterSelect } from '../../parts.tsx'
import { MOST_MARKS, useGeometries, useMarkedConflicts } from '../data.ts'
import { moveBy } from '../keys.ts'
import { ObjectTable } from '../object-table.tsx'
import { layersOf, onlyObjects } from '../objects.ts'
import {
  ConflictsPanel,
  GroundPanel,
  LayersPanel,
  MeasurePanel,
  ModelsPanel,
  ObjectPanel,
  SectionBoxPanel,
} from '../panels.tsx'
import { originOf, placingDoubts } from '../placing.ts'
import type { Rgb } from '../shapes.ts'
import type { Look, Marker, Picked } from '../stage.ts'
import { useStage } from '../use-stage.ts'
import { type Box, plus, type Vec } from '../vector.ts'
import { ChosenConflict } from './chosen-conflict.tsx'
import { ChangeLegend, Doubts, HowTo, NoPicture, StageMarks } from './frame.tsx'
import { LongSectionCard } from './long-section.tsx'
import { type Comparing, type Shown, viewerSearch } from './search.ts'
import { useChanges } from './use-changes.ts'
import { useScene } from './use-scene.ts'
import { useSnapshot } from './use-snapshot.ts'
import { mapPlace, middleOfObject, NEAR_M, sideOf, sizeOf, topOf } from './views.ts'
import '../viewer.css'

const grey: Rgb = [150, 156, 163]

interface ViewerProps {
  readonly projectId: ProjectId
  readonly shown: readonly Shown[]
  readonly comparing: Comparing | null
}
export const Viewer = ({ projectId, shown, comparing }: ViewerProps): ReactElement => {
  const say = useSay()
  const { message } = App.useApp()
  const [filters, change] = useFilters(viewerSearch)
  const checks = useRead(listChecks, { params: { projectId } })
  const classes = useRead(readClasses, {})
  const checkId = filters.check ?? (comparing === null ? checks.data?.checks[0]?.checkId : undefined)
  const conflicts = useMarkedConflicts(checkId)
  const { query: comparison, sets } = useChanges(comparing)
  const versionIds = useMemo(() => shown.map(({ versionId }) => versionId), [shown])
  const { all: geometries, failed } = useGeometries(versionIds)
  const old = comparing?.from
  const removed = sets?.removed
  const ready = geometries !== null && (old === undefined || removed !== undefined)
  const models = useMemo(
    () =>
      shown.flatMap((each, index) => {
        const geometry = geometries?.[index]
        if (geometry === undefined || (old !== undefined && removed === undefined)) return []
        return [
          {
            ...each,
            geometry: each.versionId === old && removed !== undefined ? onlyObjects(geometry, removed) : geometry,
          },
        ]
      }),
    [shown, geometries, old, removed],
  )
  const all = useMemo(() => models.map(({ geometry }) => geometry), [models])
  const origin = useMemo(() => originOf(all), [all])
  const layers = useMemo(() => layersOf(all), [all])
  const doubts = useMemo(
    () => placingDoubts(models.map(({ label, geometry }) => ({ name: label, geometry }))),
    [models],
  )
  const palette = useMemo(() => new Map((classes.data?.classes ?? []).map((each) => [each.code, each])), [classes.data])
  const colourOfClass = useMemo(
    () =>
      (code: string): Rgb =>
        palette.get(code)?.colour ?? grey,
    [palette],
  )
  const nameOf = (code: string): string => palette.get(code)?.name ?? code

  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set())
  const [looks, setLooks] = useState<ReadonlyMap<string, Look>>(new Map())
  const [ground, setGround] = useState<Look>({ visible: true, opacity: 0.4 })
  const [box, setBox] = useState<Box | null>(null)
  const [measuring, setMeasuring] = useState(false)
  const [ends, setEnds] = useState<readonly Vec[]>([])
  const [run, setRun] = useState<{ readonly versionId: VersionId; readonly ids: readonly string[] } | null>(null)
  const [raising, setRaising] = useState(false)
  const [place, setPlace] = useState<Vec | null>(null)

  const rows = useMemo(() => conflicts.data ?? [], [conflicts.data])
  const chosen = rows.find((row) => row.conflictId === filters.conflict)
  const placeOf = useMemo(
    () =>
      (row: ConflictRow): Vec => {
        const height = row.at.height ?? row.a.axisM ?? row.b?.axisM ?? origin[2]
        return [row.at.east - origin[0], row.at.north - origin[1], height - origin[2]]
      },
    [origin],
  )
  const marks = useMemo(
    (): readonly Marker[] => rows.map((row) => ({ id: row.conflictId, at: placeOf(row), severity: row.severity })),
    [rows, placeOf],
  )

  const nothing = (): void => void message.info(say('此处没有对象。', 'Nothing is here.'))
  const picked = (what: Picked | null): void => {
    if (measuring) {
      if (what === null) nothing()
      else setEnds((before) => (before.length === 1 ? [...before, what.point] : [what.point]))
      return
    }
    if (what === null) return
    setPlace(what.point)
    if (what.kind === 'marker') change({ conflict: what.id as ConflictRow['conflictId'] })
    else change({ version: what.model as VersionId, object: what.id })
  }
  const canvas = useRef<HTMLDivElement>(null)
  const flownRef = useRef<string | null>(null)
  const objects = ready ? all.reduce((sum, geometry) => sum + sizeOf(geometry), 0) : null
  const { stage, failure, figures, compass, low } = useStage(canvas, objects, picked)

  useScene(stage, {
    models,
    origin,
    colourOfClass,
    sets,
    old,
    looks,
    hidden,
    ground,
    box,
    ends,
    marks,
    chosen: chosen === undefined ? null : { id: chosen.conflictId, at: placeOf(chosen) },
    version: filters.version ?? null,
    object: filters.object ?? null,
    flownRef,
  })

  const step = (by: 1 | -1): void => {
    if (rows.length === 0) return
    const at = rows.findIndex((row) => row.conflictId === filters.conflict)
    const next = rows[at === -1 ? 0 : (at + by + rows.length) % rows.length]
    if (next !== undefined) change({ conflict: next.conflictId })
  }
  const atCross = (): Picked | null => stage?.at(0.5, 0.5) ?? null
  const onKey = (event: KeyboardEvent): void => {
    if (stage === null || event.ctrlKey || event.metaKey || event.altKey) return
    const moved = moveBy(event.key, event.shiftKey, stage.pose())
    const act: (() => void) | null =
      moved !== null
        ? () => stage.go(moved, false)
        : event.key === 'Home'
          ? () => stage.fit()
          : event.key === 'Enter'
            ? () => picked(atCross())
            : event.key === 'm' || event.key === 'M'
              ? () => {
                  const here = atCross()
                  setMeasuring(true)
                  if (here !== null) setEnds((before) => (before.length === 1 ? [...before, here.point] : [here.point]))
                }
              : event.key === 'n' || event.key === 'N'
                ? () => step(1)
                : event.key === 'p' || event.key === 'P'
                  ? () => step(-1)
                  : event.key === 'Escape'
                    ? () => {
                        setMeasuring(false)
                        setEnds([])
                        change({ version: undefined, object: undefined })
                      }
                    : null
    if (act === null) return
    event.preventDefault()
    event.stopPropagation()
    act()
  }
  const detail = useRead(
    readConflict,
    { params: { conflictId: filters.conflict as ConflictRow['conflictId'] } },
    { enabled: filters.conflict !== undefined },
  )
  const snapshot = useSnapshot(stage, filters.conflict, chosen?.number)
  const near = (): void => {
    if (place !== null) stage?.approach(place, NEAR_M)
    else stage?.fit()
  }
  const choose = (versionId: VersionId, objectId: string): void => {
    const model = models.find((each) => each.versionId === versionId)
    if (model !== undefined) {
      const at = middleOfObject(model.geometry, objectId, origin)
      setPlace(at)
      if (at !== null) stage?.approach(at, NEAR_M)
    }
    change({ version: versionId, object: objectId })
  }

  return (
    <>
      {failed !== null && <RefusalNotice error={failed.error} onRetry={failed.retry} />}
      <RefusalNotice error={comparison.error} />
      <Doubts doubts={doubts} />
      {failure !== null && <NoPicture />}
      <div className="bim-view">
        <div>
          <div className="bim-tools" role="toolbar" aria-label={say('三维工具', 'Tools')}>
            <Button onClick={() => stage?.fit()}>{say('全图', 'Fit')}</Button>
            <Button onClick={() => stage !== null && stage.go(topOf(stage.pose()))}>{say('俯视', 'From above')}</Button>
            <Button onClick={() => stage !== null && stage.go(sideOf(stage.pose()))}>
              {say('侧视', 'From the side')}
            </Button>
            <Button
              type={measuring ? 'primary' : 'default'}
              aria-pressed={measuring}
              onClick={() => {
                setMeasuring(!measuring)
                setEnds([])
              }}
            >
              {say('测量', 'Measure')}
            </Button>
            {checkId !== undefined && (
              <>
                <Button onClick={() => step(-1)} disabled={rows.length === 0}>
                  {say('上一个冲突', 'Previous conflict')}
                </Button>
                <Button onClick={() => step(1)} disabled={rows.length === 0}>
                  {say('下一个冲突', 'Next conflict')}
                </Button>
                <Button onClick={() => setRaising(true)}>{say('提出问题', 'Raise')}</Button>
              </>
            )}
            {filters.conflict !== undefined && (
              <ActButton because={detail.data?.may.comment} busy={snapshot.busy} onAct={() => void snapshot.save()}>
                {say('保存截图到冲突', 'Save a snapshot')}
              </ActButton>
            )}
          </div>
          <RefusalNotice error={snapshot.error} />
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the picture is worked by keys */}
          <div
            className={`bim-stage${measuring ? ' measuring' : ''}`}
            role="application"
            tabIndex={0}
            aria-label={say(
              '三维图。方向键平移,Shift 加方向键旋转,加减号缩放,PageUp 和 PageDown 升降,Home 全图,回车选取准星处对象,M 测量,N 和 P 切换冲突,Esc 取消。',
              'Picture: arrows pan, with shift they turn; plus and minus zoom; Home fits; Enter picks; M measures; N and P go through conflicts.',
            )}
            aria-busy={!ready}
            data-calls={figures?.calls}
            data-triangles={figures?.triangles}
            data-geometries={figures?.geometries}
            onKeyDown={onKey}
          >
            <div className="canvas" ref={canvas} />
            <StageMarks compass={compass} />
            {!ready && failed === null && (
              <span className="bim-hint" role="status">
                {say('正在读取模型…', 'Loading models…')}
              </span>
            )}
            {ready && low && <span className="bim-hint">{say('低精度显示', 'Low detail')}</span>}
          </div>
          {comparing !== null && sets !== null && <ChangeLegend counts={sets.counts} />}
          <HowTo />
        </div>
        <aside className="bim-panel" aria-label={say('三维图面板', 'Panels')} tabIndex={-1}>
          {comparing === null && (
            <div style={{ marginBottom: 8 }}>
              <FilterSelect
                label={say('检查', 'Check')}
                required
                width={280}
                value={checkId as string | undefined}
                options={(checks.data?.checks ?? []).map((check) => ({
                  value: check.checkId as string,
                  label: check.name,
                }))}
                onChange={(value) => change({ check: value as (typeof filters)['check'], conflict: undefined })}
              />
            </div>
          )}
          {measuring && <MeasurePanel ends={ends} origin={origin} onClear={() => setEnds([])} />}
          {chosen !== undefined && <ChosenConflict row={chosen} />}
          {filters.version !== undefined && filters.object !== undefined && (
            <ObjectPanel
              versionId={filters.version}
              objectId={filters.object}
              onNear={near}
              onClear={() => change({ version: undefined, object: undefined })}
              onSection={(ids) => setRun({ versionId: filters.version as VersionId, ids })}
            />
          )}
          {checkId !== undefined && (
            <ConflictsPanel
              rows={rows}
              chosen={filters.conflict}
              onChoose={(row) => {
                flownRef.current = null
                change({ conflict: row.conflictId })
              }}
            />
          )}
          {rows.length >= MOST_MARKS && (
            <p className="small quiet">
              {say(`只标出最重的 ${MOST_MARKS} 个冲突。`, `Only the worst ${MOST_MARKS} are marked.`)}
            </p>
          )}
          <ModelsPanel
            models={shown}
            hidden={hidden}
            onToggle={(versionId) =>
              setHidden((before) => {
                const next = new Set(before)
                if (!next.delete(versionId)) next.add(versionId)
                return next
              })
            }
          />
          <LayersPanel
            layers={layers}
            looks={looks}
            nameOf={nameOf}
            colourOf={(key) => palette.get(key)?.colour ?? null}
            onLook={(key, look) => setLooks((before) => new Map(before).set(key, look))}
            onAll={(visible) => setLooks(new Map(layers.map((layer) => [layer.key, { visible, opacity: 1 }])))}
          />
          {all.some((geometry) => geometry.kind === 'network') && <GroundPanel look={ground} onLook={setGround} />}
          <SectionBoxPanel whole={stage?.box() ?? null} box={box} origin={origin} onBox={setBox} />
        </aside>
      </div>
      {run !== null && (
        <LongSectionCard
          projectId={projectId}
          models={models}
          run={run}
          conflicts={rows}
          colourOfClass={colourOfClass}
          nameOf={nameOf}
          onClose={() => setRun(null)}
        />
      )}
      <ObjectTable models={models} nameOf={nameOf} onChoose={choose} />
      {raising && checkId !== undefined && (
        <RaiseDialog
          check={{ checkId }}
          {...(place === null ? {} : { at: mapPlace(plus(place, origin)) })}
          {...(filters.version === undefined || filters.object === undefined
            ? {}
            : { object: { versionId: filters.version, objectId: filters.object } })}
          onClose={() => setRaising(false)}
        />
      )}
    </>
  )
}
