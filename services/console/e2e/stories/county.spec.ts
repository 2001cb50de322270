// A county's service stops answering: it is said in one place, the others go on, and it comes back without a reload.
import { halt } from '../support/system';
import { expect, test } from '../support/test';

test('浚县 is away and comes back, for who watches events and for who does not', async ({ open }) => {
  const leader = await open('leader');
  const station = await open('station');
  const tick = (page: typeof leader) => page.getByRole('status', { name: '数据截至' }).getByRole('listitem').filter({ hasText: /^浚县/ });
  const other = (page: typeof leader) => page.getByRole('status', { name: '数据截至' }).getByRole('listitem').filter({ hasText: /^淇县/ });
  for (const page of [leader, station]) await expect(tick(page)).toContainText('已到');

  const resume = halt('410621');
  try {
    for (const page of [leader, station]) {
      await expect(tick(page)).toContainText('起断', { timeout: 30_000 });
      await expect(page.getByText(/浚县.*连不上/)).toBeVisible();
      await expect(other(page)).toContainText('已到');
    }
  } finally {
    resume();
  }
  for (const page of [leader, station]) {
    await expect(tick(page)).toContainText('已到', { timeout: 30_000 });
    await expect(page.getByText(/浚县.*连不上/)).toBeHidden();
  }
});
