/** Chambers (检查井、阀门井 …) of a network: points that have an outer size, with what joins them. */
import type { Chamber } from './checks/finding.ts'
import type { Network, Pipe } from './model.ts'
import { factsOf, type RuleFacts } from './rules/lookup.ts'

/** Words for chambers in the columns 附属物 and 特征; gullies (雨水篦) are none. */
const CHAMBER = /井|人孔|手孔|闸室|阀室/

const plainFacts = (subject: RuleFacts['subject']): RuleFacts => ({
  subject,
  nominalMm: null,
  gasPressure: null,
  voltageKv: null,
  burial: null,
  material: null,
})

/** `unsized`: how many chambers nobody gave an outer size, so that nothing can be said of what lies beside them. */
export const chambersOf = (
  network: Network,
  pipes: readonly Pipe[],
): { readonly chambers: readonly Chamber[]; readonly unsized: number } => {
  const wanted = new Map<string, Pipe[]>()
  let unsized = 0
  for (const { no, wellSizeM, appendage, feature } of network.points)
    if (wellSizeM !== null && wellSizeM > 0) wanted.set(`${network.id}/${no}`, [])
    else if (CHAMBER.test(`${appendage ?? ''}${feature ?? ''}`)) unsized += 1
  if (wanted.size === 0) return { chambers: [], unsized }
  for (const pipe of pipes) {
    wanted.get(pipe.startNode)?.push(pipe)
    if (pipe.endNode !== pipe.startNode) wanted.get(pipe.endNode)?.push(pipe)
  }
  const chambers: Chamber[] = []
  for (const { no, kind, east, north, ground, wellDepthM, wellSizeM } of network.points) {
    const id = `${network.id}/${no}`
    const joined = wanted.get(id)
    if (joined === undefined || wellSizeM === null || !Number.isFinite(east + north)) continue
    const surveyed = wellDepthM !== null && ground !== null
    const bottoms = joined.flatMap((pipe) => {
      const axis = pipe.startNode === id ? pipe.startAxis : pipe.endAxis
      return axis === null || pipe.outerHeightM === null ? [] : [axis - pipe.outerHeightM / 2]
    })
    // The widest pipe says how strict the tables are.
    const main = joined.reduce<Pipe | null>(
      (widest, pipe) => ((pipe.nominalMm ?? 0) > (widest?.nominalMm ?? -1) ? pipe : widest),
      null,
    )
    chambers.push({
      id,
      network: network.id,
      no,
      kind,
      at: { east, north },
      sizeM: wellSizeM,
      ground,
      bottom: surveyed ? ground - wellDepthM : bottoms.length === 0 ? null : Math.min(...bottoms),
      surveyed,
      facts: main === null ? plainFacts(kind) : factsOf(main),
      phase: joined.some(({ phase }) => phase === 'design') ? 'design' : 'existing',
    })
  }
  return { chambers, unsized }
}
