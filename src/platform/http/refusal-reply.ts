/** The one place where a refusal or an error becomes an HTTP answer: RFC 9457 problem+json. */
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { defineRefusal, isRefused, type Refusal, type RefusalKind } from '../../kernel/refusal.ts'
import { fill, type Language, say, type Words, words } from '../../kernel/words.ts'
import { isConnectionLost } from '../database/connect.ts'
import { languageOf } from './language.ts'

export const statusOf: Readonly<Record<RefusalKind, number>> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  missing: 404,
  conflict: 409,
  'too-many': 429,
  unavailable: 503,
}
const titles: Readonly<Record<RefusalKind, Words>> = {
  invalid: words('填写有误', 'Invalid input'),
  unauthenticated: words('需要登录', 'Sign-in required'),
  forbidden: words('没有权限', 'Not permitted'),
  missing: words('没有找到', 'Not found'),
  conflict: words('与当前状态冲突', 'Conflict'),
  'too-many': words('操作过于频繁', 'Too many requests'),
  unavailable: words('暂时不可用', 'Unavailable'),
}

export interface Problem {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail: string
  readonly code: string
  readonly traceId: string
  readonly facts: Readonly<Record<string, unknown>>
  readonly errors: readonly { readonly path: string; readonly message: string }[]
}

export const notFound = defineRefusal('missing', 'http.not-found', {
  zh: '没有这个地址:{path}。请检查网址,或回到首页查找。',
  en: 'There is nothing at {path}. Check the address or start from the home page.',
})
export const invalidInput = defineRefusal('invalid', 'http.invalid-input', {
  zh: '有内容填写不正确,请按各项提示修改后重新提交。',
  en: 'Some of the input is not acceptable: correct the fields shown and send again.',
})
export const signInRequired = defineRefusal('unauthenticated', 'http.sign-in-required', {
  zh: '请先登录再办理。',
  en: 'Sign in first.',
})
export const roleRequired = defineRefusal('forbidden', 'http.role-required', {
  zh: '此操作需要以下身份之一:{roles}。请换用相应账号,或联系管理员授权。',
  en: 'This needs one of these roles: {rolesEn}. Use such an account or ask an administrator.',
})
export const crossSite = defineRefusal('forbidden', 'http.cross-site', {
  zh: '请求不是从本网站页面发出,已拒绝。请打开本网站后重新操作。',
  en: 'The request did not come from a page of this site. Open this site and try again.',
})
export const tooManyRequests = defineRefusal('too-many', 'http.too-many-requests', {
  zh: '操作过于频繁,请在 {seconds} 秒后重试。',
  en: 'Too many requests: try again in {seconds} seconds.',
})
export const jsonRequired = defineRefusal('invalid', 'http.json-required', {
  zh: '请求内容必须是 JSON(content-type: application/json)。',
  en: 'The body must be JSON (content-type: application/json).',
})

export const databaseUnavailable = defineRefusal('unavailable', 'database.unavailable', {
  zh: '数据库暂时连接不上,正在恢复。请在 {seconds} 秒后重试;已经成功的提交不会重复办理。',
  en: 'The database cannot be reached and is being restored. Try again in {seconds} seconds; nothing that succeeded is done twice.',
})
/** When somebody should try again whose request met a database that had gone away (seconds). */
const DATABASE_RETRY_SECONDS = 5

/** What Fastify itself refuses, by its error code. */
const transportFaults: Readonly<Record<string, { status: number; code: string; sentence: Words }>> = {
  FST_ERR_CTP_INVALID_JSON_BODY: {
    status: 400,
    code: 'http.malformed-json',
    sentence: words(
      '请求内容不是有效的 JSON,请检查格式后重发。',
      'The body is not valid JSON: correct it and send again.',
    ),
  },
  FST_ERR_CTP_EMPTY_JSON_BODY: {
    status: 400,
    code: 'http.empty-body',
    sentence: words('请求内容为空,请填写后重发。', 'The body is empty: fill it in and send again.'),
  },
  FST_ERR_CTP_BODY_TOO_LARGE: {
    status: 413,
    code: 'http.body-too-large',
    sentence: words('提交的内容过大,请拆分或压缩后重试。', 'The body is too large: split or shrink it and try again.'),
  },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: {
    status: 415,
    code: 'http.media-type',
    sentence: words(
      '不支持这种内容类型,请按接口说明改用 JSON 或上传接口。',
      'This content type is not accepted here: use JSON, or the upload endpoint for files.',
    ),
  },
}
const otherClientFault = words('请求格式不正确,请检查后重试。', 'The request is malformed: check it and try again.')
const unexpected = words(
  '系统出现意外错误,您的操作没有完成。请稍后重试;仍不成功时,请把编号 {traceId} 告知管理员。',
  'Something unexpected went wrong and nothing was done. Try again later; if it persists, give the number {traceId} to an administrator.',
)

export const problemOfRefusal = (refusal: Refusal, language: Language, traceId: string): Problem => ({
  type: `urn:mingzhu:problem:${refusal.code}`,
  title: say(titles[refusal.kind], language),
  status: statusOf[refusal.kind],
  detail: say(refusal.sentence, language),
  code: refusal.code,
  traceId,
  facts: refusal.facts,
  errors: refusal.fields,
})
const plainProblem = (status: number, code: string, title: string, detail: string, traceId: string): Problem => ({
  type: `urn:mingzhu:problem:${code}`,
  title,
  status,
  detail,
  code,
  traceId,
  facts: {},
  errors: [],
})

const isClientFault = (error: unknown): error is FastifyError =>
  error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number' && error.statusCode < 500

/** Gives the problem for whatever was thrown. Only refusals and transport faults say more than "unexpected". */
export const problemOf = (error: unknown, language: Language, traceId: string): Problem => {
  if (isRefused(error)) return problemOfRefusal(error.refusal, language, traceId)
  if (isConnectionLost(error))
    return problemOfRefusal(databaseUnavailable({ seconds: DATABASE_RETRY_SECONDS }).refusal, language, traceId)
  const known =
    error instanceof Error && 'code' in error && typeof error.code === 'string'
      ? transportFaults[error.code]
      : undefined
  if (known !== undefined)
    return plainProblem(known.status, known.code, say(titles.invalid, language), say(known.sentence, language), traceId)
  if (isClientFault(error))
    return plainProblem(
      error.statusCode ?? 400,
      'http.malformed-request',
      say(titles.invalid, language),
      say(otherClientFault, language),
      traceId,
    )
  return plainProblem(
    500,
    'http.unexpected',
    say(words('系统错误', 'Unexpected error'), language),
    fill(say(unexpected, language), { traceId }),
    traceId,
  )
}

const retryAfterOf = (problem: Problem): string | null => {
  const seconds = problem.facts['seconds']
  return typeof seconds === 'number' && seconds > 0 ? String(Math.ceil(seconds)) : null
}

/** Sends a problem. A fact named `seconds` of a too-many or unavailable becomes Retry-After. */
export const sendProblem = (reply: FastifyReply, problem: Problem): FastifyReply => {
  const retryAfter = retryAfterOf(problem)
  if (retryAfter !== null && (problem.status === 429 || problem.status === 503 || problem.status === 409))
    reply.header('retry-after', retryAfter)
  if (problem.status === 401) reply.header('www-authenticate', 'Bearer realm="mingzhu"')
  return reply
    .status(problem.status)
    .header('content-type', 'application/problem+json; charset=utf-8')
    .header('cache-control', 'no-store')
    .send(JSON.stringify(problem))
}
/** Answers whatever was thrown; logs what nobody expected. */
export const answerError = (error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
  const problem = problemOf(error, languageOf(request), request.id)
  if (problem.status >= 500 && !isRefused(error))
    request.log.error({ err: error, route: request.routeOptions.url, method: request.method }, 'unexpected error')
  return sendProblem(reply, problem)
}
