import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openWindow, validAnswer, type Window } from '../../../tests/support/window.ts'
import { type Actor, anonymous, type Person, system } from '../../kernel/actor.ts'
import type { Endpoint } from '../../kernel/endpoint.ts'
import type { OrganisationId, ProjectId } from '../../kernel/identity.ts'
import { addDays, DAY_MS, type LocalDate, localDateOf } from '../../kernel/time.ts'
import {
  attachBlockDocument,
  type BlockOverview,
  delegateBlock,
  listMyBlocks,
  readBlock,
  readBlockDocument,
  readBlocks,
  removeBlockDocument,
  saveBlock,
  setBlockReadiness,
  takeBackBlock,
} from './contract/blocks.ts'
import { type Answers, type ApplicationFile, readApplication, saveDraft, submitApplication } from './contract.ts'

let window: Window
let designer: OrganisationId
let architect: Person
let outsider: Person
beforeAll(async () => {
  window = await openWindow()
  designer = await window.organisation('示例设计院')
  architect = await window.person('设计师', { role: 'applicant', organisationId: designer })
  outsider = await window.person('别院设计师', {
    role: 'applicant',
    organisationId: await window.organisation('别的设计院'),
  })
})
afterAll(() => window.close())

const today = (): LocalDate => localDateOf(window.platform.clock())
const projectWithDesigner = async (): Promise<ProjectId> => {
  const projectId = await window.project()
  await window.platform.transact(system('test'), (unit) =>
    window.projects.writer.addParty(unit, projectId, {
      role: 'design',
      organisationId: designer,
      responsiblePersonId: null,
      responsibleName: null,
      from: today(),
    }),
  )
  return projectId
}
const draft = async (): Promise<ApplicationFile> =>
  window.draft({ projectId: await projectWithDesigner(), stage: 'ST2', itemIds: ['I-203'] })
const give = (file: ApplicationFile, days = 5, from = today()): Promise<BlockOverview> =>
  window.as(window.applicant).call(delegateBlock, {
    params: { applicationId: file.application.applicationId, block: 'design' },
    body: { organisationId: designer, from, to: addDays(from, days) },
  })
const idIn = (overview: BlockOverview) => {
  const id = overview.blocks.find((block) => block.block === 'design')?.delegation?.delegationId
  if (id === undefined) throw new Error('the block is with nobody')
  return id
}
const refusalOf = (work: Promise<unknown>) => window.refusalOf(work)
/** Fills in and hands in everything of the block. */
const fill = async (delegationId: ReturnType<typeof idIn>) => {
  const desk = window.as(architect)
  const params = { delegationId }
  let view = await desk.call(readBlock, { params })
  const answers: Answers = Object.fromEntries(
    view.sections.flatMap((section) => section.fields).map((field) => [field.id, validAnswer(field)]),
  )
  // The two parts add up to the total area of the project.
  answers['floorAreaAbove'] = 23_999
  view = await desk.call(saveBlock, { params, body: { version: view.version, answers } })
  for (const need of view.materials.filter((each) => each.required && !each.present)) {
    const { uploadId } = await window.upload(architect, '设计方案.pdf')
    view = await desk.call(attachBlockDocument, { params, body: { materialId: need.materialId, uploadId } })
  }
  return view
}

describe('a block of the form given to a party', () => {
  it('shows the party its own part and nothing else, and the applicant may not change it meanwhile', async () => {
    const file = await draft()
    const delegationId = idIn(await give(file))
    const view = await window.as(architect).call(readBlock, { params: { delegationId } })
    const fields = view.sections.flatMap((section) => section.fields.map((field) => field.id))
    expect(fields).toContain('plotRatio')
    expect(fields).not.toContain('developerName')
    expect(Object.keys(view.answers).every((id) => fields.includes(id))).toBe(true)
    expect(view.materials.map((need) => need.materialId)).toEqual(['I-203-M04'])
    expect((await window.as(architect).call(listMyBlocks)).rows.map((row) => row.caseNumber)).toContain(view.caseNumber)
    expect(
      (
        await refusalOf(
          window.as(architect).call(readApplication, { params: { applicationId: file.application.applicationId } }),
        )
      ).code,
    ).toBe('approvals.not-yours')
    const outside = await refusalOf(
      window.as(architect).call(saveBlock, {
        params: { delegationId },
        body: { version: view.version, answers: { developerName: '改名' } },
      }),
    )
    expect(outside.code).toBe('approvals.outside-block')
    const held = await refusalOf(
      window.as(window.applicant).call(saveDraft, {
        params: { applicationId: file.application.applicationId },
        body: { version: file.application.version, answers: { ...file.application.answers, plotRatio: 2 } },
      }),
    )
    expect(held).toMatchObject({ code: 'approvals.block-held', fields: [{ path: 'answers.plotRatio' }] })
    const elsewhere = await window.as(window.applicant).call(saveDraft, {
      params: { applicationId: file.application.applicationId },
      body: { version: file.application.version, answers: { ...file.application.answers, projectPlace: '新址' } },
    })
    expect(elsewhere.application.answers['projectPlace']).toBe('新址')
  })
  it('holds the submission until the party says that it is ready', async () => {
    const file = await draft()
    const delegationId = idIn(await give(file))
    const params = { delegationId }
    const first = await window.as(architect).call(readBlock, { params })
    const early = await refusalOf(
      window.as(architect).call(setBlockReadiness, { params, body: { version: first.version, ready: true } }),
    )
    expect(early.code).toBe('approvals.block-faulty')
    expect(first.may['ready']).toEqual(early.sentence)
    const filled = await fill(delegationId)
    expect(filled).toMatchObject({ faults: [], delegation: { readiness: 'filling' } })
    const open = await window.file(file.application.applicationId, window.applicant)
    expect(open.application.answers['plotRatio']).toBe(1)
    expect(open.application.origins['plotRatio']?.label).toContain('示例设计院')
    const ready = await window.complete(open)
    const submit = () =>
      window.as(window.applicant).call(submitApplication, {
        params: { applicationId: file.application.applicationId },
        body: { version: ready.application.version, declared: true },
      })
    expect(await refusalOf(submit())).toMatchObject({
      code: 'approvals.blocks-not-ready',
      fields: [{ path: 'blocks.design' }],
    })
    const marked = await window
      .as(architect)
      .call(setBlockReadiness, { params, body: { version: filled.version, ready: true } })
    expect(marked.delegation.readiness).toBe('ready')
    expect((await submit()).submission.round).toBe(1)
    expect((await refusalOf(window.as(architect).call(readBlock, { params }))).code).toBe('approvals.delegation-over')
    const kinds = (await window.file(file.application.applicationId, window.applicant)).timeline.map((row) => row.kind)
    expect(kinds).toEqual(
      expect.arrayContaining([
        'approvals.block-delegated',
        'approvals.block-saved',
        'approvals.block-ready',
        'approvals.block-ended',
      ]),
    )
  })
  it('comes back to the applicant when it is taken back; what was filled in stays', async () => {
    const file = await draft()
    const delegationId = idIn(await give(file))
    await fill(delegationId)
    const { overview, file: mine } = await window.as(window.applicant).call(takeBackBlock, {
      params: { applicationId: file.application.applicationId, block: 'design' },
      body: {},
    })
    expect(overview.blocks.find((block) => block.block === 'design')).toMatchObject({
      readiness: 'ready',
      delegation: null,
    })
    expect(overview.history[0]).toMatchObject({ ending: 'taken-back' })
    expect(mine.application.answers['plotRatio']).toBe(1)
    expect((await refusalOf(window.as(architect).call(readBlock, { params: { delegationId } }))).code).toBe(
      'approvals.delegation-over',
    )
  })
  it('closes with the last day at once, is recorded once, and no longer holds the submission', async () => {
    const file = await draft()
    const delegationId = idIn(await give(file, 1))
    window.test.clock.advance(DAY_MS)
    await window.as(architect).call(readBlock, { params: { delegationId } })
    window.test.clock.advance(DAY_MS)
    const over = await refusalOf(window.as(architect).call(readBlock, { params: { delegationId } }))
    expect(over).toMatchObject({ kind: 'forbidden', code: 'approvals.delegation-over' })
    expect(
      (await window.as(architect).call(listMyBlocks)).rows.map((row) => row.delegation.delegationId),
    ).not.toContain(delegationId)
    await window.fireTimers()
    await window.fireTimers()
    const open = await window.file(file.application.applicationId, window.applicant)
    expect(open.timeline.filter((row) => row.kind === 'approvals.block-ended')).toHaveLength(1)
    const sent = await window.submit(await window.complete(open))
    expect(sent.application.state).toBe('submitted')
  })
  it('may begin later: until then the party sees nothing and the applicant goes on', async () => {
    const file = await draft()
    const delegationId = idIn(await give(file, 3, addDays(today(), 2)))
    expect((await refusalOf(window.as(architect).call(readBlock, { params: { delegationId } }))).code).toBe(
      'approvals.delegation-not-yet',
    )
    const saved = await window.as(window.applicant).call(saveDraft, {
      params: { applicationId: file.application.applicationId },
      body: { version: file.application.version, answers: { ...file.application.answers, plotRatio: 2 } },
    })
    expect(saved.application.answers['plotRatio']).toBe(2)
  })
  it('goes only to a party of the project, once, for days to come, and only if the form has such a part', async () => {
    const file = await draft()
    const params = { applicationId: file.application.applicationId, block: 'design' as const }
    const call = (body: object, block: 'design' | 'owner' | 'contractor' = 'design') =>
      refusalOf(
        window.as(window.applicant).call(delegateBlock, { params: { ...params, block }, body: body as never }),
      ).then((refusal) => refusal.code)
    const days = { from: today(), to: addDays(today(), 3) }
    expect(await call({ ...days, organisationId: window.otherOwner })).toBe('approvals.not-party')
    expect(await call({ organisationId: designer, from: today(), to: addDays(today(), -1) })).toBe(
      'approvals.delegation-days',
    )
    expect(await call({ ...days, organisationId: designer }, 'owner')).toBe('approvals.own-block')
    expect(await call({ ...days, organisationId: designer }, 'contractor')).toBe('approvals.block-not-in-form')
    await give(file)
    expect(await call({ ...days, organisationId: designer })).toBe('approvals.already-delegated')
  })
})

describe('who may do what with blocks', () => {
  it('the applicant gives and takes back, the party fills in, nobody else does anything', async () => {
    const file = await draft()
    const team = await window.officers('planning-resources')
    const delegationId = idIn(await give(file))
    const people: Readonly<Record<string, Actor>> = {
      anonymous,
      applicant: window.applicant,
      stranger: window.stranger,
      clerk: window.clerk,
      architect,
      outsider,
      reviewer: team.reviewer,
    }
    const application = { applicationId: file.application.applicationId }
    const block = { ...application, block: 'survey' }
    const document = { delegationId, documentId: window.platform.newId() }
    const cases: readonly (readonly [Endpoint, object, readonly string[]])[] = [
      [readBlocks as Endpoint, { params: application }, ['applicant']],
      [
        delegateBlock as Endpoint,
        { params: block, body: { organisationId: designer, from: today(), to: today() } },
        ['applicant'],
      ],
      [takeBackBlock as Endpoint, { params: block, body: {} }, ['applicant']],
      [readBlock as Endpoint, { params: { delegationId } }, ['architect']],
      [saveBlock as Endpoint, { params: { delegationId }, body: { version: 999, answers: {} } }, ['architect']],
      [
        setBlockReadiness as Endpoint,
        { params: { delegationId }, body: { version: 999, ready: false } },
        ['architect'],
      ],
      [
        attachBlockDocument as Endpoint,
        { params: { delegationId }, body: { materialId: 'I-203-M04', uploadId: window.platform.newId() } },
        ['architect'],
      ],
      [removeBlockDocument as Endpoint, { params: document }, ['architect']],
      [readBlockDocument as Endpoint, { params: document }, ['architect']],
    ]
    for (const [endpoint, input, expected] of cases) {
      const admitted: string[] = []
      for (const [name, actor] of Object.entries(people)) {
        const { access } = endpoint
        if (typeof access !== 'object') throw new Error('every endpoint of blocks names its roles')
        if (actor.kind !== 'person' || !actor.roles.some((held) => access.roles.includes(held.role))) continue
        try {
          await window.as(actor).call(endpoint, input)
          admitted.push(name)
        } catch (error) {
          if ((error as { refusal?: { kind: string } }).refusal?.kind !== 'forbidden') admitted.push(name)
        }
      }
      expect([endpoint.id, admitted]).toEqual([endpoint.id, expected])
    }
  })
})
