// A telephone number is shown in full for a stated purpose, is covered again, and leaves an entry that the audit administrator finds.
import { expect, test } from '../support/test';

test('a number revealed leaves its record', async ({ open }) => {
  test.setTimeout(180_000);
  const reason = `约定走访时间 ${Date.now()}`;
  const page = await open('member', '/people?county=410611');
  const row = page.getByRole('region', { name: '人员' }).locator('tbody tr:not(.spacer)').filter({ hasText: '154****' }).first();
  const masked = (await row.innerText()).match(/154\*{4}\d{4}/)?.[0] ?? '';
  await row.getByRole('link').click();
  await expect(page.getByRole('heading', { name: '基本信息' })).toBeVisible();
  const facts = page.getByRole('region', { name: '基本信息' });
  await expect(facts).toContainText(masked);
  expect(await page.content()).not.toMatch(/154\d{8}/);

  await facts.getByRole('button', { name: '查看完整的电话' }).click();
  // Without a purpose nothing is asked.
  await facts.getByRole('button', { name: '查看 10 分钟' }).click();
  await expect(facts).toContainText(masked);
  await facts.getByLabel('用途').selectOption('慰问走访');
  await facts.getByLabel(/一句话说明理由/).fill(reason);
  await facts.getByRole('button', { name: '查看 10 分钟' }).click();
  const full = facts.getByText(/^154\d{8}$/);
  await expect(full).toBeVisible();
  expect((await full.innerText()).slice(-4)).toBe(masked.slice(-4));
  expect(await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, location.href, document.title]))).not.toMatch(/154\d{8}/);
  await facts.getByRole('button', { name: '遮住' }).click();
  await expect(facts).toContainText(masked);
  expect(await page.content()).not.toMatch(/154\d{8}/);

  const audit = await open('audit', `/audit?service=member/410611&method=${encodeURIComponent('/jianyi.member.v1.MemberService/Reveal')}`);
  const entry = audit.getByRole('region', { name: '审计记录' }).locator('tbody tr:not(.spacer)').filter({ hasText: reason });
  await expect(entry).toContainText('RevealPerson');
  await entry.getByRole('button').click();
  await expect(audit.getByRole('dialog')).toContainText(page.url().split('/').pop() ?? 'no id');
  await audit.getByRole('button', { name: '关闭', exact: true }).click();
  // The log that holds it is whole, and every copy that others keep of its heads agrees.
  await audit.getByRole('link', { name: '核验有没有被改动' }).click();
  await audit.getByRole('button', { name: '验证会员 淇滨区的审计日志' }).click();
  const log = audit.getByRole('row', { name: /会员 淇滨区/ });
  await expect(log).toContainText('完整', { timeout: 30_000 });
  await expect(log).toContainText(/[1-9]\d* 份，存于 [1-9]\d* 处/);
});
