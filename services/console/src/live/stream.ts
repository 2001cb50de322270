// Keeps one stream open: resumes where it was cut, waits longer and not in step with others, and says how it stands.
import { type Message, createParser } from './sse';

export type Line = 'closed' | 'connecting' | 'open' | 'broken' | 'refused';

export interface StreamOptions {
  url: string;
  token: () => Promise<string | undefined>;
  cursor: () => string;
  onMessage: (message: Message) => void;
  onLine: (line: Line) => void;
  /** The position was not taken. */
  onLost: () => void;
  fetch?: typeof fetch;
  wait?: (ms: number) => Promise<void>;
  random?: () => number;
}

const FIRST = 1_000;
const LONGEST = 30_000;
/** The gateway says something every 15 s; three times nothing is a cut line that nobody told us of. */
const SILENT = 45_000;

/** How long to wait before the nth try: somewhere between half and all of a doubling time. */
export function backoff(tries: number, random: () => number): number {
  const most = Math.min(LONGEST, FIRST * 2 ** tries);
  return most / 2 + (most / 2) * random();
}

/** Opens the stream; call the result to end it. */
export function openStream(options: StreamOptions): () => void {
  const stop = new AbortController();
  void run(options, stop.signal);
  return () => stop.abort();
}

async function run(options: StreamOptions, stop: AbortSignal): Promise<void> {
  const wait = options.wait ?? ((ms: number) => new Promise<void>((done) => setTimeout(done, ms)));
  let tries = 0;
  while (!stop.aborted) {
    options.onLine(tries === 0 ? 'connecting' : 'broken');
    const outcome = await once(options, stop, () => (tries = 0));
    if (stop.aborted) break;
    if (outcome === 'refused') {
      options.onLine('refused');
      return;
    }
    if (outcome === 'lost') options.onLost();
    options.onLine('broken');
    await wait(backoff(tries, options.random ?? Math.random));
    tries += 1;
  }
  options.onLine('closed');
}

async function once(options: StreamOptions, stop: AbortSignal, alive: () => void): Promise<'ended' | 'lost' | 'refused'> {
  const cut = new AbortController();
  const end = () => cut.abort();
  stop.addEventListener('abort', end, { once: true });
  let watchdog: ReturnType<typeof setTimeout> | undefined;
  const heard = () => {
    clearTimeout(watchdog);
    watchdog = setTimeout(end, SILENT);
  };
  try {
    const token = await options.token();
    if (!token) return 'ended';
    heard();
    const response = await (options.fetch ?? fetch)(options.url, {
      headers: { accept: 'text/event-stream', authorization: `Bearer ${token}`, 'last-event-id': options.cursor() },
      signal: cut.signal,
      cache: 'no-store',
    });
    if (response.status === 403) return 'refused';
    if (response.status === 400) return 'lost';
    if (!response.ok || !response.body) return 'ended';
    options.onLine('open');
    const parse = createParser((message) => {
      alive();
      options.onMessage(message);
    });
    const reader = response.body.getReader();
    const decoder = new TextDecoder();
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return 'ended';
      heard();
      parse(decoder.decode(value, { stream: true }));
    }
  } catch {
    // Cut, aborted or never there: the caller tries again.
    return 'ended';
  } finally {
    clearTimeout(watchdog);
    stop.removeEventListener('abort', end);
  }
}
