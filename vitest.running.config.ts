/** Tests against the built product in processes of its own: faults, bad input, several processes. Needs `npm run build`. */
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['tests/running/*.test.ts'],
    hookTimeout: 240_000,
    testTimeout: 240_000,
    maxWorkers: 2,
    pool: 'threads',
  },
})
