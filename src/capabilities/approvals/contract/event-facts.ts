/** What the entries of the approvals say in common: the shapes from which their payloads are made. */
import { z } from 'zod'
import { defineEvent, type Visibility } from '../../../kernel/event.ts'

export const day = z.string()
export const applicationFacts = {
  applicationId: z.string(),
  caseNumber: z.string(),
  projectName: z.string(),
  stage: z.string(),
  stageName: z.string(),
}
export const itemFacts = {
  ...applicationFacts,
  itemRunId: z.string(),
  itemId: z.string(),
  itemName: z.string(),
  department: z.string(),
  departmentName: z.string(),
}

/** Declares kinds that say the same facts first. `kind` goes without the name of the capability. */
export const eventsAbout =
  <F extends z.ZodRawShape>(facts: F) =>
  <S extends z.ZodRawShape>(kind: string, visibility: Visibility, more: S, sentence: string) =>
    defineEvent({
      kind: `approvals.${kind}`,
      version: 1,
      visibility,
      payload: z.object({ ...facts, ...more }),
      sentence,
    })
