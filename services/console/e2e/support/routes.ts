// The pages there are, as the console's own table of routes has them.
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { PageRoute } from '../../src/pages/route';

const folder = fileURLToPath(new URL('../../src/pages', import.meta.url));

export async function pages(): Promise<PageRoute[]> {
  const areas = readdirSync(folder, { withFileTypes: true }).filter((one) => one.isDirectory());
  const modules = await Promise.all(areas.map((area) => import(`../../src/pages/${area.name}/routes.ts`) as Promise<{ routes: PageRoute[] }>));
  return modules.flatMap((one) => one.routes);
}
