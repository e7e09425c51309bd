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
    // Test files share the modules of their thread: reading the program anew for each took as long as the tests. So a
    // module may keep nothing that one test could leave to another.
    isolate: false,
    unstubGlobals: true,
    restoreMocks: true,
  },
})
