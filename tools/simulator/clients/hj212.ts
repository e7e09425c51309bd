/** A dust station that speaks HJ 212-2017 over TCP and waits for the answer to every upload. */
import { type ReadingToSend, type UploadCommand, uploadFrames } from '../../../src/engines/hj212/build.ts'
import { createSplitter } from '../../../src/engines/hj212/frames.ts'
import { type Message, parseSegment, windowAt } from '../../../src/engines/hj212/message.ts'
import { qnOf } from '../../../src/engines/hj212/wall-time.ts'
import { addMs, type Instant } from '../../../src/kernel/time.ts'
import { type Gateway, type Outcome, PATIENCE_MS, waiting } from './client.ts'
import { createLine } from './line.ts'

export interface Hj212Station {
  readonly mn: string
  readonly pw: string
}
export interface Hj212Upload {
  readonly at: Instant
  readonly readings: readonly ReadingToSend[]
  /** Real-time values where absent. */
  readonly command?: UploadCommand
  /** The request number; the same when it is sent again. */
  readonly qn?: string
}
export interface Hj212Client {
  readonly upload: (upload: Hj212Upload) => Promise<Outcome>
  /** A new request number. */
  readonly nextQn: () => string
  readonly isOpen: () => boolean
  readonly close: () => void
}
const UNKNOWN_MN = '4'
const outcomeOf = (message: Message): Outcome | null => {
  if (message.cn === '9014') return 'stored'
  if (message.cn !== '9011') return null
  return message.params.get('QnRtn') === UNKNOWN_MN ? 'unknown' : 'refused'
}

export const hj212Client = (gateway: Gateway, { mn, pw }: Hj212Station): Hj212Client => {
  const answers = waiting<Outcome>(gateway.patienceMs ?? PATIENCE_MS)
  let splitter = createSplitter()
  let count = 0
  const line = createLine({
    ...gateway,
    onOpen: () => {
      splitter = createSplitter()
    },
    onBytes: (bytes) => {
      for (const event of splitter.feed(bytes)) {
        const parsed = event.kind === 'frame' ? parseSegment(event.segment, windowAt(gateway.clock())) : null
        if (parsed?.kind !== 'message' || parsed.message.qn === null) continue
        const outcome = outcomeOf(parsed.message)
        if (outcome !== null) answers.settle(parsed.message.qn, outcome)
      }
    },
    onClose: answers.giveUp,
  })
  // Numbers differ although a simulated clock stands still.
  const nextQn = (): string => qnOf(addMs(gateway.clock(), count++ % 60_000))
  return {
    nextQn,
    upload: async ({ at, readings, command = '2011', qn = nextQn() }) => {
      try {
        await line.open()
      } catch {
        return 'lost'
      }
      const answer = answers.wait(qn)
      line.send(...uploadFrames({ mn, pw, st: '39', cn: command, qn, dataTime: at, readings, answer: true }))
      return (await answer) ?? 'lost'
    },
    isOpen: line.isOpen,
    close: line.close,
  }
}
