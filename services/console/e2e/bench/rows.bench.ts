// A list of ten thousand rows, all loaded, scrolled from end to end: time of a frame, nodes and memory, beside the frames of
// the same page at rest. Aimed at: p95 of a frame within 25 ms, under 60 MB.
import type { Login } from '../support/accounts';
import { expect, test } from '../support/test';

const ROWS = Number(process.env['JIANYI_ROWS'] ?? 10_000);
const LIST = process.env['JIANYI_LIST'] ?? '/people';
const LOGIN = (process.env['JIANYI_LOGIN'] ?? 'member') as Login;

interface Frames { p50: number; p95: number; worst: number; frames: number }

test(`${LIST} with ${ROWS} rows`, async ({ open }) => {
  test.setTimeout(900_000);
  const page = await open(LOGIN, LIST);
  const more = page.getByRole('button', { name: '再取 200 条' });
  const count = async () => Number(await page.getByRole('table').first().getAttribute('aria-rowcount')) - 1;
  const began = Date.now();
  while ((await count()) < ROWS && (await more.count())) {
    const before = await count();
    await more.click();
    await expect.poll(count, { timeout: 30_000 }).toBeGreaterThan(before);
  }
  const loaded = Date.now() - began;
  const rows = await count();

  const measure = (scroll: boolean): Promise<Frames> =>
    page.evaluate(async (scroll) => {
      const box = document.querySelector<HTMLElement>('.jytable');
      if (!box) throw new Error('no list');
      const end = box.scrollHeight - box.clientHeight;
      const took: number[] = [];
      let last = performance.now();
      const STEPS = 300;
      for (let step = 0; step <= STEPS; step += 1) {
        if (scroll) box.scrollTop = (end * step) / STEPS;
        await new Promise<void>((done) => requestAnimationFrame(() => done()));
        const now = performance.now();
        took.push(now - last);
        last = now;
      }
      took.sort((a, b) => a - b);
      const at = (part: number) => took[Math.min(took.length - 1, Math.floor(took.length * part))] ?? NaN;
      return { p50: at(0.5), p95: at(0.95), worst: at(1), frames: took.length };
    }, scroll);
  const rest = await measure(false);
  const scrolled = await measure(true);
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('HeapProfiler.collectGarbage');
  const { usedSize } = await devtools.send('Runtime.getHeapUsage');
  const nodes = await page.locator('*').count();
  const last = await page.locator('.jytable tbody tr:not(.spacer)').last().getAttribute('data-index');
  console.log(
    `${rows} rows loaded in ${loaded} ms; frame at rest p50 ${rest.p50.toFixed(1)} p95 ${rest.p95.toFixed(1)} ms; scrolled p50 ${scrolled.p50.toFixed(1)} `
    + `p95 ${scrolled.p95.toFixed(1)} worst ${scrolled.worst.toFixed(1)} ms (p95 ${(scrolled.p95 / rest.p95).toFixed(2)}× rest); ${nodes} nodes, ${(usedSize / 1048576).toFixed(1)} MB`,
  );
  // What is asserted is that the list is whole and that only what is in sight is in the page.
  expect(Number(last)).toBe(rows - 1);
  expect(nodes).toBeLessThan(3_000);
});
