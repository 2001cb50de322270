// What a page says of itself, from which the menu, the tabs and the keyboard are made.
import type { RouteRecordRaw } from 'vue-router';
import type { RoleName } from '@/session/roles';

/** Headings of the menu, in order; '' stands above all headings. */
export const GROUPS = ['', '人与案', '关爱', '款物', '宣传', '督导', '系统', '展示'] as const;
export type Group = (typeof GROUPS)[number];

export interface PageMeta {
  /** Chinese; the tab, the menu and the document's title. Never a person's name: titles are seen and kept by browsers. */
  title: string;
  /** Who has it; absent: everybody who is signed in. A test compares it with `calls`. */
  roles?: readonly RoleName[];
  /** The calls without which the page is nothing, e.g. `jianyi.member.v1.MemberService/ListHeroes`: each role in `roles` must be admitted to all. */
  calls?: readonly string[];
  /** In the left menu; absent for pages that are opened from others. */
  menu?: { group: Group; order: number };
  /** Name of the route whose menu item is marked while this page is shown. */
  under?: string;
  /** Shortcut, e.g. `g t`. */
  keys?: string;
  /** Shown without menu, header and tabs (大屏). */
  bare?: boolean;
}

export type PageRoute = Omit<RouteRecordRaw, 'meta' | 'children' | 'redirect' | 'name'> & {
  name: string;
  component: () => Promise<unknown>;
  meta: PageMeta;
};

declare module 'vue-router' {
  // eslint-disable-next-line @typescript-eslint/no-empty-object-type
  interface RouteMeta extends PageMeta {}
}
