// Two write at one story: the second loses nothing, is shown both texts, and what was chosen is what is kept.
import { PublicityService } from '../../src/gen/jianyi/publicity/v1/publicity_service_pb';
import { StoryState } from '../../src/gen/jianyi/publicity/v1/story_pb';
import { as } from '../support/api';
import { expect, test } from '../support/test';

test('two editors of a story', async ({ open }) => {
  test.setTimeout(240_000);
  const publicity = await as('publicity', PublicityService);
  const { stories } = await publicity.listStories({ pageSize: 500 });
  const nth = stories.findIndex((one) => one.state === StoryState.DRAFT);
  const story = stories[nth];
  if (!story) throw new Error('no story is being written: the synthetic heroes have one each');
  const stamp = Date.now();
  const [first, second] = [`演示故事，先写的一稿 ${stamp}`, `演示故事，后写的一稿 ${stamp}`];

  const pages = [await open('publicity', '/stories'), await open('publicity', '/stories')] as const;
  for (const page of pages) {
    await page.getByRole('region', { name: '英模故事' }).locator('tbody tr:not(.spacer)').nth(nth).getByRole('button').click();
    await expect(page.getByLabel('正文')).toBeEditable();
  }
  await pages[0].getByLabel('正文').fill(first);
  await pages[1].getByLabel('正文').fill(second);
  await pages[0].getByRole('button', { name: '保存', exact: true }).click();
  await expect(pages[0].getByText('故事已保存')).toBeVisible();
  await pages[1].getByRole('button', { name: '保存', exact: true }).click();

  const panel = pages[1].getByRole('alert').filter({ hasText: '您的改动还在' });
  await expect(panel.getByRole('row', { name: /正文/ })).toContainText(first);
  await expect(panel.getByRole('row', { name: /正文/ })).toContainText(second);
  expect((await publicity.getStory({ name: story.name })).text).toBe(first);
  await expect(panel.getByRole('button', { name: '按所选保存' })).toBeDisabled();
  await panel.getByRole('radio').first().check();
  await panel.getByRole('button', { name: '按所选保存' }).click();
  await expect(pages[1].getByText('故事已保存')).toBeVisible();
  expect((await publicity.getStory({ name: story.name })).text).toBe(second);
});
