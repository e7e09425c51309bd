/** Conflicts as topics of BCF. Topics keep their guid over all exports, so that other software updates instead of adding. */
import { cameraLookingAt } from '../../../engines/bcf/camera.ts'
import { guidFrom, isGuid } from '../../../engines/bcf/guid.ts'
import type { Comment, Component, Topic, Viewpoint } from '../../../engines/bcf/model.ts'
import { said } from '../../../engines/bcf/said.ts'
import type { Side } from './record.ts'
import {
  type ConflictKind,
  type ConflictSeverity,
  type ConflictStatus,
  conflictKindWords,
  lifeWords,
  severities,
  severityWords,
  statuses,
  statusWords,
} from './words.ts'

export interface TopicComment {
  readonly id: string
  readonly bcfGuid: string | null
  readonly at: string
  readonly by: string
  readonly text: string
}
export interface TopicConflict {
  readonly id: string
  readonly key: string
  readonly number: string
  readonly kind: ConflictKind
  readonly severity: ConflictSeverity
  readonly status: ConflictStatus
  readonly life: keyof typeof lifeWords
  readonly title: string
  readonly sentence: string
  readonly formula: string
  readonly clause: string
  readonly verified: boolean
  readonly yielding: string | null
  readonly a: Side
  readonly b: Side | null
  readonly at: { readonly east: number; readonly north: number; readonly height: number | null }
  readonly assignee: string | null
  readonly dueOn: string | null
  readonly group: string | null
  readonly createdAt: string
  readonly changedAt: string
  readonly comments: readonly TopicComment[]
  readonly snapshot: {
    readonly format: 'png' | 'jpg'
    readonly bytes: Uint8Array
    readonly camera: {
      readonly position: readonly [number, number, number]
      readonly direction: readonly [number, number, number]
      readonly up: readonly [number, number, number]
      readonly fieldOfView: number
      readonly aspectRatio: number
    } | null
  } | null
}

/** Guid of the topic of a conflict: by what it is about, not by where it is stored. */
export const topicGuid = (checkId: string, conflict: { readonly id: string; readonly key: string }): string =>
  guidFrom(`${checkId}|${conflict.id}`)
export const groupGuid = (checkId: string, groupId: string): string => guidFrom(`${checkId}|group|${groupId}`)

const componentsOf = (conflicts: readonly TopicConflict[]): readonly Component[] => {
  const seen = new Set<string>()
  return conflicts
    .flatMap(({ a, b }) => [a, ...(b === null ? [] : [b])])
    .flatMap((side): Component[] => {
      if (side.id === '' || seen.has(`${side.modelId}/${side.id}`)) return []
      seen.add(`${side.modelId}/${side.id}`)
      return [
        said({
          ifcGuid: side.ifcGuid ?? undefined,
          originatingSystem: 'Mingzhu',
          authoringToolId: side.id,
        }),
      ]
    })
}
const vector = ([x, y, z]: readonly [number, number, number]) => ({ x, y, z })
const viewpointOf = (checkId: string, conflicts: readonly TopicConflict[]): Viewpoint | null => {
  const [first] = conflicts
  if (first === undefined) return null
  const camera = first.snapshot?.camera ?? null
  return said({
    guid: guidFrom(`${checkId}|${first.id}`, 'viewpoint'),
    index: 0,
    camera:
      camera === null
        ? cameraLookingAt({
            target: { x: first.at.east, y: first.at.north, z: first.at.height ?? 0 },
            distance: 15,
          })
        : {
            kind: 'perspective' as const,
            position: vector(camera.position),
            direction: vector(camera.direction),
            up: vector(camera.up),
            fieldOfView: camera.fieldOfView,
            aspectRatio: camera.aspectRatio,
          },
    components: { selection: componentsOf(conflicts), coloring: [] },
    lines: [],
    clippingPlanes: [],
    bitmaps: [],
    snapshot: first.snapshot === null ? undefined : { format: first.snapshot.format, bytes: first.snapshot.bytes },
  })
}
const describe = (conflict: TopicConflict): string =>
  [
    conflict.sentence,
    conflict.formula,
    conflict.clause === '' ? '' : `依据:${conflict.clause}${conflict.verified ? '' : '(待核对原文)'}`,
    conflict.yielding === null ? '' : `避让建议:${conflict.yielding}`,
    `状态:${lifeWords[conflict.life].zh}`,
  ]
    .filter((line) => line !== '')
    .join('\n')
const commentOf = (checkId: string, comment: TopicComment): Comment => ({
  guid: comment.bcfGuid ?? guidFrom(`${checkId}|${comment.id}`, 'comment'),
  date: comment.at,
  author: comment.by,
  text: comment.text,
})
/** One topic for a conflict, or for a group of them under the guid of the group. */
export const topicOf = (
  checkId: string,
  guid: string,
  title: string,
  conflicts: readonly TopicConflict[],
): Topic | null => {
  const [first] = conflicts
  if (first === undefined) return null
  const worst = severities.find((severity) => conflicts.some((each) => each.severity === severity)) ?? 'notice'
  const viewpoint = viewpointOf(checkId, conflicts)
  const dates = conflicts.map((each) => each.changedAt).sort()
  return said({
    guid,
    serverAssignedId: first.number,
    type: conflictKindWords[first.kind].zh,
    // A group is as open as the most open of its conflicts.
    status: statusWords[statuses.find((status) => conflicts.some((each) => each.status === status)) ?? 'open'].zh,
    title,
    priority: severityWords[worst].zh,
    labels: [...new Set(conflicts.flatMap((each) => (each.group === null ? [] : [each.group])))],
    creationDate: conflicts.map((each) => each.createdAt).sort()[0],
    creationAuthor: 'Mingzhu',
    modifiedDate: dates.at(-1),
    modifiedAuthor: 'Mingzhu',
    dueDate: first.dueOn === null ? undefined : `${first.dueOn}T00:00:00+08:00`,
    assignedTo: first.assignee ?? undefined,
    description:
      conflicts.length === 1 ? describe(first) : conflicts.map((each) => `${each.number} ${each.sentence}`).join('\n'),
    referenceLinks: [],
    files: [],
    documentReferences: [],
    relatedTopics: [],
    comments: conflicts.flatMap((each) => each.comments.map((comment) => commentOf(checkId, comment))),
    viewpoints: viewpoint === null ? [] : [viewpoint],
  })
}

/** Words of other software for a status, or our own. Null: none that we know. */
export const statusOf = (text: string | undefined): ConflictStatus | null => {
  if (text === undefined) return null
  const own = statuses.find((status) => statusWords[status].zh === text || statusWords[status].en === text)
  if (own !== undefined) return own
  const plain = text
    .trim()
    .toLowerCase()
    .replaceAll(/[\s_-]/g, '')
  if (['open', 'new', 'active', 'reopened'].includes(plain)) return 'open'
  if (['inprogress', 'assigned', 'ongoing'].includes(plain)) return 'in-progress'
  if (['resolved', 'done', 'fixed', 'answered'].includes(plain)) return 'answered'
  return ['closed', 'approved'].includes(plain) ? 'closed' : null
}
export const severityOf = (text: string | undefined): ConflictSeverity => {
  const own = severities.find((each) => severityWords[each].zh === text || severityWords[each].en === text)
  if (own !== undefined) return own
  const plain = (text ?? '').toLowerCase()
  return /critical|urgent|紧急/.test(plain)
    ? 'critical'
    : /major|high|高/.test(plain)
      ? 'major'
      : /low|低/.test(plain)
        ? 'notice'
        : 'minor'
}
/** The day of a due date in Shanghai; null: none that can be read. */
export const dueDayOf = (text: string | undefined): string | null => {
  if (text === undefined) return null
  const ms = Date.parse(/(Z|[+-]\d{2}:\d{2})$/.test(text) ? text : `${text}Z`)
  return Number.isNaN(ms) ? null : new Date(ms + 8 * 3_600_000).toISOString().slice(0, 10)
}
export const placeOf = (
  topic: Topic,
): { readonly east: number; readonly north: number; readonly height: number } | null => {
  const camera = topic.viewpoints.find((each) => each.camera !== undefined)?.camera
  return camera === undefined ? null : { east: camera.position.x, north: camera.position.y, height: camera.position.z }
}
export { isGuid }
