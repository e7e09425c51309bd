/** Reads the reviewed data files of the catalogue from the data folder. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { checkCatalogue } from './model/check.ts'
import { type CatalogueData, catalogueDataSchema } from './model/schema.ts'

const readJson = async (path: string): Promise<unknown> => JSON.parse(await readFile(path, 'utf8'))

/** Reads the files of a folder whose names match, in the order of their names. */
const readMany = async (folder: string, pattern: RegExp): Promise<readonly unknown[]> => {
  const names = (await readdir(folder)).filter((name) => pattern.test(name)).sort()
  return Promise.all(names.map((name) => readJson(join(folder, name))))
}

/**
 * Reads and checks the data. Throws an Error that names every fault: a catalogue with a dangling prerequisite or a promise
 * longer than the law is not served.
 */
export const loadCatalogue = async (dataFolder: string): Promise<CatalogueData> => {
  const folder = join(dataFolder, 'catalogue')
  const own = (name: string): Promise<unknown> => readJson(join(folder, `${name}.json`))
  const data = catalogueDataSchema.parse({
    sources: await readJson(join(dataFolder, 'sources.json')),
    departmentRoles: await own('department-roles'),
    stages: await own('stages'),
    items: (await readMany(folder, /^items-.*\.json$/)).flat(),
    projectTypes: await own('project-types'),
    legalGrounds: await own('legal-grounds'),
    penalties: await own('penalties'),
    themes: await own('themes'),
    procedureRules: await own('procedure-rules'),
    remedies: await own('remedies'),
    questions: await own('questions'),
    form: await own('form-fields'),
    jurisdictions: await readMany(join(dataFolder, 'jurisdictions'), /\.json$/),
  })
  const faults = checkCatalogue(data)
  if (faults.length > 0)
    throw new Error(
      `the catalogue data has faults:\n${faults.map(({ where, what }) => `${where}: ${what}`).join('\n')}`,
    )
  return data
}
