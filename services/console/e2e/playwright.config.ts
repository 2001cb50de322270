// Stories in a real browser against a real system, which run.sh starts: nothing is stood in for.
import { defineConfig } from '@playwright/test';

export default defineConfig({
  // Benches measure and say; they are run by hand: JIANYI_BENCH=1 ./run.sh
  testDir: process.env['JIANYI_BENCH'] ? './bench' : './stories',
  testMatch: process.env['JIANYI_BENCH'] ? '**/*.bench.ts' : '**/*.spec.ts',
  outputDir: './results',
  // One system, and accounts whose one-time codes count once: one story after the other.
  workers: 1,
  retries: 0,
  timeout: 120_000,
  expect: { timeout: 15_000 },
  reporter: [['list']],
  use: {
    baseURL: process.env['JIANYI_URL'] ?? 'http://127.0.0.1:8640',
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    viewport: { width: 1440, height: 900 },
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: process.env['JIANYI_CHROMIUM'] ?? '/usr/bin/chromium',
      // Only what would call out by itself is taken away; the rest is the browser that people have.
      args: ['--no-sandbox', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--js-flags=--expose-gc'],
    },
  },
});
