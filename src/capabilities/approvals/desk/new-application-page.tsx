/** 新建申请: project and stage, then the question path, then the items with the reason for each. */
import { Link, useNavigate } from '@tanstack/react-router'
import { Button, Checkbox, Radio, Select } from 'antd'
import { type ReactElement, useId, useState } from 'react'
import type { z } from 'zod'
import { useFilters } from '../../../desk/filters.ts'
import { useSay } from '../../../desk/language.tsx'
import { useAct, useRead } from '../../../desk/queries.ts'
import { FormDialog } from '../../../desk/ui/form-dialog.tsx'
import { TextField } from '../../../desk/ui/inputs.tsx'
import { Loaded } from '../../../desk/ui/loaded.tsx'
import { NumberInput } from '../../../desk/ui/number-input.tsx'
import { Card, Page } from '../../../desk/ui/page.tsx'
import { RefusalNotice } from '../../../desk/ui/refusal-notice.tsx'
import { wanOf } from '../../../kernel/money.ts'
import { askGuide, type guideReplySchema, listStages, type Question, stageIdSchema } from '../../catalogue/contract.ts'
import { listProjects, type Project } from '../../projects/contract.ts'
import { startAdvice } from '../contract/advice.ts'
import { createApplication } from '../contract.ts'
import { newSearch } from './search.ts'

type Guidance = z.infer<typeof guideReplySchema>

export const NewApplicationPage = (): ReactElement => {
  const say = useSay()
  const id = useId()
  const [search, change] = useFilters(newSearch)
  const projects = useRead(listProjects, { query: { limit: 200 } })
  const stages = useRead(listStages, {})
  const project = projects.data?.rows.find((each) => each.id === search.projectId)
  return (
    <Page title={say('新建申请', 'New application')}>
      <Card title={say('第一步:项目和阶段', 'Step 1: project and stage')}>
        <Loaded query={projects}>
          {(data) =>
            data.rows.length === 0 ? (
              <p>
                {say('还没有登记项目。', 'No project yet.')}{' '}
                <Link to="/projects/new">{say('先登记项目', 'Register a project first')}</Link>
              </p>
            ) : (
              <div className="field">
                <label htmlFor={`${id}-project`}>{say('项目', 'Project')}</label>
                <Select
                  id={`${id}-project`}
                  style={{ width: '100%', maxWidth: 640 }}
                  showSearch={{ optionFilterProp: 'label' }}
                  placeholder={say('请选择项目', 'Choose a project')}
                  value={search.projectId ?? null}
                  onChange={(projectId: string) => change({ projectId })}
                  options={data.rows.map((project) => ({
                    value: project.id as string,
                    label: `${project.name} · ${project.caseNumber}`,
                  }))}
                />
              </div>
            )
          }
        </Loaded>
        <Loaded query={stages}>
          {(data) => (
            <fieldset className="field">
              <legend>{say('办理阶段', 'Stage')}</legend>
              <Radio.Group
                name={`${id}-stage`}
                value={search.stage ?? null}
                onChange={(event) => change({ stage: String(event.target.value) })}
                style={{ display: 'grid', gap: 8 }}
              >
                {data.stages
                  .filter((stage) => stage.id !== 'ST-P')
                  .map((stage) => (
                    <Radio key={stage.id} value={stage.id}>
                      {say(stage.name)}
                      <span className="quiet small" style={{ display: 'block' }}>
                        {say(stage.summary)}
                      </span>
                    </Radio>
                  ))}
              </Radio.Group>
            </fieldset>
          )}
        </Loaded>
      </Card>
      {search.projectId !== undefined && search.stage !== undefined && (
        <Guide
          key={search.stage}
          projectId={search.projectId}
          stage={search.stage}
          known={project === undefined ? {} : knownOf(project)}
          answers={search.answers ?? {}}
          onAnswers={(answers) => change({ answers })}
        />
      )}
    </Page>
  )
}

/** What the project register answers already: nobody is asked twice. */
const knownOf = (project: Project): Answered => {
  const land: Readonly<Record<Project['land'], string>> = { allocation: 'allocation', grant: 'granting', none: 'none' }
  return {
    ...(project.investor === 'mixed' ? {} : { investor: project.investor }),
    land: land[project.land],
    ...(project.totalInvestmentFen === null ? {} : { investmentWan: wanOf(project.totalInvestmentFen) }),
    ...(project.floorAreaM2 === null ? {} : { floorArea: project.floorAreaM2 }),
  }
}

type Answered = Readonly<Record<string, string | number | boolean>>
interface GuideProps {
  readonly projectId: string
  readonly stage: string
  /** Answers from the project register; own answers go before them. */
  readonly known: Answered
  readonly answers: Answered
  readonly onAnswers: (answers: Answered) => void
}
const Guide = ({ projectId, stage, known, answers, onAnswers }: GuideProps): ReactElement => {
  const say = useSay()
  const stageId = stageIdSchema.safeParse(stage)
  const given: Record<string, string | number | boolean> = { ...known, ...answers }
  const guide = useRead(
    askGuide,
    { body: { answers: given, ...(stageId.success ? { stage: stageId.data } : {}) } },
    { keep: true },
  )
  return (
    <Loaded query={guide}>
      {(data) => (
        <>
          <Card title={say('第二步:回答几个问题', 'Step 2: a few questions')}>
            <p className="quiet">
              {say(
                '只问与本阶段有关的内容;答案会带入申请表。',
                'Only what matters for this stage; answers go into the form.',
              )}
            </p>
            {data.asked.map((question) => (
              <GuideQuestion
                key={question.id}
                question={question}
                value={given[question.id]}
                fromRegister={answers[question.id] === undefined && known[question.id] !== undefined}
                onChange={(value) => {
                  const { [question.id]: _before, ...others } = answers
                  onAnswers(value === undefined ? others : { ...others, [question.id]: value })
                }}
              />
            ))}
            <p role="status" className="quiet">
              {data.next.length === 0
                ? say('已全部回答。', 'All answered.')
                : say(`还有 ${data.next.length} 个问题。`, `${data.next.length} questions left.`)}
            </p>
          </Card>
          <Items guidance={data} projectId={projectId} stage={stage} answers={given} />
        </>
      )}
    </Loaded>
  )
}

export const GuideQuestion = ({
  question,
  value,
  fromRegister,
  onChange,
}: {
  readonly question: Question
  readonly value: string | number | boolean | undefined
  /** The value stands in the project register and was not given here. */
  readonly fromRegister: boolean
  readonly onChange: (value: string | number | boolean | undefined) => void
}): ReactElement => {
  const say = useSay()
  const id = useId()
  const [typed, setTyped] = useState<number | null>(typeof value === 'number' ? value : null)
  const [taken, setTaken] = useState(value)
  // The register answers after the question is on the page, and going back brings an earlier answer.
  if (taken !== value) {
    setTaken(value)
    setTyped(typeof value === 'number' ? value : null)
  }
  const help = (
    <>
      {question.help === null ? null : <p className="help">{say(question.help)}</p>}
      {fromRegister && <p className="help">{say('已按项目登记填入,不对可改。', 'From the project register.')}</p>}
    </>
  )
  const unit = question.unit === null ? '' : `(${say(question.unit)})`
  if (question.type === 'number')
    return (
      <div className="field">
        <label htmlFor={id}>
          {say(question.text)}
          {unit}
        </label>
        {help}
        <NumberInput
          id={id}
          value={typed}
          width={220}
          {...(question.min === null ? {} : { min: question.min })}
          {...(question.max === null ? {} : { max: question.max })}
          onChange={setTyped}
          onDone={() => onChange(typed ?? undefined)}
        />
      </div>
    )
  const choices =
    question.type === 'boolean'
      ? [
          { value: true as string | boolean, label: say('是', 'Yes'), help: null },
          { value: false as string | boolean, label: say('否', 'No'), help: null },
        ]
      : question.choices.map((choice) => ({
          value: choice.value as string | boolean,
          label: say(choice.label),
          help: choice.help === null ? null : say(choice.help),
        }))
  return (
    <fieldset className="field">
      <legend>{say(question.text)}</legend>
      {help}
      <Radio.Group
        name={id}
        {...(value === undefined ? {} : { value })}
        onChange={(event) => onChange(event.target.value as string | boolean)}
        style={{ display: 'flex', flexWrap: 'wrap', gap: '6px 20px' }}
      >
        {choices.map((choice) => (
          <Radio key={String(choice.value)} value={choice.value}>
            {choice.label}
            {choice.help !== null && <span className="quiet small">({choice.help})</span>}
          </Radio>
        ))}
      </Radio.Group>
    </fieldset>
  )
}

const Items = ({
  guidance,
  projectId,
  stage,
  answers,
}: {
  readonly guidance: Guidance
  readonly projectId: string
  readonly stage: string
  readonly answers: Record<string, string | number | boolean>
}): ReactElement => {
  const say = useSay()
  const navigate = useNavigate()
  const [picked, setPicked] = useState<ReadonlyMap<string, boolean>>(new Map())
  /** What runs alongside the stages has its own time: it is offered, not ticked. */
  const isPicked = (item: Guidance['items'][number]): boolean => picked.get(item.itemId) ?? item.stage === stage
  const create = useAct(createApplication, {
    onDone: (file) =>
      void navigate({
        to: '/applications/$applicationId/form',
        params: { applicationId: file.application.applicationId },
      }),
  })
  const [asking, setAsking] = useState(false)
  const [question, setQuestion] = useState('')
  const [tried, setTried] = useState(false)
  const advise = useAct(startAdvice, {
    onDone: (file) =>
      void navigate({
        to: '/applications/$applicationId/form',
        params: { applicationId: file.application.applicationId },
      }),
  })
  const chosen = guidance.items.filter(isPicked)
  return (
    <Card title={say('第三步:需要办理的事项', 'Step 3: the items needed')}>
      {guidance.theme !== null && (
        <p>
          {say('项目类型', 'Kind of project')}:{say(guidance.theme.name)}
        </p>
      )}
      {guidance.items.length === 0 && (
        <p className="quiet">
          {say('回答上面的问题后,这里会列出需要办理的事项。', 'Answer the questions above to see the items.')}
        </p>
      )}
      <ul style={{ listStyle: 'none', padding: 0 }}>
        {guidance.items.map((item) => {
          const materials = guidance.materials.filter((one) => one.itemId === item.itemId && one.needed !== 'no')
          return (
            <li key={item.itemId} style={{ marginBottom: 12 }}>
              <Checkbox
                checked={isPicked(item)}
                onChange={(event) => setPicked(new Map(picked).set(item.itemId, event.target.checked))}
              >
                <strong>{say(item.name)}</strong>{' '}
                {item.stage !== stage && (
                  <span className="tag">{say('可并行办理,到时再办也可', 'Runs alongside; may come later')}</span>
                )}
              </Checkbox>
              <div style={{ paddingInlineStart: 26 }}>
                <div>
                  {say('为什么需要', 'Why')}:{say(item.because)}{' '}
                  <span className="quiet small">({item.citation.basis})</span>
                </div>
                {materials.length > 0 && (
                  <details>
                    <summary>{say(`材料 ${materials.length} 项`, `${materials.length} materials`)}</summary>
                    <ul>
                      {materials.map(({ material, needed }) => (
                        <li key={material.id}>
                          {say(material.name)}
                          {needed === 'unknown' && material.when !== null && (
                            <span className="quiet small">({say(material.when)})</span>
                          )}
                        </li>
                      ))}
                    </ul>
                  </details>
                )}
                {guidance.holds
                  .filter((hold) => hold.item === item.itemId)
                  .map((hold) => (
                    <div key={hold.waitsFor + hold.hold} className="small quiet">
                      {say('前置', 'First')}:{say(hold.because)}
                    </div>
                  ))}
              </div>
            </li>
          )
        })}
      </ul>
      {guidance.undecided.length > 0 && (
        <details>
          <summary>
            {say(
              `还不能确定的事项 ${guidance.undecided.length} 个`,
              `${guidance.undecided.length} items not yet certain`,
            )}
          </summary>
          <ul>
            {guidance.undecided.map((item) => (
              <li key={item.itemId}>{say(item.name)}</li>
            ))}
          </ul>
        </details>
      )}
      {guidance.notNeeded.length > 0 && (
        <details>
          <summary>
            {say(`不需要的事项 ${guidance.notNeeded.length} 个`, `${guidance.notNeeded.length} items not needed`)}
          </summary>
          <ul>
            {guidance.notNeeded.map((item) => (
              <li key={item.itemId}>
                {say(item.name)}:{say(item.because)}
              </li>
            ))}
          </ul>
        </details>
      )}
      <RefusalNotice error={create.error} />
      <Button
        type="primary"
        disabled={chosen.length === 0}
        loading={create.isPending}
        onClick={() =>
          create.mutate({
            body: {
              projectId: projectId as never,
              stage,
              guideAnswers: answers,
              itemIds: chosen.map((item) => item.itemId),
            },
          })
        }
      >
        {say(`按这 ${chosen.length} 个事项填写一张表`, `Fill in one form for these ${chosen.length} items`)}
      </Button>{' '}
      <Button disabled={chosen.length === 0} onClick={() => setAsking(true)}>
        {say('先咨询(非正式,不计入受理)', 'Ask for advice first (not binding)')}
      </Button>
      <FormDialog
        open={asking}
        title={say('先咨询', 'Ask for advice first')}
        onClose={() => setAsking(false)}
        onSubmit={() => {
          setTried(true)
          if (question.trim() === '') return
          advise.mutate({
            body: {
              projectId: projectId as never,
              stage,
              guideAnswers: answers,
              itemIds: chosen.map((item) => item.itemId),
              question: question.trim(),
            },
          })
        }}
        submitLabel={say('送出', 'Send')}
        busy={advise.isPending}
        error={advise.error}
      >
        <p className="help">
          {say(
            '材料未齐也可以咨询;之后一键转为申请,不必重填。',
            'Materials need not be complete; one press turns it into an application later.',
          )}
        </p>
        <TextField
          label={say('想咨询的问题', 'Your question')}
          value={question}
          onChange={setQuestion}
          rows={4}
          maxLength={2000}
          required
          fault={tried && question.trim() === '' ? say('请填写想咨询的问题。', 'Write your question.') : undefined}
        />
      </FormDialog>
    </Card>
  )
}
