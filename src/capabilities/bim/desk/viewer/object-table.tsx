/** Every object as a row: the same as the picture for those who cannot see it, and the quickest way to a known number. */
import { Button, Input } from 'antd'
import { type ReactElement, useDeferredValue, useId, useMemo, useState } from 'react'
import { useSay } from '../../../../desk/language.tsx'
import type { VersionId } from '../../contract.ts'
import type { ViewerGeometry } from '../../model/geometry.ts'
import { FilterSelect, metresText } from '../parts.tsx'
import { objectRows } from './objects.ts'

const ROWS = 25
export const ObjectTable = ({
  models,
  nameOf,
  onChoose,
}: {
  readonly models: readonly {
    readonly versionId: VersionId
    readonly label: string
    readonly geometry: ViewerGeometry
  }[]
  readonly nameOf: (layer: string) => string
  readonly onChoose: (versionId: VersionId, objectId: string) => void
}): ReactElement => {
  const say = useSay()
  const id = useId()
  const [at, setAt] = useState<string | undefined>(undefined)
  const [typed, setTyped] = useState('')
  const [first, setFirst] = useState(0)
  const search = useDeferredValue(typed)
  const shown = models.find((model) => model.versionId === at) ?? models[0]
  const found = useMemo(
    () => (shown === undefined ? { rows: [], total: 0 } : objectRows(shown.geometry, search, first, ROWS)),
    [shown, search, first],
  )
  if (shown === undefined) return <></>
  return (
    <details className="card">
      <summary>{say('数据表:全部对象(与三维图内容相同)', 'All objects as a table (the same as the picture)')}</summary>
      <div className="row" style={{ margin: '12px 0' }}>
        <FilterSelect
          label={say('模型', 'Model')}
          required
          width={260}
          value={shown.versionId as string}
          options={models.map((model) => ({ value: model.versionId as string, label: model.label }))}
          onChange={(value) => {
            setAt(value)
            setFirst(0)
          }}
        />
        <label htmlFor={id}>{say('查找', 'Find')}</label>
        <Input
          id={id}
          value={typed}
          style={{ width: 220 }}
          onChange={(event) => {
            setTyped(event.target.value)
            setFirst(0)
          }}
        />
        <span role="status">{say(`共 ${found.total} 个`, `${found.total} in all`)}</span>
      </div>
      <table className="cases">
        <caption className="hidden">{shown.label}</caption>
        <thead>
          <tr>
            <th scope="col">{say('编号', 'Id')}</th>
            <th scope="col">{say('类别', 'Class')}</th>
            <th scope="col">{say('名称', 'Name')}</th>
            <th scope="col">{say('长度', 'Length')}</th>
            <th scope="col">{say('外径或宽×高', 'Size')}</th>
            <th scope="col">{say('轴线高程(起—止)', 'Axis heights')}</th>
          </tr>
        </thead>
        <tbody>
          {found.rows.map((row, k) => (
            <tr key={`${row.id} ${first + k}`}>
              <th scope="row">
                <Button type="link" size="small" onClick={() => onChoose(shown.versionId, row.id)}>
                  {row.id}
                </Button>
              </th>
              <td data-label={say('类别', 'Class')}>{nameOf(row.layer)}</td>
              <td data-label={say('名称', 'Name')}>
                {row.name} {row.storey}
              </td>
              <td data-label={say('长度', 'Length')}>
                {shown.geometry.kind === 'ifc' ? '—' : metresText(row.lengthM)}
              </td>
              <td data-label={say('尺寸', 'Size')}>
                {shown.geometry.kind === 'ifc'
                  ? '—'
                  : row.sizeM[0] === row.sizeM[1]
                    ? metresText(row.sizeM[0], 3)
                    : `${metresText(row.sizeM[0], 3)} × ${metresText(row.sizeM[1], 3)}`}
              </td>
              <td data-label={say('轴线高程', 'Axis')}>
                {shown.geometry.kind === 'ifc'
                  ? '—'
                  : `${metresText(row.heightsM[0], 3)} — ${metresText(row.heightsM[1], 3)}`}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <div className="row" style={{ marginTop: 8 }}>
        <Button size="small" disabled={first === 0} onClick={() => setFirst(Math.max(0, first - ROWS))}>
          {say('上一页', 'Previous')}
        </Button>
        <Button size="small" disabled={first + ROWS >= found.total} onClick={() => setFirst(first + ROWS)}>
          {say('下一页', 'Next')}
        </Button>
      </div>
    </details>
  )
}
