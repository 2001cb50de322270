// Events come in bursts: what follows from them is done once at the end of each, and at a steady pace when they do not stop.
import { onScopeDispose } from 'vue';

/** Calls `run` so long after the first of the events that came meanwhile; not after the component is gone. */
export function afterBurst(run: () => void, ms = 1_500): () => void {
  let waiting: ReturnType<typeof setTimeout> | undefined;
  onScopeDispose(() => clearTimeout(waiting));
  return () => {
    waiting ??= setTimeout(() => {
      waiting = undefined;
      run();
    }, ms);
  };
}
