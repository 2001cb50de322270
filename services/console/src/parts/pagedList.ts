// A list that is asked for page by page: never all of it silently, and an answer that came too late is left out.
import { computed, ref, shallowRef } from 'vue';
import { type Failure, failureOf } from '@/rpc/failure';

export const PAGE = 200;
export interface Page<Row> { rows: Row[]; next: string }

export function usePaged<Row>(ask: (pageToken: string) => Promise<Page<Row>>) {
  const rows = shallowRef<Row[]>([]);
  const next = ref('');
  const busy = ref(false);
  const loaded = ref(false);
  const failure = shallowRef<Failure>();
  /** Something changed since, and more than a page is shown: it is not taken from under the reader. */
  const stale = ref(false);
  let turn = 0;

  async function fetchPage(token: string, before: Row[]): Promise<void> {
    const mine = ++turn;
    busy.value = true;
    failure.value = undefined;
    try {
      const page = await ask(token);
      if (mine !== turn) return;
      rows.value = [...before, ...page.rows];
      next.value = page.next;
      loaded.value = true;
    } catch (cause) {
      if (mine === turn) failure.value = failureOf(cause);
    } finally {
      if (mine === turn) busy.value = false;
    }
  }
  /** From the start, e.g. when the filter changed. */
  const load = () => {
    stale.value = false;
    return fetchPage('', []);
  };
  /** After an event: a first page is fetched anew; of more pages it is said that they are old. */
  const refresh = () => {
    if (rows.value.length > PAGE) stale.value = true;
    else void load();
  };
  const more = () => (next.value ? fetchPage(next.value, rows.value) : Promise.resolve());
  return { rows, next, busy, loaded, failure, stale, load, refresh, more, whole: computed(() => loaded.value && next.value === '') };
}

/** All pages of what is short by nature (accounts, funds, rules); ends after `most` pages. */
export async function allPages<Row>(ask: (pageToken: string) => Promise<Page<Row>>, most = 20): Promise<Row[]> {
  const rows: Row[] = [];
  let token = '';
  for (let turn = 0; turn < most; turn += 1) {
    const page = await ask(token);
    rows.push(...page.rows);
    token = page.next;
    if (!token) break;
  }
  return rows;
}

/** All of a short list of a service that answers in the common way: what a year has dozens of, not thousands. */
export function all<Reply extends { nextPageToken: string }, Row>(ask: (pageSize: number, pageToken: string) => Promise<Reply>, rows: (reply: Reply) => Row[]): Promise<Row[]> {
  return allPages(async (pageToken) => {
    const reply = await ask(500, pageToken);
    return { rows: rows(reply), next: reply.nextPageToken };
  });
}
