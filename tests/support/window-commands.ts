/**
 * What somebody may try at the window, lawful or not: for each kind of command the endpoint that is called, what the model
 * says must come of it, and what it changes in the model.
 */

import * as after from '../../src/capabilities/approvals/contract/after.ts'
import * as rounds from '../../src/capabilities/approvals/contract/rounds.ts'
import * as contract from '../../src/capabilities/approvals/contract.ts'
import { guideAnswers } from './window.ts'
import {
  at,
  choose,
  nothing,
  onApplication,
  type Planner,
  rightOf,
  seenVersion,
  statesOf,
  verdict,
} from './window-aims.ts'
import type { ApplicationModel } from './window-model.ts'
import * as model from './window-model.ts'
import { bundles } from './window-real.ts'

const create: Planner = (world, real, dice) => {
  const bundle = at(bundles, dice.option)
  if (bundle === null) return null
  const { stage } = bundle
  const items = [...bundle.items]
  const isTaken = (index: number): boolean =>
    world.applications.some(
      (each) => each.project === index && each.stage === stage && model.openStates.includes(each.state),
    )
  const indexes = real.projects.map((_, index) => index)
  const index = at(dice.loose ? indexes : indexes.filter((each) => !isTaken(each)), dice.target)
  const project = index === null ? undefined : real.projects[index]
  if (index === null || project === undefined) return null
  const taken = isTaken(index)
  const who = choose(
    real,
    rightOf(real, (each) => each.side === 'applicant' || each.side === 'clerk'),
    dice,
  )
  return {
    who,
    expect: verdict((who.side === 'applicant' || who.side === 'clerk') && !taken),
    call: () =>
      real.window.as(who.actor).call(contract.createApplication, {
        body: { projectId: project.id, stage, guideAnswers, itemIds: items },
      }),
    effect: (reply) => {
      const file = reply as contract.ApplicationFile
      world.applications.push({
        id: file.application.applicationId,
        project: index,
        stage,
        items,
        createdBy: who.key,
        state: 'draft',
        round: 0,
        ready: file.faults.length === 0,
        lawOf: real.lawOf(items),
        submittedBy: null,
        submittedOn: null,
        submittedSeen: -1,
        lists: 0,
        listRound: 0,
        pointsOpen: false,
        secondListBy: null,
        withdrawalBy: null,
        discarded: false,
        runs: [],
      })
    },
  }
}

/** Fills in and attaches everything that is missing; where that cannot be, tries to save all the same. */
const fill = onApplication(
  (each) => each.state === 'draft' && !each.ready,
  model.onApplicantSide,
  ({ application, who, version, params, real, dice }) => {
    const may = model.onApplicantSide(who, application)
    if (may && application.state === 'draft' && !dice.stale)
      return {
        expect: 'done',
        call: async () => real.window.complete(await real.window.file(application.id, who.actor), who.actor),
        effect: (reply) => {
          application.ready = (reply as contract.ApplicationFile).faults.length === 0
          application.lawOf = real.lawOf(application.items)
        },
      }
    return {
      expect: verdict(may && !dice.stale && (application.state === 'draft' || application.state === 'correcting')),
      call: async () => {
        const { answers } = (await real.window.file(application.id, real.window.applicant)).application
        return real.window.as(who.actor).call(contract.saveDraft, { params, body: { version, answers } })
      },
      effect: nothing,
    }
  },
)
const attach = onApplication(statesOf('draft'), model.onApplicantSide, ({ application, who, params, real }) => ({
  expect: application.state === 'draft' ? verdict(model.onApplicantSide(who, application)) : 'refused',
  call: async () => {
    const file = await real.window.file(application.id, real.window.applicant)
    const materialId = file.materials.find((need) => need.form !== 'exempt' && need.form !== 'form')?.materialId ?? ''
    const { uploadId } = await real.window.upload(who.actor)
    return real.window.as(who.actor).call(contract.attachDocument, { params, body: { materialId, uploadId } })
  },
  effect: nothing,
}))
const discard = onApplication(
  (each) => each.state === 'draft' && each.ready,
  model.onApplicantSide,
  ({ application, who, params, real }) => ({
    expect: verdict(model.onApplicantSide(who, application) && application.state === 'draft'),
    call: () => real.window.as(who.actor).call(contract.discardDraft, { params }),
    effect: () => {
      application.discarded = true
    },
  }),
)

const submit = onApplication(
  (each) => (each.state === 'draft' && each.ready) || (each.state === 'correcting' && !each.pointsOpen),
  model.onApplicantSide,
  ({ application, row, who, version, params, real, dice }) => {
    const open = application.state === 'draft' || application.state === 'correcting'
    const whole = application.ready && !(application.state === 'correcting' && application.pointsOpen)
    const lawful = model.onApplicantSide(who, application) && open && whole && !dice.stale
    const moved = application.state === 'draft' && real.lawOf(application.items) !== application.lawOf
    return {
      expect: lawful && moved ? 'either' : verdict(lawful),
      call: () =>
        real.window.as(who.actor).call(contract.submitApplication, { params, body: { version, declared: true } }),
      effect: () => {
        application.state = 'submitted'
        application.round += 1
        application.submittedBy = who.key
        application.submittedOn = real.today()
        application.submittedSeen = row.version
      },
    }
  },
)
/** Presses the button again on the version that was submitted: the same receipt for the same person, a refusal else. */
const submitAgain = onApplication(
  statesOf('submitted'),
  (who, each) => each.submittedBy === who.key,
  ({ application, row, who, params, real }) => ({
    expect:
      application.state === 'submitted' &&
      application.submittedBy === who.key &&
      row.version === application.submittedSeen + 1
        ? 'same'
        : 'refused',
    call: () =>
      real.window.as(who.actor).call(contract.submitApplication, {
        params,
        body: { version: Math.max(0, application.submittedSeen), declared: true },
      }),
    effect: nothing,
  }),
)

const points = [{ anchor: 'field:projectName', reasonCode: 'wrong', text: '名称与项目登记不一致' }]
const listGiven = (application: ApplicationModel): void => {
  application.state = 'correcting'
  application.lists += 1
  application.listRound = application.round
  application.pointsOpen = true
}
const correct = onApplication(
  (each) => each.state === 'submitted' && each.lists === 0,
  model.atWindow,
  ({ application, who, version, params, real, dice }) => ({
    expect: verdict(model.atWindow(who, application) && application.lists === 0 && !dice.stale),
    call: () => real.window.as(who.actor).call(contract.requestCorrections, { params, body: { version, points } }),
    effect: () => listGiven(application),
  }),
)
const answer = onApplication(
  statesOf('correcting'),
  model.onApplicantSide,
  ({ application, who, version, params, real, dice }) => {
    const ordinal = dice.option % 5 === 0 ? 1 : 0
    return {
      expect: verdict(
        model.onApplicantSide(who, application) && application.state === 'correcting' && ordinal === 0 && !dice.stale,
      ),
      call: () =>
        real.window.as(who.actor).call(rounds.answerPoint, {
          params: { ...params, round: application.listRound, ordinal },
          body: { version, answer: '已按要求核对' },
        }),
      effect: () => {
        application.pointsOpen = false
      },
    }
  },
)
const judge = onApplication(
  (each) => each.state === 'submitted' && each.lists > 0,
  model.atWindow,
  ({ application, who, version, params, real, dice }) => ({
    expect: verdict(model.atWindow(who, application) && application.lists > 0 && !dice.stale),
    call: () =>
      real.window.as(who.actor).call(rounds.judgePoint, {
        params: { ...params, round: application.listRound, ordinal: 0 },
        body: { version, met: dice.option % 2 === 0, remark: '核对' },
      }),
    effect: nothing,
  }),
)
const proposeSecond = onApplication(
  (each) => each.state === 'submitted' && each.lists > 0 && each.secondListBy === null,
  model.atWindow,
  ({ application, who, version, params, real, dice }) => ({
    expect: verdict(
      model.atWindow(who, application) && application.lists > 0 && application.secondListBy === null && !dice.stale,
    ),
    call: () =>
      real.window
        .as(who.actor)
        .call(rounds.proposeSecondList, { params, body: { version, points, reason: '补正材料中出现了新的情况' } }),
    effect: () => {
      application.secondListBy = who.key
    },
  }),
)
const decideSecond = onApplication(
  (each) => each.state === 'submitted' && each.secondListBy !== null,
  (who) => who.side === 'supervisor',
  ({ application, who, version, params, real, dice }) => {
    const approve = dice.option % 2 === 0
    return {
      expect: verdict(
        who.side === 'supervisor' &&
          application.secondListBy !== null &&
          application.state === 'submitted' &&
          !dice.stale,
      ),
      call: () =>
        real.window
          .as(who.actor)
          .call(rounds.decideSecondList, { params, body: { version, approve, remark: '情况属实' } }),
      effect: () => {
        application.secondListBy = null
        if (approve) listGiven(application)
      },
    }
  },
)
const accept = onApplication(
  statesOf('submitted'),
  model.atWindow,
  ({ application, who, version, params, real, dice }) => ({
    expect: verdict(model.atWindow(who, application) && !dice.stale),
    call: () => real.window.as(who.actor).call(contract.acceptApplication, { params, body: { version } }),
    effect: () => model.fanOut(application, real.factsOf, real.today()),
  }),
)
const refuse = onApplication(
  statesOf('submitted'),
  model.atWindow,
  ({ application, who, version, params, real, dice }) => ({
    expect: verdict(model.atWindow(who, application) && !dice.stale),
    call: () =>
      real.window.as(who.actor).call(contract.refuseApplication, {
        params,
        body: { version, text: '不属本区管辖', competentAuthority: '邻区' },
      }),
    effect: () => {
      application.state = 'refused'
    },
  }),
)
const withdrawable = statesOf('submitted', 'correcting', 'accepted')
const askWithdrawal = onApplication(
  (each) => withdrawable(each) && each.withdrawalBy === null,
  model.onApplicantSide,
  ({ application, who, params, real }) => ({
    expect: verdict(
      model.onApplicantSide(who, application) && withdrawable(application) && application.withdrawalBy === null,
    ),
    call: () => real.window.as(who.actor).call(after.requestWithdrawal, { params, body: { reason: '方案有变' } }),
    effect: () => {
      application.withdrawalBy = who.key
    },
  }),
)
const decideWithdrawal = onApplication(
  (each) => each.withdrawalBy !== null,
  (who, each) => who.side === 'clerk' && each.withdrawalBy !== who.key,
  ({ application, row, who, params, real, dice }) => {
    const confirm = dice.option % 4 === 0
    return {
      expect: verdict(
        who.side === 'clerk' &&
          application.withdrawalBy !== null &&
          application.withdrawalBy !== who.key &&
          !dice.stale,
      ),
      call: () =>
        real.window.as(who.actor).call(after.decideWithdrawal, {
          params,
          body: { version: seenVersion(row.withdrawal ?? 0, dice), confirm, remark: '请补充说明' },
        }),
      effect: () => {
        if (confirm) model.withdraw(application)
        else application.withdrawalBy = null
      },
    }
  },
)

export const windowCommands: Readonly<Record<string, Planner>> = {
  create,
  fill,
  attach,
  discard,
  submit,
  submitAgain,
  correct,
  answer,
  judge,
  proposeSecond,
  decideSecond,
  accept,
  refuse,
  askWithdrawal,
  decideWithdrawal,
}
