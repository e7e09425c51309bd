/** Texts that no database can hold: with the null character, or with half of a character (a lone surrogate). */
import { words } from '../../kernel/words.ts'

export const unstorableWords = words(
  '含有无法保存的字符(空字符或残缺字符),请删除后重新填写。',
  'Contains characters that cannot be stored (null or broken ones): remove them and fill it in again.',
)

const UNSTORABLE = /\0|\p{Surrogate}/u

/**
 * Gives the path ('body.answers.name') of the first text or name that cannot be stored, null when there is none. Looks only
 * into plain objects and lists: streams and bytes are not text. Deep nesting costs no stack.
 */
export const unstorableText = (input: unknown): string | null => {
  const open: { readonly path: string; readonly value: unknown }[] = [{ path: '', value: input }]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { path, value } = next
    if (typeof value === 'string') {
      if (UNSTORABLE.test(value)) return path
    } else if (Array.isArray(value)) {
      for (const [index, each] of value.entries()) open.push({ path: `${path}.${index}`, value: each })
    } else if (isPlain(value)) {
      for (const [name, each] of Object.entries(value)) {
        if (UNSTORABLE.test(name)) return path
        open.push({ path: path === '' ? name : `${path}.${name}`, value: each })
      }
    }
  }
  return null
}
const isPlain = (value: unknown): value is Readonly<Record<string, unknown>> => {
  if (value === null || typeof value !== 'object') return false
  const prototype: unknown = Object.getPrototypeOf(value)
  // Objects of a parser (queries) have an empty prototype of their own.
  return prototype === null || Object.getPrototypeOf(prototype) === null
}
