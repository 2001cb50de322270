// Somebody signs in by hand, with and without a second factor, is refused in words, and finds the page again after F5.
import { account, code } from '../support/accounts';
import { expect, test } from '../support/test';

test('a leader signs in and finds the day', async ({ page }) => {
  const { login, password } = account('leader');
  await page.goto('/');
  await page.getByLabel('账号').fill(login);
  await page.getByLabel('密码').fill(`${password}x`);
  await page.getByRole('button', { name: '登录' }).click();
  await expect(page.getByRole('alert').first()).toBeVisible();
  await page.getByLabel('密码').fill(password);
  await page.getByRole('button', { name: '登录' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('月');
  await expect(page).toHaveTitle(/今日/);
  for (const owner of ['市', '鹤山', '山城', '淇滨', '浚县', '淇县']) {
    await expect(page.getByRole('status', { name: '数据截至' }).getByRole('listitem').filter({ hasText: new RegExp(`^${owner}`) })).toContainText('已到');
  }

  await page.reload();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('月');
  const kept = await page.evaluate(() => JSON.stringify(localStorage));
  expect(kept).not.toContain(password);
  await page.getByRole('button', { name: '退出' }).click();
  await expect(page.getByLabel('账号')).toBeVisible();
});

test('who handles personal data is asked for a second factor', async ({ page }) => {
  const one = account('member');
  await page.goto('/');
  await page.getByLabel('账号').fill(one.login);
  await page.getByLabel('密码').fill(one.password);
  await page.getByRole('button', { name: '登录' }).click();
  await page.getByLabel('动态验证码').fill(await code(one));
  await page.getByRole('button', { name: '登录' }).click();
  await expect(page.getByText('会员工作').first()).toBeVisible();
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
});
