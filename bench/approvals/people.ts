/** Fifty approvers at their desks: persons with a role in a department and an open session each. */
import { randomBytes } from 'node:crypto'
import type { Pool } from 'pg'
import { newId } from '../../src/platform/identity.ts'
import { sha256 } from '../../src/platform/sign-in/passwords.ts'

export interface Approver {
  readonly personId: string
  readonly department: string
  readonly token: string
}

const HOUR_MS = 3_600_000

/** Makes approvers in departments in turn, each like the one that the department has already. */
export const seatApprovers = async (
  pool: Pool,
  departments: readonly string[],
  count: number,
): Promise<readonly Approver[]> => {
  const approvers: Approver[] = []
  const now = new Date()
  for (let n = 0; n < count; n += 1) {
    const department = departments[n % departments.length] ?? ''
    const personId = newId()
    const token = randomBytes(32).toString('base64url')
    await pool.query(
      `insert into people.person (id, name, active, version, created_at)
       select $1, p.name || $3, true, 1, p.created_at from people.role_grant g join people.person p on p.id = g.person_id
       where g.role = 'approver' and g.department = $2 order by p.id limit 1`,
      [personId, department, String(n + 1)],
    )
    await pool.query(
      `insert into people.role_grant (id, person_id, role, department, organisation_id, valid_from, valid_to, granted_by,
         granted_at, confirmed_by, confirmed_at, reason)
       select $1, $2, role, department, organisation_id, valid_from, valid_to, granted_by, granted_at, confirmed_by,
         confirmed_at, reason
       from people.role_grant where role = 'approver' and department = $3 order by id limit 1`,
      [newId(), personId, department],
    )
    await pool.query(
      `insert into sign_in.session (session_id, token_hash, person_id, created_at, last_seen, expires_at, user_agent, ip_address)
       values ($1, $2, $3, $4, $4, $5, 'bench', '127.0.0.1')`,
      [newId(), sha256(token), personId, now, new Date(now.getTime() + 4 * HOUR_MS)],
    )
    approvers.push({ personId, department, token })
  }
  return approvers
}
