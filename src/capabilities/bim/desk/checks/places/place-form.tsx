/** One zone, obstacle or road: what it is, its coordinates typed or drawn. */
import { Button } from 'antd'
import { type ReactElement, useState } from 'react'
import { useSay } from '../../../../../desk/language.tsx'
import { NumberField, TextField } from '../../../../../desk/ui/inputs.tsx'
import { Unread, useUnreadInside } from '../../../../../desk/ui/unread.ts'
import type { PipesDefinition } from '../../../model/definition.ts'
import { SelectField } from '../../parts.tsx'
import { type Draft, faultsOf, ofType, type Place, placeTypes, shapesFor, shapeWords, typeWords } from './state.ts'

export const PlaceForm = ({
  draft,
  editing,
  definition,
  onChange,
  onKeep,
  onCancel,
}: {
  readonly draft: Draft
  readonly editing: Place | null
  readonly definition: PipesDefinition
  readonly onChange: (draft: Draft) => void
  readonly onKeep: () => void
  readonly onCancel: () => void
}): ReactElement => {
  const say = useSay()
  const [tried, setTried] = useState(false)
  const { around, stops } = useUnreadInside()
  const faults = faultsOf(draft, definition, editing)
  const shown = tried ? faults : {}
  const shapes = shapesFor(draft.type)
  const isZone = draft.type.startsWith('zone:')
  return (
    <fieldset className="field">
      <legend>
        {editing === null ? say('新增一项', 'A new one') : say(`修改 ${editing.name}`, `Edit ${editing.name}`)}
      </legend>
      <div className="form-grid">
        <SelectField
          label={say('是什么', 'What it is')}
          value={draft.type as string}
          options={placeTypes.map((value) => ({ value: value as string, label: say(typeWords(value)) }))}
          onChange={(type) => onChange(ofType(draft, type as Draft['type']))}
        />
        {!isZone && (
          <TextField
            label={say('编号', 'Number')}
            value={draft.no}
            onChange={(no) => onChange({ ...draft, no })}
            maxLength={60}
            required
            fault={shown.no}
          />
        )}
        {shapes.length > 1 && (
          <SelectField
            label={say('形状', 'Shape')}
            value={draft.shape}
            options={shapes.map((value) => ({ value, label: say(shapeWords[value]) }))}
            onChange={(shape) => onChange({ ...draft, shape })}
          />
        )}
        <Unread value={around}>
          {draft.type === 'road' && (
            <NumberField
              label={say('红线宽度(m)', 'Between red lines (m)')}
              value={draft.widthM}
              onChange={(widthM) => onChange({ ...draft, widthM })}
              min={3}
              max={200}
              required
              fault={shown.widthM}
            />
          )}
          {(draft.type === 'obstacle:railway' || draft.type === 'obstacle:tramway') && (
            <NumberField
              label={say('轨底高程(m,可空)', 'Rail base (m, optional)')}
              value={draft.baseElevation}
              onChange={(baseElevation) => onChange({ ...draft, baseElevation })}
            />
          )}
        </Unread>
      </div>
      <TextField
        label={say('坐标', 'Coordinates')}
        help={say(
          '每行一个点:X(北坐标) Y(东坐标),用空格或逗号隔开。例:3277200.50 361800.20',
          'A line for each point: north, then east.',
        )}
        value={draft.text}
        onChange={(text) => onChange({ ...draft, text })}
        rows={4}
        required
        fault={shown.text}
      />
      {draft.holes.length > 0 && (
        <p className="small quiet">
          {say(`另有 ${draft.holes.length} 个内孔,保持不变。`, `${draft.holes.length} holes stay as they are.`)}
        </p>
      )}
      {shown.all !== undefined && <p className="fault">{shown.all}</p>}
      <div className="row">
        <Button
          type="primary"
          onClick={() => {
            setTried(true)
            if (!stops() && Object.keys(faults).length === 0) onKeep()
          }}
        >
          {say('确定该项', 'Keep it')}
        </Button>
        <Button onClick={onCancel}>{say('放弃该项', 'Discard it')}</Button>
      </div>
    </fieldset>
  )
}
