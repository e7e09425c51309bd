/** Responsible persons as somebody sees them: what is in the post, what waits, what was, and what this reader may do. */
import type { Actor } from '../../../kernel/actor.ts'
import { type Decision, require } from '../../../kernel/decision.ts'
import type { PersonId, ProjectId } from '../../../kernel/identity.ts'
import type { LocalDate } from '../../../kernel/time.ts'
import type { Words } from '../../../kernel/words.ts'
import type { Database } from '../../../platform/platform.ts'
import type { SitePerson, SitePersons } from '../contract/site-persons.ts'
import { partyRoleWords } from '../contract.ts'
import {
  certificateName,
  certificateState,
  elsewhereAmong,
  exclusivePosts,
  missingPosts,
  postOf,
} from '../model/site-posts.ts'
import { isLater } from '../model/stages.ts'
import {
  actsFor,
  mayDecide,
  mayEnd,
  mayNominate,
  mayWithdraw,
  noSuchParty,
  notOwnSide,
  type SiteFacts,
} from '../policy/site-persons.ts'
import { isOfficer, maySeeProject, projectMissing } from '../policy.ts'
import { type PartyRecord, partiesOf } from '../store/parties.ts'
import { type ProjectRecord, projectsByIds } from '../store/projects.ts'
import { holdersOf, namesOfSitePersons, type SitePersonRecord, sitePersonsOf } from '../store/site-persons.ts'
import type { ProjectContext } from './context.ts'

const factsOfAll = async (
  context: ProjectContext,
  db: Database,
  projects: readonly ProjectRecord[],
  today: LocalDate,
): Promise<ReadonlyMap<ProjectId, SiteFacts>> => {
  const parties = await partiesOf(
    db,
    projects.map((project) => project.id),
    today,
  )
  const { code } = context.posts.department
  const departmentName = (await context.people.department(db, code, today))?.name ?? code
  return new Map(
    projects.map((project) => [
      project.id,
      {
        state: project.state,
        ownerOrganisationId: project.ownerOrganisationId,
        parties: [
          project.ownerOrganisationId,
          ...parties.filter((party) => party.projectId === project.id).map((party) => party.organisationId),
        ],
        department: code,
        departmentName,
      },
    ]),
  )
}
export const siteFactsOf = async (
  context: ProjectContext,
  db: Database,
  project: ProjectRecord,
  today: LocalDate,
): Promise<SiteFacts> => {
  const facts = (await factsOfAll(context, db, [project], today)).get(project.id)
  if (facts === undefined) throw new Error(`no facts of project ${project.id}`)
  return facts
}
const sentence = (decision: Decision): Words | null => (decision.allowed ? null : decision.because.refusal.sentence)

/** Rows of one or several projects as their reader sees them. Costs a fixed number of queries. */
export const viewSitePersons = async (
  context: ProjectContext,
  db: Database,
  actor: Actor,
  rows: readonly SitePersonRecord[],
  today: LocalDate,
): Promise<SitePerson[]> => {
  const projects = new Map(
    (await projectsByIds(db, [...new Set(rows.map((row) => row.project_id))])).map((project) => [project.id, project]),
  )
  const facts = await factsOfAll(context, db, [...projects.values()], today)
  const organisations = await context.people.organisations(
    db,
    rows.map((row) => row.organisation_id),
  )
  const people = await context.people.personNames(
    db,
    rows.flatMap((row): PersonId[] => [row.nominated_by, row.decided_by].flatMap((id) => (id === null ? [] : [id]))),
  )
  const nameOf = (id: PersonId | null): string => (id === null ? '系统' : (people.get(id) ?? ''))
  const names = await namesOfSitePersons(
    db,
    rows.flatMap((row) => (row.replaces === null ? [] : [row.replaces])),
  )
  const { exclusive } = context.posts
  const exclusiveOnes = exclusivePosts(context.posts)
  const asked = isOfficer(actor)
    ? rows.filter((row) => row.state === 'nominated' && exclusiveOnes.includes(row.post))
    : []
  const holders = await holdersOf(db, {
    numbers: asked.flatMap((row) => row.certificate_numbers),
    posts: exclusiveOnes,
    states: ['approved', 'nominated'],
    on: today,
  })
  const postName = (code: string): Words => postOf(context.posts, code)?.name ?? { zh: code, en: code }
  const shown: SitePerson[] = []
  for (const row of rows) {
    const project = projects.get(row.project_id)
    const of = facts.get(row.project_id)
    if (project === undefined || of === undefined) continue
    const person = { state: row.state, organisationId: row.organisation_id, nominatedBy: row.nominated_by }
    shown.push({
      sitePersonId: row.id,
      projectId: row.project_id,
      projectName: project.name,
      caseNumber: project.caseNumber,
      post: row.post,
      postName: postName(row.post),
      organisationId: row.organisation_id,
      organisationName: organisations.get(row.organisation_id)?.name ?? '',
      personName: row.person_name,
      certificates: row.certificates.map((certificate) => ({
        ...certificate,
        name: certificateName(context.posts, certificate.kind),
        state: certificateState(context.posts, certificate, today),
      })),
      reason: row.reason,
      state: row.state,
      from: row.valid_from,
      to: row.valid_to,
      replaces: row.replaces === null ? null : (names.get(row.replaces) ?? null),
      nominatedAt: row.nominated_at,
      nominatedBy: nameOf(row.nominated_by),
      decidedAt: row.decided_at,
      decidedBy: row.decided_at === null ? null : nameOf(row.decided_by),
      checked: row.checked,
      remark: row.remark,
      exceptionName:
        row.exception === null
          ? null
          : (exclusive.exceptions.find((each) => each.code === row.exception)?.name ?? null),
      endReason: row.end_reason,
      elsewhere: (asked.includes(row) ? elsewhereAmong(holders, row) : []).map((each) => ({
        caseNumber: each.case_number,
        projectName: each.name,
        postName: postName(each.post),
        waits: each.state === 'nominated',
      })),
      version: row.version,
      may: {
        decide: sentence(mayDecide(actor, of, person)),
        withdraw: sentence(mayWithdraw(actor, of, person)),
        end: sentence(mayEnd(actor, of, person)),
      },
    })
  }
  return shown
}

/** Everything about the responsible persons of a project, for whoever may see the project. */
export const readSitePersons = async (
  context: ProjectContext,
  db: Database,
  actor: Actor,
  id: ProjectId,
  today: LocalDate,
): Promise<SitePersons> => {
  const [project] = await projectsByIds(db, [id])
  if (project === undefined) throw projectMissing()
  const facts = await siteFactsOf(context, db, project, today)
  require(maySeeProject(actor, facts.parties))
  const parties = await partiesOf(db, [id], today)
  const rows = await sitePersonsOf(db, id)
  const organisations = await context.people.organisations(
    db,
    parties.map((party) => party.organisationId),
  )
  const mineFor = (of: readonly PartyRecord['role'][]) => [
    ...new Map(
      parties
        .filter((party) => of.includes(party.role) && actsFor(actor, party.organisationId, facts))
        .map((party) => [
          party.organisationId,
          { organisationId: party.organisationId, name: organisations.get(party.organisationId)?.name ?? '' },
        ]),
    ).values(),
  ]
  const { posts, certificates, exclusive } = context.posts
  const isDue = project.stage === 'permit' || isLater(project.stage, 'permit')
  return {
    department: facts.department,
    departmentName: facts.departmentName,
    posts: posts.map((post) => {
      const mine = mineFor(post.of)
      const own = mine[0]
      const has = parties.some((party) => post.of.includes(party.role))
      return {
        code: post.code,
        name: post.name,
        basis: post.source.basis,
        certainty: post.source.certainty,
        of: [...post.of],
        certificates: post.certificates.map((group) => [...group]),
        several: post.several,
        exclusive: post.exclusive,
        organisations: mine,
        may:
          own !== undefined
            ? sentence(mayNominate(actor, facts, own.organisationId))
            : has
              ? notOwnSide().refusal.sentence
              : noSuchParty({ roles: post.of.map((role) => partyRoleWords[role].zh).join('、') }).refusal.sentence,
      }
    }),
    certificates: [...certificates],
    exceptions: [...exclusive.exceptions],
    exclusive: { basis: exclusive.source.basis, certainty: exclusive.source.certainty },
    missing: isDue
      ? missingPosts(
          context.posts,
          parties,
          rows.filter((row) => row.state === 'approved'),
        ).map((post) => post.name)
      : [],
    rows: await viewSitePersons(context, db, actor, rows, today),
  }
}
