// Open pages. A tab is an address and a title; what was typed belongs to the record's draft, not to the tab.
import { defineStore } from 'pinia';
import { ref } from 'vue';

export interface Tab {
  path: string;
  title: string;
  /** Something typed and not yet sent. */
  dirty?: boolean;
  /** Shown violet with a lock. */
  secret?: boolean;
}

const MOST = 12;

export const useTabs = defineStore('tabs', () => {
  const list = ref<Tab[]>([]);
  function open(path: string, title: string): void {
    if (list.value.some((tab) => tab.path === path)) return;
    list.value = [...list.value, { path, title }].slice(-MOST);
  }
  /** Changes what a page's tab shows, e.g. `mark(route.path, { title: '张*丰', dirty: true })`. */
  function mark(path: string, change: Partial<Omit<Tab, 'path'>>): void {
    list.value = list.value.map((tab) => (tab.path === path ? { ...tab, ...change } : tab));
  }
  /** Closes a tab and says where to go. */
  function close(path: string): string {
    const at = list.value.findIndex((tab) => tab.path === path);
    list.value = list.value.filter((tab) => tab.path !== path);
    return list.value[Math.max(0, at - 1)]?.path ?? '/';
  }
  return { list, open, mark, close };
});
