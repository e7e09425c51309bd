/** Conditions that later capabilities answer: asked only where an item of the application waits for one. */
import type { ProjectId } from '../../../kernel/identity.ts'
import type { Words } from '../../../kernel/words.ts'
import type { Database } from '../../../platform/platform.ts'
import type { ConditionAnswer, NamedCondition, NamedConditions } from '../contract/conditions.ts'
import type { OpenFrontCondition } from '../model/front.ts'
import { type NamedConditionRule, rulesFor } from '../model/named-conditions.ts'
import { type ApplicationRecord, applicationsOfProject } from '../store/applications.ts'
import type { Context } from './context.ts'

export interface ConditionShelf {
  readonly rules: readonly NamedConditionRule[]
  readonly providers: Map<string, NamedCondition>
}
export const makeConditionShelf = (rules: readonly NamedConditionRule[]): ConditionShelf => ({
  rules,
  providers: new Map(),
})

const openCondition = (rule: NamedConditionRule, answer: ConditionAnswer): OpenFrontCondition => ({
  itemId: rule.condition,
  path: answer.path,
  blocks: rule.hold,
  sentence: {
    zh: `${answer.sentence.zh.replace(/。?$/, '。')}${rule.because.zh.replace(/。?$/, '。')}`,
    en: `${answer.sentence.en} ${rule.because.en}`,
  },
})

/** Named conditions that are not met, by item; nothing is asked where no item of the application waits for one. */
export const namedConditionsFor = async (
  { conditions, projects }: Pick<Context, 'conditions' | 'projects'>,
  db: Database,
  application: Pick<ApplicationRecord, 'item_ids' | 'catalogue_day' | 'project_id'>,
): Promise<ReadonlyMap<string, readonly OpenFrontCondition[]>> => {
  const found = new Map<string, readonly OpenFrontCondition[]>()
  if (!conditions.rules.some((rule) => rule.items.some((itemId) => application.item_ids.includes(itemId)))) return found
  const project = await projects.project(db, application.project_id)
  if (project === null) return found
  const answers = new Map<string, ConditionAnswer | null>()
  for (const itemId of application.item_ids) {
    const open: OpenFrontCondition[] = []
    for (const rule of rulesFor(conditions.rules, itemId, project.projectType, application.catalogue_day)) {
      let answer = answers.get(rule.condition)
      if (answer === undefined) {
        answer = (await conditions.providers.get(rule.condition)?.ask(db, application.project_id)) ?? null
        answers.set(rule.condition, answer)
      }
      if (answer !== null && !answer.met && (answer.used || rule.required === 'always'))
        open.push(openCondition(rule, answer))
    }
    if (open.length > 0) found.set(itemId, open)
  }
  return found
}

export const namedConditionsOf = (context: Context): NamedConditions => ({
  register: (condition) => {
    const { providers } = context.conditions
    if (providers.has(condition.name)) throw new Error(`two capabilities answer the condition ${condition.name}`)
    providers.set(condition.name, condition)
  },
  itemsAsking: async (db: Database, projectId: ProjectId, name: string): Promise<readonly Words[]> => {
    const project = await context.projects.project(db, projectId)
    if (project === null) return []
    const names = new Map<string, Words>()
    for (const application of await applicationsOfProject(db, projectId)) {
      if (!['submitted', 'correcting', 'accepted'].includes(application.state)) continue
      for (const itemId of application.item_ids)
        for (const rule of rulesFor(context.conditions.rules, itemId, project.projectType, application.catalogue_day))
          if (rule.condition === name) {
            const item = context.law.item(itemId, application.catalogue_day)
            if (item !== null) names.set(itemId, item.name)
          }
    }
    return [...names.values()]
  },
})
