/** The mapping step: what each column means, beside its values; coordinates; where stated heights lie. */
import { Checkbox, Select } from 'antd'
import { type ReactElement, useId, useState } from 'react'
import { useSay } from '../../../../desk/language.tsx'
import { useAct, useRead } from '../../../../desk/queries.ts'
import { ActButton } from '../../../../desk/ui/act-button.tsx'
import { ChoiceField, NumberField } from '../../../../desk/ui/inputs.tsx'
import { Loaded } from '../../../../desk/ui/loaded.tsx'
import { Card } from '../../../../desk/ui/page.tsx'
import { RefusalNotice } from '../../../../desk/ui/refusal-notice.tsx'
import { Unread, unreadWords, useUnreadInside } from '../../../../desk/ui/unread.ts'
import { words } from '../../../../kernel/words.ts'
import { confirmMapping, readMapping } from '../../contract/versions.ts'
import type { VersionView } from '../../contract.ts'
import {
  type FieldId,
  lengthUnits,
  type Mapping,
  type SheetRole,
  type Suggestion,
  sheetRoles,
} from '../../model/mapping.ts'
import { SelectField } from '../parts.tsx'
import { fieldOf, fieldsFor, gaps, withColumn, withSheet } from './mapping-state.ts'

const roleWords = {
  points: words('管点表', 'Points'),
  lines: words('管线表', 'Lines'),
  field: words('外业记录(点线合一)', 'Field record'),
  ignore: words('不导入', 'Leave out'),
} as const satisfies Record<SheetRole, unknown>
const meaningWords = {
  top: words('管外顶', 'Outer top'),
  centre: words('管中心', 'Centre'),
  invert: words('管内底', 'Invert'),
  bottom: words('管外底', 'Outer bottom'),
} as const

export const MappingForm = ({
  version,
  onDone,
}: {
  readonly version: VersionView
  readonly onDone: () => void
}): ReactElement => {
  const query = useRead(readMapping, { params: { versionId: version.versionId } })
  return (
    <Loaded query={query}>
      {({ suggestion, confirmed, may }) => (
        <Form
          version={version}
          suggestion={suggestion}
          initial={confirmed ?? suggestion.mapping}
          confirmed={confirmed !== null}
          because={may.confirm}
          onDone={onDone}
        />
      )}
    </Loaded>
  )
}

interface FormProps {
  readonly version: VersionView
  readonly suggestion: Suggestion
  readonly initial: Mapping
  readonly confirmed: boolean
  readonly because: Parameters<typeof ActButton>[0]['because']
  readonly onDone: () => void
}
const Form = ({ version, suggestion, initial, confirmed, because, onDone }: FormProps): ReactElement => {
  const say = useSay()
  const [mapping, setMapping] = useState(initial)
  const act = useAct(confirmMapping, { onDone })
  const missing = gaps(mapping, suggestion)
  const { unread, around } = useUnreadInside()
  return (
    <Unread value={around}>
      <div className="stack">
        {confirmed && (
          <p className="notice">
            {say('这些对应关系已确认,此处供查阅。', 'This mapping was confirmed; shown to read.')}
          </p>
        )}
        {suggestion.remarks.map((remark) => (
          <p key={remark} className="notice warn" style={{ margin: 0 }}>
            {remark}
          </p>
        ))}
        {mapping.sheets.map((sheet, at) => (
          <Sheet
            key={`${sheet.file} ${sheet.sheet ?? ''} ${sheet.part}`}
            mapping={mapping}
            at={at}
            suggestion={suggestion}
            onChange={setMapping}
          />
        ))}
        <Coordinates mapping={mapping} suggestion={suggestion} onChange={setMapping} />
        <Heights mapping={mapping} suggestion={suggestion} onChange={setMapping} />
        <Phases mapping={mapping} suggestion={suggestion} onChange={setMapping} />
        {!confirmed && (
          <Card title={say('确认', 'Confirm')}>
            <RefusalNotice error={act.error} />
            {missing.map((gap) => (
              <p key={gap.zh} className="notice bad">
                {say(gap)}
              </p>
            ))}
            <ActButton
              because={missing[0] ?? (unread ? unreadWords : because)}
              busy={act.isPending}
              look={{ type: 'primary' }}
              onAct={() => act.mutate({ params: { versionId: version.versionId }, body: mapping })}
            >
              {say('确认并导入', 'Confirm and import')}
            </ActButton>
          </Card>
        )}
      </div>
    </Unread>
  )
}

interface PartProps {
  readonly mapping: Mapping
  readonly suggestion: Suggestion
  readonly onChange: (mapping: Mapping) => void
}
/** Asks what becomes of rows that contradict the model. */
const Phases = ({ mapping, suggestion, onChange }: PartProps): ReactElement | null => {
  const say = useSay()
  const { phases } = suggestion
  if (phases === null) return null
  const design = phases.model === 'design'
  const [own, other] = design ? ['设计', '现状'] : ['现状', '设计']
  const count = design ? phases.existing : phases.design
  return (
    <Card title={say('现状还是设计', 'Existing or design')}>
      <p>
        {say(
          `本模型是“${own}”,但表中有 ${count} 行在“现状或设计”列写“${other}”(写“${own}”的有 ${design ? phases.design : phases.existing} 行)。请选择这些行怎样处理。`,
          `The model is ${phases.model}, but ${count} rows say otherwise.`,
        )}
      </p>
      <ChoiceField
        label={say('怎样处理', 'What becomes of them')}
        value={mapping.phases}
        onChange={(chosen: 'as-written' | 'as-model') => onChange({ ...mapping, phases: chosen })}
        required
        options={[
          {
            value: 'as-written',
            label: say(`按表中填写:这 ${count} 行作为${other}管线`, 'As written'),
          },
          { value: 'as-model', label: say(`全部作为${own}管线(该列填错了)`, `All are ${phases.model}`) },
        ]}
      />
    </Card>
  )
}
const NONE = ''
const Sheet = ({ mapping, at, suggestion, onChange }: PartProps & { readonly at: number }): ReactElement | null => {
  const say = useSay()
  const id = useId()
  const sheet = mapping.sheets[at]
  const preview = suggestion.previews[at]
  if (sheet === undefined || preview === undefined) return null
  const name = sheet.sheet === null ? sheet.file : `${sheet.file} · ${sheet.sheet}`
  const change = (part: Partial<typeof sheet>) => onChange(withSheet(mapping, at, part))
  const columns = Math.max(preview.header.length, ...preview.sample.map((row) => row.length))
  const data = preview.sample.slice(Math.min(sheet.firstRow, Math.max(0, preview.sample.length - 3)))
  const fields = fieldsFor(suggestion.fields, sheet.role)
  return (
    <Card
      title={name}
      beside={<span className="quiet small">{say(`${preview.rows} 行`, `${preview.rows} rows`)}</span>}
    >
      {preview.doubts.map((doubt) => (
        <p key={doubt} className="notice warn">
          {doubt}
        </p>
      ))}
      <div className="form-grid">
        <SelectField
          label={say('表的内容', 'What it holds')}
          value={sheet.role}
          options={sheetRoles.map((value) => ({ value, label: say(roleWords[value]) }))}
          onChange={(role) => change({ role })}
        />
        <SelectField
          label={say('类别(表中没有类别列时)', 'Class (where no column says it)')}
          value={sheet.code ?? NONE}
          options={[
            { value: NONE, label: say('由列或文件名判断', 'by column or name') },
            ...suggestion.classes.map((each) => ({ value: each.code, label: `${each.code} ${each.name}` })),
          ]}
          onChange={(code) => change({ code: code === NONE ? null : code })}
        />
        <SelectField
          label={say('管径单位', 'Unit of sizes')}
          value={sheet.sizeUnit}
          options={lengthUnits.map((value) => ({ value, label: value }))}
          onChange={(sizeUnit) => change({ sizeUnit })}
        />
        <SelectField
          label={say('埋深单位', 'Unit of depths')}
          value={sheet.depthUnit}
          options={lengthUnits.map((value) => ({ value, label: value }))}
          onChange={(depthUnit) => change({ depthUnit })}
        />
        <NumberField
          label={say('数据从第几行开始', 'Data begin in row')}
          value={sheet.firstRow + 1}
          onChange={(value) => change({ firstRow: Math.max(0, (value ?? 1) - 1) })}
          min={1}
          max={1001}
          whole
        />
      </div>
      {sheet.role !== 'ignore' && (
        <table className="cases keep">
          <caption className="hidden">{say(`${name} 的列`, `Columns of ${name}`)}</caption>
          <thead>
            <tr>
              <th scope="col">{say('列', 'Column')}</th>
              <th scope="col">{say('含义', 'Means')}</th>
              <th scope="col">{say('把握', 'Sure')}</th>
              <th scope="col">{say('样例', 'Values')}</th>
            </tr>
          </thead>
          <tbody>
            {Array.from({ length: columns }, (_none, column) => column).map((column) => {
              const field = fieldOf(sheet, column)
              const sure = field === null ? undefined : preview.confidence[field]
              const heading = preview.header[column] ?? `${column + 1}`
              return (
                <tr key={column}>
                  <th scope="row" style={{ fontWeight: 600 }}>
                    <label htmlFor={`${id}-${column}`}>{heading === '' ? `${column + 1}` : heading}</label>
                  </th>
                  <td style={{ minWidth: 150 }}>
                    <Select
                      id={`${id}-${column}`}
                      value={field ?? NONE}
                      style={{ width: '100%' }}
                      showSearch={{ optionFilterProp: 'label' }}
                      options={[
                        { value: NONE, label: say('不用', 'not used') },
                        ...fields.map((each) => ({ value: each.field as string, label: each.name })),
                      ]}
                      onChange={(value: string) =>
                        onChange(
                          withSheet(mapping, at, withColumn(sheet, column, value === NONE ? null : (value as FieldId))),
                        )
                      }
                    />
                  </td>
                  <td>{sure === undefined ? '—' : `${Math.round(sure * 100)}%`}</td>
                  <td className="small">
                    {data
                      .slice(0, 4)
                      .map((row) => row[column])
                      .filter((value) => value !== null && value !== undefined && value !== '')
                      .join('、')}
                  </td>
                </tr>
              )
            })}
          </tbody>
        </table>
      )}
    </Card>
  )
}

/** CGCS2000 / 3-degree zones and others that surveys in the area use; the code says central meridian or zone. */
const zones = [
  [4545, 'CGCS2000 3度带 中央经线108°(Y不带带号)'],
  [4524, 'CGCS2000 3度带 第36带(Y带带号)'],
  [4544, 'CGCS2000 3度带 中央经线105°(Y不带带号)'],
  [4523, 'CGCS2000 3度带 第35带(Y带带号)'],
  [4509, 'CGCS2000 6度带 中央经线105°(Y不带带号)'],
  [4510, 'CGCS2000 6度带 中央经线111°(Y不带带号)'],
] as const
const LOCAL = 'local'
const DEGREES = 'degrees'
const Coordinates = ({ mapping, suggestion, onChange }: PartProps): ReactElement => {
  const say = useSay()
  const { shift } = mapping
  const value = mapping.degrees ? DEGREES : mapping.epsg === null ? LOCAL : String(mapping.epsg)
  const known: readonly string[] = zones.map(([code]) => String(code))
  const shiftPart = (part: Partial<NonNullable<Mapping['shift']>>) =>
    onChange({ ...mapping, shift: { ...(shift ?? { dEast: 0, dNorth: 0, rotation: 0, scale: 1 }), ...part } })
  return (
    <Card title={say('坐标系', 'Coordinates')}>
      {suggestion.readings.some((reading) => reading.sentence !== '') && (
        <ul className="small">
          {suggestion.readings
            .filter((reading) => reading.sentence !== '')
            .slice(0, 3)
            .map((reading) => (
              <li key={`${reading.epsg ?? ''} ${reading.swapped}`}>
                {reading.sentence} <span className="quiet">({Math.round(reading.share * 100)}%)</span>
              </li>
            ))}
        </ul>
      )}
      <SelectField
        label={say('文件中的坐标', 'Coordinates in the files')}
        value={value}
        options={[
          ...zones.map(([code, name]) => ({ value: String(code), label: `EPSG:${code} ${name}` })),
          ...(known.includes(value) || value === LOCAL || value === DEGREES ? [] : [{ value, label: `EPSG:${value}` }]),
          { value: DEGREES, label: say('经纬度(度)', 'Longitude and latitude') },
          { value: LOCAL, label: say('地方独立坐标', 'A grid of its own') },
        ]}
        onChange={(next) =>
          onChange({
            ...mapping,
            degrees: next === DEGREES,
            epsg: next === DEGREES || next === LOCAL ? null : Number(next),
          })
        }
      />
      <p>
        <Checkbox
          checked={mapping.swapped}
          onChange={(event) => onChange({ ...mapping, swapped: event.target.checked })}
        >
          {say(
            '文件把 X、Y 两列写反了(测量中 X 指北、Y 指东)',
            'The files exchange X and Y (in surveys X is north, Y is east)',
          )}
        </Checkbox>
      </p>
      <p>
        <Checkbox
          checked={shift !== null}
          onChange={(event) =>
            onChange({
              ...mapping,
              shift: event.target.checked ? { dEast: 0, dNorth: 0, rotation: 0, scale: 1 } : null,
            })
          }
        >
          {say('用四参数从地方坐标平移到 EPSG:4545', 'Shift from the local grid to EPSG:4545 by four parameters')}
        </Checkbox>
      </p>
      {shift !== null && (
        <div className="form-grid">
          <NumberField
            label={say('东向平移 ΔY(m)', 'Shift east (m)')}
            value={shift.dEast}
            onChange={(dEast) => shiftPart({ dEast: dEast ?? 0 })}
          />
          <NumberField
            label={say('北向平移 ΔX(m)', 'Shift north (m)')}
            value={shift.dNorth}
            onChange={(dNorth) => shiftPart({ dNorth: dNorth ?? 0 })}
          />
          <NumberField
            label={say('旋转(弧度)', 'Rotation (radians)')}
            value={shift.rotation}
            onChange={(rotation) => shiftPart({ rotation: rotation ?? 0 })}
          />
          <NumberField
            label={say('尺度', 'Scale')}
            value={shift.scale}
            onChange={(scale) => shiftPart({ scale: scale ?? 1 })}
          />
        </div>
      )}
    </Card>
  )
}

const Heights = ({ mapping, suggestion, onChange }: PartProps): ReactElement => {
  const say = useSay()
  const id = useId()
  return (
    <Card title={say('高程含义', 'What heights mean')}>
      <p className="quiet">
        {say(
          '表中“管线高程”“埋深”指到哪里。多数成果表给水、燃气等写管顶,排水写管内底;与成果说明不同的请改正。',
          'Where stated heights and depths lie: by rule the top of pressure pipes and the invert of drains.',
        )}
      </p>
      <table className="cases keep">
        <caption className="hidden">{say('各类管线的高程含义', 'Meaning of heights by class')}</caption>
        <thead>
          <tr>
            <th scope="col">{say('类别', 'Class')}</th>
            <th scope="col">{say('高程指到', 'Heights lie at')}</th>
          </tr>
        </thead>
        <tbody>
          {suggestion.classes.map((each) => (
            <tr key={each.code}>
              <th scope="row" style={{ fontWeight: 400 }}>
                <label htmlFor={`${id}-${each.code}`}>
                  {each.code} {each.name}
                </label>
              </th>
              <td>
                <Select
                  id={`${id}-${each.code}`}
                  value={mapping.meanings[each.code] ?? each.meaning}
                  style={{ width: 180 }}
                  options={(Object.keys(meaningWords) as (keyof typeof meaningWords)[]).map((value) => ({
                    value,
                    label: `${say(meaningWords[value])}${value === each.meaning ? say('(通常)', ' (usual)') : ''}`,
                  }))}
                  onChange={(meaning) =>
                    onChange({ ...mapping, meanings: { ...mapping.meanings, [each.code]: meaning } })
                  }
                />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Card>
  )
}
