import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['src/**/*.test.{ts,tsx}', 'tests/*.test.ts', 'tests/*/*.test.ts'],
    exclude: ['dist/**', 'node_modules/**', 'tests/journeys/**', 'tests/running/**'],
    globalSetup: ['tests/support/global-setup.ts'],
    hookTimeout: 120_000,
    testTimeout: 90_000,
    maxWorkers: 2,
    pool: 'threads',
  },
})
