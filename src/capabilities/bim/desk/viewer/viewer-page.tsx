/** 三维查看 of a project: models, conflicts, section box, measure, long sections; the tables below hold the same in words. */
import { useParams } from '@tanstack/react-router'
import { App, Button } from 'antd'
import { type KeyboardEvent, type ReactElement, useEffect, useMemo, useRef, useState } from 'react'
import { z } from 'zod'
import { useFilters } from '../../../../desk/filters.ts'
import { useSay } from '../../../../desk/language.tsx'
import { useAct, useRead } from '../../../../desk/queries.ts'
import { ActButton } from '../../../../desk/ui/act-button.tsx'
import { LinkButton } from '../../../../desk/ui/link-button.tsx'
import { Loaded } from '../../../../desk/ui/loaded.tsx'
import { Card, Page } from '../../../../desk/ui/page.tsx'
import { RefusalNotice } from '../../../../desk/ui/refusal-notice.tsx'
import { uploadFile } from '../../../../desk/upload.ts'
import { idSchema, type ProjectId } from '../../../../kernel/identity.ts'
import { listChecks, readClasses } from '../../contract/checks.ts'
import { addSnapshot, type ConflictRow, readConflict } from '../../contract/conflicts.ts'
import { compareVersions } from '../../contract/versions.ts'
import { listModels, type ModelId, type ModelView, type VersionId } from '../../contract.ts'
import type { NetworkGeometry, ViewerGeometry } from '../../model/geometry.ts'
import { RaiseDialog } from '../conflicts/conflicts-tab.tsx'
import { FilterSelect, Metres, SeverityMark, Unverified } from '../parts.tsx'
import { longSection } from '../section/section.ts'
import { type Requirement, SectionDrawing } from '../section/section-drawing.tsx'
import { MOST_MARKS, useGeometries, useMarkedConflicts } from './data.ts'
import { moveBy } from './keys.ts'
import { ObjectTable } from './object-table.tsx'
import { layersOf, onlyObjects } from './objects.ts'
import {
  ConflictsPanel,
  GroundPanel,
  LayersPanel,
  MeasurePanel,
  ModelsPanel,
  ObjectPanel,
  SectionBoxPanel,
} from './panels.tsx'
import { originOf, placingDoubts } from './placing.ts'
import { type Change, changeColours, type Rgb } from './shapes.ts'
import type { Look, Marker, Picked, StageModel } from './stage.ts'
import { useStage } from './use-stage.ts'
import { type Box, plus, type Vec } from './vector.ts'
import './viewer.css'

const search = z.object({
  check: idSchema<'bim-check'>().optional().catch(undefined),
  conflict: idSchema<'bim-conflict'>().optional().catch(undefined),
  /** This model alone. */
  only: idSchema<'bim-model'>().optional().catch(undefined),
  /** Two versions of `only`, compared by colours. */
  from: idSchema<'bim-version'>().optional().catch(undefined),
  to: idSchema<'bim-version'>().optional().catch(undefined),
  version: idSchema<'bim-version'>().optional().catch(undefined),
  object: z.string().max(200).optional().catch(undefined),
})
/** Metres from which a conflict is looked at. */
const NEAR_M = 14
const grey: Rgb = [150, 156, 163]

interface Shown {
  readonly versionId: VersionId
  readonly modelId: ModelId
  readonly label: string
}

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
  const [{ only, from, to }] = useFilters(search)
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

interface ViewerProps {
  readonly projectId: ProjectId
  readonly shown: readonly Shown[]
  readonly comparing: { readonly modelId: ModelId; readonly from: VersionId; readonly to: VersionId } | null
}
const useChanges = (comparing: ViewerProps['comparing']) => {
  const query = useRead(
    compareVersions,
    {
      params: { modelId: comparing?.modelId as ModelId },
      query: { from: comparing?.from as VersionId, to: comparing?.to as VersionId },
    },
    { enabled: comparing !== null },
  )
  const { data } = query
  const sets = useMemo(() => {
    const ids = (rows: readonly { readonly id: string }[]) => new Set(rows.map((row) => row.id))
    return data === undefined
      ? null
      : { added: ids(data.added), changed: ids(data.changed), removed: ids(data.removed), counts: data.counts }
  }, [data])
  return { query, sets }
}

const Viewer = ({ projectId, shown, comparing }: ViewerProps): ReactElement => {
  const say = useSay()
  const { message } = App.useApp()
  const [filters, change] = useFilters(search)
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
  const objects = ready ? all.reduce((sum, geometry) => sum + sizeOf(geometry), 0) : null
  const { stage, failure, figures, compass, low } = useStage(canvas, objects, picked)

  useEffect(() => {
    if (stage === null || models.length === 0) return
    const given = models.map(
      ({ versionId, geometry }): StageModel => ({
        key: versionId,
        geometry,
        change: sets === null ? null : changeFor(sets, versionId === old),
      }),
    )
    stage.show(given, origin, colourOfClass)
  }, [stage, models, origin, colourOfClass, sets, old])
  useEffect(() => stage?.look(looks, hidden), [stage, looks, hidden, models])
  useEffect(() => stage?.ground(ground), [stage, ground, models])
  useEffect(() => stage?.cut(box), [stage, box])
  useEffect(() => stage?.measure(ends[0] ?? null, ends[1] ?? null), [stage, ends])
  useEffect(() => stage?.mark(marks, filters.conflict ?? null), [stage, marks, filters.conflict])
  useEffect(
    () => stage?.select(filters.version ?? null, filters.object ?? null),
    [stage, filters.version, filters.object, models],
  )
  // Flies when another conflict is chosen, not whenever its fields change.
  const flownTo = useRef<string | null>(null)
  useEffect(() => {
    if (stage === null || chosen === undefined || models.length === 0) return
    if (flownTo.current === chosen.conflictId) return
    flownTo.current = chosen.conflictId
    stage.approach(placeOf(chosen), NEAR_M)
  }, [stage, chosen, models, placeOf])

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
  const snapshot = useAct(addSnapshot, { onDone: () => void message.success(say('截图已保存。', 'Saved.')) })
  const detail = useRead(
    readConflict,
    { params: { conflictId: filters.conflict as ConflictRow['conflictId'] } },
    { enabled: filters.conflict !== undefined },
  )
  const [saving, setSaving] = useState<{ readonly busy: boolean; readonly error: unknown }>({
    busy: false,
    error: null,
  })
  const save = async (): Promise<void> => {
    if (stage === null || filters.conflict === undefined) return
    setSaving({ busy: true, error: null })
    try {
      const camera = stage.camera()
      const file = new File([await stage.picture()], `${chosen?.number ?? 'conflict'}.png`, { type: 'image/png' })
      const stored = await uploadFile(file, { onProgress: () => undefined, signal: new AbortController().signal })
      snapshot.mutate({
        params: { conflictId: filters.conflict },
        body: { uploadId: stored.uploadId, camera },
      })
      setSaving({ busy: false, error: null })
    } catch (error) {
      setSaving({ busy: false, error })
    }
  }
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
      {doubts.loose.length > 0 && (
        <p className="notice warn">
          {say(
            `${doubts.loose.join('、')} 没有地理定位,按自身坐标显示在原点处,与其他模型的相对位置不可靠。`,
            `${doubts.loose.join(', ')}: not placed on the map; shown at zero.`,
          )}
        </p>
      )}
      {doubts.mixed && (
        <p className="notice warn">
          {say('各模型的坐标系不一致,相对位置可能不准。', 'The models have different coordinate systems.')}
        </p>
      )}
      {failure !== null && (
        <p className="notice bad" role="alert">
          {say(
            '浏览器没有可用的 WebGL,无法显示三维图;下方数据表、纵断面和冲突清单仍可使用。',
            'No WebGL here: use the tables, long sections and lists below.',
          )}
        </p>
      )}
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
              <ActButton
                because={detail.data?.may.comment}
                busy={saving.busy || snapshot.isPending}
                onAct={() => void save()}
              >
                {say('保存截图到冲突', 'Save a snapshot')}
              </ActButton>
            )}
          </div>
          <RefusalNotice error={saving.error ?? snapshot.error} />
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
            <svg className="cross" viewBox="0 0 22 22" aria-hidden="true">
              <path d="M11 1v20M1 11h20" stroke="#fff" strokeWidth="4" />
              <path d="M11 1v20M1 11h20" stroke="#1c2733" strokeWidth="1.5" />
            </svg>
            <svg className="bim-compass" ref={compass} viewBox="0 0 44 44" aria-hidden="true">
              <circle cx="22" cy="22" r="20" fill="#fff" fillOpacity="0.9" stroke="#8b95a1" />
              <path d="M22 5l5 17h-10z" fill="#b3261e" />
              <path d="M22 39l5-17h-10z" fill="#8b95a1" />
              <text x="22" y="26" textAnchor="middle" fontSize="10" fontWeight="700" fill="#1c2733">
                {say('北', 'N')}
              </text>
            </svg>
            {!ready && failed === null && (
              <span className="bim-hint" role="status">
                {say('正在读取模型…', 'Loading models…')}
              </span>
            )}
            {ready && low && <span className="bim-hint">{say('低精度显示', 'Low detail')}</span>}
          </div>
          {comparing !== null && sets !== null && (
            <ul className="legend">
              {(['added', 'changed', 'removed', 'same'] as const).map((each) => (
                <li key={each}>
                  <i style={{ background: `rgb(${changeColours[each].join(' ')})` }} aria-hidden="true" />
                  {say(changeNames[each][0], changeNames[each][1])} {sets.counts[each]}
                </li>
              ))}
            </ul>
          )}
          <details className="small quiet" style={{ margin: '6px 0 12px' }}>
            <summary>{say('操作说明', 'How to')}</summary>
            {say(
              '鼠标左键拖动旋转,右键拖动平移,滚轮缩放,单击选取;触屏单指旋转,双指平移缩放。键盘:先用 Tab 键聚焦到三维图,方向键平移,Shift 加方向键旋转,+ 和 - 缩放,Home 全图,回车选取准星处对象,M 测量,N、P 切换冲突。颜色为管线类别的标准颜色;高程或管径未知的管线颜色变浅,埋深按 1 m、管径按 0.2 m 示意。',
              'Drag turns, right drag pans, the wheel zooms, a click picks. Pale pipes have unknown height or size and are drawn 1 m deep, 0.2 m thick.',
            )}
          </details>
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
                flownTo.current = null
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
        <Section
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
const changeNames = {
  added: ['新增', 'added'],
  changed: ['修改', 'changed'],
  removed: ['删除', 'removed'],
  same: ['未变', 'same'],
} as const
const changeFor =
  (sets: { readonly added: ReadonlySet<string>; readonly changed: ReadonlySet<string> }, old: boolean) =>
  (id: string): Change =>
    old ? 'removed' : sets.added.has(id) ? 'added' : sets.changed.has(id) ? 'changed' : 'same'
const sizeOf = (geometry: ViewerGeometry): number =>
  geometry.kind === 'network' ? geometry.pipes.ids.length : geometry.elements.length
const mapPlace = ([east, north, height]: Vec) => ({ east, north, height })
const distanceOf = (pose: { readonly position: Vec; readonly target: Vec }): number =>
  Math.hypot(...pose.position.map((value, k) => value - (pose.target[k] ?? 0)))
const topOf = (pose: { readonly position: Vec; readonly target: Vec }) => ({
  target: pose.target,
  position: plus(pose.target, [0, -distanceOf(pose) * 0.02, distanceOf(pose)]),
})
const sideOf = (pose: { readonly position: Vec; readonly target: Vec }) => ({
  target: pose.target,
  position: plus(pose.target, [0, -distanceOf(pose), distanceOf(pose) * 0.05]),
})
/** The middle of a pipe, in the scene; null where the object has no place of its own here. */
const middleOfObject = (geometry: ViewerGeometry, id: string, origin: Vec): Vec | null => {
  if (geometry.kind !== 'network') return null
  const k = geometry.pipes.ids.indexOf(id)
  if (k === -1) return null
  const at = (offset: number): number => {
    const value = geometry.pipes.axis[k * 6 + offset] ?? Number.NaN
    return Number.isNaN(value) ? 0 : value
  }
  return [
    (at(0) + at(3)) / 2 + geometry.origin[0] - origin[0],
    (at(1) + at(4)) / 2 + geometry.origin[1] - origin[1],
    (at(2) + at(5)) / 2 + geometry.origin[2] - origin[2],
  ]
}

const ChosenConflict = ({ row }: { readonly row: ConflictRow }): ReactElement => {
  const say = useSay()
  return (
    <Card title={`${row.number} ${row.title}`} beside={<SeverityMark severity={row.severity} />}>
      <p style={{ margin: '0 0 6px' }} role="status">
        {row.sentence}
      </p>
      <p className="small" style={{ margin: '0 0 6px' }}>
        {say('要求', 'required')} <Metres value={row.requiredM} none={row.outcome !== 'unknown'} /> ·{' '}
        {say('实际', 'actual')} <Metres value={row.actualM} digits={3} /> · {say('还差', 'short by')}{' '}
        <Metres value={row.shortfallM} digits={3} none={row.outcome !== 'unknown'} />
        <br />
        {row.clause} {!row.verified && <Unverified />}
      </p>
      <LinkButton
        size="small"
        to="/bim/checks/$checkId"
        params={{ checkId: row.checkId }}
        search={{ tab: 'conflicts', conflict: row.conflictId } as never}
      >
        {say('打开冲突详情', 'Open it')}
      </LinkButton>
    </Card>
  )
}

const Section = ({
  models,
  run,
  conflicts,
  colourOfClass,
  nameOf,
  onClose,
}: {
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
  if (main === undefined || section === null) return null
  const members = new Set(run.ids)
  const requirements = conflicts.flatMap(({ a, b, requiredM, outcome, number, kind }): readonly Requirement[] => {
    if (b === null || (kind !== 'crossing' && kind !== 'hard')) return []
    const id = members.has(a.id) ? b.id : members.has(b.id) ? a.id : null
    return id === null ? [] : [{ id, requiredM: requiredM ?? 0, breached: outcome === 'breach', number }]
  })
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
      <SectionDrawing
        section={section}
        title={`${main.name} ${first}—${final}`}
        requirements={requirements}
        colourOfClass={colourOfClass}
        nameOfClass={nameOf}
      />
    </Card>
  )
}
