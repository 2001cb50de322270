// Whether there is a network, and whether the server was updated since this page was loaded.
import { Code } from '@connectrpc/connect';
import { defineStore } from 'pinia';
import { ref } from 'vue';
import { onEnd } from '@/rpc/transport';

const EVERY = 5 * 60_000;

export const useStates = defineStore('states', () => {
  const online = ref(navigator.onLine);
  const unreachable = ref(false);
  const newer = ref('');
  /** Last time anything was answered. */
  const answered = ref<Date>();

  /** Whether this system shows the demonstration record. */
  const demonstration = ref(false);

  window.addEventListener('online', () => (online.value = true));
  window.addEventListener('offline', () => (online.value = false));
  onEnd((error) => {
    unreachable.value = error?.code === Code.Unavailable && error.details.length === 0;
    if (!error) answered.value = new Date();
    if (error?.code === Code.Unimplemented) void look();
  });

  async function look(): Promise<void> {
    try {
      const response = await fetch('/build.json', { cache: 'no-store' });
      const { build } = (await response.json()) as { build?: string };
      if (build && build !== __BUILD__) newer.value = build;
    } catch {
      // Not reachable now: nothing is known.
    }
  }
  // A part of a page that is not there any more belongs to a build that was replaced: said, so that nobody waits for it.
  window.addEventListener('vite:preloadError', () => void look());
  /** Asked once: a system does not change its kind while it runs. */
  async function site(): Promise<void> {
    try {
      demonstration.value = ((await (await fetch('/site.json')).json()) as { demonstration?: boolean }).demonstration === true;
    } catch {
      // Nothing is said then.
    }
  }
  void site();
  if (import.meta.env.PROD) setInterval(() => void look(), EVERY);

  return { online, unreachable, newer, answered, demonstration, look };
});
