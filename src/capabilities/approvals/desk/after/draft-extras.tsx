/** What a draft says beyond its outcome: parts, conditions with their terms, the ground of a refusal, validity. */
import { Button, Checkbox, Input, Select } from 'antd'
import { type ReactElement, useId, useState } from 'react'
import { useSay } from '../../../../desk/language.tsx'
import { useRead } from '../../../../desk/queries.ts'
import { ChoiceField, TextField } from '../../../../desk/ui/inputs.tsx'
import { Loaded } from '../../../../desk/ui/loaded.tsx'
import type { LocalDate } from '../../../../kernel/time.ts'
import { words } from '../../../../kernel/words.ts'
import { readDecisionLibrary } from '../../contract/after.ts'
import {
  type ConditionTerm,
  conditionEvents,
  conditionGrades,
  type DraftExtras,
  partDecisions,
  responsibleParties,
  type ScopePart,
} from '../../contract/decision-parts.ts'
import type { ItemRunId, Outcome } from '../../contract.ts'
import { eventWords, gradeWords, plainTerm, responsibleWords } from '../../model/conditions.ts'
import { Pending } from './pending.tsx'

interface Props {
  readonly itemRunId: ItemRunId
  readonly outcome: Outcome
  readonly extras: DraftExtras
  readonly onChange: (extras: DraftExtras) => void
}
const partWords = {
  granted: words('准予', 'Granted'),
  refused: words('不予许可', 'Refused'),
  open: words('另行决定', 'Still open'),
} as const

export const DraftExtrasFields = ({ itemRunId, outcome, extras, onChange }: Props): ReactElement => {
  const say = useSay()
  const conditional = outcome === 'approved-with-conditions' || outcome === 'partially-approved'
  return (
    <>
      {outcome === 'partially-approved' && (
        <ScopeFields scope={extras.scope} onChange={(scope) => onChange({ ...extras, scope: [...scope] })} />
      )}
      {outcome === 'refused' && <RefusalFields itemRunId={itemRunId} extras={extras} onChange={onChange} />}
      {conditional && (
        <TermsFields
          itemRunId={itemRunId}
          terms={extras.terms}
          onChange={(terms) => onChange({ ...extras, terms: [...terms] })}
        />
      )}
      {outcome !== 'refused' && (
        <TextField
          label={say('有效期至(没有期限的留空)', 'Valid until (leave empty for no end)')}
          type="date"
          value={extras.validUntil ?? ''}
          onChange={(value) => onChange({ ...extras, validUntil: value === '' ? null : (value as LocalDate) })}
        />
      )}
    </>
  )
}

const replaceAt = <T,>(list: readonly T[], at: number, value: T): readonly T[] =>
  list.map((each, index) => (index === at ? value : each))

const ScopeFields = ({
  scope,
  onChange,
}: {
  readonly scope: readonly ScopePart[]
  readonly onChange: (scope: readonly ScopePart[]) => void
}): ReactElement => {
  const say = useSay()
  return (
    <fieldset className="field">
      <legend>{say('决定范围(逐个单体、地块或者部分)', 'Scope, part by part')}</legend>
      {scope.map((part, index) => (
        // Parts have no identity of their own: their place in the list is it.
        // biome-ignore lint/suspicious/noArrayIndexKey: see above
        <div className="row" key={index} style={{ marginBottom: 6 }}>
          <Input
            value={part.name}
            maxLength={120}
            style={{ width: 180 }}
            aria-label={`${say('部分名称', 'Name of the part')} ${index + 1}`}
            onChange={(event) => onChange(replaceAt(scope, index, { ...part, name: event.target.value }))}
          />
          <Select
            value={part.decision}
            style={{ width: 120 }}
            aria-label={`${say('该部分的决定', 'Decision on the part')} ${index + 1}`}
            onChange={(decision) => onChange(replaceAt(scope, index, { ...part, decision }))}
            options={partDecisions.map((each) => ({ value: each, label: say(partWords[each]) }))}
          />
          <Input
            value={part.reason}
            maxLength={500}
            style={{ width: 240 }}
            placeholder={say('理由(不予许可时必填)', 'Reason (needed when refused)')}
            aria-label={`${say('理由', 'Reason')} ${index + 1}`}
            onChange={(event) => onChange(replaceAt(scope, index, { ...part, reason: event.target.value }))}
          />
          <Button onClick={() => onChange(scope.filter((_part, at) => at !== index))}>
            {say('删除', 'Remove')}
            <span className="hidden">{index + 1}</span>
          </Button>
        </div>
      ))}
      <Button onClick={() => onChange([...scope, { name: '', decision: 'granted', reason: '' }])}>
        {say('增加一个部分', 'Add a part')}
      </Button>
    </fieldset>
  )
}

const RefusalFields = ({ itemRunId, extras, onChange }: Omit<Props, 'outcome'>): ReactElement => {
  const say = useSay()
  const library = useRead(readDecisionLibrary, { params: { itemRunId } })
  const ground = extras.refusal?.ground ?? null
  const facts = extras.refusal?.facts ?? ''
  return (
    <>
      <Loaded query={library}>
        {(data) => (
          <ChoiceField
            label={say('不予许可的法定理由', 'Ground in law')}
            value={ground}
            onChange={(chosen) => onChange({ ...extras, refusal: { ground: chosen, facts } })}
            options={data.refusalGrounds.map((each) => ({
              value: each.id,
              label: (
                <>
                  {say(each.name)}({each.basis}) <Pending certainty={each.certainty} />
                </>
              ),
            }))}
          />
        )}
      </Loaded>
      <TextField
        label={say('查明的事实', 'Facts found')}
        value={facts}
        onChange={(value) => onChange({ ...extras, refusal: { ground: ground ?? '', facts: value } })}
        rows={4}
        maxLength={4000}
        required
      />
    </>
  )
}

const TermsFields = ({
  itemRunId,
  terms,
  onChange,
}: {
  readonly itemRunId: ItemRunId
  readonly terms: readonly ConditionTerm[]
  readonly onChange: (terms: readonly ConditionTerm[]) => void
}): ReactElement => {
  const say = useSay()
  const id = useId()
  const [chosen, setChosen] = useState<string | null>(null)
  const library = useRead(readDecisionLibrary, { params: { itemRunId } })
  const offered = library.data?.conditions ?? []
  const add = () => {
    const found = offered.find((each) => each.libraryId === chosen)
    if (found === undefined) return
    const { name: _name, certainty: _certainty, ...term } = found
    onChange([...terms, term])
    setChosen(null)
  }
  return (
    <fieldset className="field">
      <legend>{say('条件', 'Conditions')}</legend>
      {terms.map((term, index) => (
        <TermFields
          // Conditions have no identity of their own: their place in the list is it.
          // biome-ignore lint/suspicious/noArrayIndexKey: see above
          key={index}
          number={index + 1}
          term={term}
          onChange={(next) => onChange(replaceAt(terms, index, next))}
          onRemove={() => onChange(terms.filter((_term, at) => at !== index))}
        />
      ))}
      <div className="row">
        <label htmlFor={id}>{say('条件库', 'Library')}</label>
        <Select
          id={id}
          value={chosen}
          style={{ width: 380, maxWidth: '100%' }}
          onChange={setChosen}
          options={offered.map((each) => ({
            value: each.libraryId ?? '',
            label: `${say(gradeWords[each.grade])} · ${say(each.name)}(${each.source})`,
          }))}
        />
        <Button disabled={chosen === null} onClick={add}>
          {say('加入', 'Add from the library')}
        </Button>
        <Button onClick={() => onChange([...terms, plainTerm('')])}>{say('自拟一条', 'Write one')}</Button>
      </div>
    </fieldset>
  )
}
const TermFields = ({
  number,
  term,
  onChange,
  onRemove,
}: {
  readonly number: number
  readonly term: ConditionTerm
  readonly onChange: (term: ConditionTerm) => void
  readonly onRemove: () => void
}): ReactElement => {
  const say = useSay()
  const blocks = term.grade === 'lock' || term.grade === 'hold'
  const named = (what: string) => `${what} ${number}`
  return (
    <div style={{ marginBottom: 12 }}>
      <Input.TextArea
        value={term.text}
        rows={2}
        maxLength={500}
        aria-label={named(say('条件内容', 'Condition'))}
        onChange={(event) => onChange({ ...term, text: event.target.value })}
      />
      <div className="row">
        <Select
          value={term.grade}
          style={{ width: 120 }}
          aria-label={named(say('等级', 'Grade'))}
          onChange={(grade) =>
            onChange({ ...term, grade, blocks: grade === 'lock' || grade === 'hold' ? term.blocks : [] })
          }
          options={conditionGrades.map((each) => ({ value: each, label: say(gradeWords[each]) }))}
        />
        <Select
          value={term.responsible}
          style={{ width: 180 }}
          aria-label={named(say('责任单位', 'Responsible'))}
          onChange={(responsible) => onChange({ ...term, responsible })}
          options={responsibleParties.map((each) => ({ value: each, label: say(responsibleWords[each]) }))}
        />
        <Input
          type="date"
          value={term.dueOn ?? ''}
          style={{ width: 160 }}
          aria-label={named(say('履行期限', 'Until'))}
          onChange={(event) =>
            onChange({ ...term, dueOn: event.target.value === '' ? null : (event.target.value as LocalDate) })
          }
        />
        <Select
          value={term.dueEvent ?? ''}
          style={{ width: 150 }}
          aria-label={named(say('或者在此环节前', 'Or before'))}
          onChange={(event) => onChange({ ...term, dueEvent: conditionEvents.find((each) => each === event) ?? null })}
          options={[
            { value: '' as const, label: say('不限环节', 'No event') },
            ...conditionEvents.map((each) => ({
              value: each,
              label: `${say(eventWords[each])}${say('前', ': before')}`,
            })),
          ]}
        />
        {blocks && (
          <Checkbox.Group
            value={[...term.blocks]}
            onChange={(values) =>
              onChange({ ...term, blocks: conditionEvents.filter((each) => values.includes(each)) })
            }
            options={conditionEvents.map((each) => ({
              value: each,
              label: `${say('未履行不得', 'blocks')} ${say(eventWords[each])}`,
            }))}
          />
        )}
        <Button onClick={onRemove}>
          {say('删除', 'Remove')}
          <span className="hidden">{number}</span>
        </Button>
      </div>
    </div>
  )
}
