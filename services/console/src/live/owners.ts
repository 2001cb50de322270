// How each data owner stands, from what the services say and what the stream tells: pure.
import { OWNERS } from '@/parts/divisions';
import type { Heard } from './heard';
import type { LiveEvent } from './reduce';

export type Tick = 'reached' | 'late' | 'cut' | 'unknown';

export interface OwnerState {
  code: string;
  tick: Tick;
  /** Since when it is silent. */
  since?: Date;
  /** How far its events are part of the figures. */
  asOf?: Date;
  /** Events still to come. */
  lag?: number;
}

export type Owners = Record<string, OwnerState>;

export function unknownOwners(): Owners {
  return Object.fromEntries(OWNERS.map(({ code }) => [code, { code, tick: 'unknown' as Tick }]));
}

/** What an event changes; the same object when nothing. */
export function tellOwners(owners: Owners, event: LiveEvent, now: Date): Owners {
  const name = event.type.split('.').pop();
  const code = String(event.data?.['division'] ?? event.division).slice(0, 6);
  const before = owners[code];
  if (!before) return owners;
  if (name === 'CountySilent') {
    const since = new Date(String(event.data?.['silentSince'] ?? event.data?.['silent_since'] ?? event.time));
    return { ...owners, [code]: { ...before, tick: 'cut', since } };
  }
  if (name === 'CountyBack') {
    const { since: _over, ...rest } = before;
    return { ...owners, [code]: { ...rest, tick: 'reached', asOf: now } };
  }
  const at = new Date(event.time);
  const later = !before.asOf || at > before.asOf;
  return later && !Number.isNaN(at.getTime()) ? { ...owners, [code]: { ...before, asOf: at } } : owners;
}

/** What the gateway finds when it asks everybody; the same object when nothing changed. */
export function hearOwners(owners: Owners, heard: Heard[], now: Date): Owners {
  let next = owners;
  for (const { code, reachable, since } of heard) {
    const before = owners[code];
    if (!before || (reachable ? before.tick === 'reached' || before.tick === 'late' : before.tick === 'cut')) continue;
    const { since: _over, ...rest } = before;
    const changed: OwnerState = reachable ? { ...rest, tick: 'reached', asOf: now } : { ...rest, tick: 'cut', since: since ?? now };
    next = { ...next, [code]: changed };
  }
  return next;
}

/** While our own line is cut nothing is certain: what was reached becomes half. */
export function withBrokenLine(owners: Owners): Owners {
  return Object.fromEntries(Object.entries(owners).map(([code, one]) => [code, one.tick === 'reached' ? { ...one, tick: 'late' as Tick } : one]));
}
