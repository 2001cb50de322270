// The line to the event stream is cut twenty times: nothing is missed, and nothing is told twice.
import { OutletKind } from '../../src/gen/jianyi/publicity/v1/outlet_pb';
import { PublicityService } from '../../src/gen/jianyi/publicity/v1/publicity_service_pb';
import { as } from '../support/api';
import { Wire } from '../support/line';
import { expect, test } from '../support/test';

const CUTS = 20;

test('twenty cuts, no gap, no double', async ({ open, baseURL }) => {
  test.setTimeout(300_000);
  const wire = await Wire.to(baseURL ?? '');
  const publicity = await as('publicity', PublicityService);
  const page = await open('leader', `${wire.url}/`);
  const told = page.getByRole('log').locator('[data-subject]');
  const broken = page.getByText('实时线路断开');
  const make = async (): Promise<string> => {
    const made = await publicity.createOutlet({
      outlet: { title: `演示断线刊物${Date.now()}`, kind: OutletKind.OTHER, counted: false, provenance: { sources: ['demonstration'] } },
      requestId: crypto.randomUUID(),
    });
    return made.name;
  };
  const shown = (name: string) => told.and(page.locator(`[data-subject="${name}"]`));
  // What happened before the page began to listen is not told: until the line is up, one more.
  await expect
    .poll(async () => {
      const name = await make();
      return shown(name).waitFor({ timeout: 2_000 }).then(() => true, () => false);
    }, { timeout: 60_000 })
    .toBe(true);
  for (let cut = 1; cut <= CUTS; cut += 1) {
    wire.cut();
    // While the line is down: it is told when it is up again.
    const name = await make();
    await expect(shown(name)).toHaveCount(1, { timeout: 60_000 });
    await expect(broken).toBeHidden();
  }
  const subjects = await told.evaluateAll((all) => all.map((one) => one.getAttribute('data-subject')));
  expect(new Set(subjects).size).toBe(subjects.length);
  await wire.close();
});
