import { defineConfig } from '@playwright/test'

/** Journeys by role, in Debian's Chromium, against a server that the journeys start themselves. */
export default defineConfig({
  testDir: 'tests/journeys',
  outputDir: 'artifacts/playwright',
  // Each file has a product of its own: two go side by side.
  workers: 2,
  // On a busy machine a browser may miss a moment; a second try that passes is reported as flaky.
  retries: process.env['CI'] === 'true' ? 1 : 0,
  timeout: 240_000,
  expect: { timeout: 30_000 },
  use: {
    screenshot: 'only-on-failure',
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    viewport: { width: 1280, height: 860 },
    launchOptions: {
      executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
})
