/** Endpoints of rules and alarms to actions, one line each. */

import { isRefused } from '../../../kernel/refusal.ts'
import { type Call, type Route, route, type Unit } from '../../../platform/platform.ts'
import type { AlarmsContext } from '../actions/alarms/context.ts'
import { acknowledge, close, comment, dispose, snooze } from '../actions/alarms/handle.ts'
import { listAlarmRows, readAlarmPicture, readAlarmView, readStatistics } from '../actions/alarms/view.ts'
import { listBacktestViews, readBacktestView, startBacktest } from '../actions/rules/backtest.ts'
import { createRule, discardDraft, publishRule, retireRule, saveDraft } from '../actions/rules/manage.ts'
import { listLimitViews, listRuleRows, listTemplateViews, readRuleView } from '../actions/rules/view.ts'
import * as alarms from '../contract/alarms.ts'
import * as rules from '../contract/rules.ts'
import { ruleMissing } from '../model/alarms/refusals.ts'

export const ruleRoutes = (context: AlarmsContext): readonly Route[] => {
  const { platform } = context
  const { db } = platform
  const command = <T>(call: Call, work: (unit: Unit) => Promise<T>): Promise<T> =>
    platform.transact(call.actor, work, { traceId: call.traceId })
  const onRule = (call: Call, key: string, work: (unit: Unit) => Promise<void>) =>
    command(call, async (unit) => {
      await work(unit)
      return readRuleView(context, unit.db, call.actor, key, unit.now)
    })
  const onAlarm = (call: Call, id: alarms.AlarmId, work: (unit: Unit) => Promise<void>) =>
    command(call, async (unit) => {
      await work(unit)
      return readAlarmView(context, unit.db, call.actor, id, unit.now)
    })
  const ruleOrNull = async (call: Call, unit: Unit, key: string) => {
    try {
      return await readRuleView(context, unit.db, call.actor, key, unit.now)
    } catch (error) {
      if (isRefused(error) && error.refusal.code === ruleMissing().refusal.code) return null
      throw error
    }
  }
  return [
    route(rules.listRules, (call, { query }) => listRuleRows(context, db, call.actor, query, platform.clock())),
    route(rules.readRule, (call, { params }) =>
      readRuleView(context, db, call.actor, params.ruleKey, platform.clock()),
    ),
    route(rules.createRule, (call, { body }) => onRule(call, body.key, (unit) => createRule(context, unit, body))),
    route(rules.saveRuleDraft, (call, { params, body }) =>
      onRule(call, params.ruleKey, (unit) => saveDraft(context, unit, params.ruleKey, body)),
    ),
    route(rules.discardRuleDraft, (call, { params }) =>
      command(call, async (unit) => {
        await discardDraft(unit, params.ruleKey)
        return { rule: await ruleOrNull(call, unit, params.ruleKey) }
      }),
    ),
    route(rules.publishRule, (call, { params, body }) =>
      onRule(call, params.ruleKey, (unit) => publishRule(context, unit, params.ruleKey, body)),
    ),
    route(rules.retireRule, (call, { params, body }) =>
      onRule(call, params.ruleKey, (unit) => retireRule(context, unit, params.ruleKey, body.reason)),
    ),
    route(rules.listRuleTemplates, () => listTemplateViews(context, db)),
    route(rules.listLimits, async (_call, { query }) => listLimitViews(context, query, platform.clock())),
    route(rules.startBacktest, (call, { params, body }) =>
      command(call, async (unit) =>
        readBacktestView(context, unit.db, await startBacktest(unit, params.ruleKey, body)),
      ),
    ),
    route(rules.readBacktest, (_call, { params }) => readBacktestView(context, db, params.backtestId)),
    route(rules.listBacktests, (_call, { params }) => listBacktestViews(context, db, params.ruleKey)),
    route(alarms.listAlarms, (call, { query }) => listAlarmRows(context, db, call.actor, query, platform.clock())),
    route(alarms.readAlarm, (call, { params }) =>
      readAlarmView(context, db, call.actor, params.alarmId, platform.clock()),
    ),
    route(alarms.readAlarmPicture, (call, { params }) =>
      readAlarmPicture(context, db, call.actor, params.alarmId, params.sha256, platform.clock()),
    ),
    route(alarms.acknowledgeAlarm, (call, { params, body }) =>
      onAlarm(call, params.alarmId, (unit) => acknowledge(context, unit, params.alarmId, body)),
    ),
    route(alarms.disposeAlarm, (call, { params, body }) =>
      onAlarm(call, params.alarmId, (unit) => dispose(context, unit, params.alarmId, body)),
    ),
    route(alarms.closeAlarm, (call, { params, body }) =>
      onAlarm(call, params.alarmId, (unit) => close(context, unit, params.alarmId, body)),
    ),
    route(alarms.snoozeAlarm, (call, { params, body }) =>
      onAlarm(call, params.alarmId, (unit) => snooze(context, unit, params.alarmId, body)),
    ),
    route(alarms.commentAlarm, (call, { params, body }) =>
      onAlarm(call, params.alarmId, (unit) => comment(context, unit, params.alarmId, body.text)),
    ),
    route(alarms.alarmStatistics, (call, { query }) =>
      readStatistics(context, db, call.actor, query, platform.clock()),
    ),
  ]
}
