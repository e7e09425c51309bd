/** The values that topics use, as the lists that 3.0 asks every file to carry. */
import type { Extensions, Topic } from './model.ts'

/** Gives the lists widened by what the topics use and the lists lack, in the order of use. */
export const extensionsWith = (extensions: Extensions, topics: readonly Topic[]): Extensions => {
  const widened = (list: readonly string[], used: readonly (string | undefined)[]): string[] => [
    ...new Set([...list, ...used.flatMap((value) => (value?.trim() ? [value] : []))]),
  ]
  const each = (pick: (topic: Topic) => string | undefined) => topics.map(pick)
  const people = topics.flatMap((topic) => [
    topic.creationAuthor,
    topic.modifiedAuthor,
    topic.assignedTo,
    ...topic.comments.flatMap((comment) => [comment.author, comment.modifiedAuthor]),
  ])
  return {
    types: widened(
      extensions.types,
      each((topic) => topic.type),
    ),
    statuses: widened(
      extensions.statuses,
      each((topic) => topic.status),
    ),
    priorities: widened(
      extensions.priorities,
      each((topic) => topic.priority),
    ),
    labels: widened(
      extensions.labels,
      topics.flatMap((topic) => topic.labels),
    ),
    users: widened(extensions.users, people),
    snippetTypes: widened(
      extensions.snippetTypes,
      each((topic) => topic.snippet?.type),
    ),
    stages: widened(
      extensions.stages,
      each((topic) => topic.stage),
    ),
  }
}
