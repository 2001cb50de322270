// Every page there is, opened by somebody who may: it has one heading, and axe finds nothing, in three type sizes and both
// contrasts.
import type { Page } from '@playwright/test';
import type { PageRoute } from '../../src/pages/route';
import type { Login } from '../support/accounts';
import { violations } from '../support/axe';
import { ensureFund } from '../support/fund';
import { opener } from '../support/roles';
import { pages } from '../support/routes';
import { ensureSealedHero } from '../support/sealed';
import { settled } from '../support/settled';
import { expect, test } from '../support/test';

const SIZES = ['1', '1.25', '1.5'];
const CONTRASTS = ['normal', 'high'];

/** Looks at the page in every way it can be shown. */
async function check(page: Page, name: string): Promise<string[]> {
  const found: string[] = [];
  for (const size of SIZES) {
    for (const contrast of CONTRASTS) {
      await page.evaluate(([size, contrast]) => Object.assign(document.documentElement.dataset, { size, contrast }), [size, contrast] as const);
      for (const one of await violations(page)) found.push(`${name} ${size}× ${contrast}: ${one}`);
    }
  }
  return found;
}

/** Goes to a page as a link would: without loading the console anew. */
async function go(page: Page, path: string): Promise<void> {
  await page.evaluate((path) => {
    history.pushState(history.state, '', path);
    window.dispatchEvent(new PopStateEvent('popstate', { state: history.state as unknown }));
  }, path);
  await expect(page.getByRole('heading', { level: 1 }).first()).toBeVisible();
  await settled(page);
}

test('every page of the console', async ({ open }) => {
  test.setTimeout(900_000);
  await ensureFund();
  await ensureSealedHero();
  const byLogin = new Map<Login, PageRoute[]>();
  const all = await pages();
  for (const one of all) {
    // A record is opened from its list, by somebody who may open both.
    const list = one.path.includes('/:') ? all.find((other) => other.path === one.path.slice(0, one.path.indexOf('/:'))) : undefined;
    const login = opener(list?.meta.roles && one.meta.roles ? one.meta.roles.filter((role) => list.meta.roles?.includes(role)) : one.meta.roles);
    byLogin.set(login, [...(byLogin.get(login) ?? []), one]);
  }
  const found: string[] = [];
  const headless: string[] = [];
  let looked = 0;
  for (const [login, routes] of byLogin) {
    const page = await open(login);
    for (const route of routes) {
      let path = route.path;
      if (path.includes(':')) {
        // A record is opened from its list.
        const list = path.slice(0, path.indexOf('/:'));
        await go(page, list);
        const like = new RegExp(`^${path.replace(/:\w+(\([^)]*\))?/g, '[^/?]+')}$`);
        const links = await page.locator('main a[href]').evaluateAll((all) => all.map((one) => one.getAttribute('href') ?? ''));
        const link = links.find((href) => like.test(href.split('?')[0] ?? '') && !/\/new$/.test(href));
        if (!link) {
          headless.push(`${path}: no link to one on ${list}`);
          continue;
        }
        path = link;
      }
      await go(page, path);
      if ((await page.getByRole('heading', { level: 1 }).count()) !== 1) headless.push(`${path}: not one heading`);
      found.push(...(await check(page, route.path)));
      looked += 1;
    }
  }
  console.log(`axe: ${looked} pages × ${SIZES.length} sizes × ${CONTRASTS.length} contrasts, ${found.length} violations`);
  expect([...headless, ...found]).toEqual([]);
});

test('the sign-in and the public pages', async ({ page }) => {
  const found: string[] = [];
  for (const path of ['/', '/public']) {
    await page.goto(path);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    found.push(...(await check(page, path)));
  }
  expect(found).toEqual([]);
});
