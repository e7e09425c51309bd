/** Endpoints to the reader and the pure rules. */
import { defineRefusal } from '../../kernel/refusal.ts'
import { needsVerification } from '../../kernel/sourced.ts'
import { type LocalDate, localDateOf } from '../../kernel/time.ts'
import { type Platform, type Route, route } from '../../platform/platform.ts'
import * as contract from './contract.ts'
import { guide, materialsFor, themeFor } from './model/guide.ts'
import { planOrder } from './model/order.ts'
import { type ItemVersion, workingLimit } from './model/schema.ts'
import { askedQuestions, readAnswers } from './model/situation.ts'

export const itemMissing = defineRefusal('missing', 'catalogue.item-missing', {
  zh: '{day} 的服务清单里没有“{itemId}”这个事项,请从服务清单中选择,或者换一个日期查询',
  en: 'There is no item “{itemId}” in the catalogue of {day}; choose one from the catalogue or another day',
})
export const answersInvalid = defineRefusal('invalid', 'catalogue.answers-invalid', {
  zh: '有的回答不能识别,请按提示改正后再试',
  en: 'Some answers cannot be read; correct them and try again',
})

const rowOf = (reader: contract.CatalogueReader, item: ItemVersion, day: LocalDate): contract.ItemRow => {
  const { days, unit, from } = workingLimit(item)
  const { certainty } = (from === 'promise' ? item.promise : item.limit).citation
  return {
    itemId: item.itemId,
    versionId: item.versionId,
    code: item.code,
    name: item.name,
    stage: item.stage,
    kind: item.kind,
    department: item.department,
    departmentName: reader.departmentName(item.department, day),
    alsoDepartments: item.alsoDepartments,
    days,
    unit,
    unverified: needsVerification(certainty),
    safety: item.safety,
  }
}

const guided = (item: ItemVersion) => ({
  itemId: item.itemId,
  versionId: item.versionId,
  name: item.name,
  stage: item.stage,
  department: item.department,
})

/** Answers of the guide to the reply of its endpoint. */
export const guideReply = (
  reader: contract.CatalogueReader,
  day: LocalDate,
  raw: contract.GuideAnswers,
  stage: contract.StageId | undefined,
) => {
  const questions = reader.questions()
  const { answers, faults } = readAnswers(questions, raw)
  if (faults.length > 0) throw answersInvalid({}, faults)
  const guidance = guide(questions, reader.itemsInForce(day), answers, stage)
  const chosen = guidance.items.map(({ item }) => item)
  const plan = planOrder(chosen, reader.stages())
  const theme = themeFor(reader.themes(), questions, answers)
  return {
    day,
    next: guidance.next.map(({ question, decides }) => ({ question, decides: [...decides] })),
    asked: [...askedQuestions(questions, answers)],
    items: guidance.items.map(({ item, because, citation }) => ({ ...guided(item), because, citation })),
    notNeeded: guidance.notNeeded.map(({ item, because }) => ({ ...guided(item), because })),
    undecided: guidance.undecided.map(({ item, waitingFor }) => ({ ...guided(item), waitingFor: [...waitingFor] })),
    layers: plan.layers.map((layer) => [...layer]),
    holds: plan.holds.map(({ item, waitsFor, hold, because }) => ({ item, waitsFor, hold, because })),
    theme: theme === null ? null : { id: theme.id, name: theme.name, projectType: theme.projectType },
    materials: chosen.flatMap((item) =>
      materialsFor(item, questions, answers).map((need) => ({ itemId: item.itemId, ...need })),
    ),
  }
}

export const catalogueRoutes = (platform: Platform, reader: contract.CatalogueReader): readonly Route[] => {
  const dayOf = (day: LocalDate | undefined): LocalDate => day ?? localDateOf(platform.clock())
  const itemOn = (itemId: string, day: LocalDate): ItemVersion => {
    const item = reader.item(itemId, day)
    if (item === null) throw itemMissing({ itemId, day })
    return item
  }
  return [
    route(contract.listStages, async () => ({ stages: [...reader.stages()] })),
    route(contract.listItems, async (_call, { query }) => {
      const day = dayOf(query.day)
      const items = reader
        .itemsInForce(day)
        .filter((item) => query.stage === undefined || item.stage === query.stage)
        .filter(
          (item) =>
            query.department === undefined || [item.department, ...item.alsoDepartments].includes(query.department),
        )
      return { day, items: items.map((item) => rowOf(reader, item, day)) }
    }),
    route(contract.showItem, async (_call, { params, query }) => {
      const day = dayOf(query.day)
      const item = itemOn(params.itemId, day)
      return {
        day,
        departmentName: reader.departmentName(item.department, day),
        item,
        remedy: reader.remedy(item.remedy),
        penalties: reader.penalties().filter((penalty) => penalty.items.includes(item.itemId)),
        versions: reader
          .versionsOf(item.itemId)
          .map(({ versionId, validFrom, validTo, legalBasis }) => ({ versionId, validFrom, validTo, legalBasis })),
      }
    }),
    route(contract.askGuide, async (_call, { body }) => guideReply(reader, dayOf(body.day), body.answers, body.stage)),
    route(contract.makeForm, async (_call, { body }) => {
      const day = dayOf(body.day)
      for (const itemId of body.itemIds) itemOn(itemId, day)
      const form = reader.form(body.itemIds, day)
      return {
        version: form.version,
        itemIds: [...form.itemIds],
        sections: form.sections.map((section) => ({ ...section, fields: [...section.fields] })),
      }
    }),
  ]
}
