/** How networks are said in IFC: what the writer is told, and which of IFC's words stand for ours. */
import type { PipeKind, PipePoint } from '../pipes/model.ts'

export interface ClassLook {
  readonly name: string
  /** Red, green, blue, 0 to 255. */
  readonly colour: readonly [number, number, number]
}

export interface WriteOptions {
  readonly projectName: string
  /** ISO 8601; the moment that the file carries. */
  readonly writtenAt: string
  readonly fileName?: string
  readonly author?: string
  readonly organisation?: string
  /** Names and colours of classes, by their code; the code itself where absent. */
  readonly classes?: ReadonlyMap<string, ClassLook>
  /** For example '1985国家高程基准'. */
  readonly verticalDatum?: string
  readonly geodeticDatum?: string
  /** Outer diameter of round wells whose size is unknown, metres; without it they have no geometry. */
  readonly assumedWellSizeM?: number
}

export const SYSTEM_TYPES: Readonly<Record<PipeKind, string>> = {
  water: '.WATERSUPPLY.',
  reclaimed: '.USERDEFINED.',
  sewage: '.SEWAGE.',
  rain: '.STORMWATER.',
  combined: '.WASTEWATER.',
  gas: '.GAS.',
  heat: '.HEATING.',
  power: '.ELECTRICAL.',
  telecom: '.COMMUNICATION.',
  industrial: '.USERDEFINED.',
  trench: '.USERDEFINED.',
  unknown: '.NOTDEFINED.',
}

/** A point that is a well: a chamber that pipes enter. */
export const isWell = ({ appendage, wellDepthM }: PipePoint): boolean =>
  wellDepthM !== null || appendage?.includes('井') === true

export const chamberType = (appendage: string | null): string => {
  if (appendage?.includes('阀') === true) return '.VALVECHAMBER.'
  if (appendage?.includes('水表') === true) return '.METERCHAMBER.'
  return '.MANHOLE.'
}

/** Property sets of segments and chambers; ours, for the standard ones have no place for burial, state or phase. */
export const PIPE_SET = 'Mingzhu_Pipe'
export const CHAMBER_SET = 'Mingzhu_Chamber'
