import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import rulesData from '../../../data/approvals/after-decision.json' with { type: 'json' }
import library from '../../../data/approvals/conditions.json' with { type: 'json' }
import { admittedOf, stale } from '../../../tests/support/admission.ts'
import { openWindow, type Window } from '../../../tests/support/window.ts'
import { type Actor, anonymous } from '../../kernel/actor.ts'
import { addDays, localDateOf } from '../../kernel/time.ts'
import * as after from './contract/after.ts'
import { noExtras } from './contract/decision-parts.ts'
import { afterRulesOf } from './model/after-rules.ts'

const rules = afterRulesOf(rulesData, library)
let window: Window
let people: Record<string, Actor>
beforeAll(async () => {
  window = await openWindow({ after: { ...rules, site: rules.site.map((rule) => ({ ...rule, itemId: 'I-106' })) } })
  const team = await window.officers('planning-resources')
  const others = await window.officers('housing')
  people = {
    anonymous,
    citizen: await window.person('居民'),
    applicant: window.applicant,
    stranger: window.stranger,
    clerk: window.clerk,
    reviewer: team.reviewer,
    lead: team.lead,
    approver: team.approver,
    'other reviewer': others.reviewer,
    'other approver': others.approver,
    supervisor: window.supervisor,
  }
})
afterAll(() => window.close())

const admitted = (endpoint: object, input: object) => admittedOf(window, people, endpoint, input)
const officers = ['clerk', 'reviewer', 'lead', 'approver', 'other reviewer', 'other approver', 'supervisor']

describe('who may call what after a decision', () => {
  it('on a decision, its conditions, cases, acts and reports', async () => {
    const file = await window.accepted({ itemIds: ['I-106'] })
    const [run] = file.itemRuns
    if (run === undefined) throw new Error('no run')
    const day = localDateOf(window.test.clock())
    const lock = {
      text: '完成验线',
      libraryId: null,
      grade: 'required' as const,
      responsible: 'applicant' as const,
      dueOn: addDays(day, 30),
      dueEvent: null,
      blocks: [],
      source: '',
    }
    await window.decidedRun(run, 'approved-with-conditions', { ...noExtras, terms: [lock] })
    const { applicationId } = file.application
    const read = async () => {
      const [document] = (await window.as(window.clerk).call(after.readAfter, { params: { applicationId } })).documents
      if (document === undefined) throw new Error('no document')
      return document
    }
    let document = await read()
    const params = { certificateId: document.certificateId }
    const team = ['reviewer', 'lead', 'approver']
    const expectAdmitted = async (endpoint: { readonly id: string }, input: object, who: readonly string[]) =>
      expect([endpoint.id, await admitted(endpoint, input)]).toEqual([endpoint.id, who])

    await expectAdmitted(after.readAfter, { params: { applicationId } }, ['applicant', ...officers])
    await expectAdmitted(after.readDecisionLibrary, { params: { itemRunId: run.itemRunId } }, officers)
    await expectAdmitted(after.readAfterWork, {}, [
      'applicant',
      'stranger',
      'clerk',
      ...team,
      'other reviewer',
      'other approver',
    ])
    const delivery = { version: stale, way: 'mail', on: day, evidence: 'EMS' }
    await expectAdmitted(after.recordDelivery, { params, body: delivery }, ['clerk', ...team])
    await expectAdmitted(after.confirmReceipt, { params, body: { version: stale } }, ['applicant'])
    await window.as(window.applicant).call(after.confirmReceipt, { params, body: { version: document.version } })
    document = await read()

    const [condition] = document.conditions
    const onCondition = { conditionId: condition?.conditionId }
    await expectAdmitted(after.giveEvidence, { params: onCondition, body: { version: stale, note: '已履行' } }, [
      'applicant',
    ])
    await expectAdmitted(
      after.judgeEvidence,
      { params: onCondition, body: { version: stale, accept: true, remark: '' } },
      team,
    )
    await expectAdmitted(after.proposeWaiver, { params: onCondition, body: { version: stale, reason: '理由' } }, [
      'reviewer',
      'lead',
    ])
    await expectAdmitted(after.decideWaiver, { params: onCondition, body: { version: stale, approve: true } }, [
      'approver',
    ])
    const evidenceId = window.platform.newId<'evidence'>()
    await expectAdmitted(after.readEvidence, { params: { ...onCondition, evidenceId } }, ['applicant', ...officers])

    const act = { version: document.version, kind: 'revocation', ground: 'deceit', reason: '虚假材料', changes: {} }
    await expectAdmitted(after.proposeAct, { params, body: { ...act, ground: 'none' } }, ['reviewer', 'lead'])
    await window.as(people['reviewer'] ?? anonymous).call(after.proposeAct, { params, body: act as never })
    const actId = (await read()).acts[0]?.actId
    await expectAdmitted(after.answerAct, { params: { actId }, body: { version: stale, answer: '陈述' } }, [
      'applicant',
    ])
    await expectAdmitted(after.decideAct, { params: { actId }, body: { version: stale, approve: true, remark: '' } }, [
      'approver',
    ])

    const claim = { kind: 'reconsideration', lodgedOn: day, body: '区政府', bodyNumber: '', claim: '请求撤销' }
    await expectAdmitted(after.lodgeRemedy, { params, body: { ...claim, lodgedOn: addDays(day, 9) } }, [
      'applicant',
      'clerk',
      'lead',
      'approver',
    ])
    await window.as(window.applicant).call(after.lodgeRemedy, { params, body: claim as never })
    const remedyCaseId = (await read()).cases[0]?.remedyCaseId
    await expectAdmitted(
      after.moveRemedy,
      { params: { remedyCaseId }, body: { version: stale, to: 'admitted', text: '受理', suspends: false } },
      ['lead', 'approver'],
    )

    const report = { version: 0, kind: 'start', onDay: addDays(day, 9), reason: '开工' }
    await expectAdmitted(after.reportSite, { params, body: report }, ['applicant'])
    await window
      .as(window.applicant)
      .call(after.reportSite, { params, body: { ...report, version: (await read()).version, onDay: day } as never })
    const siteReportId = (await read()).reports[0]?.siteReportId
    await expectAdmitted(
      after.decideReport,
      { params: { siteReportId }, body: { version: stale, confirm: true, remark: '' } },
      team,
    )
  })
  it('an extension of the start is for the approver alone', async () => {
    const file = await window.closed({ itemIds: ['I-106'] })
    const { applicationId } = file.application
    const read = () => window.as(window.applicant).call(after.readAfter, { params: { applicationId } })
    const document = (await read()).documents[0]
    const params = { certificateId: document?.certificateId ?? window.platform.newId<'certificate'>() }
    await window.as(window.applicant).call(after.confirmReceipt, { params, body: { version: document?.version ?? 0 } })
    await window.as(window.applicant).call(after.reportSite, {
      params,
      body: {
        version: (await read()).documents[0]?.version ?? 0,
        kind: 'extension',
        onDay: localDateOf(window.test.clock()),
        months: 2,
        reason: '拆迁未完',
      },
    })
    const siteReportId = (await read()).documents[0]?.reports[0]?.siteReportId
    expect(
      await admitted(after.decideReport, {
        params: { siteReportId },
        body: { version: stale, confirm: true, remark: '' },
      }),
    ).toEqual(['approver'])
  })
  it('a withdrawal is asked by the applicant and settled by the window', async () => {
    const file = await window.accepted({ itemIds: ['I-106'] })
    const params = { applicationId: file.application.applicationId }
    expect(
      await admitted(after.decideWithdrawal, { params, body: { version: stale, confirm: true, remark: '' } }),
    ).toEqual(['clerk'])
    expect(await admitted(after.requestWithdrawal, { params, body: { reason: '调整方案' } })).toEqual(['applicant'])
    // A clerk never withdraws on their own what somebody else filed.
    expect((await window.as(window.clerk).call(after.readAfter, { params })).withdrawals).toHaveLength(1)
  })
})
