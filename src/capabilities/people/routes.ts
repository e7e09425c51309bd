/** Endpoints to actions. */

import type { Actor } from '../../kernel/actor.ts'
import { require } from '../../kernel/decision.ts'
import { isUuid, type OrganisationId, type PersonId } from '../../kernel/identity.ts'
import { cursorOf, keysOf } from '../../kernel/page.ts'
import { localDateOf } from '../../kernel/time.ts'
import { type Call, type Platform, type Route, route, type Unit } from '../../platform/platform.ts'
import { cursorInvalid, organisationMissing } from './actions/context.ts'
import type { RetentionContext } from './actions/erasure.ts'
import { createOrganisation, updateOrganisation } from './actions/organisations.ts'
import {
  createPerson,
  join,
  leave,
  maskedOf,
  personDetail,
  revealPerson,
  roleGrantOf,
  updatePerson,
} from './actions/persons.ts'
import {
  colleaguesOf,
  confirmGrant,
  delegate,
  delegationsFor,
  endDelegation,
  grantRole,
  revokeGrant,
} from './actions/roles.ts'
import * as contract from './contract.ts'
import { checkIdNumber, checkPhone, normaliseCode } from './model/codes.ts'
import { mayManagePeople, signInFirst } from './policy.ts'
import { erasureRoutes } from './routes/erasure.ts'
import { securityRoutes } from './routes/security.ts'
import { departmentsOn } from './store/departments.ts'
import { pendingGrants } from './store/grants.ts'
import { findOrganisations, organisationById, organisationsByIds } from './store/organisations.ts'
import { findPersons, membershipsOf, personNames } from './store/persons.ts'

const done = { done: true as const }

const signedIn = (actor: Actor) => {
  if (actor.kind !== 'person') throw signInFirst()
  return actor
}
/** Takes the id out of a cursor. */
const lastId = <T extends string>(after: string | undefined): T | undefined => {
  if (after === undefined) return undefined
  const key = keysOf(after)?.[0]
  if (typeof key !== 'string' || !isUuid(key)) throw cursorInvalid()
  return key as T
}
const pageOf = <T extends { readonly id: string }>(rows: readonly T[], limit: number) => {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  return { rows: shown, next: rows.length > limit && last !== undefined ? cursorOf(last.id) : null }
}

const meOf = async (platform: Platform, call: Call): Promise<contract.Me> => {
  const me = signedIn(call.actor)
  const day = localDateOf(platform.clock())
  const departments = new Map((await departmentsOn(platform.db, day)).map((each) => [each.code, each.name]))
  const organisationIds = me.roles.flatMap((held) => held.organisationId ?? [])
  const organisations = new Map(
    (await organisationsByIds(platform.db, organisationIds)).map((each) => [each.id, each.name]),
  )
  const givers = await personNames(
    platform.db,
    me.roles.flatMap((held) => held.onBehalfOf ?? []),
  )
  return {
    personId: me.personId,
    name: me.name,
    roles: me.roles.map((held) => ({
      role: held.role,
      ...(held.department === undefined
        ? {}
        : { department: held.department, departmentName: departments.get(held.department) ?? held.department }),
      ...(held.organisationId === undefined
        ? {}
        : { organisationId: held.organisationId, organisationName: organisations.get(held.organisationId) ?? '' }),
      ...(held.onBehalfOf === undefined
        ? {}
        : { onBehalfOf: held.onBehalfOf, onBehalfOfName: givers.get(held.onBehalfOf) ?? '' }),
    })),
    memberships: [...(await membershipsOf(platform.db, me.personId))],
  }
}

export const peopleRoutes = (platform: Platform, context: RetentionContext): readonly Route[] => {
  const act = <T>(call: Call, work: (unit: Unit) => Promise<T>): Promise<T> =>
    platform.transact(call.actor, work, { traceId: call.traceId })
  return [
    route(contract.getMe, (call) => meOf(platform, call)),
    route(contract.listPeople, async (call, { query }) => {
      require(mayManagePeople(call.actor))
      const phone = checkPhone(query.search ?? '')
      const idNumber = checkIdNumber(query.search ?? '')
      const rows = await findPersons(platform.db, context.vault, {
        search: query.search,
        phone: phone.valid ? phone.normalised : undefined,
        idNumber: idNumber.valid ? idNumber.normalised : undefined,
        before: lastId<PersonId>(query.after),
        limit: query.limit + 1,
      })
      return pageOf(rows.map(maskedOf), query.limit)
    }),
    route(contract.getPerson, (call, { params }) => {
      require(mayManagePeople(call.actor))
      return personDetail(context, platform.db, params.personId, platform.clock())
    }),
    route(contract.createPerson, (call, { body }) =>
      act(call, async (unit) => ({ personId: await createPerson(context, unit, body) })),
    ),
    route(contract.updatePerson, (call, { params, body }) =>
      act(call, (unit) => updatePerson(context, unit, params.personId, body)),
    ),
    route(contract.revealPerson, (call, { params, body }) =>
      act(call, (unit) => revealPerson(context, unit, params.personId, body.purpose, body.fields)),
    ),
    route(contract.grantRole, (call, { params, body }) =>
      act(call, (unit) => grantRole(context, unit, { ...body, personId: params.personId })),
    ),
    route(contract.confirmGrant, (call, { params }) => act(call, (unit) => confirmGrant(unit, params.grantId))),
    route(contract.revokeGrant, (call, { params, body }) =>
      act(call, (unit) => revokeGrant(unit, params.grantId, body.reason)),
    ),
    route(contract.listPendingGrants, async (call) => {
      require(mayManagePeople(call.actor))
      const grants = await pendingGrants(platform.db)
      const names = await personNames(
        platform.db,
        grants.map((grant) => grant.personId),
      )
      const now = platform.clock()
      return {
        rows: grants.map((grant) => ({ ...roleGrantOf(grant, now), personName: names.get(grant.personId) ?? '' })),
      }
    }),
    route(contract.joinOrganisation, (call, { params, body }) =>
      act(call, async (unit) => {
        await join(context, unit, params.personId, body.organisationId, body.title)
        return done
      }),
    ),
    route(contract.leaveOrganisation, (call, { params }) =>
      act(call, async (unit) => {
        await leave(unit, params.personId, params.organisationId)
        return done
      }),
    ),
    route(contract.listDelegations, async (call) => ({
      rows: [...(await delegationsFor(platform.db, signedIn(call.actor).personId))],
    })),
    route(contract.createDelegation, (call, { body }) =>
      act(call, (unit) =>
        delegate(unit, {
          ...body,
          department: body.department ?? null,
          organisationId: body.organisationId ?? null,
        }),
      ),
    ),
    route(contract.endDelegation, (call, { params }) => act(call, (unit) => endDelegation(unit, params.delegationId))),
    route(contract.listColleagues, async (call) => ({
      rows: [...(await colleaguesOf(platform.db, signedIn(call.actor).personId, platform.clock()))],
    })),
    route(contract.listOrganisations, async (call, { query }) => {
      signedIn(call.actor)
      const rows = await findOrganisations(platform.db, {
        search: query.search === undefined ? undefined : searchText(query.search),
        kind: query.kind,
        before: lastId<OrganisationId>(query.after),
        limit: query.limit + 1,
      })
      return pageOf(rows, query.limit)
    }),
    route(contract.getOrganisation, async (call, { params }) => {
      signedIn(call.actor)
      const organisation = await organisationById(platform.db, params.organisationId)
      if (organisation === null) throw organisationMissing()
      return organisation
    }),
    route(contract.createOrganisation, (call, { body }) => act(call, (unit) => createOrganisation(unit, body))),
    route(contract.updateOrganisation, (call, { params, body }) =>
      act(call, (unit) => updateOrganisation(unit, params.organisationId, body)),
    ),
    route(contract.listDepartments, async (_call, { query }) => {
      const day = query.day ?? localDateOf(platform.clock())
      return { day, rows: [...(await departmentsOn(platform.db, day))] }
    }),
    ...securityRoutes(platform, context),
    ...erasureRoutes(platform, context),
  ]
}

/** A search that looks like a code is compared in the code's normal form. */
const searchText = (text: string): string => {
  const code = normaliseCode(text)
  return /^[0-9A-Z]{18}$/.test(code) ? code : text
}
