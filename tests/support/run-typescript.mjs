// Runs a TypeScript module in a process of its own: node tests/support/run-typescript.mjs <module> [arguments]
import { resolve } from 'node:path'
import { runnerImport } from 'vite'

const [, , file, ...rest] = process.argv
process.argv.splice(2, process.argv.length, ...rest)
await runnerImport(resolve(file), { configFile: false, logLevel: 'error' })
