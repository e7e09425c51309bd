/** The three axes stage × state × hold reason, publicity, and what may be done with each; every act needs a reason. */
import { type ReactElement, type ReactNode, useState } from 'react'
import { useSay } from '../../../desk/language.tsx'
import { useAct } from '../../../desk/queries.ts'
import { ActButton } from '../../../desk/ui/act-button.tsx'
import { FormDialog } from '../../../desk/ui/form-dialog.tsx'
import { ChoiceField, TextField } from '../../../desk/ui/inputs.tsx'
import { Card } from '../../../desk/ui/page.tsx'
import type { Actor } from '../../../kernel/actor.ts'
import { fill, type Words, words } from '../../../kernel/words.ts'
import {
  changeStage,
  changeState,
  type HoldReason,
  holdProject,
  holdReasons,
  holdReasonWords,
  type ProjectDetail,
  type ProjectStage,
  type ProjectState,
  projectStateWords,
  publishProject,
  resumeProject,
  stageWords,
} from '../contract.ts'
import { isOpen, stageLifecycle, stateLifecycle } from '../model/stages.ts'
import { mayChangeStage, mayHold, mayPublish, projectOver } from '../policy.ts'
import { reasonOf, useActor } from './actor.ts'

type Act = 'stage' | 'state' | 'hold' | 'resume' | 'publish'

const lastStage = words('项目已在最后阶段,没有下一阶段可变更。', 'This is the last stage.')
const lastState = words('项目已撤销,不能再变更状态;如需继续,请重新登记项目。', 'Withdrawn: register it anew.')
const over = projectOver().refusal.sentence
const restingWords = words(
  '项目因“{reason}”暂停中,请先恢复项目再推进。',
  'The project is on hold ({reason}); resume it first.',
)
const resting = (reason: HoldReason): Words => ({
  zh: fill(restingWords.zh, { reason: holdReasonWords[reason].zh }),
  en: fill(restingWords.en, { reason: holdReasonWords[reason].en }),
})

/** Hold reasons this person may use; a person who may not end the present hold may not replace it either. */
const openReasons = (actor: Actor): readonly HoldReason[] =>
  holdReasons.filter((reason) => mayHold(actor, reason).allowed)

/** Why each act cannot be done now; null = it can. The server decides again. */
const whyNot = (actor: Actor, project: ProjectDetail): Readonly<Record<Act, Words | null>> => {
  const { stage, state, holdReason } = project
  const moving = reasonOf(mayChangeStage(actor))
  return {
    stage:
      moving ??
      (isOpen(state) ? null : over) ??
      (holdReason === null ? null : resting(holdReason)) ??
      (stageLifecycle.isFinal(stage) ? lastStage : null),
    state: moving ?? (stateLifecycle.isFinal(state) ? lastState : null),
    hold:
      (openReasons(actor).length === 0 ? reasonOf(mayHold(actor, 'other')) : null) ??
      (holdReason === null ? null : reasonOf(mayHold(actor, holdReason))) ??
      (isOpen(state) ? null : over),
    resume: reasonOf(mayHold(actor, holdReason ?? 'safety-stop')),
    publish: reasonOf(mayPublish(actor)),
  }
}

interface DialogProps {
  readonly project: ProjectDetail
  readonly act: Act
  readonly onClose: () => void
}
const ActDialog = ({ project, act, onClose }: DialogProps): ReactElement => {
  const say = useSay()
  const actor = useActor()
  const acts = {
    stage: useAct(changeStage, { onDone: onClose }),
    state: useAct(changeState, { onDone: onClose }),
    hold: useAct(holdProject, { onDone: onClose }),
    resume: useAct(resumeProject, { onDone: onClose }),
    publish: useAct(publishProject, { onDone: onClose }),
  }
  const [because, setBecause] = useState('')
  const [stage, setStage] = useState<ProjectStage | null>(null)
  const [state, setState] = useState<ProjectState | null>(null)
  const [reason, setReason] = useState<HoldReason | null>(null)
  const [tried, setTried] = useState(false)
  const used = acts[act]
  const titles: Readonly<Record<Act, Words>> = {
    stage: words('变更阶段', 'Change the stage'),
    state: words('变更状态', 'Change the state'),
    hold:
      project.holdReason === null ? words('暂停项目', 'Hold the project') : words('变更暂停原因', 'Change the hold'),
    resume: words('恢复项目', 'Resume the project'),
    publish: project.published ? words('收回公开', 'Withdraw from the public') : words('对社会公开', 'Publish'),
  }
  const submit = () => {
    setTried(true)
    if (because.trim().length < 2) return
    const params = { projectId: project.id }
    if (act === 'resume') acts.resume.mutate({ params, body: { because } })
    else if (act === 'publish') acts.publish.mutate({ params, body: { published: !project.published, because } })
    else if (act === 'stage' && stage !== null) acts.stage.mutate({ params, body: { stage, because } })
    else if (act === 'state' && state !== null) acts.state.mutate({ params, body: { state, because } })
    else if (act === 'hold' && reason !== null) acts.hold.mutate({ params, body: { reason, because } })
  }
  const missing = (value: unknown) => (tried && value === null ? say('请选择一项。', 'Choose one.') : undefined)
  return (
    <FormDialog
      open
      title={say(titles[act])}
      onClose={onClose}
      onSubmit={submit}
      submitLabel={say('确定', 'Confirm')}
      busy={used.isPending}
      error={used.error}
    >
      {act === 'stage' && (
        <ChoiceField
          label={say('变更为', 'New stage')}
          value={stage}
          onChange={setStage}
          options={stageLifecycle.next(project.stage).map((value) => ({ value, label: say(stageWords[value]) }))}
          fault={missing(stage)}
        />
      )}
      {act === 'state' && (
        <ChoiceField
          label={say('变更为', 'New state')}
          value={state}
          onChange={setState}
          options={stateLifecycle.next(project.state).map((value) => ({ value, label: say(projectStateWords[value]) }))}
          fault={missing(state)}
        />
      )}
      {act === 'hold' && (
        <ChoiceField
          label={say('原因', 'Reason')}
          value={reason}
          onChange={setReason}
          options={openReasons(actor)
            .filter((value) => value !== project.holdReason)
            .map((value) => ({ value, label: say(holdReasonWords[value]) }))}
          fault={missing(reason)}
        />
      )}
      <TextField
        label={say('理由', 'Because')}
        value={because}
        onChange={setBecause}
        rows={3}
        maxLength={400}
        required
        fault={tried && because.trim().length < 2 ? say('请填写理由,至少 2 个字。', 'Give a reason.') : undefined}
      />
    </FormDialog>
  )
}

const Axis = ({ title, value, children }: { title: Words; value: string; children: ReactNode }): ReactElement => {
  const say = useSay()
  return (
    <div>
      <dt>{say(title)}</dt>
      <dd>
        <div style={{ marginBottom: 6 }}>
          <span className="tag">{value}</span>
        </div>
        <div className="row">{children}</div>
      </dd>
    </div>
  )
}

export const Axes = ({ project }: { readonly project: ProjectDetail }): ReactElement => {
  const say = useSay()
  const actor = useActor()
  const [act, setAct] = useState<Act | null>(null)
  const why = whyNot(actor, project)
  const { holdReason } = project
  const button = (name: Act, label: Words) => (
    <ActButton because={why[name]} onAct={() => setAct(name)}>
      {say(label)}
    </ActButton>
  )
  return (
    <Card title={say('阶段、状态与暂停', 'Stage, state and hold')}>
      <dl className="facts">
        <Axis title={words('阶段', 'Stage')} value={say(stageWords[project.stage])}>
          {button('stage', words('变更阶段', 'Change'))}
        </Axis>
        <Axis title={words('状态', 'State')} value={say(projectStateWords[project.state])}>
          {button('state', words('变更状态', 'Change'))}
        </Axis>
        <Axis
          title={words('暂停', 'Hold')}
          value={holdReason === null ? say('未暂停', 'Not on hold') : say(holdReasonWords[holdReason])}
        >
          {holdReason === null ? (
            button('hold', words('暂停项目', 'Hold'))
          ) : (
            <>
              {button('resume', words('恢复项目', 'Resume'))}
              {button('hold', words('变更暂停原因', 'Change the reason'))}
            </>
          )}
        </Axis>
        <Axis
          title={words('公开', 'Publicity')}
          value={project.published ? say('已对社会公开', 'Public') : say('未公开', 'Not public')}
        >
          {button(
            'publish',
            project.published ? words('收回公开', 'Withdraw from the public') : words('对社会公开', 'Publish'),
          )}
        </Axis>
      </dl>
      {act !== null && <ActDialog project={project} act={act} onClose={() => setAct(null)} />}
    </Card>
  )
}
