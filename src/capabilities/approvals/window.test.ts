import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openWindow, type Window } from '../../../tests/support/window.ts'
import {
  acceptApplication,
  attachDocument,
  createApplication,
  discardDraft,
  listApplications,
  readApplication,
  refuseApplication,
  requestCorrections,
  saveDraft,
  submitApplication,
} from './contract.ts'

let window: Window
beforeAll(async () => {
  window = await openWindow()
})
afterAll(() => window.close())
const idOf = (file: { application: { applicationId: never } }) => ({ applicationId: file.application.applicationId })

describe('a draft', () => {
  it('is the only one of its project and stage; the second is pointed to the first', async () => {
    const projectId = await window.project()
    const first = await window.draft({ projectId })
    const refusal = await window.refusalOf(window.draft({ projectId }))
    expect(refusal).toMatchObject({ kind: 'conflict', code: 'approvals.already-open' })
    expect(refusal.sentence.zh).toContain(first.application.caseNumber)
    expect(refusal.facts.applicationId).toBe(first.application.applicationId)
  })
  it('is made once when two people press at the same moment', async () => {
    const projectId = await window.project()
    const results = await Promise.allSettled([window.draft({ projectId }), window.draft({ projectId })])
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1)
  })
  it('is not shown to others, officers included, until it is submitted', async () => {
    const draft = await window.draft()
    const params = idOf(draft as never)
    expect((await window.refusalOf(window.as(window.clerk).call(readApplication, { params }))).kind).toBe('forbidden')
    expect((await window.refusalOf(window.as(window.stranger).call(readApplication, { params }))).kind).toBe(
      'forbidden',
    )
    const listed = await window.as(window.clerk).call(listApplications, { query: { limit: 200 } as never })
    expect(listed.rows.map((row) => row.applicationId)).not.toContain(draft.application.applicationId)
  })
  it('keeps what was written when somebody else saved first, and says who', async () => {
    const draft = await window.draft()
    const params = idOf(draft as never)
    const body = {
      version: draft.application.version,
      answers: { ...draft.application.answers, projectName: '新名称' },
    }
    const saved = await window.as(window.applicant).call(saveDraft, { params, body })
    expect(saved.application.origins.projectName?.kind).toBe('entered')
    const refusal = await window.refusalOf(window.as(window.applicant).call(saveDraft, { params, body }))
    expect(refusal).toMatchObject({ kind: 'conflict', code: 'approvals.stale-version' })
    expect(refusal.sentence.zh).toContain('申请人甲')
  })
  it('takes facts from an earlier submission of the same project', async () => {
    const projectId = await window.project()
    await window.closed({ projectId, itemIds: ['I-106'] })
    const again = await window.draft({ projectId, itemIds: ['I-106'] })
    const reused = Object.values(again.application.origins).filter((origin) => origin.kind === 'submission')
    expect(reused.length).toBeGreaterThan(0)
    expect(reused[0]?.label).toContain('提交')
  })
  it('can be thrown away, but not once it was submitted', async () => {
    const draft = await window.draft()
    const params = idOf(draft as never)
    await window.as(window.applicant).call(discardDraft, { params })
    expect((await window.refusalOf(window.as(window.applicant).call(readApplication, { params }))).kind).toBe('missing')
    const submitted = await window.submitted()
    const refusal = await window.refusalOf(
      window.as(window.applicant).call(discardDraft, { params: idOf(submitted as never) }),
    )
    expect(refusal.code).toBe('approvals.not-discardable')
  })
  it('refuses items of another stage with their numbers', async () => {
    const refusal = await window.refusalOf(window.draft({ stage: 'ST1', itemIds: ['I-305'] }))
    expect(refusal).toMatchObject({ kind: 'invalid', code: 'approvals.unknown-items' })
    expect(refusal.sentence.zh).toContain('I-305')
  })
})

describe('a submission', () => {
  it('is refused with every fault at its field or material', async () => {
    const draft = await window.draft()
    const refusal = await window.refusalOf(window.submit(draft))
    expect(refusal).toMatchObject({ kind: 'invalid', code: 'approvals.faulty' })
    expect(refusal.fields).toEqual(draft.faults)
    expect(refusal.fields.some((fault) => fault.path.startsWith('materials.'))).toBe(true)
  })
  it('gives one receipt when it is sent twice at once, and again when it is sent once more', async () => {
    const ready = await window.complete(await window.draft())
    const send = () =>
      window.as(window.applicant).call(submitApplication, {
        params: idOf(ready as never),
        body: { version: ready.application.version, declared: true },
      })
    const [one, two] = await Promise.all([send(), send()])
    const three = await send()
    expect(new Set([one, two, three].map((reply) => reply.submission.receiptNumber)).size).toBe(1)
    expect(three.file.submissions).toHaveLength(1)
    expect(three.file.clocks).toHaveLength(1)
  })
  it('is frozen: nothing can be changed afterwards', async () => {
    const submitted = await window.submitted()
    const params = idOf(submitted as never)
    const refusal = await window.refusalOf(
      window
        .as(window.applicant)
        .call(saveDraft, { params, body: { version: submitted.application.version, answers: {} } }),
    )
    expect(refusal.code).toBe('approvals.not-editable')
    expect(refusal.sentence.zh).toContain('已提交待受理')
  })
  it('hashes the content: the same text always gives the hash on the receipt', async () => {
    const submitted = await window.submitted()
    const { rows } = await window.test.pool.query<{ content: string; hash: string }>(
      `select content, hash, encode(sha256(convert_to(content, 'UTF8')), 'hex') as again
       from approvals.submission where application_id = $1`,
      [submitted.application.applicationId],
    )
    expect(rows).toHaveLength(1)
    expect((rows[0] as unknown as { again: string }).again).toBe(submitted.submissions[0]?.hash)
    expect(JSON.parse(rows[0]?.content ?? '{}')).toMatchObject({ round: 1, items: [{ itemId: 'I-106' }] })
  })
})

describe('the window', () => {
  it('lets no clerk accept what they filled in themselves', async () => {
    const submitted = await window.submitted({ by: window.clerk })
    const refusal = await window.refusalOf(window.accept(submitted, window.clerk))
    expect(refusal).toMatchObject({ kind: 'forbidden', code: 'approvals.own-application' })
    expect((await window.accept(submitted, window.otherClerk)).application.state).toBe('accepted')
  })
  it('lets no clerk handle an application of their own organisation', async () => {
    const partial = await window.person(
      '兼职窗口',
      { role: 'clerk', department: 'service-hall' },
      { role: 'applicant', organisationId: window.owner },
    )
    const refusal = await window.refusalOf(window.accept(await window.submitted(), partial))
    expect(refusal.code).toBe('approvals.own-organisation')
    expect(refusal.sentence.zh).toContain('回避')
  })
  it('accepts once: of two clerks the second is told the state', async () => {
    const submitted = await window.submitted()
    const results = await Promise.allSettled([
      window.accept(submitted, window.clerk),
      window.accept(submitted, window.otherClerk),
    ])
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1)
    expect((await window.file(submitted.application.applicationId)).itemRuns).toHaveLength(1)
  })
  it('gives every item to its department at once, with a clock each and one for the stage', async () => {
    const accepted = await window.accepted({ itemIds: ['I-106', 'I-109', 'I-111'] })
    expect(accepted.itemRuns.map((run) => run.department)).toEqual(['planning-resources', 'ecology', 'water'])
    expect(accepted.clocks.filter((clock) => clock.subject.kind === 'item-run').map((clock) => clock.budget)).toEqual([
      20, 30, 10,
    ])
    const stage = accepted.clocks.find((clock) => clock.subject.kind === 'application' && clock.state === 'running')
    expect(stage).toMatchObject({ budget: 45, kind: 'statutory' })
    expect(accepted.clocks.find((clock) => clock.label.zh === '受理审查')).toMatchObject({
      state: 'stopped',
      onTime: true,
    })
  })
  it('refuses what it is not competent for and names the authority that is', async () => {
    const submitted = await window.submitted()
    const refused = await window.as(window.clerk).call(refuseApplication, {
      params: idOf(submitted as never),
      body: {
        version: submitted.application.version,
        text: '不属于本区职权。',
        competentAuthority: '市规划和自然资源局',
      },
    })
    expect(refused.application).toMatchObject({
      state: 'refused',
      refusal: { competentAuthority: '市规划和自然资源局' },
    })
    expect(refused.timeline.map((row) => row.sentence).join('\n')).toContain('市规划和自然资源局')
  })

  const correct = async () => {
    const submitted = await window.submitted()
    return window.as(window.clerk).call(requestCorrections, {
      params: idOf(submitted as never),
      body: {
        version: submitted.application.version,
        points: [{ anchor: 'field:projectName', reasonCode: 'wrong', text: '与备案名称不一致。' }],
      },
    })
  }
  it('lets only the listed points change while they are corrected', async () => {
    const correcting = await correct()
    expect(correcting.application.state).toBe('correcting')
    const params = idOf(correcting as never)
    const refusal = await window.refusalOf(
      window.as(window.applicant).call(saveDraft, {
        params,
        body: {
          version: correcting.application.version,
          answers: { ...correcting.application.answers, projectName: '正确名称', projectPlace: '别处' },
        },
      }),
    )
    expect(refusal.code).toBe('approvals.not-correctable')
    expect(refusal.fields.map((fault) => fault.path)).toEqual(['answers.projectPlace'])
    const material = correcting.materials.find((need) => need.form === 'electronic')
    const { uploadId } = await window.upload(window.applicant)
    const second = await window.refusalOf(
      window.as(window.applicant).call(attachDocument, {
        params,
        body: { materialId: material?.materialId ?? '', uploadId },
      }),
    )
    expect(second.code).toBe('approvals.not-correctable')
  })
  it('starts a new clock for the corrected content and gives no second list', async () => {
    const correcting = await correct()
    const params = idOf(correcting as never)
    const saved = await window.as(window.applicant).call(saveDraft, {
      params,
      body: {
        version: correcting.application.version,
        answers: { ...correcting.application.answers, projectName: '正确名称' },
      },
    })
    const again = await window.submit(saved)
    expect(again.application).toMatchObject({ state: 'submitted', round: 2 })
    expect(again.submissions.map((submission) => submission.round)).toEqual([1, 2])
    expect(again.corrections[0]?.answeredAt).not.toBeNull()
    expect(again.clocks.map((clock) => clock.state)).toEqual(['stopped', 'running'])
    const refusal = await window.refusalOf(
      window.as(window.clerk).call(requestCorrections, {
        params,
        body: {
          version: again.application.version,
          points: [{ anchor: 'field:projectName', reasonCode: 'wrong', text: '再改。' }],
        },
      }),
    )
    expect(refusal.code).toBe('approvals.second-correction-list')
    expect(again.may.corrections === null).toBe(false)
    expect((await window.accept(again)).application.state).toBe('accepted')
  })
  it('refuses corrections that point nowhere', async () => {
    const submitted = await window.submitted()
    const refusal = await window.refusalOf(
      window.as(window.clerk).call(requestCorrections, {
        params: idOf(submitted as never),
        body: {
          version: submitted.application.version,
          points: [{ anchor: 'field:nowhere', reasonCode: 'wrong', text: '缺少。' }],
        },
      }),
    )
    expect(refusal).toMatchObject({ code: 'approvals.unknown-anchor', fields: [{ path: 'points.0.anchor' }] })
  })
  it('waits for a front condition before acceptance, then accepts without being told again', async () => {
    const projectId = await window.project()
    const submitted = await window.submitted({ projectId, stage: 'ST2', itemIds: ['I-202b'] })
    const refusal = await window.refusalOf(window.accept(submitted))
    expect(refusal.code).toBe('approvals.front-condition-open')
    expect(refusal.sentence.zh).toMatch(/防空地下室设置意见.*国防动员.*尚未申请/)
    expect((await window.file(submitted.application.applicationId)).may.accept?.zh).toBe(refusal.sentence.zh)
  })
  it('never accepts for people without the role', async () => {
    const submitted = await window.submitted()
    const body = { version: submitted.application.version }
    for (const person of [window.applicant, window.stranger, window.supervisor])
      expect(
        (await window.refusalOf(window.as(person).call(acceptApplication, { params: idOf(submitted as never), body })))
          .kind,
      ).toBe('forbidden')
    expect(
      (
        await window.refusalOf(
          window.as(window.stranger).call(createApplication, {
            body: { projectId: submitted.project.projectId, stage: 'ST1', guideAnswers: {}, itemIds: ['I-106'] },
          }),
        )
      ).code,
    ).toBe('approvals.not-applicant')
  })
})
