/** Reads the reviewed settings of this capability. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type ProjectSettings, projectSettingsSchema } from './model/settings.ts'

/** Throws an Error that names the file and what is wrong in it. */
export const readProjectSettings = async (dataFolder: string): Promise<ProjectSettings> => {
  const file = join(dataFolder, 'standards', 'projects.json')
  const parsed = projectSettingsSchema.safeParse(JSON.parse(await readFile(file, 'utf8')))
  if (!parsed.success) throw new Error(`${file}: ${parsed.error.message}`)
  return parsed.data
}
