/** Which language a caller reads: `?lang=`, then the cookie `lang`, then (for programs) Accept-Language; Chinese otherwise. */
import type {} from '@fastify/cookie'
import type { FastifyRequest } from 'fastify'
import type { Language } from '../../kernel/words.ts'

export const languageCookie = 'lang'

const isLanguage = (text: unknown): text is Language => text === 'zh' || text === 'en'

/** Gives the better liked of Chinese and English in an Accept-Language header; null when neither is named. */
export const preferredLanguage = (header: string | undefined): Language | null => {
  let best: { language: Language; weight: number } | null = null
  for (const part of (header ?? '').split(',')) {
    const [tag = '', ...parameters] = part.trim().toLowerCase().split(';')
    const language = tag.slice(0, 2)
    const weight = Number(
      parameters
        .find((text) => text.trim().startsWith('q='))
        ?.trim()
        .slice(2) ?? 1,
    )
    if (isLanguage(language) && weight > (best?.weight ?? 0)) best = { language, weight }
  }
  return best?.language ?? null
}

/** The language chosen by the person: query, then cookie; null where nothing was chosen. */
export const chosenLanguage = (request: FastifyRequest): Language | null => {
  const asked = (request.query as Record<string, unknown> | undefined)?.['lang']
  if (isLanguage(asked)) return asked
  const kept = request.cookies?.[languageCookie]
  return isLanguage(kept) ? kept : null
}
export const languageOf = (request: FastifyRequest): Language =>
  chosenLanguage(request) ?? preferredLanguage(request.headers['accept-language']) ?? 'zh'
/** Public pages look at no header, so that shared caches need to vary by cookie only. */
export const pageLanguageOf = (request: FastifyRequest): Language => chosenLanguage(request) ?? 'zh'
