/** 征求意见: departments suggested by the rules come chosen, each with its reason; departing from them asks for one. */
import { Checkbox } from 'antd'
import { type ReactElement, useState } from 'react'
import { useSay } from '../../../../desk/language.tsx'
import { useAct, useRead } from '../../../../desk/queries.ts'
import { FormDialog } from '../../../../desk/ui/form-dialog.tsx'
import { NumberField, TextField } from '../../../../desk/ui/inputs.tsx'
import { Loaded } from '../../../../desk/ui/loaded.tsx'
import type { ReplyOf } from '../../../../kernel/endpoint.ts'
import { certaintySchema, needsVerification } from '../../../../kernel/sourced.ts'
import { listDepartments } from '../../../people/contract.ts'
import { readSuggestions } from '../../contract/consultation.ts'
import { askOpinions, type ItemRunView } from '../../contract.ts'

type Suggestions = ReplyOf<typeof readSuggestions>
interface Props {
  readonly run: ItemRunView
  readonly onClose: () => void
}
export const AskOpinionsDialog = ({ run, onClose }: Props): ReactElement | null => {
  const suggestions = useRead(readSuggestions, { params: { itemRunId: run.itemRunId } })
  return (
    <Loaded query={suggestions}>
      {(data) => <AskForm run={run} onClose={onClose} suggested={data.suggestions} silence={data.silence} />}
    </Loaded>
  )
}
const isUnsure = (certainty: string): boolean => {
  const parsed = certaintySchema.safeParse(certainty)
  return !parsed.success || needsVerification(parsed.data)
}
const AskForm = ({
  run,
  onClose,
  suggested,
  silence,
}: Props & {
  readonly suggested: Suggestions['suggestions']
  readonly silence: Suggestions['silence']
}): ReactElement => {
  const say = useSay()
  const departments = useRead(listDepartments, {})
  const ask = useAct(askOpinions, { onDone: onClose })
  const certain = suggested.filter((each) => each.certain === 'yes' && !each.asked)
  const [chosen, setChosen] = useState<readonly string[]>(certain.map((each) => each.department))
  const [reasons, setReasons] = useState<Readonly<Record<string, string>>>({})
  const [question, setQuestion] = useState('')
  const [days, setDays] = useState<number | null>(3)
  const [tried, setTried] = useState(false)
  const names = new Map((departments.data?.rows ?? []).map((each) => [each.code, each.shortName]))
  const nameOf = (code: string) => names.get(code) ?? code
  const known = new Set(suggested.map((each) => each.department))
  const askedBefore = new Set(run.opinionTasks.map((task) => task.department))
  const dropped = certain.map((each) => each.department).filter((code) => !chosen.includes(code))
  const added =
    suggested.some((each) => each.certain === 'yes') &&
    chosen.filter((code) => !known.has(code) && !askedBefore.has(code))
  const owing = [...dropped, ...(added === false ? [] : added)]
  const lacks = owing.some((code) => (reasons[code] ?? '').trim() === '')
  const submit = () => {
    setTried(true)
    if (chosen.length === 0 || question.trim() === '' || days === null || lacks) return
    ask.mutate({
      params: { itemRunId: run.itemRunId },
      body: { departments: [...chosen], question, days, reasons: { ...reasons } },
    })
  }
  return (
    <FormDialog
      open
      title={say('向其他部门征求意见', 'Ask other departments')}
      onClose={onClose}
      onSubmit={submit}
      submitLabel={say('发出', 'Send')}
      busy={ask.isPending}
      error={ask.error}
    >
      {suggested.length > 0 && (
        <div className="notice">
          <strong>{say('系统建议', 'Suggested')}</strong>
          <ul style={{ margin: 0 }}>
            {suggested.map((each) => (
              <li key={each.department}>
                <strong>{each.departmentName}</strong>:{say(each.reason)}{' '}
                <span className="quiet small">
                  {each.basis} {isUnsure(each.certainty) && say('(待核)', '(to be verified)')}
                  {each.certain === 'unknown' && say('(资料不足,请自行判断)', '(facts missing: judge yourself)')}
                  {each.asked && say('(已征求)', '(asked already)')}
                </span>
              </li>
            ))}
          </ul>
        </div>
      )}
      <fieldset className="field">
        <legend>{say('征求哪些部门', 'Departments')}</legend>
        <Loaded query={departments}>
          {(data) => (
            <Checkbox.Group
              value={[...chosen]}
              onChange={(values) => setChosen(values)}
              options={data.rows
                .filter((department) => department.code !== run.department)
                .map((department) => ({ value: department.code, label: department.shortName }))}
            />
          )}
        </Loaded>
        <p className="fault">
          {tried && chosen.length === 0 ? say('请至少选择一个部门。', 'Choose at least one.') : ''}
        </p>
      </fieldset>
      {owing.map((code) => (
        <TextField
          key={code}
          label={
            dropped.includes(code)
              ? `${say('不征求的理由', 'Why not asked')}:${nameOf(code)}`
              : `${say('增加的理由', 'Why asked as well')}:${nameOf(code)}`
          }
          value={reasons[code] ?? ''}
          onChange={(text) => setReasons({ ...reasons, [code]: text })}
          maxLength={500}
          required
          fault={tried && (reasons[code] ?? '').trim() === '' ? say('请写明理由。', 'Give the reason.') : undefined}
        />
      ))}
      <TextField
        label={say('需要对方回答的问题', 'Question')}
        value={question}
        onChange={setQuestion}
        rows={4}
        maxLength={1000}
        required
        fault={
          tried && question.trim() === '' ? say('请写明需要对方回答什么。', 'Say what is to be answered.') : undefined
        }
      />
      <NumberField
        label={say('答复期限(工作日)', 'Answer within (working days)')}
        value={days}
        onChange={setDays}
        min={1}
        max={20}
        whole
        required
      />
      <p className="quiet small">
        {silence === 'deemed'
          ? say('逾期未答复的,视为无异议。', 'Silence counts as no objection.')
          : silence === 'safety'
            ? say('安全事项:逾期不视为同意,须等待答复。', 'A safety item: silence is never consent.')
            : say('本事项没有默认规则,须等待答复。', 'Silence has no effect for this item.')}
      </p>
    </FormDialog>
  )
}
