/**
 * What a clash run costs. (a) A building and its installations, tiled: hard clashes with confirmed depth, against the kernel
 * of ifc-lite on the same meshes in the same run; each in a process of its own, for its memory. `each` judges congruent pairs
 * one by one, as if no two were alike. (b) The pairs of one tile against every pair of solids intersected without any filter.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { serialize } from 'node:v8'
import { detectClashes } from '../src/engines/clash/detect.ts'
import type { Outcome } from './clash/child.ts'
import { pairOfModels, rule } from './clash/models.ts'
import { measurePipes } from './clash/pipes.ts'
import { truthOf } from './clash/truth.ts'

const child = (kind: 'ours' | 'each' | 'peer', file: string, across: number): Outcome => {
  const script = path.join(import.meta.dirname, 'clash/child.js')
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, kind, file, String(across)], {
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  })
  const line = stdout.trim().split('\n').at(-1) ?? ''
  if (status !== 0 || !line.startsWith('{')) throw new Error(`${kind}: ${stderr}`)
  const outcome = JSON.parse(line) as Outcome
  console.log(
    `${kind}: ${outcome.seconds.toFixed(2)} s (${outcome.cpuSeconds.toFixed(2)} s of processor), ${outcome.hard} pairs, ` +
      `${(outcome.triangles / 1e6).toFixed(2)} M triangles, peak ${Math.round(outcome.peakMb)} MB (${Math.round(outcome.beforeMb)} before)`,
  )
  return outcome
}

export const run = async ({ quick }: { readonly quick: boolean }): Promise<void> => {
  const { scene, real } = await pairOfModels()
  const { clashes } = await detectClashes(scene, [rule])
  const found = new Set(clashes.filter(({ kind }) => kind === 'hard').map(({ a, b }) => `${a}-${b}`))
  const { overlapping, undecided } = await truthOf(scene)
  const lost = [...overlapping].filter((pair) => !found.has(pair)).length
  const wrong = [...found].filter((pair) => !overlapping.has(pair)).length
  console.log(
    `${real ? 'Duplex' : 'generated building'}: ${overlapping.size} true pairs, ${found.size} found, ${lost} lost, ${wrong} false, ${undecided.size} with a mesh that is not closed`,
  )
  const folder = mkdtempSync(path.join(tmpdir(), 'bench-clash-'))
  const file = path.join(folder, 'scene.bin')
  try {
    writeFileSync(file, serialize(scene))
    const across = quick ? 3 : 10
    const ours = child('ours', file, across)
    const each = child('each', file, across)
    const peer = child('peer', file, across)
    const pipes = measurePipes(quick)
    console.log(
      `bench clash: ratio_to_peer=${(peer.seconds / ours.seconds).toFixed(1)} ratio_to_peer_each=${(peer.seconds / each.seconds).toFixed(1)} ` +
        `ours_s=${ours.seconds.toFixed(2)} each_s=${each.seconds.toFixed(2)} peer_s=${peer.seconds.toFixed(2)} ` +
        `ours_cpu_s=${ours.cpuSeconds.toFixed(2)} each_cpu_s=${each.cpuSeconds.toFixed(2)} peer_cpu_s=${peer.cpuSeconds.toFixed(2)} ` +
        `peak_mb=${Math.round(Math.max(ours.peakMb, each.peakMb))} peer_peak_mb=${Math.round(peer.peakMb)} ` +
        `tiles=${across * across} hard=${ours.hard} peer_hard=${peer.hard} true_pairs=${overlapping.size} lost=${lost} false=${wrong}${pipes}`,
    )
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
