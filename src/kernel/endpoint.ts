/**
 * An endpoint is a value in a capability's contract: the server serves it, the desk calls it, OpenAPI is made from it.
 */
import type { z } from 'zod'
import type { Role } from './actor.ts'

/**
 * Who may call at all: anyone, any signed-in person, or holders of one of the roles (in whatever department).
 * The capability's policy still decides about the single case.
 */
export type Access = 'public' | 'signed-in' | { readonly roles: readonly Role[] }

/**
 * What a session may still owe before it is signed in: the second factor, a password of one's own instead of the initial
 * one, a second factor to be set up.
 */
export const owedSteps = ['second-factor', 'new-password', 'enrolment'] as const
export type OwedStep = (typeof owedSteps)[number]

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

export interface Endpoint<P = unknown, Q = unknown, B = unknown, R = unknown> {
  /** Unique, 'capability.verb': the OpenAPI operationId. */
  readonly id: string
  readonly method: Method
  /** '/api/applications/:applicationId'; names in `params`. */
  readonly path: string
  readonly summary: string
  readonly access: Access
  readonly params?: z.ZodType<P>
  readonly query?: z.ZodType<Q>
  readonly body?: z.ZodType<B>
  readonly reply: z.ZodType<R>
  /**
   * True: the caller must send the header `idempotency-key`; a repeated call with the same key by the same person gets
   * the first reply again and does nothing.
   */
  readonly idempotent?: boolean
  /** A session that still owes one of these steps may call it too: the endpoints by which the step is taken. */
  readonly whileOwing?: readonly OwedStep[]
  /**
   * True: a sensitive act. It asks that the person proved who they are within the last minutes (by second factor where
   * there is one, else by password), and refuses tokens of programs.
   */
  readonly sensitive?: boolean
  /** Requests a minute for one caller; the platform's default where absent. */
  readonly perMinute?: number
  /** The reply is a document of this media type (PDF, GeoJSON, …) instead of JSON: `reply` is then the schema of `FileReply`. */
  readonly produces?: string
}

export const endpoint = <P = undefined, Q = undefined, B = undefined, R = undefined>(
  value: Endpoint<P, Q, B, R>,
): Endpoint<P, Q, B, R> => value

export type ParamsOf<E> = E extends Endpoint<infer P, infer _Q, infer _B, infer _R> ? P : never
export type QueryOf<E> = E extends Endpoint<infer _P, infer Q, infer _B, infer _R> ? Q : never
export type BodyOf<E> = E extends Endpoint<infer _P, infer _Q, infer B, infer _R> ? B : never
export type ReplyOf<E> = E extends Endpoint<infer _P, infer _Q, infer _B, infer R> ? R : never
