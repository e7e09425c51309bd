/**
 * Changing the master key: a new key is put first, everything is sealed anew under it while old texts stay readable, and
 * only when nothing is left under an old key are the old ones removed. Safe to break off and to repeat at any point.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { system } from '../../kernel/actor.ts'
import { endpoint } from '../../kernel/endpoint.ts'
import { defineEvent } from '../../kernel/event.ts'
import { defineRefusal } from '../../kernel/refusal.ts'
import { type JobHandler, type JobKind, jobHandler, type Platform, type Route, route, type Unit } from '../platform.ts'
import { addKey, dropOldKeys, KEYS_LOOK_MS } from './vault.ts'

/** Seals a part of what an owner keeps anew; gives how much it did. 0 means that nothing is left under an old key. */
export interface Resealer {
  readonly name: string
  readonly reseal: (unit: Unit, limit: number) => Promise<number>
}
export interface RotationOptions {
  readonly file: string
  readonly resealers: readonly Resealer[]
  /** How long other processes may go on with the old key, in ms. */
  readonly settleMs?: number
}
export interface Rotation {
  readonly jobs: readonly JobHandler[]
  readonly routes: (platform: Platform) => readonly Route[]
  /** Does the whole change; gives how many texts were sealed anew. */
  readonly run: (platform: Platform, signal?: AbortSignal) => Promise<number>
}

const BATCH = 200
export const rotateJob: JobKind<Record<string, never>> = { name: 'vault.rotate', input: z.object({}).strict() }

export const keyRotated = defineEvent({
  kind: 'vault.rotated',
  version: 1,
  visibility: 'internal',
  payload: z.object({ sealedAnew: z.number().int() }),
  sentence: '更换加密密钥,重新加密 {sealedAnew} 项',
})
export const rotationBegun = defineEvent({
  kind: 'vault.rotation-begun',
  version: 1,
  visibility: 'internal',
  payload: z.object({ reason: z.string() }),
  sentence: '开始更换加密密钥:{reason}',
})
export const startRotation = endpoint({
  id: 'vault.rotate',
  method: 'POST',
  path: '/api/vault/rotation',
  summary: '更换个人信息加密密钥并重新加密 · Change the key of the vault',
  access: { roles: ['administrator'] },
  body: z.object({ reason: z.string().trim().min(2, { error: '请填写理由,至少2个字' }).max(200) }),
  reply: z.object({ jobId: z.string() }),
  perMinute: 5,
  sensitive: true,
})
const unfinished = defineRefusal('conflict', 'vault.unfinished', {
  zh: '仍有内容无法用现有密钥解开,旧密钥已保留。请检查密钥文件备份后重试。',
  en: 'Some texts could not be sealed anew; the old key was kept. Check the backup of the key file and try again.',
})

export const createRotation = ({ file, resealers, settleMs = 2 * KEYS_LOOK_MS }: RotationOptions): Rotation => {
  const sealAll = async (platform: Platform, signal?: AbortSignal): Promise<number> => {
    let total = 0
    for (const { reseal } of resealers)
      for (let done = -1; done !== 0; total += done) {
        signal?.throwIfAborted()
        done = await platform.transact(system('vault'), (unit) => reseal(unit, BATCH))
      }
    return total
  }
  const run: Rotation['run'] = async (platform, signal) => {
    addKey(file)
    // Every process notices the new key before anything is counted on it.
    await sleep(settleMs)
    let total = await sealAll(platform, signal)
    await sleep(settleMs)
    // What was under way with the old key during the first pass.
    total += await sealAll(platform, signal)
    if ((await sealAll(platform, signal)) > 0) throw unfinished()
    dropOldKeys(file)
    await platform.transact(system('vault'), (unit) =>
      unit.record(keyRotated, { subject: { kind: 'vault', id: 'master' }, payload: { sealedAnew: total } }),
    )
    return total
  }
  return {
    run,
    jobs: [
      jobHandler(rotateJob, async (platform, _input, { signal }) => ({ sealedAnew: await run(platform, signal) })),
    ],
    routes: (platform) => [
      route(startRotation, (call, { body }) =>
        platform.transact(
          call.actor,
          async (unit) => {
            await unit.record(rotationBegun, {
              subject: { kind: 'vault', id: 'master' },
              payload: { reason: body.reason },
            })
            return { jobId: await unit.enqueue(rotateJob, {}) }
          },
          { traceId: call.traceId },
        ),
      ),
    ],
  }
}
