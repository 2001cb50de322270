// The keyboard: single keys and two-key sequences, silent in inputs and while a word is being composed.
import { onScopeDispose } from 'vue';

export interface Shortcut {
  /** `/`, `?`, `g t`, `J`; with Ctrl: `ctrl+s`. */
  keys: string;
  text: string;
  run: () => void;
}

const shortcuts = new Set<Shortcut>();
const WITHIN = 1_200;

export function listShortcuts(): Shortcut[] {
  return [...shortcuts];
}

/** Adds shortcuts for as long as the component lives. */
export function useShortcuts(...given: Shortcut[]): void {
  for (const one of given) shortcuts.add(one);
  onScopeDispose(() => given.forEach((one) => shortcuts.delete(one)));
}

function typing(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

/** Makes a handler with its own memory of the first key of a sequence. */
export function createHandler(list: () => Iterable<Shortcut>, now: () => number = () => Date.now()): (event: KeyboardEvent) => void {
  let first = '';
  let at = 0;
  return (event) => {
    if (event.isComposing || event.keyCode === 229 || event.altKey || event.metaKey) return;
    if (event.ctrlKey) {
      const wanted = `ctrl+${event.key.toLowerCase()}`;
      run(list, event, wanted);
      return;
    }
    if (typing(event.target)) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const both = first && now() - at < WITHIN ? `${first} ${key}` : '';
    first = '';
    if (both && run(list, event, both)) return;
    if (run(list, event, key)) return;
    first = key;
    at = now();
  };
}

function run(list: () => Iterable<Shortcut>, event: KeyboardEvent, keys: string): boolean {
  // The newest goes first: a page may take a key that the shell has.
  const found = [...list()].reverse().find((one) => one.keys.toLowerCase() === keys);
  if (!found) return false;
  event.preventDefault();
  found.run();
  return true;
}

/** Listens for the whole window; the shell calls it once. */
export function useKeyboard(): void {
  const handler = createHandler(() => shortcuts);
  window.addEventListener('keydown', handler);
  onScopeDispose(() => window.removeEventListener('keydown', handler));
}
