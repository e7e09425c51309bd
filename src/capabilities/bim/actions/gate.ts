/** The gate of a project, and the condition that the one window asks. */
import type { Actor } from '../../../kernel/actor.ts'
import type { ProjectId } from '../../../kernel/identity.ts'
import { words } from '../../../kernel/words.ts'
import type { Database } from '../../../platform/platform.ts'
import type { NamedCondition } from '../../approvals/contract/conditions.ts'
import type { BimReader, GateView } from '../contract/exchange.ts'
import { bimPath, gateReasons } from '../model/gate.ts'
import { checksOfProject } from '../store/checks.ts'
import { checkStates } from './checks.ts'
import { type Context, readSite, todayOf } from './context.ts'

export const GATE = 'bim.no-open-serious-conflict'

export const gateOf = async (context: Context, db: Database, projectId: ProjectId): ReturnType<BimReader['gate']> => {
  const checks = (await checksOfProject(db, projectId)).filter((check) => check.gate && check.archived_at === null)
  const states = await checkStates(context, db, projectId, checks)
  const reasons = gateReasons(
    states.map(({ check, done, open, outdated }) => ({
      name: check.name,
      serious: open.serious,
      unknown: open.unknown,
      neverRun: done === null,
      outdated,
    })),
  )
  return {
    projectId,
    open: reasons.length === 0,
    sentence:
      reasons.length === 0
        ? null
        : words(
            `碰撞检查关口未通过:${reasons.map((reason) => reason.zh.replace(/。$/, '')).join(';')}。`,
            `The gate of clash checks is closed: ${reasons.map((reason) => reason.en).join(' ')}`,
          ),
    reasons: [...reasons],
    checks: states.map(({ check, done, open, outdated }) => ({
      checkId: check.id,
      name: check.name,
      serious: open.serious,
      unknown: open.unknown,
      excepted: open.excepted,
      outdated,
      lastRunAt: done?.ended_at ?? null,
    })),
  }
}
export const readGate = async (
  context: Context,
  db: Database,
  actor: Actor,
  projectId: ProjectId,
): Promise<GateView> => {
  await readSite(context, db, actor, projectId, todayOf(context))
  return { ...(await gateOf(context, db, projectId)), askedBy: [...(await context.askedBy(db, projectId))] }
}
export const gateCondition = (context: Context): NamedCondition => ({
  name: GATE,
  ask: async (db, projectId) => {
    const gate = await gateOf(context, db, projectId)
    return {
      used: gate.checks.length > 0,
      met: gate.open,
      sentence: gate.sentence ?? words('碰撞检查关口已通过。', 'The gate of clash checks is open.'),
      path: bimPath(projectId),
    }
  },
})
