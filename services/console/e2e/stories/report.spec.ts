// The year's report on a page is the report of the command line; its figures open to where they come from, a dash to why.
import { readFileSync } from 'node:fs';
import { unpacked } from '../support/archive';
import { jianyi } from '../support/system';
import { expect, test } from '../support/test';

interface Said { figures: Record<string, { text: string }> }

/** Without the last line, which says who took it and when. */
const withoutMark = (markdown: string) => markdown.split('\n---\n')[0];

test('3628 opens to its source, a dash to why, and every figure is that of the command line', async ({ open }) => {
  const said = JSON.parse(jianyi('report', 'annual', '--year', '2024', '--format', 'json')) as Said;
  const page = await open('leader', '/reports/annual?year=2024');
  const rows = page.locator('[data-figure]');
  await expect(rows).toHaveCount(Object.keys(said.figures).length);
  const shown = await rows.evaluateAll((all) => Object.fromEntries(all.map((row) => [row.getAttribute('data-figure'), row.querySelector('button')?.textContent?.trim()])));
  expect(shown).toEqual(Object.fromEntries(Object.entries(said.figures).map(([key, one]) => [key, one.text])));

  const text = page.getByRole('article', { name: '报告正文' });
  await text.getByRole('button', { name: '见义勇为志愿者：3628人，看来历' }).first().click();
  const panel = page.getByRole('dialog');
  await expect(panel.getByRole('heading', { level: 2 })).toContainText('3628');
  for (const told of ['口径', '一人加入几支队伍只算一次', 'S11', '确数', '依据的记录', '浚县']) await expect(panel).toContainText(told);
  await expect(panel).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(panel).toBeHidden();

  await text.getByRole('button', { name: '募捐金额：未知，看原因' }).first().click();
  for (const told of ['是未载，不是零', '为何空', '谁能补', '财务科']) await expect(panel).toContainText(told);
});

test('what is taken out is what the command line takes out', async ({ open }) => {
  const page = await open('leader', '/reports/annual?year=2024');
  const take = async (button: string): Promise<{ name: string; bytes: Buffer }> => {
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: button }).click()]);
    return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) };
  };
  const text = await take('导出文本');
  expect(text.name).toBe('2024年度工作报告.md');
  const markdown = jianyi('report', 'annual', '--year', '2024', '--format', 'markdown');
  // Watermarks move on with every event; the figures and the chronicle do not.
  const until = (all: string) => (withoutMark(all) ?? '').split('\n## 数据截至')[0]?.trim();
  expect(until(text.bytes.toString('utf8'))).toBe(until(markdown));
  expect(text.bytes.toString('utf8')).toContain('导出:accounts/');
  const workbook = await take('导出 Excel');
  expect(workbook.name).toBe('2024年度工作报告.xlsx');
  const sheet = unpacked(workbook.bytes);
  for (const said of ['3628', '见义勇为志愿者', '鹤壁市见义勇为协会', '一人加入几支队伍只算一次']) expect(sheet).toContain(said);
});
