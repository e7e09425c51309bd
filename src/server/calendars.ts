/** Reads the working calendars: every file ever published, oldest first, so that old due dates can be explained again. */
import fs from 'node:fs'
import path from 'node:path'
import { buildShelf, type CalendarShelf } from '../capabilities/approvals/model/calendar-data.ts'

/** Throws an Error that names the file when one is not as it must be. */
export const readCalendars = (dataFolder: string): CalendarShelf => {
  const folder = path.join(dataFolder, 'calendar')
  const files = fs
    .readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => {
      try {
        return JSON.parse(fs.readFileSync(path.join(folder, name), 'utf8')) as unknown
      } catch (cause) {
        throw new Error(`${path.join(folder, name)} 不是有效的 JSON,请改正后重新启动`, { cause })
      }
    })
  return buildShelf(files)
}
