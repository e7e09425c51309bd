/** 异常提示: what the rules noticed, with the files; people look, explain, confirm. Nothing is punished by itself. */
import { Link } from '@tanstack/react-router'
import { Select } from 'antd'
import { type ReactElement, useId, useState } from 'react'
import { z } from 'zod'
import { useFilters } from '../../../../desk/filters.ts'
import { useSay } from '../../../../desk/language.tsx'
import { useAct, useRead } from '../../../../desk/queries.ts'
import { ActButton } from '../../../../desk/ui/act-button.tsx'
import { CaseTable } from '../../../../desk/ui/case-table.tsx'
import { FormDialog } from '../../../../desk/ui/form-dialog.tsx'
import { TextField } from '../../../../desk/ui/inputs.tsx'
import { Loaded } from '../../../../desk/ui/loaded.tsx'
import { Page } from '../../../../desk/ui/page.tsx'
import { needsVerification } from '../../../../kernel/sourced.ts'
import { wallClock } from '../../../../kernel/time.ts'
import { type Words, words } from '../../../../kernel/words.ts'
import {
  listSignals,
  moveSignal,
  signalCodeSchema,
  type signalRowSchema,
  signalStateSchema,
} from '../../contract/clocks.ts'

type Row = z.infer<typeof signalRowSchema>
type Step = 'looked-at' | 'explained' | 'confirmed'
const stateWords: Readonly<Record<Row['state'], Words>> = {
  new: words('待查看', 'New'),
  'looked-at': words('已查看', 'Looked at'),
  explained: words('已说明', 'Explained'),
  confirmed: words('已核实', 'Confirmed'),
}
const stepWords: Readonly<Record<Step, Words>> = {
  'looked-at': words('标为已查看', 'Mark as looked at'),
  explained: words('登记说明', 'Enter an explanation'),
  confirmed: words('核实属实', 'Confirm'),
}
const steps: readonly Step[] = ['looked-at', 'explained', 'confirmed']
const search = z.object({
  state: signalStateSchema.optional().catch(undefined),
  rule: signalCodeSchema.optional().catch(undefined),
  after: z.string().max(400).optional(),
})

export const SignalsPage = (): ReactElement => {
  const say = useSay()
  const id = useId()
  const [filters, change] = useFilters(search)
  const list = useRead(listSignals, { query: filters }, { keep: true })
  const [moving, setMoving] = useState<{ row: Row; step: Step } | null>(null)
  return (
    <Page title={say('异常提示', 'Signals')}>
      <p className="quiet">
        {say(
          '规则只提示异常供人工核查,不自动作出任何处理。',
          'Rules only point at what is unusual; nothing follows by itself.',
        )}
      </p>
      <Loaded query={list}>
        {(data) => (
          <>
            <div className="row" style={{ marginBottom: 12 }}>
              <label htmlFor={`${id}-state`}>{say('状态', 'State')}</label>
              <Select
                id={`${id}-state`}
                style={{ width: 200 }}
                value={filters.state ?? ''}
                onChange={(state: Row['state'] | '') => change({ state: state === '' ? undefined : state })}
                options={[
                  { value: '', label: say('全部', 'All') },
                  ...signalStateSchema.options.map((value) => ({
                    value,
                    label: `${say(stateWords[value])}(${data.counts[value]})`,
                  })),
                ]}
              />
              <label htmlFor={`${id}-rule`}>{say('规则', 'Rule')}</label>
              <Select
                id={`${id}-rule`}
                style={{ width: 240 }}
                value={filters.rule ?? ''}
                onChange={(rule: Row['rule'] | '') => change({ rule: rule === '' ? undefined : rule })}
                options={[
                  { value: '', label: say('全部', 'All') },
                  ...data.rules.list.map((rule) => ({ value: rule.code, label: say(rule.name) })),
                ]}
              />
            </div>
            <CaseTable
              label={say('异常提示,最新在前', 'Signals, newest first')}
              rows={data.rows}
              keyOf={(row) => row.signalId}
              keys
              columns={[
                {
                  title: words('提示', 'Signal'),
                  heads: true,
                  show: (row) => (
                    <>
                      {say(row.ruleName)}
                      <div className="small" style={{ fontWeight: 400 }}>
                        {say(row.sentence)}
                      </div>
                    </>
                  ),
                },
                { title: words('部门', 'Department'), show: (row) => row.departmentName },
                {
                  title: words('依据的办件', 'Files'),
                  show: (row) => <Evidence row={row} />,
                },
                { title: words('发生', 'Happened'), show: (row) => wallClock(row.occurredAt) },
                {
                  title: words('状态', 'State'),
                  show: (row) => (
                    <>
                      <span className="tag">{say(stateWords[row.state])}</span>
                      {row.note !== null && <div className="small">{row.note}</div>}
                      {row.changedBy !== null && row.changedAt !== null && (
                        <div className="small quiet">
                          {row.changedBy} {wallClock(row.changedAt)}
                        </div>
                      )}
                    </>
                  ),
                },
                {
                  title: words('核查', 'Look into it'),
                  show: (row) => (
                    <span className="row">
                      {steps
                        .filter((step) => step !== row.state)
                        .map((step) => (
                          <ActButton
                            key={step}
                            because={row.may[step]}
                            look={{ size: 'small' }}
                            onAct={() => setMoving({ row, step })}
                          >
                            {say(stepWords[step])}
                          </ActButton>
                        ))}
                    </span>
                  ),
                },
              ]}
              next={data.next}
              isLaterPage={filters.after !== undefined}
            />
            <p className="small quiet">
              {data.rules.basis}({say('规则版本', 'rules')} {data.rules.version})
              {needsVerification(data.rules.certainty) && <span className="tag">{say('待核', 'unverified')}</span>}
            </p>
          </>
        )}
      </Loaded>
      {moving !== null && <MoveDialog row={moving.row} step={moving.step} onClose={() => setMoving(null)} />}
    </Page>
  )
}

const Evidence = ({ row }: { readonly row: Row }): ReactElement => {
  const say = useSay()
  const link = (file: Row['evidence'][number]) => (
    <li key={`${file.applicationId} ${file.at} ${file.what}`}>
      <Link to="/applications/$applicationId" params={{ applicationId: file.applicationId }}>
        {file.caseNumber}
      </Link>{' '}
      <span className="small">
        {file.what} {wallClock(file.at)}
      </span>
    </li>
  )
  const list = <ul style={{ margin: 0, paddingLeft: 18 }}>{row.evidence.map(link)}</ul>
  return row.evidence.length <= 3 ? (
    list
  ) : (
    <details>
      <summary>
        {row.evidence.length} {say('件', 'files')}
      </summary>
      {list}
    </details>
  )
}

const MoveDialog = ({
  row,
  step,
  onClose,
}: {
  readonly row: Row
  readonly step: Step
  readonly onClose: () => void
}): ReactElement => {
  const say = useSay()
  const [note, setNote] = useState(row.note ?? '')
  const move = useAct(moveSignal, { onDone: onClose })
  return (
    <FormDialog
      open
      title={`${say(stepWords[step])}:${say(row.ruleName)} ${row.caseNumber}`}
      onClose={onClose}
      onSubmit={() =>
        move.mutate({ params: { signalId: row.signalId }, body: { version: row.version, state: step, note } })
      }
      submitLabel={say(stepWords[step])}
      busy={move.isPending}
      error={move.error}
    >
      <p>{say(row.sentence)}</p>
      <TextField
        label={step === 'looked-at' ? say('备注(可不填)', 'Note (optional)') : say('说明或核查结论', 'Finding')}
        rows={4}
        value={note}
        onChange={setNote}
        maxLength={2000}
        required={step !== 'looked-at'}
      />
    </FormDialog>
  )
}
