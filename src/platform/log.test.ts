import { describe, expect, it } from 'vitest'
import { asLog, createLog } from './log.ts'

const linesOf = (write: (log: ReturnType<typeof asLog>) => void): Record<string, unknown>[] => {
  const lines: string[] = []
  write(asLog(createLog('info', { write: (line) => lines.push(line) })))
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>)
}

describe('the log', () => {
  it('writes the message, the level by name and the facts on one line', () => {
    const [line] = linesOf((log) => log.info({ traceId: 'abc' }, 'started'))
    expect(line).toMatchObject({ level: 'info', msg: 'started', traceId: 'abc' })
  })
  it('never writes a secret, at whatever depth up to three', () => {
    const text = JSON.stringify(
      linesOf((log) =>
        log.warn(
          {
            password: 'hunter2',
            body: { password: 'hunter2', token: 'hunter2' },
            request: { headers: { authorization: 'hunter2', cookie: 'hunter2', 'set-cookie': 'hunter2' } },
          },
          'refused',
        ),
      ),
    )
    expect(text).toContain('[hidden]')
    expect(text).not.toContain('hunter2')
  })
  it('leaves out what is below the level', () => {
    expect(linesOf((log) => log.debug({}, 'detail'))).toEqual([])
  })
  it('writes an error with its message and stack', () => {
    const [line] = linesOf((log) => log.error({ err: new Error('broken pipe') }, 'failed'))
    expect(line?.['err']).toMatchObject({ message: 'broken pipe', stack: expect.stringContaining('log.test') })
  })
})
