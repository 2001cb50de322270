// All areas. Pages are added in their area's file, not here.
import { routes as care } from './care/routes';
import { routes as home } from './home/routes';
import { routes as money } from './money/routes';
import { routes as orgs } from './orgs/routes';
import { routes as oversight } from './oversight/routes';
import { routes as people } from './people/routes';
import { routes as publicity } from './publicity/routes';
import { routes as reports } from './reports/routes';
import type { PageRoute } from './route';
import { routes as system } from './system/routes';
import { routes as wall } from './wall/routes';

export const pages: PageRoute[] = [...home, ...people, ...orgs, ...care, ...money, ...publicity, ...oversight, ...reports, ...system, ...wall];
