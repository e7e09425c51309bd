/** Pipes under the full table of rules: a check of everything, and of one edit. */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { pipesOf } from '../../src/engines/pipes/axis.ts'
import { PipeChecker } from '../../src/engines/pipes/checks/checker.ts'
import { pipeClassesSchema } from '../../src/engines/pipes/classes.ts'
import { compileRules } from '../../src/engines/pipes/rules/lookup.ts'
import { pipeRulesSchema } from '../../src/engines/pipes/rules/schema.ts'
import { makeStreets, plantKinds } from '../../src/engines/pipes/sample/street.ts'
import { localDate } from '../../src/kernel/time.ts'

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN
/** `npm run bench` may be started from anywhere; the built file lies three folders below the root. */
const standard = (name: string): unknown =>
  JSON.parse(readFileSync(path.resolve(import.meta.dirname, '../../../../data/standards', name), 'utf8'))

/** Gives figures for the last line: seconds for all pipes, milliseconds for one edit, and whether the planted ones came out. */
export const measurePipes = (quick: boolean): string => {
  const classes = pipeClassesSchema.parse(standard('pipe-classes.json'))
  const rules = compileRules(pipeRulesSchema.parse(standard('pipe-clearances.json')), localDate('2026-01-01'))
  const plants = Array.from(
    { length: quick ? 200 : 2_000 },
    (_, index) => plantKinds[index % plantKinds.length] ?? 'hard',
  )
  const { network, obstacles, planted } = makeStreets(classes, { seed: 7, blocks: quick ? 118 : 1_180, plants })
  const pipes = pipesOf(network)
  const begin = performance.now()
  let checker = new PipeChecker(pipes, { rules, obstacles })
  const cold = performance.now() - begin
  const rounds: number[] = []
  const cpuBefore = process.cpuUsage()
  for (let round = 0; round < 3; round += 1) {
    const start = performance.now()
    checker = new PipeChecker(pipes, { rules, obstacles })
    rounds.push(performance.now() - start)
  }
  const { user, system } = process.cpuUsage(cpuBefore)
  const findings = checker.findings()
  const edits: number[] = []
  const step = Math.max(1, Math.floor(pipes.length / 50))
  for (let index = 0; index < pipes.length; index += step) {
    const pipe = pipes[index]
    if (pipe === undefined) continue
    const start = performance.now()
    checker.update({ put: [{ ...pipe, end: { ...pipe.end, north: pipe.end.north + 0.3 } }] })
    edits.push(performance.now() - start)
  }
  console.log(
    `pipes: ${pipes.length}, first check ${(cold / 1_000).toFixed(2)} s, then ${rounds.map((ms) => (ms / 1_000).toFixed(2)).join(' ')} s, ${findings.length} findings, ${planted.length} planted`,
  )
  return (
    ` pipes=${pipes.length} pipes_s=${(median(rounds) / 1_000).toFixed(2)} pipes_first_s=${(cold / 1_000).toFixed(2)} pipes_cpu_s=${((user + system) / 3e6).toFixed(2)}` +
    ` edit_ms=${median(edits).toFixed(1)} edit_worst_ms=${Math.max(...edits).toFixed(1)} findings=${findings.length} planted=${planted.length}`
  )
}
