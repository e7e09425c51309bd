/** Alarms for later capabilities. */
import { localDateOf } from '../../../../kernel/time.ts'
import type { AlarmsReader, AlarmsWriter } from '../../contract/alarms-reader.ts'
import { alarmById, changeAlarm, lockAlarm, siteFacts } from '../../store/alarms/alarms.ts'
import { announce } from './announce.ts'
import { type AlarmsContext, lockCase, partiesOf, siteOf, visibleSites } from './context.ts'
import { closeCase } from './handle.ts'

export const alarmsReader = (context: AlarmsContext): AlarmsReader => {
  const today = () => localDateOf(context.platform.clock())
  return {
    alarm: async (db, id) => {
      const alarm = await alarmById(db, id)
      if (alarm === null) return null
      const site = await siteOf(db, alarm.site_id)
      return {
        alarmId: alarm.id,
        siteId: alarm.site_id,
        projectId: site.project_id,
        ruleKey: alarm.rule_key,
        ruleName: alarm.rule_name,
        text: alarm.evidence.text,
        advice: alarm.advice,
        severity: alarm.severity,
        openedAt: alarm.opened_at,
        endedAt: alarm.ended_at,
        closedAt: alarm.closed_at,
        orderId: alarm.order_id,
      }
    },
    site: async (db, id) => {
      const site = (await siteFacts(db, [id])).get(id)
      if (site === undefined) return null
      return {
        siteId: site.id,
        projectId: site.project_id,
        name: site.name,
        state: site.state,
        department: site.department ?? context.reference.ladder.department,
        contractorId: site.contractor_id,
        supervisionId: site.supervision_id,
        parties: await partiesOf(context, db, site, today()),
      }
    },
    visibleSites: (db, actor) => visibleSites(context, db, actor, today()),
    siteNames: async (db, ids) => new Map([...(await siteFacts(db, ids))].map(([id, site]) => [id, site.name])),
  }
}
export const alarmsWriter = (context: AlarmsContext): AlarmsWriter => ({
  noteOrder: async (unit, id, { orderId, number }) => {
    const alarm = await lockAlarm(unit.db, id)
    if (alarm === null || alarm.closed_at !== null) return
    const by = unit.actor.kind === 'person' ? unit.actor.personId : null
    const after = await changeAlarm(unit.db, id, {
      order_id: orderId,
      order_number: number,
      state: 'disposing',
      disposing_at: alarm.disposing_at ?? unit.now,
      disposing_by: alarm.disposing_by ?? by,
      acknowledged_at: alarm.acknowledged_at ?? unit.now,
      acknowledged_by: alarm.acknowledged_by ?? by,
    })
    await announce(context, unit, after, await siteOf(unit.db, alarm.site_id))
  },
  close: async (unit, id, reason, text) => {
    const found = await lockCase(context, unit, id, null)
    if (found.alarm.closed_at === null) await closeCase(unit, found, reason, text)
  },
})
