/** Reads the law out of the catalogue. */
import type { LocalDate } from '../../../kernel/time.ts'
import {
  blocksOf,
  type CatalogueReader,
  type Condition,
  checkAnswers,
  evaluate,
  type Form,
  fieldsOf,
  type GuideAnswers,
  gate,
  guide,
  type ItemVersion,
  leadOf,
  materialsFor,
  milestonesOf,
  questionsOf,
  situationOf,
} from '../../catalogue/contract.ts'
import type { Answers } from '../contract.ts'
import type { MaterialTerms } from '../model/materials.ts'
import type { Rules } from '../model/rules.ts'
import type { FormTerms, ItemTerms, Law } from './law.ts'

/** The guide knows texts, numbers and yes/no; other values of an answer set are not its questions. */
const guideAnswersOf = (answers: Answers): GuideAnswers =>
  Object.fromEntries(
    Object.entries(answers).flatMap(([id, value]) =>
      typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? [[id, value]] : [],
    ),
  )

const termsOf = (catalogue: CatalogueReader, item: ItemVersion): ItemTerms => {
  const remedy = catalogue.remedy(item.remedy)
  return {
    versionId: item.versionId,
    itemId: item.itemId,
    name: item.name,
    stage: item.stage,
    kind: item.kind,
    department: item.department,
    alsoDepartments: item.alsoDepartments,
    alongside: item.parallelGroup === 'PX',
    safety: item.safety,
    deemedOnSilence: item.deemedOnSilence,
    limit: { ...item.limit, warnDays: item.warnDays },
    promise: { ...item.promise, warnDays: item.warnDays },
    prerequisites: item.prerequisites.flatMap((prerequisite) =>
      prerequisite.onKind === 'item'
        ? [{ itemId: prerequisite.on, hold: prerequisite.hold, because: prerequisite.because }]
        : [],
    ),
    milestones: item.prerequisites.flatMap((prerequisite) => {
      const milestone = milestonesOf(catalogue.stages()).get(prerequisite.on)
      return prerequisite.onKind !== 'milestone' || milestone === undefined
        ? []
        : [
            {
              milestone: milestone.id,
              name: milestone.name,
              hold: prerequisite.hold,
              because: prerequisite.because,
            },
          ]
    }),
    legalBasis: item.legalBasis.map((citation) => citation.basis),
    outputName: item.outputs[0]?.name ?? item.name,
    remedy: remedy.text.zh,
    remedies: remedy.steps.map((step) => ({
      name: step.name,
      amount: step.amount,
      unit: step.unit,
      basis: step.citation.basis,
      certainty: step.citation.certainty,
    })),
  }
}

const formTermsOf = (form: Form): FormTerms => {
  const blocks = blocksOf(form)
  return {
    version: form.version,
    fields: fieldsOf(form).map((field) => ({ ...field, block: blocks.get(field.id) ?? 'owner' })),
  }
}

/** Milestones that are gates: everything that the law wants before them must be there. */
const gateOf: Readonly<Record<string, 'before-construction' | 'before-production'>> = {
  'construction-start': 'before-construction',
  'production-start': 'before-production',
}

export const lawOf = (catalogue: CatalogueReader, rules: Rules): Law => {
  const versions = (itemIds: readonly string[], day: LocalDate): readonly ItemVersion[] =>
    itemIds.flatMap((id) => {
      const item = catalogue.item(id, day)
      return item === null ? [] : [item]
    })
  return {
    stage: (stageId) => {
      const stage = catalogue.stages().find((each) => each.id === stageId)
      return stage === undefined ? null : { id: stage.id, name: stage.name, join: stage.join.rule, clock: stage.clock }
    },
    leadOf: (stageId, answers) => {
      const stage = catalogue.stages().find((each) => each.id === stageId)
      return stage === undefined ? null : leadOf(stage, catalogue.questions(), guideAnswersOf(answers))
    },
    item: (itemId, day) => {
      const item = catalogue.item(itemId, day)
      return item === null ? null : termsOf(catalogue, item)
    },
    itemVersion: (versionId) => {
      const item = catalogue.itemVersion(versionId)
      return item === null ? null : termsOf(catalogue, item)
    },
    milestones: () =>
      catalogue
        .stages()
        .flatMap((stage) =>
          stage.milestones.map(({ id, name }) => ({ id, name, stage: stage.id, stageName: stage.name })),
        ),
    milestoneNeeds: (milestone, neededItems, settled, day) => {
      const stages = catalogue.stages()
      const plan = versions([...neededItems], day)
      const kind = gateOf[milestone]
      if (kind !== undefined) return gate(kind, settled, { plan, stages }).map((open) => open.sentence)
      return (milestonesOf(stages).get(milestone)?.requires ?? []).flatMap((need) => {
        const item = plan.find((each) => each.itemId === need.item)
        return item === undefined || settled.has(need.item)
          ? []
          : [
              {
                zh: `${need.because.zh};请先办结“${item.name.zh}”`,
                en: `${need.because.en}; first close "${item.name.en}"`,
              },
            ]
      })
    },
    neededItems: (answers, day) =>
      new Set(
        guide(catalogue.questions(), catalogue.itemsInForce(day), guideAnswersOf(answers)).items.map(
          (entry) => entry.item.itemId,
        ),
      ),
    materials: (itemIds, answers, day) =>
      versions(itemIds, day).flatMap((item) =>
        materialsFor(item, catalogue.questions(), guideAnswersOf(answers)).map(
          ({ material, needed }): MaterialTerms => ({
            materialId: material.id,
            itemId: item.itemId,
            itemName: item.name,
            name: material.name,
            form: material.form,
            needed,
            when: material.when,
            deferrable: material.deferrable,
            deferrableNote: material.deferrableNote,
            fetchedFrom: material.fetchedFrom,
            block: material.block ?? 'owner',
          }),
        ),
      ),
    truth: (condition, answers, facts) => {
      const more = guideAnswersOf(facts)
      const situation = situationOf(catalogue.questions(), { ...guideAnswersOf(answers), ...more })
      const names = questionsOf(condition, situation.named).filter((name) => name.includes('.'))
      const visibleWhen = new Map<string, Condition>([
        ...situation.visibleWhen,
        ...names.map((name): [string, Condition] => [name, { always: true }]),
      ])
      return evaluate(condition, { ...situation, visibleWhen })
    },
    freshen: catalogue.freshen,
    form: (itemIds, day) => formTermsOf(catalogue.form(itemIds, day)),
    sections: (itemIds, day) =>
      catalogue.form(itemIds, day).sections.map((section) => ({ ...section, fields: [...section.fields] })),
    formOfVersion: (itemIds, version) => {
      const form = catalogue.formOfVersion(itemIds, version)
      return form === null ? null : formTermsOf(form)
    },
    checkAnswers: (itemIds, day, answers, options) => checkAnswers(catalogue.form(itemIds, day), answers, options),
    grounds: (day) => catalogue.legalGrounds(day),
    intakeLimit: () => {
      const rule = catalogue.procedureRules().find((each) => each.id === rules.intake.procedureRule)
      if (rule !== undefined && rule.value !== null && (rule.unit === 'workday' || rule.unit === 'calendar-day'))
        return { days: rule.value, unit: rule.unit, citation: rule.citation, extension: null }
      return { days: rules.intake.days, unit: rules.intake.unit, citation: rules.intake.source, extension: null }
    },
  }
}
