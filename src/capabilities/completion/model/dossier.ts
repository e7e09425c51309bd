/** The archive of a project as one dossier: its index, and how anybody checks it. Pure. */
import { z } from 'zod'
import { bytesOfHex, hexOf } from '../../../engines/merkle/bytes.ts'
import { type LeafEntry, leafHashOf } from '../../../engines/merkle/entry-leaf.ts'
import { openNote, parseCheckpoint, parseVerifierKey, type VerifySignature } from '../../../engines/merkle/note.ts'
import { sha256 } from '../../../engines/merkle/sha256.ts'
import { verifyInclusion } from '../../../engines/merkle/verify.ts'

export const INDEX = 'index.json'
export const JOURNAL = '99-日志/entries.json'
export const indexSchema = z.object({
  format: z.literal(1),
  project: z.object({ id: z.string(), number: z.string(), name: z.string() }),
  /** The newest entry of the journal that is in it. */
  asOf: z.string(),
  personalData: z.boolean(),
  files: z.array(z.object({ path: z.string(), title: z.string(), sizeBytes: z.number(), sha256: z.string() })),
  /** What exists and was left out, because it holds personal data. */
  leftOut: z.array(z.object({ path: z.string(), title: z.string() })),
})
export type DossierIndex = z.infer<typeof indexSchema>
const journalSchema = z.object({
  size: z.number(),
  root: z.string(),
  checkpoint: z.string(),
  verifierKey: z.string(),
  entries: z.array(
    z.object({ seq: z.number(), entry: z.looseObject({}), leafHash: z.string(), proof: z.array(z.string()) }),
  ),
})
export interface DossierCheck {
  readonly genuine: boolean
  readonly project: string
  readonly files: number
  readonly entries: number
  /** Key that signed the journal: compare it with the one that the platform publishes. */
  readonly verifierKey: string
  /** What is wrong, in sentences; empty where it is genuine. */
  readonly faults: readonly string[]
}
const textOf = (content: Uint8Array): string => new TextDecoder().decode(content)
const read = <T>(schema: z.ZodType<T>, content: Uint8Array | undefined): T | null => {
  if (content === undefined) return null
  try {
    return schema.safeParse(JSON.parse(textOf(content))).data ?? null
  } catch {
    return null
  }
}
/** Checks every file against the index, and every journal entry against the signed checkpoint. */
export const verifyDossier = async (
  files: ReadonlyMap<string, Uint8Array>,
  verifySignature: VerifySignature,
): Promise<DossierCheck> => {
  const faults: string[] = []
  const index = read(indexSchema, files.get(INDEX))
  if (index === null)
    return {
      genuine: false,
      project: '',
      files: 0,
      entries: 0,
      verifierKey: '',
      faults: ['缺少目录 index.json 或内容不完整'],
    }
  const named = new Set([INDEX, ...index.files.map((file) => file.path)])
  for (const file of index.files) {
    const content = files.get(file.path)
    if (content === undefined) faults.push(`缺少文件 ${file.path}`)
    else if (hexOf(sha256(content)) !== file.sha256) faults.push(`文件被改动 ${file.path}`)
  }
  for (const path of files.keys()) if (!named.has(path)) faults.push(`目录中没有的文件 ${path}`)
  const journal = read(journalSchema, files.get(JOURNAL))
  if (journal === null) faults.push('缺少日志')
  else faults.push(...(await journalFaults(journal, verifySignature)))
  return {
    genuine: faults.length === 0,
    project: index.project.name,
    files: index.files.length,
    entries: journal?.entries.length ?? 0,
    verifierKey: journal?.verifierKey ?? '',
    faults,
  }
}
const journalFaults = async (
  journal: z.infer<typeof journalSchema>,
  verifySignature: VerifySignature,
): Promise<readonly string[]> => {
  const key = parseVerifierKey(journal.verifierKey)
  const text = key === null ? null : await openNote(journal.checkpoint, key, verifySignature)
  const checkpoint = text === null ? null : parseCheckpoint(text)
  if (checkpoint === null) return ['日志检查点的签名无效']
  if (checkpoint.size !== journal.size || hexOf(checkpoint.root) !== journal.root) return ['日志与检查点不一致']
  const faults: string[] = []
  for (const each of journal.entries) {
    const leafHash = leafHashOf(each.entry as unknown as LeafEntry)
    const included = await verifyInclusion({
      index: each.seq - 1,
      size: checkpoint.size,
      leafHash,
      proof: each.proof.map(bytesOfHex),
      root: checkpoint.root,
    })
    if (!included || hexOf(leafHash) !== each.leafHash) faults.push(`日志第${each.seq}条被改动或不在日志中`)
  }
  return faults
}
