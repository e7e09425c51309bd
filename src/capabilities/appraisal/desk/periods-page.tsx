/** 考核: the periods, and the drafts that may be computed. */
import { Link, useNavigate } from '@tanstack/react-router'
import { Select } from 'antd'
import { type ReactElement, useId, useState } from 'react'
import { useSay } from '../../../desk/language.tsx'
import { useAct, useRead } from '../../../desk/queries.ts'
import { ActButton } from '../../../desk/ui/act-button.tsx'
import { CaseTable } from '../../../desk/ui/case-table.tsx'
import { FormDialog } from '../../../desk/ui/form-dialog.tsx'
import { ChoiceField, NumberField } from '../../../desk/ui/inputs.tsx'
import { Loaded } from '../../../desk/ui/loaded.tsx'
import { Page } from '../../../desk/ui/page.tsx'
import { wallClock } from '../../../kernel/time.ts'
import { words } from '../../../kernel/words.ts'
import { computePeriod, listPeriods } from '../contract.ts'
import { isPeriod, type Period, periodName } from '../model/periods.ts'

export const PeriodsPage = (): ReactElement => {
  const say = useSay()
  const list = useRead(listPeriods, {})
  const [computing, setComputing] = useState(false)
  return (
    <Page
      title={say('办件时效考核', 'Assessment of service')}
      actions={
        list.data === undefined ? undefined : (
          <ActButton because={list.data.mayCompute} look={{ type: 'primary' }} onAct={() => setComputing(true)}>
            {say('计算考核期', 'Compute a period')}
          </ActButton>
        )
      }
    >
      <p className="quiet">
        {say(
          '每个数字都由办件记录推算,可打开其背后的全部办件,可重新推算核对。发布后冻结;部门可提出异议。',
          'Every number is derived from the files, opens them, and can be derived again. Published numbers are frozen; departments may object.',
        )}
      </p>
      <Loaded query={list}>
        {(data) => (
          <CaseTable
            label={say('考核期,最新在前', 'Periods, newest first')}
            rows={data.rows}
            keyOf={(row) => row.periodId}
            keys
            columns={[
              {
                title: words('考核期', 'Period'),
                heads: true,
                show: (row) => (
                  <Link to="/appraisal/$periodId" params={{ periodId: row.periodId }}>
                    {say(row.name)}
                  </Link>
                ),
              },
              { title: words('起止', 'Days'), show: (row) => `${row.from} – ${row.to}` },
              { title: words('版次', 'Edition'), show: (row) => row.edition },
              {
                title: words('状态', 'State'),
                show: (row) => (
                  <span className="tag">
                    {row.state === 'published' ? say('已发布', 'Published') : say('草稿', 'Draft')}
                  </span>
                ),
              },
              { title: words('数据截至', 'Data until'), show: (row) => wallClock(row.computedAt) },
              { title: words('规则版本', 'Rules'), show: (row) => row.rulesVersion },
            ]}
            empty={words('还没有计算过考核期。', 'No period was computed yet.')}
          />
        )}
      </Loaded>
      {computing && <ComputeDialog onClose={() => setComputing(false)} />}
    </Page>
  )
}

const ComputeDialog = ({ onClose }: { readonly onClose: () => void }): ReactElement => {
  const say = useSay()
  const id = useId()
  const navigate = useNavigate()
  const [kind, setKind] = useState<Period['kind']>('quarter')
  const [thisYear] = useState(() => new Date().getFullYear())
  const [year, setYear] = useState<number | null>(thisYear)
  const [number, setNumber] = useState(1)
  const [tried, setTried] = useState(false)
  const compute = useAct(computePeriod, {
    onDone: ({ period }) => void navigate({ to: '/appraisal/$periodId', params: { periodId: period.periodId } }),
  })
  const choices = Array.from({ length: kind === 'month' ? 12 : 4 }, (_, index) => index + 1)
  const period = { kind, year: year ?? thisYear, number }
  return (
    <FormDialog
      open
      title={say('计算考核期', 'Compute a period')}
      onClose={onClose}
      onSubmit={() => {
        setTried(true)
        if (year !== null && isPeriod(period)) compute.mutate({ body: period })
      }}
      submitLabel={say('计算', 'Compute')}
      busy={compute.isPending}
      error={compute.error}
    >
      <ChoiceField
        label={say('周期', 'Length')}
        value={kind}
        onChange={(value) => {
          setKind(value)
          setNumber(1)
        }}
        options={[
          { value: 'quarter', label: say('季度', 'Quarter') },
          { value: 'month', label: say('月', 'Month') },
        ]}
      />
      <NumberField
        label={say('年份', 'Year')}
        value={year}
        onChange={setYear}
        min={2020}
        max={2200}
        whole
        required
        fault={tried && year === null ? say('请填写年份。', 'Fill in the year.') : undefined}
      />
      <div className="field">
        <label htmlFor={id}>{say('考核期', 'Period')}</label>
        <Select
          id={id}
          style={{ width: 240 }}
          value={number}
          onChange={(value: number) => setNumber(value)}
          options={choices.map((value) => ({ value, label: say(periodName({ ...period, number: value })) }))}
        />
      </div>
      <p className="small quiet">
        {say(
          '草稿可以反复计算。考核期结束后才能发布。',
          'A draft may be computed again and again. It can be published once the period is over.',
        )}
      </p>
    </FormDialog>
  )
}
