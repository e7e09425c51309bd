/** States of deliveries, in words and colours that do not stand alone; the person and the sentence of a refusal. */
import type { ReactElement } from 'react'
import { useSay } from '../../../desk/language.tsx'
import { useMe } from '../../../desk/me.tsx'
import { problemFrom } from '../../../desk/problem.ts'
import type { Actor } from '../../../kernel/actor.ts'
import type { Decision } from '../../../kernel/decision.ts'
import { type Words, words } from '../../../kernel/words.ts'
import type { DeliveryState } from '../contract.ts'

export const deliveryStateWords: Readonly<Record<DeliveryState, Words>> = {
  queued: words('待发', 'Queued'),
  sending: words('发送中', 'Sending'),
  sent: words('已发出', 'Sent'),
  delivered: words('已送达', 'Delivered'),
  stored: words('仅本机留存,未外发', 'Kept here, not sent'),
  failed: words('失败,将重试', 'Failed, will be tried again'),
  'given-up': words('已放弃', 'Given up'),
  cancelled: words('已取消', 'Cancelled'),
}
export const StateTag = ({ state }: { readonly state: DeliveryState }): ReactElement => {
  const say = useSay()
  return <span className="tag">{say(deliveryStateWords[state])}</span>
}
export const useActor = (): Actor => {
  const me = useMe()
  return { kind: 'person', personId: me.personId, name: me.name, roles: me.roles }
}
/** Why not; null = it may be done. */
export const reasonOf = (decision: Decision): Words | null =>
  decision.allowed ? null : decision.because.refusal.sentence
/** The server's word on one field of the last try. */
export const faultIn = (error: unknown, path: string): string | undefined =>
  error === null ? undefined : problemFrom(error).fields.find((fault) => fault.path === path)?.message
