// Routes of the area 「组织、联络员与志愿者」. A route exists only when its page does; see README.md for how to add one.
import type { PageRoute } from '../route';

export const routes: PageRoute[] = [];
