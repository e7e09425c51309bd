/** A text for people in both languages of the interface. Chinese is the original; English serves readers. */
import { z } from 'zod'

export interface Words {
  readonly zh: string
  readonly en: string
}
export type Language = 'zh' | 'en'
export const wordsSchema = z.object({ zh: z.string().min(1), en: z.string().min(1) })
export const words = (zh: string, en: string): Words => ({ zh, en })
/** Gives a text in a language. */
export const say = (text: Words, language: Language): string => text[language]
/** Puts facts into the places '{name}' of a sentence; an unknown place stays as it is. */
export const fill = (sentence: string, facts: Readonly<Record<string, unknown>>): string =>
  sentence.replace(/\{(\w+)\}/g, (place, name: string) => {
    const value = facts[name]
    return typeof value === 'string' || typeof value === 'number' ? String(value) : place
  })
