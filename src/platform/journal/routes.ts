/**
 * The journal's public endpoints, in the layout of C2SP tlog-tiles under '/api/journal': checkpoint, tiles of hashes, the
 * verifier key, and ready-made proofs for browsers. Entry bundles are not served: they would hold what is not public.
 */
import { z } from 'zod'
import { utf8 } from '../../engines/merkle/bytes.ts'
import { type Endpoint, endpoint } from '../../kernel/endpoint.ts'
import { isUuid } from '../../kernel/identity.ts'
import { type FileReply, type Route, route } from '../platform.ts'
import { type JournalProofs, noPublicEntry } from './proof.ts'

const TEXT = 'text/plain; charset=utf-8'
const hex = z.string().regex(/^[0-9a-f]{64}$/)
const bytesReply = z.unknown()

export const checkpointEndpoint: Endpoint<undefined, undefined, undefined, unknown> = endpoint({
  id: 'journal.checkpoint',
  method: 'GET',
  path: '/api/journal/checkpoint',
  summary: '日志检查点:签名的条数与根哈希 (C2SP tlog-checkpoint)',
  access: 'public',
  reply: bytesReply,
  produces: TEXT,
})

export const keyEndpoint: Endpoint<undefined, undefined, undefined, unknown> = endpoint({
  id: 'journal.key',
  method: 'GET',
  path: '/api/journal/key',
  summary: '日志验证公钥 (C2SP signed-note verifier key)',
  access: 'public',
  reply: bytesReply,
  produces: TEXT,
})

const tileParams = z.object({ '*': z.string().max(120) })
export const tileEndpoint: Endpoint<z.infer<typeof tileParams>, undefined, undefined, unknown> = endpoint({
  id: 'journal.tile',
  method: 'GET',
  path: '/api/journal/tile/*',
  summary: '日志哈希分片 (C2SP tlog-tiles)',
  access: 'public',
  params: tileParams,
  reply: bytesReply,
  produces: 'application/octet-stream',
})

const entrySchema = z.object({
  format: z.literal(1),
  id: z.string(),
  kind: z.string(),
  version: z.number(),
  subject: z.object({ kind: z.string(), id: z.string() }),
  projectId: z.string().nullable(),
  actor: z.string(),
  onBehalfOf: z.string().nullable(),
  occurredAt: z.string(),
  recordedAt: z.string(),
  visibility: z.string(),
  payload: z.unknown(),
  personalDigest: hex.nullable(),
})

export const inclusionReply = z.object({
  seq: z.number(),
  entry: entrySchema,
  leafHash: hex,
  size: z.number(),
  root: hex,
  proof: z.array(hex).readonly(),
  checkpoint: z.string(),
  verifierKey: z.string(),
})
const proofParams = z.object({ entryId: z.string() })
export const inclusionEndpoint = endpoint({
  id: 'journal.proof',
  method: 'GET',
  path: '/api/journal/proof/:entryId',
  summary: '公开记录的存在证明',
  access: 'public',
  params: proofParams,
  reply: inclusionReply,
})

export const consistencyReply = z.object({
  earlierSize: z.number(),
  size: z.number(),
  proof: z.array(hex).readonly(),
  checkpoint: z.string(),
})
export const consistencyEndpoint = endpoint({
  id: 'journal.consistency',
  method: 'GET',
  path: '/api/journal/consistency',
  summary: '从较早条数到最新检查点的一致性证明',
  access: 'public',
  query: z.object({ from: z.coerce.number().int().min(1) }),
  reply: consistencyReply,
})

const fileOf = (fileName: string, content: Uint8Array): FileReply => ({ fileName, content, inline: true })

/** Binds the endpoints to the proofs of a journal. */
export const journalRoutes = (proofs: JournalProofs): readonly Route[] => [
  route(checkpointEndpoint, async () => fileOf('checkpoint', utf8((await proofs.checkpoint()).note))),
  route(keyEndpoint, async () => fileOf('key', utf8(`${proofs.verifierKey}\n`))),
  route(tileEndpoint, async (_call, { params }) => {
    return fileOf('tile', await proofs.tile(`tile/${params['*']}`))
  }),
  route(inclusionEndpoint, async (_call, { params }) => {
    if (!isUuid(params.entryId)) throw noPublicEntry()
    return proofs.inclusion(params.entryId) as Promise<z.infer<typeof inclusionReply>>
  }),
  route(consistencyEndpoint, (_call, { query }) => proofs.consistency(query.from)),
]
