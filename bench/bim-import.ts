/**
 * A survey of a hundred thousand pipes through the running server, as an engineer brings it: upload, mapping, import, check, a
 * new version with a few edits at once and after a pause, cancelling. While it works, others read; how long they wait and how
 * much memory the process takes (its threads included) is measured. Linux only: memory is read from /proc.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createCheck, type RunView, readRun, startRun } from '../src/capabilities/bim/contract/checks.ts'
import {
  cancelImport,
  confirmMapping,
  readMapping,
  readVersion,
  startImport,
} from '../src/capabilities/bim/contract/versions.ts'
import { createModel, listModels, type ModelId, type VersionView } from '../src/capabilities/bim/contract.ts'
import { definitionSchema } from '../src/capabilities/bim/model/definition.ts'
import { pipeClassesSchema } from '../src/engines/pipes/classes.ts'
import type { Network } from '../src/engines/pipes/model.ts'
import { makeStreets } from '../src/engines/pipes/sample/street.ts'
import { csvOf, tablesOf } from '../src/engines/pipes/tables.ts'
import { register } from '../src/server/demo/story.ts'
import { httpDriver } from '../tests/support/http-driver.ts'
import { startServer } from '../tests/support/running-server.ts'
import { actorsOf, demoProject } from '../tools/tours/checks.ts'

const LOGIN = 'applicant'
/** The threads of the server rest after this long, ms. */
const PAUSE_MS = 33_000
const seconds = (ms: number): string => (ms / 1_000).toFixed(2)

/** Resident memory of a process, MB: now, and the most since the last look. */
const memoryOf = (pid: number) => {
  const value = (name: string): number => {
    const line = readFileSync(`/proc/${pid}/status`, 'utf8')
      .split('\n')
      .find((each) => each.startsWith(`${name}:`))
    return Math.round(Number(/\d+/.exec(line ?? '')?.[0] ?? 0) / 1_024)
  }
  return {
    now: () => value('VmRSS'),
    most: () => value('VmHWM'),
    forget: () => writeFileSync(`/proc/${pid}/clear_refs`, '5'),
  }
}

/** Processor time of a process with all its threads, seconds: says more than the clock on a machine that others use. */
const cpuOf = (pid: number): number => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? []
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / 100
}

/** Asks something small all the time and remembers how long each answer took. */
const askAlong = (ask: () => Promise<unknown>) => {
  const waits: number[] = []
  let going = true
  const asking = (async (): Promise<void> => {
    while (going) {
      const begin = performance.now()
      await ask().catch((cause: unknown) => {
        // A server that was stopped answers nobody: what went wrong is told by whoever stopped it.
        if (going) console.log(`others: ${String(cause)}`)
        going = false
      })
      waits.push(performance.now() - begin)
      await sleep(50)
    }
  })()
  return async () => {
    going = false
    await asking
    waits.sort((a, b) => a - b)
    return { median: waits[waits.length >> 1] ?? 0, worst: waits.at(-1) ?? 0, asked: waits.length }
  }
}

export const run = async ({ quick }: { readonly quick: boolean }): Promise<void> => {
  const file = path.resolve(import.meta.dirname, '../../../data/standards/pipe-classes.json')
  const classes = pipeClassesSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
  const { network, planted } = makeStreets(classes, { seed: 7, blocks: quick ? 60 : 1_180 })
  const edited: Network = {
    ...network,
    lines: network.lines.map((line, index) =>
      index % Math.ceil(network.lines.length / 10) === 0 && line.startElevation !== null
        ? { ...line, startElevation: line.startElevation - 0.05, startDepthM: null }
        : line,
    ),
  }
  const bytesOf = (which: Network) => {
    const { points, lines } = tablesOf(which, classes)
    return [
      ['管点成果表.csv', new TextEncoder().encode(csvOf(points))],
      ['管线成果表.csv', new TextEncoder().encode(csvOf(lines))],
    ] as const
  }
  const server = await startServer({
    env: { MINGZHU_DEMO: 'cast', MINGZHU_CLOCK: 'simulated', MINGZHU_CLOCK_START: '2026-03-02T09:00:00+08:00' },
  })
  try {
    const driver = await httpDriver(server.url)
    const actors = await actorsOf(driver)
    const { projectId } = await register(driver, actors, demoProject('滨江支路雨污分流改造工程'), 1)
    const memory = memoryOf(server.pid)
    const open = async (name: string): Promise<ModelId> =>
      (
        await driver.call(LOGIN, createModel, {
          params: { projectId },
          body: { name, kind: 'network', phase: 'existing' },
        })
      ).modelId
    const begin = async (modelId: ModelId, which: Network): Promise<VersionView> => {
      const uploadIds: string[] = []
      for (const [name, bytes] of bytesOf(which)) uploadIds.push(await driver.upload(LOGIN, name, bytes))
      return driver.call(LOGIN, startImport, { params: { modelId }, body: { uploadIds, note: '' } as never })
    }
    /** Progress that was seen while waiting, as shares. */
    const seen = new Set<string>()
    const versionIn = async (versionId: VersionView['versionId'], ...states: readonly VersionView['state'][]) => {
      for (;;) {
        const version = await driver.call(LOGIN, readVersion, { params: { versionId } })
        if (version.progress.total > 0) seen.add(`${version.progress.done}/${version.progress.total}`)
        if (states.includes(version.state)) return version
        if (version.state === 'failed') throw new Error(version.failure ?? 'failed')
        await sleep(60)
      }
    }
    const check = async (
      checkId: Awaited<ReturnType<typeof defined>>,
    ): Promise<{ run: RunView; ms: number; cpuS: number }> => {
      const from = performance.now()
      const cpu = cpuOf(server.pid)
      const { runId } = await driver.call(LOGIN, startRun, { params: { checkId }, body: { anew: false } })
      for (;;) {
        const now = await driver.call(LOGIN, readRun, { params: { runId } })
        if (now.state === 'done') return { run: now, ms: performance.now() - from, cpuS: cpuOf(server.pid) - cpu }
        if (now.state === 'failed') throw new Error(now.failure ?? 'failed')
        await sleep(60)
      }
    }
    const modelId = await open('全区管线普查')
    const defined = async () =>
      (
        await driver.call(LOGIN, createCheck, {
          params: { projectId },
          body: {
            name: '全区净距',
            gate: false,
            definition: definitionSchema.parse({ kind: 'pipes', models: [modelId], existingAmongThemselves: true }),
          },
        })
      ).checkId
    const checkId = await defined()
    const told = (name: string, { run: view, ms, cpuS }: Awaited<ReturnType<typeof check>>): void => {
      const { readMs = 0, checkMs = 0, mergeMs = 0 } = view.timings ?? {}
      console.log(
        `${name}: ${seconds(ms)} s until done, ${cpuS.toFixed(1)} s of processor (${view.way}: reading ${seconds(readMs)}, checking ${seconds(checkMs)}, merging ${seconds(mergeMs)} s), ${view.result?.findings ?? 0} findings, ${view.result?.looked ?? 0} pipes looked at, most memory ${memory.most()} MB`,
      )
    }

    const idle = memory.now()
    memory.forget()
    const stop = askAlong(() => driver.call(LOGIN, listModels, { params: { projectId }, query: {} as never }))
    let at = performance.now()
    const lap = (): number => {
      const ms = performance.now() - at
      at = performance.now()
      return ms
    }
    const started = await begin(modelId, network)
    const uploadMs = lap()
    await versionIn(started.versionId, 'needs-mapping')
    const inspectMs = lap()
    const { suggestion } = await driver.call(LOGIN, readMapping, { params: { versionId: started.versionId } })
    lap()
    const cpuBefore = cpuOf(server.pid)
    await driver.call(LOGIN, confirmMapping, { params: { versionId: started.versionId }, body: suggestion.mapping })
    const ready = await versionIn(started.versionId, 'ready')
    const importMs = lap()
    const importCpuS = cpuOf(server.pid) - cpuBefore
    const pipes = ready.statistics?.network?.lines ?? 0
    const importMb = memory.most()
    console.log(
      `import of ${pipes} pipes: upload ${seconds(uploadMs)}, reading for the mapping ${seconds(inspectMs)}, import ${seconds(importMs)} s (${importCpuS.toFixed(1)} s of processor); ${seen.size} steps of progress seen; memory ${idle} MB before, at most ${importMb} MB`,
    )
    memory.forget()
    const full = await check(checkId)
    told('check', full)
    const checkMb = memory.most()
    const along = await stop()
    console.log(
      `others meanwhile: ${along.asked} answers, median ${along.median.toFixed(0)} ms, worst ${along.worst.toFixed(0)} ms`,
    )

    const second = await begin(modelId, edited)
    await versionIn(second.versionId, 'ready')
    const warm = await check(checkId)
    told('check of an edited version at once', warm)
    let paused: Awaited<ReturnType<typeof check>> | null = null
    if (!quick) {
      const third = await begin(modelId, { ...edited, lines: edited.lines.slice(1) })
      await versionIn(third.versionId, 'ready')
      await sleep(PAUSE_MS)
      paused = await check(checkId)
      told('check of an edited version after a pause', paused)
    }

    const other = await open('另一份普查')
    const cancelled = await begin(other, { ...network, lines: network.lines.slice(2) })
    await versionIn(cancelled.versionId, 'importing', 'needs-mapping')
    lap()
    await driver.call(LOGIN, cancelImport, { params: { versionId: cancelled.versionId } })
    await versionIn(cancelled.versionId, 'cancelled')
    const cancelMs = lap()
    const next = await begin(other, makeStreets(classes, { seed: 9, blocks: 1 }).network)
    await versionIn(next.versionId, 'needs-mapping')
    const nextMs = lap()
    console.log(`cancelled in ${cancelMs.toFixed(0)} ms; another import was read ${seconds(nextMs)} s later`)
    // What stands beside the pipes was planted too, but is not told to this check.
    const wanted = planted.filter(({ obstacle }) => obstacle === null).length
    const right = (full.run.result?.findings ?? 0) === wanted
    console.log(
      `bench bim-import: pipes=${pipes} upload_s=${seconds(uploadMs)} inspect_s=${seconds(inspectMs)} import_s=${seconds(importMs)} import_cpu_s=${importCpuS.toFixed(1)} ` +
        `check_s=${seconds(full.ms)} check_cpu_s=${full.cpuS.toFixed(1)} read_s=${seconds(full.run.timings?.readMs ?? 0)} checking_s=${seconds(full.run.timings?.checkMs ?? 0)} ` +
        `edit_s=${seconds(warm.ms)} edit_cpu_s=${warm.cpuS.toFixed(1)} edit_way=${warm.run.way ?? ''} ` +
        (paused === null
          ? ''
          : `paused_edit_s=${seconds(paused.ms)} paused_edit_cpu_s=${paused.cpuS.toFixed(1)} paused_read_s=${seconds(paused.run.timings?.readMs ?? 0)} `) +
        `idle_mb=${idle} import_peak_mb=${importMb} check_peak_mb=${checkMb} progress_steps=${seen.size} ` +
        `others_median_ms=${along.median.toFixed(0)} others_worst_ms=${along.worst.toFixed(0)} cancel_ms=${cancelMs.toFixed(0)} planted_found=${right ? 'all' : `${full.run.result?.findings ?? 0}/${wanted}`}`,
    )
  } catch (cause) {
    console.log(server.output().split('\n').slice(-15).join('\n'))
    throw cause
  } finally {
    await server.stop()
  }
}
