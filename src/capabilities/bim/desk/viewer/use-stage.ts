/** Opens a stage in an element for as long as the page shows it. */
import { type RefObject, useEffect, useRef, useState } from 'react'
import { detailFor } from './camera.ts'
import { openStage, type Picked, type Stage, type StageFigures } from './stage.ts'

interface Opened {
  readonly stage: Stage | null
  readonly failure: unknown
  readonly figures: StageFigures | null
  readonly compass: RefObject<SVGSVGElement | null>
  readonly low: boolean
}
/** `objects`: how many there are to draw; null while that is not known. */
export const useStage = (
  place: RefObject<HTMLDivElement | null>,
  objects: number | null,
  onPick: (picked: Picked | null) => void,
): Opened => {
  const compass = useRef<SVGSVGElement | null>(null)
  const pick = useRef(onPick)
  pick.current = onPick
  const [stage, setStage] = useState<Stage | null>(null)
  const [failure, setFailure] = useState<unknown>(null)
  const [figures, setFigures] = useState<StageFigures | null>(null)
  const [round, setRound] = useState(0)
  const level = objects === null ? null : detailFor(window.innerWidth, window.devicePixelRatio, objects)
  const name = level?.level ?? null
  const chosen = useRef(level)
  chosen.current = level
  // biome-ignore lint/correctness/useExhaustiveDependencies: a lost context opens a new round
  useEffect(() => {
    const detail = chosen.current
    if (place.current === null || name === null || detail === null) return
    let opened: Stage
    let shown = ''
    try {
      opened = openStage(place.current, detail, window.matchMedia('(prefers-reduced-motion: reduce)').matches, {
        onPick: (picked) => pick.current(picked),
        onMove: (bearing) => {
          if (compass.current !== null) compass.current.style.transform = `rotate(${-bearing}deg)`
        },
        onDrawn: (drawn) => {
          const now = `${drawn.calls} ${drawn.triangles} ${drawn.geometries}`
          if (now !== shown) setFigures(drawn)
          shown = now
        },
        onLost: () => setRound((before) => before + 1),
      })
    } catch (error) {
      // Without WebGL there is no picture; the tables below hold the same.
      setFailure(error)
      return
    }
    setFailure(null)
    setStage(opened)
    return () => {
      setStage(null)
      opened.end()
    }
  }, [place, name, round])
  return { stage, failure, figures, compass, low: name === 'low' }
}
