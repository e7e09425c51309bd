/** Rules and alarms put together: the part of monitoring that looks at what comes in. */
import { system } from '../../kernel/actor.ts'
import type { EventKind } from '../../kernel/event.ts'
import { type JobHandler, jobHandler, type Reaction, type Route, type TimerHandler } from '../../platform/platform.ts'
import { alarmTimer } from './actions/alarms/announce.ts'
import { type AlarmsContext, noSources, type RuleSources } from './actions/alarms/context.ts'
import { alarmsReader, alarmsWriter } from './actions/alarms/reader.ts'
import { followSiteState } from './actions/alarms/site-state.ts'
import type { Context } from './actions/context.ts'
import { backtestJob, runBacktest } from './actions/rules/backtest.ts'
import { createLiveRules, type Rules } from './actions/rules/live.ts'
import { publishTemplates } from './actions/rules/manage.ts'
import { armSilence, planUsual, runUsual, silenceTimer, usualJob, usualTimer } from './actions/rules/timers.ts'
import { alarmEvents } from './contract/alarm-events.ts'
import type { AlarmsReader, AlarmsWriter } from './contract/alarms-reader.ts'
import type { BacktestId } from './contract/rules.ts'
import { siteStateChanged } from './contract/sites.ts'
import { loadRulesReference } from './load.ts'
import type { SiteId } from './model/report.ts'
import { ruleRoutes } from './routes/rules.ts'

export interface RulesPart {
  readonly rules: Rules
  readonly reader: AlarmsReader
  readonly writer: AlarmsWriter
  readonly events: readonly EventKind[]
  readonly routes: readonly Route[]
  readonly reactions: readonly Reaction[]
  readonly timers: readonly TimerHandler[]
  readonly jobs: readonly JobHandler[]
  /** Puts templates into force at a first start, and plans what comes by night. Safe to repeat. */
  readonly prepare: () => Promise<void>
}

/** Throws an Error when a file of `data/monitoring/` is missing or wrong. */
export const createRules = (base: Context, sources: RuleSources = noSources): RulesPart => {
  const { platform, people, projects } = base
  const context: AlarmsContext = {
    platform,
    people,
    projects,
    sources,
    reference: loadRulesReference(platform.config.dataFolder),
  }
  const rules = createLiveRules(context, { arm: armSilence })
  return {
    rules,
    reader: alarmsReader(context),
    writer: alarmsWriter(context),
    events: alarmEvents,
    routes: ruleRoutes(context),
    reactions: [
      {
        // A device that never spoke is missed as much as one that stopped.
        listener: 'monitoring.silence',
        kinds: ['monitoring.device-registered', 'monitoring.rule-published'],
        react: (unit) => armSilence(unit),
      },
      {
        listener: 'monitoring.alarms-of-site',
        kinds: [siteStateChanged.kind],
        react: (unit, entry) => followSiteState(context, unit, entry.subject.id as SiteId),
      },
    ],
    timers: [alarmTimer(context), silenceTimer(() => rules), usualTimer],
    jobs: [
      jobHandler(backtestJob, async (_platform, input, progress) => {
        await runBacktest(context, input.backtestId as BacktestId, progress)
        return undefined
      }),
      jobHandler(usualJob, (_platform) => platform.transact(system('monitoring.usual'), runUsual)),
    ],
    prepare: async () => {
      await platform.transact(system('monitoring.prepare'), async (unit) => {
        await publishTemplates(context, unit)
        await planUsual(unit)
      })
    },
  }
}
