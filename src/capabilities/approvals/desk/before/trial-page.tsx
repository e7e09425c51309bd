/** 试用: guide, form, materials and due days under versions that are not in force. Nothing is written. */
import { Checkbox } from 'antd'
import { type ReactElement, useState } from 'react'
import { useSay } from '../../../../desk/language.tsx'
import { useRead } from '../../../../desk/queries.ts'
import { CaseTable } from '../../../../desk/ui/case-table.tsx'
import { FieldEditor } from '../../../../desk/ui/field-editor.tsx'
import { ChoiceField, TextField } from '../../../../desk/ui/inputs.tsx'
import { Loaded } from '../../../../desk/ui/loaded.tsx'
import { Card, Page } from '../../../../desk/ui/page.tsx'
import { needsVerification } from '../../../../kernel/sourced.ts'
import { words } from '../../../../kernel/words.ts'
import { listEditions, trialNotice, tryCatalogue, versionWords } from '../../../catalogue/contract/editions.ts'
import { type GuideAnswers, listStages, type StageId } from '../../../catalogue/contract.ts'
import { tryApplication } from '../../contract/trial.ts'
import type { Answers } from '../../contract.ts'
import { faultsFor } from '../form-definition.ts'
import { GuideQuestion } from '../new-application-page.tsx'

export const TrialPage = (): ReactElement => {
  const say = useSay()
  const editions = useRead(listEditions, {})
  const stages = useRead(listStages, {})
  const [chosen, setChosen] = useState<readonly string[]>([])
  const [day, setDay] = useState('')
  const [stage, setStage] = useState<StageId>('ST1')
  return (
    <Page title={say('试用新版本', 'Try a new version')} beside={<span className="tag">{say('试用', 'Trial')}</span>}>
      <p className="notice warn">{say(trialNotice)}</p>
      <Card title={say('用哪些版本、哪一天', 'Which versions, which day')}>
        <Loaded query={editions}>
          {(data) => (
            <>
              <fieldset className="field">
                <legend>
                  {say('草稿(已发布的版本按日期自动适用)', 'Drafts (published versions apply by their day)')}
                </legend>
                {data.rows
                  .filter((row) => row.standing === 'draft')
                  .map((row) => (
                    <div key={row.editionId}>
                      <Checkbox
                        checked={chosen.includes(row.editionId)}
                        onChange={(event) => {
                          setChosen(
                            event.target.checked
                              ? [...chosen, row.editionId]
                              : chosen.filter((id) => id !== row.editionId),
                          )
                          if (event.target.checked && row.from !== null) setDay(row.from)
                        }}
                      >
                        {say(row.name)} · {row.from}
                      </Checkbox>
                    </div>
                  ))}
                {data.rows.every((row) => row.standing !== 'draft') && (
                  <p className="quiet">{say('没有草稿。', 'There is no draft.')}</p>
                )}
              </fieldset>
              <TextField
                label={say('假定的收件日', 'Day of receipt, assumed')}
                type="date"
                value={day === '' ? data.today : day}
                onChange={setDay}
              />
              <Loaded query={stages}>
                {(known) => (
                  <ChoiceField
                    label={say('阶段', 'Stage')}
                    value={stage}
                    onChange={setStage}
                    options={known.stages
                      .filter((each) => each.id !== 'ST-P')
                      .map((each) => ({ value: each.id, label: say(each.name) }))}
                  />
                )}
              </Loaded>
              <Trial key={stage} editionIds={chosen} day={day === '' ? data.today : day} stage={stage} />
            </>
          )}
        </Loaded>
      </Card>
    </Page>
  )
}

const Trial = ({
  editionIds,
  day,
  stage,
}: {
  readonly editionIds: readonly string[]
  readonly day: string
  readonly stage: StageId
}): ReactElement => {
  const say = useSay()
  const [guideAnswers, setGuideAnswers] = useState<GuideAnswers>({})
  const [answers, setAnswers] = useState<Answers>({})
  const given = Object.fromEntries(
    Object.entries(guideAnswers).filter(
      (entry): entry is [string, string | number | boolean] => entry[1] !== undefined,
    ),
  )
  const common = { editionIds: editionIds as never, day: day as never }
  const guide = useRead(tryCatalogue, { body: { ...common, stage, answers: given, itemIds: [] } }, { keep: true })
  const itemIds = guide.data?.guide.items.map((item) => item.itemId) ?? []
  const form = useRead(
    tryCatalogue,
    { body: { ...common, stage, answers: given, itemIds } },
    { keep: true, enabled: itemIds.length > 0 },
  )
  const tried = useRead(
    tryApplication,
    { body: { ...common, itemIds, guideAnswers: given, answers } },
    { keep: true, enabled: itemIds.length > 0 },
  )
  return (
    <>
      <Loaded query={guide}>
        {(data) => (
          <details open>
            <summary>{say('引导', 'Guide')}</summary>
            {data.guide.asked.map((question) => (
              <GuideQuestion
                key={question.id}
                fromRegister={false}
                question={question}
                value={given[question.id]}
                onChange={(value) => setGuideAnswers({ ...given, [question.id]: value })}
              />
            ))}
            <ul>
              {data.guide.items.map((item) => (
                <li key={item.itemId}>
                  <strong>{say(item.name)}</strong> ({say(versionWords(item.versionId))}):{say(item.because)}
                </li>
              ))}
            </ul>
          </details>
        )}
      </Loaded>
      {itemIds.length > 0 && (
        <>
          <Loaded query={tried}>
            {(data) => (
              <>
                <CaseTable
                  label={say('时限与到期日(试用)', 'Limits and due days (trial)')}
                  rows={data.limits}
                  keyOf={(row) => row.itemId}
                  columns={[
                    { title: words('事项', 'Item'), heads: true, show: (row) => say(row.name) },
                    { title: words('版本', 'Version'), show: (row) => say(versionWords(row.versionId)) },
                    {
                      title: words('时限', 'Limit'),
                      show: (row) =>
                        row.days === null
                          ? '—'
                          : `${row.days} ${say(row.unit === 'workday' ? words('个工作日', 'working days') : words('日', 'days'))}`,
                    },
                    {
                      title: words('到期日', 'Due'),
                      show: (row) => (
                        <>
                          {row.due ?? '—'}{' '}
                          {row.provisional && <span className="tag">{say('暂估', 'provisional')}</span>}
                        </>
                      ),
                    },
                    {
                      title: words('依据', 'Basis'),
                      show: (row) => (
                        <>
                          {row.basis}{' '}
                          {needsVerification(row.certainty) && <span className="tag">{say('待核', 'unverified')}</span>}
                        </>
                      ),
                    },
                  ]}
                />
                <h3>{say('材料(试用)', 'Materials (trial)')}</h3>
                <ul>
                  {data.materials.map((need) => (
                    <li key={need.materialId}>
                      {say(need.name)} · {need.required ? say('必交', 'required') : say('非必交', 'optional')} ·{' '}
                      {say(need.because)}
                    </li>
                  ))}
                </ul>
              </>
            )}
          </Loaded>
          <Loaded query={form}>
            {(data) => (
              <details>
                <summary>{say('表单(试用)', 'Form (trial)')}</summary>
                {data.form?.sections.map((section) => (
                  <section key={section.id} aria-label={say(section.name)}>
                    <h3>{say(section.name)}</h3>
                    <div className="form-grid">
                      {section.fields.map((field) => (
                        <FieldEditor
                          key={field.id}
                          field={field}
                          value={answers[field.id]}
                          onChange={(value) => setAnswers({ ...answers, [field.id]: value })}
                          faults={answers[field.id] === undefined ? [] : faultsFor(tried.data?.faults ?? [], field.id)}
                        />
                      ))}
                    </div>
                  </section>
                ))}
              </details>
            )}
          </Loaded>
        </>
      )}
    </>
  )
}
