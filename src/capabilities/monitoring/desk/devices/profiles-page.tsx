/** 指标模板: what devices of a model report, in which order and unit; versions follow each other. */
import { Button, Checkbox, Input } from 'antd'
import { type ReactElement, useState } from 'react'
import { useSay } from '../../../../desk/language.tsx'
import { useAct, useRead } from '../../../../desk/queries.ts'
import { ActButton } from '../../../../desk/ui/act-button.tsx'
import { CaseTable } from '../../../../desk/ui/case-table.tsx'
import { FormDialog } from '../../../../desk/ui/form-dialog.tsx'
import { TextField } from '../../../../desk/ui/inputs.tsx'
import { Loaded } from '../../../../desk/ui/loaded.tsx'
import { NumberInput } from '../../../../desk/ui/number-input.tsx'
import { Page } from '../../../../desk/ui/page.tsx'
import { words } from '../../../../kernel/words.ts'
import { createMetricProfile, listMetricProfiles, type MetricProfile } from '../../contract/devices.ts'
import { deviceKindWords } from '../../model/devices/words.ts'
import { type DeviceKind, deviceKinds } from '../../model/report.ts'
import { metricName } from '../metrics.ts'
import { FieldSelect } from '../parts.tsx'
import { DeviceTabs } from './tabs.tsx'

interface Line {
  readonly metric: string
  readonly factor: number | null
}
const linesOf = (profile: MetricProfile | null): readonly Line[] =>
  profile === null
    ? [{ metric: '', factor: 1 }]
    : profile.metrics.map((metric, index) => ({ metric, factor: profile.factors[index] ?? 1 }))

const ProfileDialog = ({
  after,
  onClose,
}: {
  readonly after: MetricProfile | null
  readonly onClose: () => void
}): ReactElement => {
  const say = useSay()
  const act = useAct(createMetricProfile, { onDone: onClose })
  const [model, setModel] = useState(after?.model ?? '')
  const [name, setName] = useState(after?.name ?? '')
  const [kind, setKind] = useState<DeviceKind>(after?.kind ?? 'dust')
  const [note, setNote] = useState(after?.note ?? '')
  const [lines, setLines] = useState(linesOf(after))
  const [apply, setApply] = useState(true)
  const [tried, setTried] = useState(false)
  const change = (at: number, part: Partial<Line>) =>
    setLines(lines.map((line, index) => (index === at ? { ...line, ...part } : line)))
  const filled = lines.filter((line) => line.metric.trim() !== '')
  const complete = filled.every((line) => line.factor !== null && line.factor !== 0)
  return (
    <FormDialog
      open
      width={760}
      title={
        after === null
          ? say('新建指标模板', 'New profile')
          : `${say('新版本', 'New version')}:${after.name} v${after.version + 1}`
      }
      onClose={onClose}
      onSubmit={() => {
        setTried(true)
        if (model.trim() === '' || name.trim() === '' || !complete) return
        act.mutate({
          body: {
            model: model.trim(),
            after: after?.version ?? 0,
            name: name.trim(),
            kind,
            metrics: filled.map((line) => ({ metric: line.metric.trim(), factor: line.factor ?? 1 })),
            note,
            apply,
          },
        })
      }}
      submitLabel={say('建立', 'Make')}
      busy={act.isPending}
      error={act.error}
    >
      <div className="form-grid">
        {after === null && (
          <TextField
            label={say('代号', 'Code')}
            help={say('小写字母、数字和连字符', 'Lower-case letters, digits, hyphens')}
            value={model}
            onChange={setModel}
            maxLength={60}
            required
            fault={tried && model.trim() === '' ? say('请填写代号。', 'Required.') : undefined}
          />
        )}
        <TextField
          label={say('名称', 'Name')}
          value={name}
          onChange={setName}
          maxLength={80}
          required
          fault={tried && name.trim() === '' ? say('请填写名称。', 'Required.') : undefined}
        />
        <FieldSelect
          label={say('设备类别', 'Kind')}
          value={kind}
          options={deviceKinds.map((value) => ({ value, label: say(deviceKindWords[value]) }))}
          onChange={setKind}
        />
      </div>
      <fieldset className="field">
        <legend>{say('指标(按上报顺序)和换算系数', 'Metrics in order, with factors')}</legend>
        <p className="help">
          {say('设备数值 × 系数 = 平台单位;上报毫克的填 1000。', 'What it says × factor = our unit; milligrams: 1000.')}
        </p>
        {lines.map((line, index) => (
          // Lines have no identity of their own: their place in the list is it.
          // biome-ignore lint/suspicious/noArrayIndexKey: see above
          <div className="row" key={index} style={{ marginBottom: 6 }}>
            <Input
              style={{ width: 220 }}
              value={line.metric}
              aria-label={`${say('指标', 'Metric')} ${index + 1}`}
              placeholder="pm10"
              onChange={(event) => change(index, { metric: event.target.value })}
            />
            <label htmlFor={`factor-${index}`}>×</label>
            <NumberInput
              id={`factor-${index}`}
              value={line.factor}
              width={120}
              onChange={(factor) => change(index, { factor })}
            />
            <Button onClick={() => setLines(lines.filter((_line, at) => at !== index))}>
              {say('删除', 'Remove')}
              <span className="hidden">{index + 1}</span>
            </Button>
          </div>
        ))}
        <Button onClick={() => setLines([...lines, { metric: '', factor: 1 }])}>{say('增加一个', 'Add')}</Button>
        <p className="fault">{tried && !complete ? say('系数不能为零或空。', 'A factor is missing or zero.') : ''}</p>
      </fieldset>
      <TextField label={say('说明', 'Note')} value={note} onChange={setNote} rows={2} maxLength={400} />
      {after !== null && (
        <Checkbox checked={apply} onChange={(event) => setApply(event.target.checked)}>
          {say(
            `现用第 ${after.version} 版的 ${after.devices} 台设备改用新版本`,
            'Its devices change to the new version',
          )}
        </Checkbox>
      )}
    </FormDialog>
  )
}

export const ProfilesPage = (): ReactElement => {
  const say = useSay()
  const query = useRead(listMetricProfiles, {})
  const [making, setMaking] = useState<MetricProfile | 'new' | null>(null)
  return (
    <Page
      title={say('指标模板', 'Metric profiles')}
      actions={
        query.data !== undefined && (
          <ActButton because={query.data.may.operate} look={{ type: 'primary' }} onAct={() => setMaking('new')}>
            {say('新建指标模板', 'New profile')}
          </ActButton>
        )
      }
    >
      <DeviceTabs />
      <Loaded query={query}>
        {(data) => (
          <CaseTable
            label={say('指标模板', 'Metric profiles')}
            rows={data.rows}
            keyOf={(row) => String(row.profileId)}
            columns={[
              {
                title: words('名称', 'Name'),
                heads: true,
                show: (row) => (
                  <>
                    {row.name}
                    <div className="small quiet" style={{ fontWeight: 400 }}>
                      {row.model} v{row.version}
                    </div>
                  </>
                ),
              },
              { title: words('类别', 'Kind'), show: (row) => say(deviceKindWords[row.kind]) },
              {
                title: words('指标', 'Metrics'),
                show: (row) =>
                  row.metrics
                    .map((metric, index) => {
                      const factor = row.factors[index] ?? 1
                      return `${say(metricName(metric))}${factor === 1 ? '' : `(×${factor})`}`
                    })
                    .join('、') || '—',
              },
              { title: words('说明', 'Note'), show: (row) => row.note || '—' },
              { title: words('设备', 'Devices'), show: (row) => row.devices },
              {
                title: words('版本', 'Version'),
                show: (row) =>
                  row.latest ? (
                    <ActButton because={data.may.operate} look={{ size: 'small' }} onAct={() => setMaking(row)}>
                      {say('新版本', 'New version')}
                      <span className="hidden">{row.name}</span>
                    </ActButton>
                  ) : (
                    <span className="tag">{say('旧版', 'older')}</span>
                  ),
              },
            ]}
          />
        )}
      </Loaded>
      {making !== null && <ProfileDialog after={making === 'new' ? null : making} onClose={() => setMaking(null)} />}
    </Page>
  )
}
