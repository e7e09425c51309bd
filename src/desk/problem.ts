/** What went wrong with a call, in a sentence for people: read from the server's problem+json (RFC 9457). */
import { z } from 'zod'
import type { FieldFault } from '../kernel/refusal.ts'

const problemSchema = z.object({
  detail: z.string().optional(),
  title: z.string().optional(),
  code: z.string().optional(),
  traceId: z.string().optional(),
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
})

export interface Problem {
  /** HTTP status; 0 when no answer came. */
  readonly status: number
  /** Stable code of the refusal, or 'desk.offline' / 'desk.unreadable'. */
  readonly code: string
  readonly sentence: string
  readonly fields: readonly FieldFault[]
  /** To quote when asking for help; null when no answer came. */
  readonly traceId: string | null
}

/** Thrown by `call` for every answer that is not a success. */
export class CallFailed extends Error {
  readonly problem: Problem
  constructor(problem: Problem) {
    super(problem.sentence)
    this.name = 'CallFailed'
    this.problem = problem
  }
}

export const offlineProblem: Problem = {
  status: 0,
  code: 'desk.offline',
  sentence: '网络不通,内容尚未送达。请检查网络后重试。(No connection: please try again.)',
  fields: [],
  traceId: null,
}
export const unreadableProblem = (traceId: string | null): Problem => ({
  status: 200,
  code: 'desk.unreadable',
  sentence: '服务器的答复与本页面版本不一致。请刷新页面后重试。(Please reload the page.)',
  fields: [],
  traceId,
})

/** Reads the problem out of an answer with an error status; an answer of another shape gets a general sentence. */
export const problemOf = (status: number, body: unknown, traceHeader: string | null): Problem => {
  const parsed = problemSchema.safeParse(body)
  const problem = parsed.success ? parsed.data : {}
  const general =
    status >= 500
      ? '服务器暂时出错,请稍后重试;如再次出现,请把追踪编号告知管理员。'
      : `请求未被接受(${status}),请刷新页面后重试。`
  return {
    status,
    code: problem.code ?? `http.${status}`,
    sentence: problem.detail ?? problem.title ?? general,
    fields: problem.errors ?? [],
    traceId: problem.traceId ?? traceHeader,
  }
}

/** The address names a page that no list gave: trying again fails again, the first page does not. */
export const isBadPage = (problem: Problem): boolean => problem.code.endsWith('.cursor-invalid')

/** Gives the problem of anything thrown; a fault in our own code becomes a general sentence. */
export const problemFrom = (error: unknown): Problem =>
  error instanceof CallFailed
    ? error.problem
    : {
        status: 500,
        code: 'desk.error',
        sentence: '页面出现错误,请刷新后重试。(Something went wrong on this page: please reload.)',
        fields: [],
        traceId: null,
      }
