/** A positioning helmet that speaks JT/T 808-2019: registers, proves itself by the code it got, reports where it is. */
import {
  authenticateBody,
  type Body,
  batchBody,
  framesOf,
  heartbeatBody,
  type PositionToSend,
  positionBody,
  registerBody,
} from '../../../src/engines/jt808/build.ts'
import { createSplitter } from '../../../src/engines/jt808/frames.ts'
import { parseHeader } from '../../../src/engines/jt808/header.ts'
import { type Gateway, type Outcome, PATIENCE_MS, waiting } from './client.ts'
import { createLine } from './line.ts'

export interface Jt808Terminal {
  readonly phone: string
  readonly terminalId: string
  /** Worn by whom, as the helmet says it. */
  readonly label: string
}
export interface Jt808Client {
  /** Registers and proves itself where that is to do. */
  readonly signOn: () => Promise<Outcome>
  readonly position: (position: PositionToSend) => Promise<Outcome>
  /** What was kept while there was no network: what fits into one message, twenty positions. */
  readonly batch: (positions: readonly PositionToSend[]) => Promise<Outcome>
  readonly heartbeat: () => Promise<Outcome>
  readonly close: () => void
}
interface Answer {
  readonly result: number
  readonly code: string
}
const REGISTERED = 0x8100
const NO_SUCH_TERMINAL = 4

export const jt808Client = (gateway: Gateway, { phone, terminalId, label }: Jt808Terminal): Jt808Client => {
  const answers = waiting<Answer>(gateway.patienceMs ?? PATIENCE_MS)
  let splitter = createSplitter()
  let serial = 0
  let code: string | null = null
  let proven = false
  const line = createLine({
    ...gateway,
    onOpen: () => {
      splitter = createSplitter()
    },
    onBytes: (bytes) => {
      for (const event of splitter.feed(bytes)) {
        const message = event.kind === 'frame' ? parseHeader(event.octets) : null
        if (message === null) continue
        const { body, id } = message
        const to = ((body[0] ?? 0) << 8) + (body[1] ?? 0)
        const result = body[id === REGISTERED ? 2 : 4] ?? 1
        answers.settle(String(to), { result, code: Buffer.from(body.subarray(3)).toString('latin1') })
      }
    },
    onClose: () => {
      proven = false
      answers.giveUp()
    },
  })
  const ask = (body: Body): Promise<Answer | null> => {
    const answer = answers.wait(String(serial))
    line.send(...framesOf({ layout: '2019', version: 1, phone, serial }, body))
    serial = (serial + 1) % 0x1_0000
    return answer
  }
  const signOn = async (): Promise<Outcome> => {
    try {
      await line.open()
    } catch {
      return 'lost'
    }
    if (proven) return 'stored'
    if (code === null) {
      const registered = await ask(
        registerBody('2019', {
          province: 50,
          city: 157,
          maker: 'SIMULATOR',
          model: 'HELMET',
          terminalId,
          plateColour: 0,
          plate: label,
        }),
      )
      if (registered === null) return 'lost'
      if (registered.result !== 0) return registered.result === NO_SUCH_TERMINAL ? 'unknown' : 'refused'
      code = registered.code
    }
    const shown = await ask(authenticateBody('2019', code))
    if (shown === null) return 'lost'
    proven = shown.result === 0
    if (!proven) code = null
    return proven ? 'stored' : 'refused'
  }
  const say = async (body: Body): Promise<Outcome> => {
    const on = await signOn()
    if (on !== 'stored') return on
    const answer = await ask(body)
    return answer === null ? 'lost' : answer.result === 0 ? 'stored' : 'refused'
  }
  return {
    signOn,
    position: (position) => say(positionBody(position)),
    batch: (positions) => say(batchBody(positions)),
    heartbeat: () => say(heartbeatBody),
    close: line.close,
  }
}
