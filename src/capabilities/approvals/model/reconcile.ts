/**
 * Bringing a draft to a newer form and catalogue: answers to unchanged questions stay; a question that changed is asked
 * again, with the former answer beside it; what is no longer asked is set aside. Pure.
 */
import type { Words } from '../../../kernel/words.ts'
import type { Answers } from '../contract.ts'
import { canonicalJson } from './canonical.ts'

type Answer = Answers[string]
export interface Question {
  readonly id: string
  readonly label: Words
  readonly type: string
  readonly unit: Words | null
  readonly required: boolean
  readonly choices: readonly { readonly value: string; readonly label: Words }[]
}
export interface MaterialAsked {
  readonly materialId: string
  readonly name: Words
  readonly form: string
  readonly needed: 'yes' | 'no' | 'unknown'
}
export const pointReasons = [
  'question-changed',
  'new-required',
  'now-required',
  'removed',
  'material-new',
  'material-changed',
  'material-removed',
  'item-retired',
] as const
export type PointReason = (typeof pointReasons)[number]
export interface ReconcilePoint {
  /** 'field:<id>', 'material:<id>' or 'item:<id>'. */
  readonly anchor: string
  readonly label: Words
  readonly reason: PointReason
  readonly text: Words
  /** The answer that was taken out; null where there was none. */
  readonly setAside: Answer
}
export interface Asked {
  readonly questions: readonly Question[]
  readonly materials: readonly MaterialAsked[]
  /** Items of the draft that are in the catalogue, with their names. */
  readonly items: ReadonlyMap<string, Words>
}
export interface Reconciled {
  readonly answers: Answers
  readonly itemIds: readonly string[]
  /** Materials whose documents are taken out: nobody asks for them any more. */
  readonly detached: readonly string[]
  readonly points: readonly ReconcilePoint[]
}

const isEmpty = (value: Answer | undefined): boolean =>
  value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0)
const same = (a: unknown, b: unknown): boolean =>
  canonicalJson((a ?? null) as Answer) === canonicalJson((b ?? null) as Answer)

/** Says whether an answer to the former question still answers the new one. */
const stillAnswers = (before: Question, after: Question, answer: Answer): boolean => {
  if (before.type !== after.type || before.label.zh !== after.label.zh) return false
  if ((before.unit?.zh ?? '') !== (after.unit?.zh ?? '')) return false
  const chosen = typeof answer === 'string' && after.choices.length > 0 ? [answer] : []
  const labelIn = (question: Question, value: string) =>
    question.choices.find((choice) => choice.value === value)?.label.zh
  return chosen.every(
    (value) => labelIn(after, value) !== undefined && same(labelIn(before, value), labelIn(after, value)),
  )
}

const whatChanged = (before: Question, after: Question): Words => {
  if (before.label.zh !== after.label.zh)
    return {
      zh: `问题由“${before.label.zh}”改为“${after.label.zh}”,请重新填写。`,
      en: `The question “${before.label.en}” became “${after.label.en}”; please answer it again.`,
    }
  if ((before.unit?.zh ?? '') !== (after.unit?.zh ?? ''))
    return {
      zh: `计量单位由“${before.unit?.zh ?? '无'}”改为“${after.unit?.zh ?? '无'}”,请按新单位重新填写。`,
      en: `The unit changed from “${before.unit?.en ?? 'none'}” to “${after.unit?.en ?? 'none'}”; please answer again.`,
    }
  return {
    zh: `“${after.label.zh}”的填写要求或选项已改变,请重新填写。`,
    en: `What “${after.label.en}” asks for, or its choices, changed; please answer it again.`,
  }
}

/**
 * Reconciles a draft. `faulty`: ids of fields whose kept answer the new form would refuse. `documents`: materials for which
 * something was handed in. Reconciling what is already reconciled changes nothing.
 */
export const reconcile = (
  draft: { readonly answers: Answers; readonly itemIds: readonly string[]; readonly documents: ReadonlySet<string> },
  before: Asked,
  after: Asked,
  faulty: ReadonlySet<string>,
): Reconciled => {
  const answers: Record<string, Answer> = { ...draft.answers }
  const points: ReconcilePoint[] = []
  const old = new Map(before.questions.map((question) => [question.id, question]))
  const now = new Map(after.questions.map((question) => [question.id, question]))
  for (const question of after.questions) {
    const was = old.get(question.id)
    const answer = answers[question.id]
    const anchor = `field:${question.id}`
    if (was === undefined || isEmpty(answer)) {
      if (!isEmpty(answer) || !question.required || was?.required === true) continue
      points.push({
        anchor,
        label: question.label,
        reason: was === undefined ? 'new-required' : 'now-required',
        text:
          was === undefined
            ? { zh: `新增必填项“${question.label.zh}”,请填写。`, en: `“${question.label.en}” is new and required.` }
            : { zh: `“${question.label.zh}”改为必填,请填写。`, en: `“${question.label.en}” is required now.` },
        setAside: null,
      })
    } else if (answer !== undefined && (!stillAnswers(was, question, answer) || faulty.has(question.id))) {
      delete answers[question.id]
      points.push({
        anchor,
        label: question.label,
        reason: 'question-changed',
        text: whatChanged(was, question),
        setAside: answer,
      })
    }
  }
  for (const question of before.questions) {
    const answer = answers[question.id]
    if (now.has(question.id) || answer === undefined || isEmpty(answer)) continue
    delete answers[question.id]
    points.push({
      anchor: `field:${question.id}`,
      label: question.label,
      reason: 'removed',
      text: {
        zh: `不再要求填写“${question.label.zh}”,原答案另存备查。`,
        en: `“${question.label.en}” is no longer asked; your answer is kept aside.`,
      },
      setAside: answer,
    })
  }
  const retired = draft.itemIds.filter((id) => !after.items.has(id))
  for (const id of retired) {
    const label = before.items.get(id) ?? { zh: id, en: id }
    points.push({
      anchor: `item:${id}`,
      label,
      reason: 'item-retired',
      text: { zh: `事项“${label.zh}”已取消,不需要再申请。`, en: `“${label.en}” is no longer in the catalogue.` },
      setAside: null,
    })
  }
  const { detached, points: materialPoints } = reconcileMaterials(draft.documents, before.materials, after.materials)
  const itemIds = draft.itemIds.filter((id) => after.items.has(id))
  return {
    answers,
    // A draft without any item cannot be: it keeps what it had, and the submission names what is gone.
    itemIds: itemIds.length === 0 ? draft.itemIds : itemIds,
    detached,
    points: [...points, ...materialPoints],
  }
}

const handedIn = (material: MaterialAsked): boolean =>
  material.form !== 'form' && material.form !== 'exempt-system-fetched'
const reconcileMaterials = (
  documents: ReadonlySet<string>,
  before: readonly MaterialAsked[],
  after: readonly MaterialAsked[],
): { readonly detached: readonly string[]; readonly points: readonly ReconcilePoint[] } => {
  const old = new Map(before.map((material) => [material.materialId, material]))
  const now = new Map(after.map((material) => [material.materialId, material]))
  const points: ReconcilePoint[] = []
  const detached: string[] = []
  for (const material of after.filter(handedIn)) {
    const was = old.get(material.materialId)
    const anchor = `material:${material.materialId}`
    const label = material.name
    if (was === undefined && material.needed === 'yes')
      points.push({
        anchor,
        label,
        reason: 'material-new',
        text: { zh: `新增必交材料“${label.zh}”,请上传。`, en: `“${label.en}” must be handed in now.` },
        setAside: null,
      })
    else if (was !== undefined && was.name.zh !== label.zh && documents.has(material.materialId))
      points.push({
        anchor,
        label,
        reason: 'material-changed',
        text: {
          zh: `材料要求由“${was.name.zh}”改为“${label.zh}”,请核对已上传的文件,需要时替换。`,
          en: `“${was.name.en}” became “${label.en}”; check the file that is there.`,
        },
        setAside: null,
      })
  }
  for (const material of before)
    if (documents.has(material.materialId) && !now.has(material.materialId)) {
      detached.push(material.materialId)
      points.push({
        anchor: `material:${material.materialId}`,
        label: material.name,
        reason: 'material-removed',
        text: {
          zh: `不再要求提交“${material.name.zh}”,已上传的文件不随申请提交。`,
          en: `“${material.name.en}” is no longer asked for; its files are not submitted.`,
        },
        setAside: null,
      })
    }
  return { detached, points }
}
