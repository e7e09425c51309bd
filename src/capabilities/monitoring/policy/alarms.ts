/** Who may see and handle alarms. Pure; used by server and desk alike. */
import { type Actor, holds, type Role } from '../../../kernel/actor.ts'
import { all, allowed, type Decision, refusedBecause } from '../../../kernel/decision.ts'
import type { OrganisationId } from '../../../kernel/identity.ts'
import type { Refused } from '../../../kernel/refusal.ts'
import type { Words } from '../../../kernel/words.ts'
import type { Ladder } from '../model/alarms/ladder.ts'
import * as refuse from '../model/alarms/refusals.ts'
import { type AlarmState, severityWords } from '../model/alarms/states.ts'
import type { Severity } from '../model/rules/definition.ts'
import { isAuthority, ownOrganisations } from './devices.ts'

export interface AlarmFacts {
  readonly state: AlarmState
  readonly severity: Severity
  readonly ended: boolean
  /** Organisations that own the project of the site or take part in it today. */
  readonly parties: readonly OrganisationId[]
}
const when = (condition: boolean, refused: () => Refused): Decision => (condition ? allowed : refusedBecause(refused()))
export const sentence = (decision: Decision): Words | null =>
  decision.allowed ? null : decision.because.refusal.sentence

/** Officers who handle alarms; supervisors and administrators look on. */
const handling: readonly Role[] = ['inspector', 'reviewer', 'lead']
export const handlesAlarms = (actor: Actor): boolean => handling.some((role) => holds(actor, role))
const ownSide = (actor: Actor, facts: AlarmFacts): boolean =>
  ownOrganisations(actor).some((own) => facts.parties.includes(own))

export const maySeeAlarm = (actor: Actor, facts: Pick<AlarmFacts, 'parties'>): Decision =>
  when(isAuthority(actor) || ownOrganisations(actor).some((own) => facts.parties.includes(own)), refuse.alarmMissing)
const mayHandle = (actor: Actor, facts: AlarmFacts): Decision =>
  all(
    when(handlesAlarms(actor) || ownSide(actor, facts), refuse.notForAlarm),
    when(facts.state !== 'closed', refuse.alarmClosedAlready),
  )
export const mayAcknowledge = (actor: Actor, facts: AlarmFacts): Decision =>
  all(mayHandle(actor, facts), when(facts.state === 'open', refuse.alarmTaken))
export const mayDispose = (actor: Actor, facts: AlarmFacts): Decision =>
  all(mayHandle(actor, facts), when(facts.state !== 'disposing', refuse.alarmTaken))
export const mayClose = (actor: Actor, facts: AlarmFacts, ladder: Ladder): Decision =>
  all(
    mayHandle(actor, facts),
    when(handlesAlarms(actor) || facts.severity >= ladder.close.siteFromSeverity, () =>
      refuse.severeByInspector({ severity: severityWords[facts.severity].zh }),
    ),
  )
export const maySnooze = (actor: Actor, facts: AlarmFacts, ladder: Ladder, minutes = 0): Decision => {
  const officer = handlesAlarms(actor)
  const most = officer ? ladder.snooze.authorityMinutes : ladder.snooze.siteMinutes
  return all(
    mayHandle(actor, facts),
    when(!facts.ended, refuse.alarmEndedAlready),
    when(officer || facts.severity >= ladder.snooze.siteFromSeverity, () =>
      refuse.snoozeNotForSevere({ severity: severityWords[facts.severity].zh }),
    ),
    when(minutes <= most, () => refuse.snoozeTooLong({ minutes: most })),
  )
}
export const mayComment = (actor: Actor, facts: AlarmFacts): Decision =>
  when(isAuthority(actor) || ownSide(actor, facts), refuse.notForAlarm)
/** A rectification order is raised by an officer. */
export const mayOrder = (actor: Actor, facts: AlarmFacts): Decision =>
  all(when(handlesAlarms(actor), refuse.notForAlarm), when(facts.state !== 'closed', refuse.alarmClosedAlready))

const editors: readonly Role[] = ['inspector', 'lead', 'approver', 'administrator']
const publishers: readonly Role[] = ['lead', 'approver', 'administrator']
export const mayEditRules = (actor: Actor): Decision =>
  when(
    editors.some((role) => holds(actor, role)),
    refuse.notEditor,
  )
export const mayPublishRules = (actor: Actor): Decision =>
  when(
    publishers.some((role) => holds(actor, role)),
    refuse.notPublisher,
  )
