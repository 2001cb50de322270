// Who can be reached, as the gateway tells it: asked again when the line breaks or falls silent.
import { type Line, backoff } from './stream';

/** One of those who keep data of their own. */
export interface Heard {
  code: string;
  reachable: boolean;
  since?: Date;
}

export interface HearOptions {
  open: (signal: AbortSignal) => AsyncIterable<Heard[]>;
  onHeard: (all: Heard[]) => void;
  onLine: (line: Line) => void;
  wait?: (ms: number) => Promise<void>;
  random?: () => number;
}

/** The gateway says something every 15 s. */
const SILENT = 45_000;

/** Listens until the result is called. */
export function hear(options: HearOptions): () => void {
  const stop = new AbortController();
  void run(options, stop.signal);
  return () => stop.abort();
}

async function run(options: HearOptions, stop: AbortSignal): Promise<void> {
  const wait = options.wait ?? ((ms: number) => new Promise<void>((done) => setTimeout(done, ms)));
  for (let tries = 0; !stop.aborted; tries += 1) {
    const cut = new AbortController();
    const end = () => cut.abort();
    stop.addEventListener('abort', end, { once: true });
    let watchdog = setTimeout(end, SILENT);
    try {
      for await (const all of options.open(cut.signal)) {
        clearTimeout(watchdog);
        watchdog = setTimeout(end, SILENT);
        tries = 0;
        options.onLine('open');
        options.onHeard(all);
      }
    } catch {
      // Told below, as the end that it is.
    } finally {
      clearTimeout(watchdog);
      stop.removeEventListener('abort', end);
    }
    if (stop.aborted) break;
    options.onLine('broken');
    await wait(backoff(tries, options.random ?? Math.random));
  }
  options.onLine('closed');
}
