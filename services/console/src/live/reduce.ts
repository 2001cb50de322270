// What an arriving message does to what is known: pure, so that repeats, gaps and resumption are tested without a network.
import type { Message } from './sse';

/** A CloudEvent as the gateway writes it. */
export interface LiveEvent {
  id: string;
  type: string;
  source: string;
  subject: string;
  time: string;
  division: string;
  data?: Record<string, unknown>;
}

export interface Known {
  /** Where to resume; `latest` before the first event. */
  cursor: string;
  /** Last position seen of each context. */
  seen: Record<string, number>;
  /** The newest events, newest first. */
  recent: LiveEvent[];
  /** Events not yet sent to us, as last told. */
  behind: number;
  /** How many were sent twice and left out. */
  repeats: number;
  /** Counts up whenever something may have been missed: whoever shows data loads it anew. */
  gaps: number;
}

export const LATEST = 'latest';
const KEPT = 100;

export function nothingKnown(): Known {
  return { cursor: LATEST, seen: {}, recent: [], behind: 0, repeats: 0, gaps: 0 };
}

/** `latest.care:12.member:7` → positions by context. */
export function positions(cursor: string): Record<string, number> {
  const found: Record<string, number> = {};
  for (const part of cursor.split('.')) {
    const [context, sequence] = part.split(':');
    if (context && sequence !== undefined && /^\d+$/.test(sequence)) found[context] = Number(sequence);
  }
  return found;
}

/** Takes a message in. The event is given back when it is new. */
export function take(known: Known, message: Message): { known: Known; fresh?: LiveEvent } {
  const json = parse(message.data);
  if (!json) return { known };
  if (message.event === 'lagging') {
    // The first one says where "from now on" begins: with it a line that is cut before the first event resumes, too.
    const place = message.id ? { cursor: message.id, seen: furthest(known.seen, positions(message.id)) } : {};
    return { known: { ...known, ...place, behind: Number(json['pending'] ?? 0) } };
  }
  const event = json as unknown as LiveEvent;
  if (!message.id || typeof event.id !== 'string' || typeof event.type !== 'string') return { known };
  const at = positions(message.id);
  const moved = Object.entries(at).some(([context, sequence]) => sequence > (known.seen[context] ?? -1));
  if (!moved || known.recent.some((one) => one.id === event.id)) return { known: { ...known, repeats: known.repeats + 1 } };
  const seen = furthest(known.seen, at);
  return {
    known: { ...known, cursor: message.id, seen, recent: [event, ...known.recent].slice(0, KEPT), behind: Math.max(0, known.behind - 1) },
    fresh: event,
  };
}

function furthest(seen: Record<string, number>, at: Record<string, number>): Record<string, number> {
  const both = { ...seen };
  for (const [context, sequence] of Object.entries(at)) both[context] = Math.max(sequence, both[context] ?? -1);
  return both;
}

/** A line was lost. Without a position to resume from, what happened meanwhile is not told: a gap. */
export function resumed(known: Known): Known {
  return known.cursor === LATEST ? { ...known, gaps: known.gaps + 1 } : known;
}

/** The server does not know our position any more: begin at the end, and load everything anew. */
export function lost(known: Known): Known {
  return { ...known, cursor: LATEST, seen: {}, gaps: known.gaps + 1 };
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const json: unknown = JSON.parse(text);
    return typeof json === 'object' && json !== null ? (json as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
