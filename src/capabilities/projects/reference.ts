/** Reads the reviewed settings of this capability. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { z } from 'zod'
import { type BaseMap, baseMapSchema } from './contract.ts'
import { type ProjectSettings, projectSettingsSchema } from './model/settings.ts'
import { type SitePostRules, sitePostRulesSchema } from './model/site-posts.ts'

const readAs = async <T>(schema: z.ZodType<T>, file: string): Promise<T> => {
  const parsed = schema.safeParse(JSON.parse(await readFile(file, 'utf8')))
  if (!parsed.success) throw new Error(`${file}: ${parsed.error.message}`)
  return parsed.data
}

/** Throws an Error that names the file and what is wrong in it. */
export const readProjectSettings = (dataFolder: string): Promise<ProjectSettings> =>
  readAs(projectSettingsSchema, join(dataFolder, 'standards', 'projects.json'))
/** Throws an Error that names the file and what is wrong in it. */
export const readSitePosts = (dataFolder: string): Promise<SitePostRules> =>
  readAs(sitePostRulesSchema, join(dataFolder, 'projects', 'site-posts.json'))
/** Throws an Error that names the file and what is wrong in it. */
export const readBaseMapFile = (dataFolder: string): Promise<BaseMap> =>
  readAs(baseMapSchema, join(dataFolder, 'map', 'base.json'))
