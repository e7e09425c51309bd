/** The log: one JSON line an event, with the trace id of the call; secrets and personal identifiers are never written. */
import { type Logger, type LoggerOptions, pino } from 'pino'
import type { LogLevel } from './config.ts'
import type { Log } from './platform.ts'

/** Names whose values are replaced wherever they stand in the facts, up to three levels deep. */
const secretNames = [
  'password',
  'newPassword',
  'currentPassword',
  'passwordHash',
  'token',
  'tokenHash',
  'secret',
  'secretKey',
  'accessKey',
  'authorization',
  'cookie',
  'databaseUrl',
  'idNumber',
  'phone',
  'set-cookie',
] as const
const pathOf = (name: string): string => (/^\w+$/.test(name) ? name : `["${name}"]`)
const nested = (prefix: string, name: string): string =>
  /^\w+$/.test(name) ? `${prefix}.${name}` : `${prefix}["${name}"]`
const redactedPaths = secretNames.flatMap((name) => [pathOf(name), nested('*', name), nested('*.*', name)])

export const logOptions = (level: LogLevel): LoggerOptions => ({
  level,
  base: null,
  timestamp: () => `,"time":"${new Date().toISOString()}"`,
  formatters: { level: (label) => ({ level: label }) },
  redact: { paths: redactedPaths, censor: '[hidden]' },
})

export type RootLog = Logger

/** Makes the log of the process. `destination` is for tests; default is the standard output. */
export const createLog = (level: LogLevel, destination?: { write: (line: string) => void }): RootLog =>
  destination === undefined ? pino(logOptions(level)) : pino(logOptions(level), destination)

/** Gives the log as the capabilities see it. */
export const asLog = (log: RootLog): Log => ({
  debug: (facts, message) => log.debug(facts, message),
  info: (facts, message) => log.info(facts, message),
  warn: (facts, message) => log.warn(facts, message),
  error: (facts, message) => log.error(facts, message),
})
