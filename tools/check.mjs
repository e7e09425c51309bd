// `npm run check`: format, lint, types, architecture. Fails on the first that fails.
import { bin, ensureInstalled, must } from './lib/run.mjs'

await ensureInstalled()
await must(bin('biome'), ['ci', '--formatter-enabled=true', '--assist-enabled=true', '.'])
await must(bin('oxlint'), ['--type-aware', '--deny-warnings', 'src', 'tests', 'tools', 'bench'])
await must(bin('tsc'), ['-p', 'tsconfig.server.json', '--noEmit'])
await must(bin('tsc'), ['-p', 'tsconfig.web.json'])
await must(bin('tsc'), ['-p', 'tsconfig.journeys.json'])
await must(bin('vitest'), ['run', 'tests/architecture.test.ts'])
