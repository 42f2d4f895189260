import { defineConfig, devices } from 'playwright/test'
import { chromiumLaunch } from './tests/support/chromium.ts'

// Each test runs on both devices, but those tagged `@any-device` once: what they show has nothing to do with
// the screen.
export default defineConfig({
  testDir: 'tests/e2e',
  // Node runs TypeScript itself, in these tests as everywhere else.
  build: { external: ['**/*.ts'] },
  globalSetup: [
    'tests/support/chromium-setup.ts',
    'tests/support/build-setup.ts',
    'tests/support/postgres-setup.ts',
  ],
  workers: 2,
  retries: 0,
  forbidOnly: true,
  timeout: 120_000,
  expect: { timeout: 5_000 },
  reporter: 'list',
  outputDir: 'test-results/e2e',
  use: {
    launchOptions: chromiumLaunch(),
    actionTimeout: 10_000,
    navigationTimeout: 10_000,
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
  },
  projects: [
    { name: 'desktop', use: { viewport: { width: 1280, height: 720 } } },
    {
      name: 'phone',
      grepInvert: /@any-device/,
      // The narrowest screen that a page has to fit (WCAG 2.2, 1.4.10).
      use: { ...devices['Pixel 7'], viewport: { width: 320, height: 700 } },
    },
  ],
})
