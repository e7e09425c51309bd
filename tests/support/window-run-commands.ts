/** What somebody may try on an item run, an opinion, a conflict, and the clock of the world. See `window-commands.ts`. */
import departmentRoles from '../../data/catalogue/department-roles.json' with { type: 'json' }
import * as consultation from '../../src/capabilities/approvals/contract/consultation.ts'
import { noExtras } from '../../src/capabilities/approvals/contract/decision-parts.ts'
import * as contract from '../../src/capabilities/approvals/contract.ts'
import { addDays } from '../../src/kernel/time.ts'
import {
  aimedRun,
  choose,
  type Dice,
  nothing,
  type Plan,
  type Planner,
  type RunAim,
  seenVersion,
  verdict,
} from './window-aims.ts'
import type { ApplicationModel, RunModel, TaskModel } from './window-model.ts'
import * as model from './window-model.ts'
import { type Acting, askedDepartments, type Real, type TaskRow } from './window-real.ts'

const inHand = (run: RunModel, application: ApplicationModel): boolean =>
  application.state === 'accepted' && model.openRuns.includes(run.state)
const handlers = ['reviewer', 'lead', 'approver'] as const

interface RunTry extends RunAim {
  readonly who: Acting
  readonly version: number
  readonly params: { itemRunId: contract.ItemRunId }
  readonly real: Real
  readonly dice: Dice
}
const onRun =
  (
    fits: (run: RunModel, application: ApplicationModel, real: Real) => boolean,
    right: (who: Acting, run: RunModel) => boolean,
    plan: (aim: RunTry) => Omit<Plan, 'who'>,
  ): Planner =>
  (world, real, dice) => {
    const aim = aimedRun(world, real, dice, (run, application) => fits(run, application, real))
    if (aim === null) return null
    const who = choose(
      real,
      real.people.filter((each) => right(each, aim.run)),
      dice,
    )
    const version = seenVersion(aim.row.version, dice)
    return { who, ...plan({ ...aim, who, version, params: { itemRunId: aim.row.id }, real, dice }) }
  }
const drafter = (who: Acting, run: RunModel): boolean => model.officerOf(who, run.department, ['reviewer', 'lead'])
const approver = (who: Acting, run: RunModel): boolean => model.officerOf(who, run.department, ['approver'])

const ask = onRun(
  (run, application, real) =>
    inHand(run, application) &&
    run.state === 'handling' &&
    run.tasks.length < 6 &&
    run.since >= addDays(real.today(), -12),
  drafter,
  ({ application, run, who, params, real, dice }) => {
    const departments = askedDepartments
      .filter((_, index) => ((dice.option >> index) & 1) === 1)
      .filter(
        // Nobody asks the own department; whoever tries is refused.
        (each) => each !== run.department || dice.target % 8 === 0,
      )
    if (departments.length === 0) departments.push('housing')
    const days = 1 + (dice.option % 4)
    const lawful =
      drafter(who, run) &&
      inHand(run, application) &&
      run.state === 'handling' &&
      !departments.includes(run.department) &&
      !run.tasks.some((task) => model.isOpen(task) && departments.includes(task.department))
    // The rules may suggest any department: why it is asked or not is always said.
    const reasons = Object.fromEntries(departmentRoles.map(({ code }) => [code, '本项目情况需要']))
    return {
      // The days asked for may be more than the item has left.
      expect: lawful ? 'either' : 'refused',
      call: () =>
        real.window
          .as(who.actor)
          .call(contract.askOpinions, { params, body: { departments, question: '请出具意见', days, reasons } }),
      effect: () => model.ask(run, departments, days, real.today()),
    }
  },
)
interface TaskTry extends RunTry {
  readonly task: TaskModel
  readonly taskRow: TaskRow
}
/** The rows of a department stand in the order in which it was asked, like the tasks of the model. */
const rowOf = (aim: RunAim, task: TaskModel): TaskRow | null => {
  const same = aim.run.tasks.filter((each) => each.department === task.department)
  return aim.row.tasks.filter((each) => each.department === task.department)[same.indexOf(task)] ?? null
}
const onTask =
  (plan: (aim: TaskTry) => Omit<Plan, 'who'>): Planner =>
  (world, real, dice) => {
    const aim = aimedRun(world, real, dice, (run) => run.tasks.some(model.isOpen))
    if (aim === null || aim.run.tasks.length === 0) return null
    const open = dice.loose ? [] : aim.run.tasks.filter(model.isOpen)
    const from = open.length > 0 ? open : aim.run.tasks
    const task = from[dice.option % from.length]
    const taskRow = task === undefined ? null : rowOf(aim, task)
    if (task === undefined || taskRow === null) return null
    const who = choose(
      real,
      real.people.filter((each) => model.officerOf(each, task.department, handlers)),
      dice,
    )
    const version = seenVersion(taskRow.version, dice)
    return { who, ...plan({ ...aim, task, taskRow, who, version, params: { itemRunId: aim.row.id }, real, dice }) }
  }
const openTask = onTask(({ task, taskRow, who, version, real, dice }) => {
  const lawful = model.officerOf(who, task.department, handlers) && model.isOpen(task) && !dice.stale
  return {
    expect: lawful && task.state === 'opened' ? 'same' : verdict(lawful),
    call: () =>
      real.window
        .as(who.actor)
        .call(contract.openOpinionTask, { params: { opinionTaskId: taskRow.id }, body: { version } }),
    effect: () => {
      task.state = 'opened'
    },
  }
})
const opinions = [
  { code: 'agree', text: '', conditions: [], sound: true },
  { code: 'agree', text: '同意', conditions: [], sound: true },
  { code: 'agree-with-conditions', text: '', conditions: ['按图施工'], sound: true },
  { code: 'agree-with-conditions', text: '', conditions: [], sound: false },
  { code: 'disagree', text: '红线内有管线', conditions: [], sound: true },
  { code: 'disagree', text: '', conditions: [], sound: false },
  { code: 'need-information', text: '请补充管线图', conditions: [], sound: true },
  { code: 'not-involved', text: '', conditions: [], sound: true },
  { code: 'not-involved', text: '', conditions: ['不应有条件'], sound: false },
] as const
const give = onTask(({ run, task, taskRow, who, version, real, dice }) => {
  const opinion = opinions[dice.target % opinions.length] ?? opinions[0]
  const { code, text } = opinion
  return {
    expect: verdict(
      model.officerOf(who, task.department, handlers) && model.isOpen(task) && opinion.sound && !dice.stale,
    ),
    call: () =>
      real.window.as(who.actor).call(contract.giveOpinion, {
        params: { opinionTaskId: taskRow.id },
        body: { version, code, text, conditions: [...opinion.conditions] },
      }),
    effect: () => {
      task.state = 'given'
      task.code = code
      model.weighOpinions(run)
    },
  }
})
const resolve: Planner = (world, real, dice) => {
  const aim = aimedRun(world, real, dice, (run) => run.conflict !== null)
  if (aim === null || aim.row.conflict === null) return null
  const { run, row } = aim
  const who = choose(
    real,
    real.people.filter((each) => each.side === 'supervisor'),
    dice,
  )
  const { id, version } = aim.row.conflict
  const mediator = ['supervisor', 'lead', 'approver'].includes(who.side)
  return {
    who,
    // The lead department mediates too, unless the person gave one of the opinions.
    expect: mediator && !dice.stale ? (who.side === 'supervisor' ? 'done' : 'either') : 'refused',
    call: () =>
      real.window.as(who.actor).call(consultation.resolveConflict, {
        params: { conflictId: id },
        body: {
          version: seenVersion(version, dice),
          heldOn: real.today(),
          place: '会议室',
          participants: [
            { organisation: '甲局', names: '代表' },
            { organisation: '乙局', names: '代表' },
          ],
          discussion: `协调${row.itemId}`,
          resolution: '按专家意见办理',
        },
      }),
    effect: () => {
      if (run.conflict !== null) run.mediated.push(run.conflict)
      run.conflict = null
    },
  }
}

/** Grounds of the law that fit the items; the last one is invented. */
const grounds = ['expert-review', 'expert-review', 'hearing', 'inspection', 'whatever'] as const
const propose = onRun(
  (run, application, real) =>
    inHand(run, application) && run.hold === null && run.proposal === null && real.factsOf(run.itemId).clocked,
  drafter,
  ({ application, run, who, version, params, real, dice }) => {
    const ground = grounds[dice.option % grounds.length] ?? 'whatever'
    const expectedDays = 1 + (dice.target % 6)
    const lawful =
      drafter(who, run) &&
      inHand(run, application) &&
      real.factsOf(run.itemId).clocked &&
      !model.heldNow(run, real.today()) &&
      run.proposal === null &&
      !dice.stale
    return {
      expect: !lawful || ground === 'whatever' ? 'refused' : ground === 'expert-review' ? 'done' : 'either',
      call: () =>
        real.window
          .as(who.actor)
          .call(contract.proposePause, { params, body: { version, ground, reason: '须专家评审', expectedDays } }),
      effect: () => {
        run.proposal = { by: who.key, ground, days: expectedDays }
      },
    }
  },
)
const decidePause = onRun(
  (run, application) => inHand(run, application) && run.proposal !== null,
  approver,
  ({ application, run, who, version, params, real, dice }) => {
    const approve = dice.option % 4 !== 0
    const lawful = approver(who, run) && inHand(run, application) && run.proposal !== null && !dice.stale
    return {
      // A clock that is overdue cannot be paused any more.
      expect: lawful ? (approve ? 'either' : 'done') : 'refused',
      call: () =>
        real.window
          .as(who.actor)
          .call(contract.decidePause, { params, body: { version, approve, remark: approve ? '' : '理由不足' } }),
      effect: () => {
        if (approve) model.pause(run, real.today(), real.window.calendars().current)
        else run.proposal = null
      },
    }
  },
)
const resume = onRun(
  (run, application) => inHand(run, application) && run.hold !== null,
  (who, run) => model.officerOf(who, run.department, handlers),
  ({ application, run, who, version, params, real, dice }) => ({
    expect: verdict(
      model.officerOf(who, run.department, handlers) &&
        inHand(run, application) &&
        model.heldNow(run, real.today()) &&
        !dice.stale,
    ),
    call: () =>
      real.window.as(who.actor).call(contract.resumeItemRun, { params, body: { version, reason: '评审已完成' } }),
    effect: () => model.resume(run, real.today()),
  }),
)
const extend = onRun(inHand, approver, ({ application, run, who, version, params, real, dice }) => ({
  // Only the law of the item says how often and how far.
  expect: approver(who, run) && inHand(run, application) && !dice.stale ? 'either' : 'refused',
  call: () =>
    real.window
      .as(who.actor)
      .call(contract.extendItemRun, { params, body: { version, days: 1 + (dice.option % 12), reason: '情况复杂' } }),
  effect: nothing,
}))

const drafts = [
  { outcome: 'approved', conditions: [], extras: undefined, sound: true },
  { outcome: 'approved', conditions: [], extras: undefined, sound: true },
  { outcome: 'approved-with-conditions', conditions: ['按图施工'], extras: undefined, sound: true },
  { outcome: 'approved-with-conditions', conditions: [], extras: undefined, sound: false },
  {
    outcome: 'refused',
    conditions: [],
    extras: { ...noExtras, refusal: { ground: 'conditions-not-met', facts: '退距不足' } },
    sound: true,
  },
  { outcome: 'refused', conditions: [], extras: undefined, sound: false },
  {
    outcome: 'partially-approved',
    conditions: [],
    extras: {
      ...noExtras,
      scope: [
        { name: '1号楼', decision: 'granted', reason: '' },
        { name: '2号楼', decision: 'open', reason: '' },
      ],
    },
    sound: true,
  },
  { outcome: 'approved-with-deferral', conditions: [], extras: undefined, sound: false },
] as const
const draft = onRun(
  (run, application) => inHand(run, application) && run.state === 'handling' && model.opinionsComplete(run),
  drafter,
  ({ application, run, who, version, params, real, dice }) => {
    const chosen = drafts[dice.option % drafts.length] ?? drafts[0]
    const { outcome, extras } = chosen
    return {
      expect: verdict(
        drafter(who, run) &&
          inHand(run, application) &&
          run.state === 'handling' &&
          model.opinionsComplete(run) &&
          chosen.sound &&
          !dice.stale,
      ),
      call: () =>
        real.window.as(who.actor).call(contract.draftDecision, {
          params,
          body: {
            version,
            outcome,
            text: '经审查,作出如下决定。',
            conditions: [...chosen.conditions],
            ...(extras === undefined
              ? {}
              : { extras: { ...extras, terms: [], scope: extras.scope.map((part) => ({ ...part })) } }),
          },
        }),
      effect: () => {
        run.state = 'drafted'
        run.draft = { by: who.key, outcome }
      },
    }
  },
)
const mayReview = (who: Acting, run: RunModel): boolean =>
  model.officerOf(who, run.department, ['lead', 'approver']) && run.draft?.by !== who.key
const review = onRun(
  (run, application) => inHand(run, application) && run.state === 'drafted',
  mayReview,
  ({ application, run, who, version, params, real, dice }) => {
    const accept = dice.option % 6 !== 0
    const remark = dice.option % 12 === 0 ? '' : '理由不充分'
    return {
      expect: verdict(
        mayReview(who, run) &&
          inHand(run, application) &&
          run.state === 'drafted' &&
          (accept || remark !== '') &&
          !dice.stale,
      ),
      call: () => real.window.as(who.actor).call(contract.reviewDraft, { params, body: { version, accept, remark } }),
      effect: () => {
        run.state = accept ? 'reviewed' : 'handling'
      },
    }
  },
)
const decide = onRun(
  (run, application, real) =>
    inHand(run, application) &&
    run.state === 'reviewed' &&
    application.withdrawalBy === null &&
    !model.heldNow(run, real.today()),
  approver,
  ({ application, run, who, version, params, real, dice }) => ({
    expect: verdict(
      approver(who, run) &&
        run.draft?.by !== who.key &&
        inHand(run, application) &&
        run.state === 'reviewed' &&
        !model.heldNow(run, real.today()) &&
        application.withdrawalBy === null &&
        !dice.stale,
    ),
    call: () => real.window.as(who.actor).call(contract.decide, { params, body: { version } }),
    effect: () => model.decide(application, run),
  }),
)

export const runCommands: Readonly<Record<string, Planner>> = {
  ask,
  openTask,
  give,
  resolve,
  propose,
  decidePause,
  resume,
  extend,
  draft,
  review,
  decide,
}
