/**
 * Checks the inclusion proof of a published fact in the visitor's own browser: the leaf is computed again from the entry,
 * the root from leaf and path, and the signature of the checkpoint is checked with the log's key. The newest checkpoint
 * seen is remembered, and the next one must be consistent with it: a log that rewrites its past is found out.
 */
import { bytesOfHex, equalBytes, hexOf } from '../../engines/merkle/bytes.ts'
import { type LeafEntry, leafHashOf } from '../../engines/merkle/entry-leaf.ts'
import { openNote, parseCheckpoint, parseVerifierKey, type VerifierKey } from '../../engines/merkle/note.ts'
import { verifyConsistency, verifyInclusion } from '../../engines/merkle/verify.ts'

interface Evidence {
  readonly seq: number
  readonly entry: LeafEntry
  readonly size: number
  readonly root: string
  readonly proof: readonly string[]
  readonly checkpoint: string
  readonly verifierKey: string
}
interface Remembered {
  readonly key: string
  readonly size: number
  readonly root: string
}
type Finding = { readonly good: boolean; readonly text: string }

const chinese = document.documentElement.lang.startsWith('zh')
const t = (zh: string, en: string): string => (chinese ? zh : en)
const MEMORY = 'mingzhu.checkpoint'

const signatureOk = async (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): Promise<boolean> => {
  const key = await crypto.subtle.importKey('raw', publicKey.slice(), 'Ed25519', false, ['verify'])
  return crypto.subtle.verify('Ed25519', key, signature.slice(), message.slice())
}

const remembered = (): Remembered | null => {
  try {
    const text = localStorage.getItem(MEMORY)
    return text === null ? null : (JSON.parse(text) as Remembered)
  } catch {
    return null
  }
}
/** True when the log still contains all that this browser saw of it before. */
const keepsItsPast = async (evidence: Evidence, key: VerifierKey): Promise<boolean> => {
  const before = remembered()
  if (before === null || before.size === 0) return true
  if (before.key !== evidence.verifierKey) return true
  if (before.size > evidence.size) return true
  if (before.size === evidence.size) return before.root === evidence.root
  const reply = await fetch(`/api/journal/consistency?from=${before.size}`)
  if (!reply.ok) return false
  const claim = (await reply.json()) as { size: number; proof: string[]; checkpoint: string }
  const signed = await openNote(claim.checkpoint, key, signatureOk)
  const later = signed === null ? null : parseCheckpoint(signed)
  if (later === null) return false
  return verifyConsistency({
    earlierSize: before.size,
    size: later.size,
    earlierRoot: bytesOfHex(before.root),
    root: later.root,
    proof: claim.proof.map(bytesOfHex),
  })
}

const examine = async (entryId: string): Promise<Finding> => {
  const reply = await fetch(`/api/journal/proof/${encodeURIComponent(entryId)}`)
  if (!reply.ok) {
    const problem = (await reply.json().catch(() => ({}))) as { detail?: string }
    return {
      good: false,
      text: problem.detail ?? t('取证失败,请稍后再试', 'The proof could not be fetched; try again'),
    }
  }
  const evidence = (await reply.json()) as Evidence
  const bad = (zh: string, en: string): Finding => ({ good: false, text: t(zh, en) })
  if (evidence.entry.id !== entryId) return bad('返回的不是这条记录', 'Another entry was returned')
  const root = bytesOfHex(evidence.root)
  const included = await verifyInclusion({
    index: evidence.seq - 1,
    size: evidence.size,
    leafHash: leafHashOf(evidence.entry),
    proof: evidence.proof.map(bytesOfHex),
    root,
  })
  if (!included)
    return bad('核验不通过:记录与树根不符,请向监督部门反映', 'Not verified: the entry does not match the root')
  const key = parseVerifierKey(evidence.verifierKey)
  if (key === null) return bad('公钥格式不对', 'The verifier key is malformed')
  const signed = await openNote(evidence.checkpoint, key, signatureOk)
  const checkpoint = signed === null ? null : parseCheckpoint(signed)
  if (checkpoint === null || checkpoint.size !== evidence.size || !equalBytes(checkpoint.root, root))
    return bad('核验不通过:树根的签名无效', 'Not verified: the signature of the root is wrong')
  if (!(await keepsItsPast(evidence, key)))
    return bad(
      '核验不通过:日志与您上次看到的不一致,请向监督部门反映',
      'Not verified: the log disagrees with what you saw before',
    )
  localStorage.setItem(MEMORY, JSON.stringify({ key: evidence.verifierKey, size: evidence.size, root: evidence.root }))
  return {
    good: true,
    text: t(
      `已核验:第 ${evidence.seq} 条,共 ${evidence.size} 条,未被改动(树根 ${hexOf(root).slice(0, 12)}…)`,
      `Verified: entry ${evidence.seq} of ${evidence.size}, unaltered (root ${hexOf(root).slice(0, 12)}…)`,
    ),
  }
}

const show = async (entryId: string): Promise<void> => {
  const output = [...document.querySelectorAll<HTMLOutputElement>('output[data-result]')].find(
    (each) => each.dataset['result'] === entryId,
  )
  if (output === undefined) return
  output.className = ''
  output.textContent = t('正在本机计算…', 'Computing here…')
  const finding = await examine(entryId).catch(
    (): Finding => ({
      good: false,
      text: t(
        '本机无法完成计算:请换用较新的浏览器,或下载证明核对',
        'This browser cannot compute it: use a newer one or download the proof',
      ),
    }),
  )
  output.className = `tag ${finding.good ? 'approved' : 'refused'}`
  output.textContent = finding.text
}

for (const link of document.querySelectorAll<HTMLAnchorElement>('a[data-proof]'))
  link.addEventListener('click', (event) => {
    const entryId = link.dataset['proof']
    if (entryId === undefined) return
    event.preventDefault()
    void show(entryId)
  })
const automatic = document.querySelector<HTMLElement>('[data-proof-auto]')?.dataset['proofAuto']
if (automatic !== undefined) void show(automatic)
