/** The entry point: reads the configuration, starts, prints where to go, stops cleanly. */
import { roleWords } from '../kernel/actor.ts'
import { isRefused } from '../kernel/refusal.ts'
import { ConfigError, readConfig } from '../platform/config.ts'
import { createShutdown, shutDownOnSignals } from '../platform/http/shutdown.ts'
import { asLog, createLog } from '../platform/log.ts'
import { HalfLoaded, LoadStopped } from './demo/marker.ts'
import { demoAccountsOf, startProduct } from './start.ts'

const print = (text: string): void => {
  process.stdout.write(`${text}\n`)
}

const endWithoutDatabase = (): void => {
  process.stderr.write(
    '内置数据库停止后无法重新启动,程序已退出。请检查磁盘空间和数据文件夹,然后重新启动;已确认的数据都在磁盘上。\nThe embedded database died and does not start again. Check the disk and the data folder, then start again; everything that was acknowledged is on disk.\n',
  )
  process.exit(1)
}

const main = async (): Promise<void> => {
  const config = readConfig()
  const log = createLog(config.logLevel)
  // Until the product listens a signal ends the start in order: what was opened is closed, the database is stopped.
  const starting = new AbortController()
  const stopStart = (): void => starting.abort(new LoadStopped())
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, stopStart)
  const { address, firstAdministrator, shutdownSteps } = await startProduct(config, log, endWithoutDatabase, {
    tell: print,
    signal: starting.signal,
  })
  const shutdown = createShutdown({ log: asLog(log), steps: shutdownSteps })
  shutDownOnSignals(shutdown)
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, stopStart)
  if (starting.signal.aborted) return shutdown.begin('a signal during the start')
  print(`\n明筑 Mingzhu  ${address}`)
  print(`  公开页面 public pages   ${address}/`)
  print(`  工作台 work places      ${address}/desk/`)
  const accounts = demoAccountsOf(config)
  if (accounts !== null) {
    print(`\n演示账号 demo accounts(密码 password: ${accounts[0]?.password ?? ''})`)
    for (const account of accounts.filter((each) => each.featured))
      print(`  ${account.login.padEnd(20)} ${account.name}  ${roleWords[account.role].zh}  ${account.hint}`)
  }
  if (firstAdministrator !== null)
    print(
      `\n首个管理员 first administrator: ${firstAdministrator.login}  密码 password: ${firstAdministrator.password}(只显示这一次,请登录后修改)`,
    )
  print('')
}

const reasonOf = (error: unknown): string => {
  if (error instanceof ConfigError) return error.message
  if (isRefused(error)) return `${error.refusal.sentence.zh}\n${error.refusal.sentence.en}`
  if (error instanceof Error && (error as NodeJS.ErrnoException).code === 'EADDRINUSE')
    return '端口已被占用:请停止占用它的程序,或把 MINGZHU_PORT 设为别的端口后重新启动。\nThe port is in use: stop the program that holds it, or set MINGZHU_PORT to another.'
  if (error instanceof LoadStopped || error instanceof HalfLoaded) return error.message
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}

main().catch((error: unknown) => {
  process.stderr.write(`${reasonOf(error)}\n`)
  process.exit(error instanceof LoadStopped ? 130 : 1)
})
