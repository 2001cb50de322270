// A page that has fetched what it shows.
import type { Page } from '@playwright/test';

/** Nothing has been fetched for a moment. */
export async function settled(page: Page): Promise<void> {
  let busy = 0;
  let last = Date.now();
  const begin = (): void => void (busy += 1);
  const end = (): void => {
    busy = Math.max(0, busy - 1);
    last = Date.now();
  };
  page.on('request', begin).on('requestfinished', end).on('requestfailed', end);
  // A stream that stays open is not waited for.
  const until = Date.now() + 3_000;
  while (Date.now() < until && (busy > 0 || Date.now() - last < 400)) await page.waitForTimeout(50);
  page.off('request', begin).off('requestfinished', end).off('requestfailed', end);
}
