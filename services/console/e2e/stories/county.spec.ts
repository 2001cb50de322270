// A county's service stops answering: it is said in one place, the others go on, and it comes back without a reload.
import { Code, ConnectError } from '@connectrpc/connect';
import { OrgUnitKind } from '../../src/gen/jianyi/member/events/v1/events_pb';
import { MemberService } from '../../src/gen/jianyi/member/v1/member_service_pb';
import { as } from '../support/api';
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

test('lists say who is missing, and change by themselves when it is back', async ({ open }) => {
  const member = await as('member', MemberService);
  const page = await open('oversight', '/orgs');
  const note = page.getByText('浚县未到');
  const tree = page.getByRole('tree', { name: '组织' });
  await expect(tree).toContainText('浚县见义勇为协会');
  await expect(note).toBeHidden();
  const resume = halt('410621');
  try {
    // Asked for another day, the others answer and the list names who did not.
    await page.getByLabel('哪一天的组织').fill(new Date().toISOString().slice(0, 10));
    await expect(note).toBeVisible({ timeout: 30_000 });
    await expect(tree).toContainText('淇县见义勇为协会');
    await expect(tree).not.toContainText('浚县见义勇为协会');
  } finally {
    resume();
  }
  // What the county does then is on the page without a reload.
  const team = `演示复通义警队${Date.now()}`;
  await expect
    .poll(async () => {
      try {
        await member.createOrgUnit({
          parent: 'counties/410621',
          orgUnit: { kind: OrgUnitKind.VOLUNTEER_TEAM, displayName: team, openedOn: '2025-01-01', provenance: { sources: ['demonstration'] } },
          requestId: crypto.randomUUID(),
        });
        return true;
      } catch (cause) {
        return ConnectError.from(cause).code === Code.AlreadyExists;
      }
    }, { timeout: 30_000 })
    .toBe(true);
  await expect(tree).toContainText(team, { timeout: 30_000 });
  await expect(tree).toContainText('浚县见义勇为协会');
  await expect(note).toBeHidden();
});
