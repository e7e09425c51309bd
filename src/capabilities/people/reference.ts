/** Reads the reviewed data of this capability: department roles and the profiles of the jurisdictions. */
import { readFileSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { z } from 'zod'
import { type Retention, retentionSchema } from './contract/retention.ts'
import { type SecurityPolicy, securityPolicySchema } from './contract/security.ts'
import {
  type Assignment,
  assignmentsOf,
  type DepartmentRole,
  departmentRolesSchema,
  furtherDepartmentsSchema,
  type JurisdictionProfile,
  jurisdictionProfileSchema,
  withFurther,
} from './model/departments.ts'

/** Reads who must have a second factor and which roles need a second administrator. Throws an Error on a wrong file. */
export const readSecurityPolicy = (dataFolder: string): SecurityPolicy => {
  const file = join(dataFolder, 'roles', 'security.json')
  const parsed = securityPolicySchema.safeParse(JSON.parse(readFileSync(file, 'utf8')))
  if (!parsed.success) throw new Error(`${file}: ${parsed.error.message}`)
  return parsed.data
}

/** Reads how long personal data are kept, and what the law keeps. Throws an Error on a wrong file. */
export const readRetention = (dataFolder: string): Retention => {
  const file = join(dataFolder, 'retention', 'periods.json')
  const parsed = retentionSchema.safeParse(JSON.parse(readFileSync(file, 'utf8')))
  if (!parsed.success) throw new Error(`${file}: ${parsed.error.message}`)
  return parsed.data
}

export interface DepartmentReference {
  readonly roles: readonly DepartmentRole[]
  readonly profiles: readonly JurisdictionProfile[]
  readonly assignments: readonly Assignment[]
}

const readAs = async <T>(schema: z.ZodType<T>, file: string): Promise<T> => {
  const parsed = schema.safeParse(JSON.parse(await readFile(file, 'utf8')))
  if (!parsed.success) throw new Error(`${file}: ${parsed.error.message}`)
  return parsed.data
}

/** Reads and checks the files. Throws an Error that names the file and what is wrong in it. */
export const readDepartmentReference = async (dataFolder: string): Promise<DepartmentReference> => {
  const folder = join(dataFolder, 'jurisdictions')
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json')).sort()
  const further = await readAs(furtherDepartmentsSchema, join(dataFolder, 'roles', 'departments.json'))
  const roles = [
    ...(await readAs(departmentRolesSchema, join(dataFolder, 'catalogue', 'department-roles.json'))),
    ...further.roles,
  ]
  const profiles = withFurther(
    await Promise.all(names.map((name) => readAs(jurisdictionProfileSchema, join(folder, name)))),
    further,
  )
  return { roles, profiles, assignments: assignmentsOf(roles, profiles) }
}
