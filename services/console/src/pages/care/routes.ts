// Routes of the area 「关爱」. A route exists only when its page does; see README.md for how to add one.
import type { PageRoute } from '../route';

export const routes: PageRoute[] = [];
