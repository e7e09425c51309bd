/** The panels beside the picture: models, layers, ground, section box, measure, the chosen object, conflicts. */
import { Button, Checkbox, Slider, Switch } from 'antd'
import { type ReactElement, useId } from 'react'
import { useSay } from '../../../../desk/language.tsx'
import { useRead } from '../../../../desk/queries.ts'
import { Loaded } from '../../../../desk/ui/loaded.tsx'
import { Card } from '../../../../desk/ui/page.tsx'
import type { ConflictRow } from '../../contract/conflicts.ts'
import { readObject } from '../../contract/versions.ts'
import type { ConflictId, VersionId } from '../../contract.ts'
import { SeverityMark } from '../parts.tsx'
import { measured } from './measure.ts'
import { type Layer, WELL_LAYER } from './objects.ts'
import type { Rgb } from './shapes.ts'
import type { Look } from './stage.ts'
import type { Box, Vec } from './vector.ts'

export const ModelsPanel = ({
  models,
  hidden,
  onToggle,
}: {
  readonly models: readonly { readonly versionId: VersionId; readonly label: string }[]
  readonly hidden: ReadonlySet<string>
  readonly onToggle: (versionId: VersionId) => void
}): ReactElement => {
  const say = useSay()
  return (
    <Card title={say('模型', 'Models')}>
      <div style={{ display: 'grid' }}>
        {models.map(({ versionId, label }) => (
          <Checkbox key={versionId} checked={!hidden.has(versionId)} onChange={() => onToggle(versionId)}>
            {label}
          </Checkbox>
        ))}
      </div>
    </Card>
  )
}

export const LayersPanel = ({
  layers,
  looks,
  nameOf,
  colourOf,
  onLook,
  onAll,
}: {
  readonly layers: readonly Layer[]
  readonly looks: ReadonlyMap<string, Look>
  readonly nameOf: (key: string) => string
  readonly colourOf: (key: string) => Rgb | null
  readonly onLook: (key: string, look: Look) => void
  readonly onAll: (visible: boolean) => void
}): ReactElement => {
  const say = useSay()
  const id = useId()
  return (
    <Card
      title={say('类别', 'Classes')}
      beside={
        <span className="row" style={{ gap: 4 }}>
          <Button size="small" onClick={() => onAll(true)}>
            {say('全部显示', 'Show all')}
          </Button>
          <Button size="small" onClick={() => onAll(false)}>
            {say('全部隐藏', 'Hide all')}
          </Button>
        </span>
      }
    >
      <ul className="bim-layers">
        {layers.map((layer) => {
          const look = looks.get(layer.key) ?? { visible: true, opacity: 1 }
          const colour = colourOf(layer.key)
          const name = layer.key === WELL_LAYER ? say('检查井', 'Chambers') : nameOf(layer.key)
          return (
            <li key={layer.key}>
              <Checkbox checked={look.visible} onChange={() => onLook(layer.key, { ...look, visible: !look.visible })}>
                {colour !== null && <i style={{ background: `rgb(${colour.join(' ')})` }} aria-hidden="true" />}
                {name} <span className="quiet small">{layer.count}</span>
              </Checkbox>
              <input
                id={`${id}-${layer.key}`}
                type="range"
                min={10}
                max={100}
                step={10}
                value={Math.round(look.opacity * 100)}
                disabled={!look.visible}
                aria-label={say(`${name} 不透明度(%)`, `Opacity of ${name} (%)`)}
                title={say('不透明度', 'Opacity')}
                onChange={(event) => onLook(layer.key, { ...look, opacity: Number(event.target.value) / 100 })}
              />
            </li>
          )
        })}
      </ul>
    </Card>
  )
}

export const GroundPanel = ({
  look,
  onLook,
}: {
  readonly look: Look
  readonly onLook: (look: Look) => void
}): ReactElement => {
  const say = useSay()
  const id = useId()
  const under = look.opacity < 1
  return (
    <Card title={say('路面', 'Road surface')}>
      <p style={{ margin: '0 0 6px' }}>
        <Switch
          id={`${id}-under`}
          checked={under}
          onChange={(on) => onLook({ visible: true, opacity: on ? 0.4 : 1 })}
        />{' '}
        <label htmlFor={`${id}-under`}>
          {say('地下模式(路面半透明)', 'Underground mode (surface half transparent)')}
        </label>
      </p>
      <Checkbox checked={look.visible} onChange={() => onLook({ ...look, visible: !look.visible })}>
        {say('显示路面', 'Show the surface')}
      </Checkbox>
      <label className="small" htmlFor={`${id}-opacity`} style={{ display: 'block' }}>
        {say('路面不透明度', 'Opacity of the surface')} {Math.round(look.opacity * 100)}%
      </label>
      <input
        id={`${id}-opacity`}
        type="range"
        min={10}
        max={100}
        step={5}
        value={Math.round(look.opacity * 100)}
        onChange={(event) => onLook({ ...look, opacity: Number(event.target.value) / 100 })}
      />
      <p className="small quiet" style={{ margin: 0 }}>
        {say('路面由测点的地面高程插值而成,仅供参照。', 'Interpolated from surveyed ground heights.')}
      </p>
    </Card>
  )
}

const axisNames = [
  ['东西(Y)', 'East'],
  ['南北(X)', 'North'],
  ['高程', 'Height'],
] as const
export const SectionBoxPanel = ({
  whole,
  box,
  origin,
  onBox,
}: {
  readonly whole: Box | null
  readonly box: Box | null
  readonly origin: Vec
  readonly onBox: (box: Box | null) => void
}): ReactElement => {
  const say = useSay()
  const id = useId()
  return (
    <Card title={say('剖切盒', 'Section box')}>
      <p style={{ margin: '0 0 6px' }}>
        <Switch
          id={`${id}-on`}
          checked={box !== null}
          disabled={whole === null}
          onChange={(on) => onBox(on ? whole : null)}
        />{' '}
        <label htmlFor={`${id}-on`}>{say('只看盒内', 'Only what is inside')}</label>
      </p>
      {box !== null &&
        whole !== null &&
        ([0, 1, 2] as const).map((axis) => {
          const name = say(axisNames[axis][0], axisNames[axis][1])
          const limits = [whole.min[axis], whole.max[axis]] as const
          const step = Math.max((limits[1] - limits[0]) / 200, 0.01)
          const put = (bounds: readonly number[]): void => {
            const [low = limits[0], high = limits[1]] = bounds
            const at = (vector: Vec, value: number): Vec =>
              vector.map((each, k) => (k === axis ? value : each)) as unknown as Vec
            onBox({ min: at(box.min, low), max: at(box.max, high) })
          }
          return (
            <div key={axis}>
              <span className="small" id={`${id}-${axis}`}>
                {name}: {(box.min[axis] + origin[axis]).toFixed(2)} — {(box.max[axis] + origin[axis]).toFixed(2)}
              </span>
              <Slider
                range
                min={limits[0]}
                max={limits[1]}
                step={step}
                value={[box.min[axis], box.max[axis]]}
                tooltip={{ open: false }}
                ariaLabelForHandle={[`${name} ${say('下限', 'from')}`, `${name} ${say('上限', 'to')}`]}
                onChange={put}
              />
            </div>
          )
        })}
    </Card>
  )
}

export const MeasurePanel = ({
  ends,
  origin,
  onClear,
}: {
  readonly ends: readonly Vec[]
  readonly origin: Vec
  readonly onClear: () => void
}): ReactElement => {
  const say = useSay()
  const [from, to] = ends
  const text = (point: Vec): string =>
    `X ${(point[1] + origin[1]).toFixed(3)}, Y ${(point[0] + origin[0]).toFixed(3)}, H ${(point[2] + origin[2]).toFixed(3)}`
  const found = from !== undefined && to !== undefined ? measured(from, to) : null
  return (
    <Card title={say('测量', 'Measure')}>
      <div role="status">
        {from === undefined && (
          <p>
            {say('点选第一点;或移动视图,用十字准星按 M 键。', 'Pick the first point, or press M at the cross-hair.')}
          </p>
        )}
        {from !== undefined && <p className="small">1: {text(from)}</p>}
        {from !== undefined && to === undefined && <p>{say('再点选第二点。', 'Pick the second point.')}</p>}
        {to !== undefined && <p className="small">2: {text(to)}</p>}
        {found !== null && (
          <dl className="facts" style={{ gridTemplateColumns: 'repeat(3, 1fr)' }}>
            <div>
              <dt>{say('空间距离', 'Distance')}</dt>
              <dd>
                <strong>{found.slopeM.toFixed(3)} m</strong>
              </dd>
            </div>
            <div>
              <dt>{say('水平距离', 'In plan')}</dt>
              <dd>{found.planM.toFixed(3)} m</dd>
            </div>
            <div>
              <dt>{say('高差', 'Rise')}</dt>
              <dd>{found.riseM.toFixed(3)} m</dd>
            </div>
          </dl>
        )}
      </div>
      <Button size="small" onClick={onClear}>
        {say('清除', 'Clear')}
      </Button>
    </Card>
  )
}

export const ObjectPanel = ({
  versionId,
  objectId,
  onSection,
  onNear,
  onClear,
}: {
  readonly versionId: VersionId
  readonly objectId: string
  readonly onSection: (run: readonly string[]) => void
  readonly onNear: () => void
  readonly onClear: () => void
}): ReactElement => {
  const say = useSay()
  const query = useRead(readObject, { params: { versionId, objectId } })
  return (
    <Card
      title={say('属性', 'Properties')}
      beside={
        <Button size="small" onClick={onClear}>
          {say('取消选择', 'Deselect')}
        </Button>
      }
    >
      <Loaded query={query}>
        {(object) => (
          <>
            <p style={{ margin: '0 0 6px' }}>
              <strong>{object.title}</strong>
            </p>
            <div className="row" style={{ marginBottom: 6 }}>
              <Button size="small" onClick={onNear}>
                {say('拉近', 'Go near')}
              </Button>
              {object.run.length > 0 && (
                <Button size="small" type="primary" onClick={() => onSection(object.run)}>
                  {say(`纵断面(${object.run.length} 段)`, `Long section (${object.run.length})`)}
                </Button>
              )}
            </div>
            <table className="cases keep small">
              <caption className="hidden">{object.title}</caption>
              <tbody>
                {object.fields
                  .filter((field) => field.value !== '—')
                  .map((field) => (
                    <tr key={field.name}>
                      <th scope="row" style={{ fontWeight: 400 }}>
                        {field.name}
                      </th>
                      <td>{field.value}</td>
                    </tr>
                  ))}
              </tbody>
            </table>
          </>
        )}
      </Loaded>
    </Card>
  )
}

export const ConflictsPanel = ({
  rows,
  chosen,
  onChoose,
}: {
  readonly rows: readonly ConflictRow[]
  readonly chosen: ConflictId | undefined
  readonly onChoose: (row: ConflictRow) => void
}): ReactElement => {
  const say = useSay()
  return (
    <Card title={say(`冲突(${rows.length})`, `Conflicts (${rows.length})`)}>
      {rows.length === 0 && <p className="quiet">{say('没有现存的冲突。', 'None stands.')}</p>}
      <ul
        className="bim-conflicts"
        aria-label={say('冲突,点选后飞到该处', 'Conflicts: choose one to fly there')}
        tabIndex={-1}
      >
        {rows.map((row) => (
          <li key={row.conflictId}>
            <button type="button" aria-pressed={row.conflictId === chosen} onClick={() => onChoose(row)}>
              <SeverityMark severity={row.severity} /> {row.number} {row.title}
            </button>
          </li>
        ))}
      </ul>
    </Card>
  )
}
