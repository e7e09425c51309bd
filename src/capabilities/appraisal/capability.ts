/** Puts this capability together for `server/capabilities.ts`. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Capability, Platform } from '../../platform/platform.ts'
import type { ApprovalsReader } from '../approvals/contract/reader.ts'
import type { PeopleReader } from '../people/contract.ts'
import type { Context } from './actions/context.ts'
import { readPublic } from './actions/read.ts'
import { appraisalEvents } from './contract.ts'
import { indicatorRulesSchema } from './model/indicators.ts'
import { appraisalRoutes } from './routes.ts'
import { appraisalPages } from './site/pages.tsx'

export interface AppraisalOptions {
  readonly platform: Platform
  readonly people: PeopleReader
  readonly approvals: ApprovalsReader
}
/** Reads `appraisal/indicators.json` of the data folder. Throws an Error when it is missing or wrong. */
export const createAppraisal = ({ platform, people, approvals }: AppraisalOptions): Capability => {
  const file = join(platform.config.dataFolder, 'appraisal', 'indicators.json')
  const context: Context = {
    platform,
    people,
    approvals,
    rules: indicatorRulesSchema.parse(JSON.parse(readFileSync(file, 'utf8'))),
  }
  return {
    name: 'appraisal',
    migrations: new URL('./migrations/', import.meta.url),
    events: appraisalEvents,
    routes: appraisalRoutes(context),
    pages: appraisalPages(() => readPublic(context, platform.db)),
  }
}
