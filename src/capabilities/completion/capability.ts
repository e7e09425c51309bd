/** Puts this capability together for `server/capabilities.ts`. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Capability, jobHandler } from '../../platform/platform.ts'
import { opinionJob } from './actions/acceptance.ts'
import type { Context } from './actions/context.ts'
import { dossierJob, type Proofs, runDossier } from './actions/dossier.ts'
import { filingReaction } from './actions/filing.ts'
import { issueOpinion, publicOpinion } from './actions/opinion.ts'
import { dueTimer } from './actions/timers.ts'
import { makeCompletionReader } from './actions/view.ts'
import { completionEvents } from './contract/events.ts'
import type { CompletionReader } from './contract/reader.ts'
import type { AcceptanceId, DossierId } from './contract.ts'
import { completionRulesSchema } from './model/rules.ts'
import { completionRoutes } from './routes.ts'
import { completionPages } from './site/pages.tsx'

/** Reads `completion/rules.json` of the data folder. Throws an Error when it is missing or wrong. */
export const createCompletion = ({
  proofs,
  ...options
}: Omit<Context, 'rules'> & { readonly proofs: Proofs }): Capability & { readonly reader: CompletionReader } => {
  const { platform } = options
  const file = join(platform.config.dataFolder, 'completion', 'rules.json')
  const context: Context = { ...options, rules: completionRulesSchema.parse(JSON.parse(readFileSync(file, 'utf8'))) }
  return {
    name: 'completion',
    migrations: new URL('./migrations/', import.meta.url),
    events: completionEvents,
    routes: completionRoutes(context, proofs),
    pages: completionPages((code) => publicOpinion(context, code)),
    reactions: [filingReaction(context)],
    timers: [dueTimer(context)],
    jobs: [
      jobHandler(opinionJob, async (_platform, input) => {
        await issueOpinion(context, input.acceptanceId as AcceptanceId)
        return undefined
      }),
      jobHandler(dossierJob, (_platform, input, progress) =>
        runDossier(context, proofs, input.dossierId as DossierId, progress),
      ),
    ],
    reader: makeCompletionReader(),
  }
}
