/** The reviewed data files, as they lie. */
import { readFileSync } from 'node:fs'
import path from 'node:path'

export const readDataFile = (...parts: readonly string[]): unknown =>
  JSON.parse(readFileSync(path.resolve(import.meta.dirname, '../../data', ...parts), 'utf8'))
