/** Who may bring in a new version, and when. Pure: the server refuses by it and the desk disables its buttons by it. */
import { type Actor, holds } from '../../kernel/actor.ts'
import { all, allowed, type Decision, refusedBecause } from '../../kernel/decision.ts'
import type { PersonId } from '../../kernel/identity.ts'
import { defineRefusal, type RefusalMaker } from '../../kernel/refusal.ts'
import type { LocalDate } from '../../kernel/time.ts'
import type { EditionStanding } from './model/editions.ts'

export const notAdministrator = defineRefusal('forbidden', 'catalogue.not-administrator', {
  zh: '只有系统管理员可以维护服务清单和表单。请交由系统管理员办理。',
  en: 'Only administrators maintain the catalogue and the form.',
})
export const sameAuthor = defineRefusal('forbidden', 'catalogue.same-author', {
  zh: '这个版本由您拟定,须由另一位系统管理员核对后发布。',
  en: 'You drafted this version; another administrator must check and publish it.',
})
export const notDraft = defineRefusal('conflict', 'catalogue.not-draft', {
  zh: '这个版本已不是草稿,不能修改。需要再改时,请另拟一个新版本。',
  en: 'This version is no draft any more. Draft another one to change the text again.',
})
export const fromTooEarly = defineRefusal('conflict', 'catalogue.from-too-early', {
  zh: '施行日期须晚于今天({today}):当天收到的申请适用已经公布的版本。请把施行日期改到明天或以后。',
  en: 'The first day must be after today ({today}): what is received today stands under the published text.',
})
export const inForceAlready = defineRefusal('conflict', 'catalogue.in-force-already', {
  zh: '这个版本已经施行,不能撤回。请另拟新版本替代,或者拟定取消该事项。',
  en: 'This version is in force and cannot be withdrawn. Draft a newer one, or the retirement of the item.',
})

export interface EditionFacts {
  readonly standing: EditionStanding
  readonly author: PersonId | null
  readonly from: LocalDate | null
  readonly today: LocalDate
}
const when = (condition: boolean, refused: RefusalMaker, facts: Record<string, unknown> = {}): Decision =>
  condition ? allowed : refusedBecause(refused(facts))
const administrator = (actor: Actor): Decision => when(holds(actor, 'administrator'), notAdministrator)

/** The person and everyone for whom the person administers: a delegate is not a second pair of eyes. */
const behind = (actor: Actor): ReadonlySet<PersonId> =>
  new Set(
    actor.kind === 'person'
      ? [
          actor.personId,
          ...actor.roles.flatMap((held) =>
            held.role === 'administrator' && held.onBehalfOf !== undefined ? [held.onBehalfOf] : [],
          ),
        ]
      : [],
  )

export const mayDraftEdition = (actor: Actor): Decision => administrator(actor)
export const maySaveEdition = (actor: Actor, facts: EditionFacts): Decision =>
  all(administrator(actor), when(facts.standing === 'draft', notDraft))
export const mayPublishEdition = (actor: Actor, facts: EditionFacts): Decision =>
  all(
    administrator(actor),
    when(facts.standing === 'draft', notDraft),
    when(facts.author === null || !behind(actor).has(facts.author), sameAuthor),
    when(facts.from !== null && facts.from > facts.today, fromTooEarly, { today: facts.today }),
  )
export const mayWithdrawEdition = (actor: Actor, facts: EditionFacts): Decision =>
  all(administrator(actor), when(facts.standing === 'draft' || facts.standing === 'scheduled', inForceAlready))
