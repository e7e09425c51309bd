/** The sample as surveyors hand it in: one CSV of points and one of lines for each class, named as the national tables are. */
import type { PipeClasses } from '../classes.ts'
import type { Network } from '../model.ts'
import { csvOf, tablesOf } from '../tables.ts'

export interface SurveyFile {
  readonly name: string
  /** To be written as UTF-8 with a byte order mark, so that spreadsheets show Chinese. */
  readonly text: string
}

export const surveyFilesOf = (network: Network, classes: PipeClasses): readonly SurveyFile[] =>
  [...new Set(network.lines.map(({ code }) => code))].sort().flatMap((code) => {
    const lines = network.lines.filter((line) => line.code === code)
    const used = new Set(lines.flatMap(({ start, end }) => [start, end]))
    const tables = tablesOf({ ...network, lines, points: network.points.filter(({ no }) => used.has(no)) }, classes)
    return [
      { name: `${code}Point.csv`, text: csvOf(tables.points) },
      { name: `${code}Line.csv`, text: csvOf(tables.lines) },
    ]
  })
