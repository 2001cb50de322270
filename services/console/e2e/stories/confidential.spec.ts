// A hero who must stay unknown: eight roles look everywhere their pages lead, and what they are sent has nothing of her.
import { OversightService } from '../../src/gen/jianyi/oversight/v1/oversight_service_pb';
import { ReportFormat } from '../../src/gen/jianyi/oversight/v1/report_pb';
import type { Login } from '../support/accounts';
import { as, token } from '../support/api';
import { unpacked } from '../support/archive';
import { sealedHero } from '../support/sealed';
import { settled } from '../support/settled';
import { expect, test } from '../support/test';

const LOOKERS: Login[] = ['leader', 'care', 'finance', 'publicity', 'oversight', 'auditor', 'clerk', 'station'];
/** A read of the console has eight seconds. */
const READ_WITHIN = 10_000;
const WATCHERS: Login[] = ['leader', 'oversight', 'auditor'];

test('nothing of a confidential hero is anywhere', async ({ open, baseURL }) => {
  test.setTimeout(900_000);
  const { fullName, documentNo, person, hero } = await sealedHero();
  const ids = [person, hero].map((name) => name.split('/').pop() ?? name);
  let secrets = [fullName, documentNo, ...ids];
  const found: string[] = [];
  const look = (where: string, text: string): void => {
    for (const secret of secrets) if (text.includes(secret)) found.push(`${where}: ${secret === fullName ? 'the name' : secret}`);
  };

  for (const login of LOOKERS) {
    const page = await open(login);
    const reading: Promise<void>[] = [];
    page.on('response', (response) => {
      const path = new URL(response.url()).pathname;
      if (!path.startsWith('/jianyi.') || path.endsWith('/WatchDataOwners')) return;
      const body = response.body().then(
        (bytes) => look(`${login} ${path}`, bytes.toString('utf8')),
        () => undefined,
      );
      // What a page gave up on when it was left has no end, and nobody was shown it.
      const left = new Promise<void>((done) => page.on('requestfailed', (request) => request === response.request() && done()));
      reading.push(Promise.race([body, left, new Promise<void>((done) => setTimeout(done, READ_WITHIN))]));
    });
    const links = await page.getByRole('navigation', { name: '主菜单' }).getByRole('link').evaluateAll((all) => all.map((one) => one.getAttribute('href') ?? ''));
    for (const link of links) {
      await page.getByRole('navigation', { name: '主菜单' }).locator(`a[href="${link}"]`).click();
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      await settled(page);
      look(`${login} ${link}, source`, await page.content());
      look(`${login} ${link}, as read aloud`, await page.locator('body').ariaSnapshot());
    }
    const box = page.getByRole('searchbox', { name: '检索' });
    if (await box.count()) {
      await box.first().fill(fullName);
      await box.first().press('Enter');
      await expect(page.getByText('没有符合条件的人').first()).toBeVisible();
    }
    await Promise.all(reading);
    // By address, as somebody who had it might try: no more than of one who never was. What was asked for is said back, and that alone.
    secrets = [fullName, documentNo];
    const [personId, heroId] = ids;
    for (const path of [`/heroes/410611/${heroId}`, `/people/410611/${personId}`, `/sealed/410611/${heroId}`]) {
      await page.goto(path);
      await expect(page.getByText('这里没有可给您看的内容').first()).toBeVisible();
    }
    await Promise.all(reading);
    secrets = [fullName, documentNo, ...ids];
  }

  for (const login of WATCHERS) {
    // What is taken out: the report of the year in which she was confirmed, as text and as a workbook, and the facts behind it.
    const oversight = await as(login, OversightService);
    look(`${login}, report`, (await oversight.renderAnnualReport({ year: 2025 })).markdown);
    look(`${login}, workbook`, unpacked((await oversight.renderAnnualReport({ year: 2025, format: ReportFormat.XLSX })).workbook));
    let pageToken = '';
    do {
      const facts = await oversight.listFacts({ pageSize: 500, pageToken });
      look(`${login}, facts`, JSON.stringify(facts, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value)));
      pageToken = facts.nextPageToken;
    } while (pageToken);
    const response = await fetch(`${baseURL}/v1/events?follow=false`, { headers: { authorization: `Bearer ${await token(login)}` } });
    expect(response.status).toBe(200);
    const stream = await response.text();
    expect(stream.length).toBeGreaterThan(10_000);
    look(`${login}, events`, stream);
  }
  expect(found).toEqual([]);
});
