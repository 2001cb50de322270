// Twelve pages as they look, kept as pictures beside the results: for eyes, and so that a page that breaks is seen.
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Login } from '../support/accounts';
import { ensureFund } from '../support/fund';
import { settled } from '../support/settled';
import { expect, test } from '../support/test';

interface Shot {
  name: string;
  login: Login;
  path: string;
  size?: { width: number; height: number };
  /** Link of the list that is followed, for pages of a record. */
  follow?: RegExp;
  /** What is opened on the page before. */
  press?: RegExp;
}
const SHOTS: readonly Shot[] = [
  { name: '01-today', login: 'leader', path: '/' },
  { name: '02-todo', login: 'leader', path: '/todo' },
  { name: '03-search', login: 'leader', path: '/heroes' },
  { name: '04-hero', login: 'leader', path: '/heroes', follow: /^\/heroes\/./ },
  { name: '05-orgs', login: 'leader', path: '/orgs' },
  { name: '06-fund', login: 'leader', path: '/funds', follow: /^\/funds\/./ },
  { name: '07-rounds', login: 'leader', path: '/care/rounds', follow: /^\/care\/rounds\/./ },
  { name: '08-report', login: 'leader', path: '/reports/annual?year=2024', size: { width: 1920, height: 1200 }, press: /见义勇为志愿者：3628/ },
  { name: '09-report-unknown', login: 'leader', path: '/reports/annual?year=2024', size: { width: 1920, height: 1200 }, press: /募捐金额：未知/ },
  { name: '10-wall', login: 'leader', path: '/wall', size: { width: 1920, height: 1080 } },
  { name: '11-wall-guests', login: 'leader', path: '/wall?mode=guest', size: { width: 1920, height: 1080 } },
  { name: '12-disclosures', login: 'leader', path: '/disclosures' },
];
const folder = fileURLToPath(new URL('../shots/', import.meta.url));

test('twelve pages', async ({ open }) => {
  test.setTimeout(300_000);
  await ensureFund();
  mkdirSync(folder, { recursive: true });
  const page = await open('leader');
  for (const shot of SHOTS) {
    await page.setViewportSize(shot.size ?? { width: 1440, height: 900 });
    await page.goto(shot.path);
    await expect(page.getByRole('heading', { level: 1 }).first()).toBeVisible();
    if (shot.follow) {
      const like = shot.follow;
      const links = page.locator('main a[href]');
      await expect.poll(async () => (await links.evaluateAll((all) => all.map((one) => one.getAttribute('href') ?? ''))).some((href) => like.test(href))).toBe(true);
      const href = (await links.evaluateAll((all) => all.map((one) => one.getAttribute('href') ?? ''))).find((one) => like.test(one)) ?? '';
      await page.locator(`main a[href="${href}"]`).first().click();
      await expect(page).toHaveURL(new RegExp(href.split('?')[0] ?? ''));
      await expect(page.getByRole('heading', { level: 1 }).first()).toBeVisible();
    }
    if (shot.press) await page.getByRole('button', { name: shot.press }).first().click();
    await settled(page);
    const picture = await page.screenshot({ path: `${folder}${shot.name}.png` });
    // A page that shows nothing compresses to nothing.
    expect(picture.byteLength, shot.name).toBeGreaterThan(40_000);
  }
});
