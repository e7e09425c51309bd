/** What the public pages of the approvals read; given by the capability, faked by nothing. */
import type { z } from 'zod'
import type { BodyOf, ReplyOf } from '../../../kernel/endpoint.ts'
import type { Instant } from '../../../kernel/time.ts'
import type { BaseMap, PublicProject } from '../../projects/contract.ts'
import type { certificateVerificationSchema, PublicProgress, simulateClock, verifyReceipt } from '../contract.ts'

export type CertificateVerification = z.infer<typeof certificateVerificationSchema>
export type SimulationInput = BodyOf<typeof simulateClock>
export type Simulation = ReplyOf<typeof simulateClock>
export type ReceiptVerification = ReplyOf<typeof verifyReceipt>

export interface PublicFact {
  readonly entryId: string
  readonly sentence: string
  readonly occurredAt: Instant
  /** Null: about no project, or one that is not published. */
  readonly project: { readonly number: string; readonly name: string } | null
}

export interface PublicReading {
  readonly searchProjects: (filter: {
    readonly search?: string
    readonly stage?: PublicProject['stage']
  }) => Promise<readonly PublicProject[]>
  /** Throws a refusal of kind 'missing' for an unknown or unpublished project. */
  readonly progress: (number: string) => Promise<PublicProgress>
  readonly certificate: (code: string) => Promise<CertificateVerification>
  readonly receipt: (number: string) => Promise<ReceiptVerification>
  /** A published fact by the id of its entry; null when there is none for everyone to read. */
  readonly fact: (entryId: string) => Promise<PublicFact | null>
  readonly simulate: (input: SimulationInput) => Simulation
  readonly baseMap: () => BaseMap
  readonly today: () => string
}
