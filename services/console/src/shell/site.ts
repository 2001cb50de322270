// What the system says of itself before anybody has signed in: its version, and whether it is a demonstration.
import { ref } from 'vue';

export interface Site { version: string; demonstration: boolean }

export const site = ref<Site>();
let asked: Promise<void> | undefined;

/** Asks once; without an answer nothing is known, and nothing is said. */
export function askSite(): Promise<void> {
  asked ??= (async () => {
    try {
      const response = await fetch('/site.json', { cache: 'no-store' });
      const { version, demonstration } = (await response.json()) as Partial<Site>;
      if (typeof demonstration === 'boolean') site.value = { version: String(version ?? ''), demonstration };
    } catch {
      asked = undefined;
    }
  })();
  return asked;
}
