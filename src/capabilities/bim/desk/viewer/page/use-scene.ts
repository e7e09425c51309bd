/** Keeps the stage as the page says: models, looks, section box, marks, what is chosen. */
import { type RefObject, useEffect } from 'react'
import type { VersionId } from '../../../contract.ts'
import type { ViewerGeometry } from '../../../model/geometry.ts'
import type { Rgb } from '../shapes.ts'
import type { Look, Marker, Stage, StageModel } from '../stage.ts'
import type { Box, Vec } from '../vector.ts'
import { changeFor, NEAR_M } from './views.ts'

interface Scene {
  readonly models: readonly { readonly versionId: VersionId; readonly geometry: ViewerGeometry }[]
  readonly origin: Vec
  readonly colourOfClass: (code: string) => Rgb
  /** What changed, where two versions are compared; `old` is the earlier one. */
  readonly sets: { readonly added: ReadonlySet<string>; readonly changed: ReadonlySet<string> } | null
  readonly old: VersionId | undefined
  readonly looks: ReadonlyMap<string, Look>
  readonly hidden: ReadonlySet<string>
  readonly ground: Look
  readonly box: Box | null
  /** Of the measure. */
  readonly ends: readonly Vec[]
  readonly marks: readonly Marker[]
  readonly chosen: { readonly id: string; readonly at: Vec } | null
  readonly version: string | null
  readonly object: string | null
  /** The conflict to which the camera flew last; null lets it fly again. */
  readonly flownRef: RefObject<string | null>
}
export const useScene = (stage: Stage | null, scene: Scene): void => {
  const { models, origin, colourOfClass, sets, old, looks, hidden, ground, box, ends, marks, chosen, flownRef } = scene
  const { version, object } = scene
  useEffect(() => {
    if (stage === null || models.length === 0) return
    const given = models.map(
      ({ versionId, geometry }): StageModel => ({
        key: versionId,
        geometry,
        change: sets === null ? null : changeFor(sets, versionId === old),
      }),
    )
    stage.show(given, origin, colourOfClass)
  }, [stage, models, origin, colourOfClass, sets, old])
  useEffect(() => stage?.look(looks, hidden), [stage, looks, hidden, models])
  useEffect(() => stage?.ground(ground), [stage, ground, models])
  useEffect(() => stage?.cut(box), [stage, box])
  useEffect(() => stage?.measure(ends[0] ?? null, ends[1] ?? null), [stage, ends])
  useEffect(() => stage?.mark(marks, chosen?.id ?? null), [stage, marks, chosen?.id])
  useEffect(() => stage?.select(version, object), [stage, version, object, models])
  // Flies when another conflict is chosen, not whenever its fields change.
  useEffect(() => {
    if (stage === null || chosen === null || models.length === 0) return
    if (flownRef.current === chosen.id) return
    flownRef.current = chosen.id
    stage.approach(chosen.at, NEAR_M)
  }, [stage, chosen, models, flownRef])
}
