// What every story has: pages that are signed in, and the certainty that no page asked any other host or said an error.
import { type BrowserContext, type Page, test as base, expect } from '@playwright/test';
import type { Login } from './accounts';
import { signIn } from './api';

export { expect };

/** What browsers say of an answer that a story provoked; everything else is an error. */
const PROVOKED = /Failed to load resource|net::ERR_/;

interface Fixtures {
  /** A page of a new browser profile on which the account is signed in. */
  open: (login: Login, path?: string) => Promise<Page>;
  /** What pages asked other hosts for; checked at the end of each story. */
  strangers: string[];
  /** What pages complained of; checked at the end of each story. */
  complaints: string[];
}

export const test = base.extend<Fixtures>({
  strangers: async ({}, use) => {
    const strangers: string[] = [];
    await use(strangers);
    expect(strangers, 'no page asks another host').toEqual([]);
  },
  complaints: async ({}, use) => {
    const complaints: string[] = [];
    await use(complaints);
    expect(complaints, 'no page complains').toEqual([]);
  },
  context: async ({ context, strangers, complaints, baseURL }, use) => {
    watch(context, strangers, complaints, baseURL);
    await use(context);
  },
  open: async ({ browser, baseURL, strangers, complaints }, use) => {
    const contexts: BrowserContext[] = [];
    await use(async (login, path = '/') => {
      const session = await signIn(login);
      const context = await browser.newContext();
      contexts.push(context);
      watch(context, strangers, complaints, baseURL);
      // As a page keeps it, so that each story does not begin at the sign-in.
      await context.addInitScript(([refresh, name]) => {
        if (!location.protocol.startsWith('http') || sessionStorage.getItem('jianyi.story')) return;
        sessionStorage.setItem('jianyi.story', '1');
        sessionStorage.setItem('jianyi.session', JSON.stringify({ refresh, session: name, requestId: crypto.randomUUID() }));
      }, [session.refresh, session.session] as const);
      const page = await context.newPage();
      await page.goto(path);
      await expect(page.getByRole('heading', { level: 1 }).first()).toBeVisible();
      return page;
    });
    for (const context of contexts) await context.close();
  },
});

function watch(context: BrowserContext, strangers: string[], complaints: string[], baseURL: string | undefined): void {
  const home = new URL(baseURL ?? 'http://127.0.0.1:8640').hostname;
  context.on('request', (request) => {
    const url = new URL(request.url());
    if (/^(https?|wss?):$/.test(url.protocol) && url.hostname !== home) strangers.push(request.url());
  });
  context.on('weberror', (error) => complaints.push(error.error().message));
  context.on('console', (message) => {
    if (message.type() === 'error' && !PROVOKED.test(message.text())) complaints.push(message.text());
  });
}
