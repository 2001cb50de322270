// What is known live: the six ticks, the newest events, and whether the line holds.
import { Code } from '@connectrpc/connect';
import { timestampDate } from '@bufbuild/protobuf/wkt';
import { defineStore } from 'pinia';
import { computed, onScopeDispose, ref, shallowRef } from 'vue';
import { GatewayService } from '@/gen/jianyi/gateway/v1/gateway_service_pb';
import { OversightService } from '@/gen/jianyi/oversight/v1/oversight_service_pb';
import { OWNERS } from '@/parts/divisions';
import { reasonOf } from '@/rpc/failure';
import { client, onEnd } from '@/rpc/transport';
import { useSession } from '@/session/store';
import { type Heard, hear } from './heard';
import { type Owners, hearOwners, tellOwners, unknownOwners, withBrokenLine } from './owners';
import { type Known, type LiveEvent, lost, nothingKnown, resumed, take } from './reduce';
import { type Line, openStream } from './stream';

/** Roles that the contract lets watch the stream and ask how the counties are. A test compares them with the contract. */
export const WATCHERS = ['LEADER', 'OVERSIGHT', 'AUDITOR', 'SYSTEM_ADMINISTRATOR'] as const;
const ASKERS = ['LEADER', 'OVERSIGHT', 'SYSTEM_ADMINISTRATOR'] as const;
const EVERY = 30_000;
const POLL_AFTER = 60_000;

export const useLive = defineStore('live', () => {
  const session = useSession();
  const known = shallowRef<Known>(nothingKnown());
  const line = ref<Line>('closed');
  const brokenSince = ref<number>();
  const told = shallowRef<Owners>(unknownOwners());
  const now = ref(Date.now());
  const listeners = new Set<(event: LiveEvent) => void>();
  const missed = new Set<() => void>();

  /** How the line stands on which everybody is told who can be reached. */
  const heardLine = ref<Line>('closed');

  const watching = computed(() => session.cityWide && session.hasRole(...WATCHERS));
  const owners = computed(() => ((watching.value && line.value === 'broken') || heardLine.value === 'broken' ? withBrokenLine(told.value) : told.value));
  const list = computed(() => OWNERS.map((owner) => ({ ...owner, ...(owners.value[owner.code] ?? { code: owner.code, tick: 'unknown' as const }) })));
  const away = computed(() => list.value.filter((one) => one.tick === 'cut'));
  /** Broken for so long that figures are asked for every half minute instead. */
  const polling = computed(() => line.value === 'broken' && brokenSince.value !== undefined && now.value - brokenSince.value > POLL_AFTER);

  let close: (() => void) | undefined;
  let deafen: (() => void) | undefined;
  let timer: ReturnType<typeof setInterval> | undefined;

  /** Asks how everybody is, of those services that answer this caller. */
  async function ask(): Promise<void> {
    if (!watching.value) return;
    const [joined, services] = await Promise.allSettled([
      client(OversightService).listCountyStatus({}),
      session.hasRole(...ASKERS) ? client(GatewayService).listServiceStatus({}) : Promise.reject(new Error('not for this role')),
    ]);
    const next: Owners = { ...told.value };
    if (joined.status === 'fulfilled' || services.status === 'fulfilled') {
      next['410600'] = { ...next['410600'], code: '410600', tick: 'reached', asOf: new Date() };
    }
    if (services.status === 'fulfilled') {
      for (const one of services.value.services) {
        const code = /^member\/(\d{6})$/.exec(one.service)?.[1];
        const before = code ? next[code] : undefined;
        if (!code || !before) continue;
        if (!one.healthy) next[code] = { ...before, tick: 'cut', since: before.since ?? new Date() };
        else next[code] = { code, tick: one.outboxPending > 0n ? 'late' : 'reached', asOf: new Date() };
      }
    }
    if (joined.status === 'fulfilled') {
      for (const one of joined.value.counties) {
        if (!next[one.division]) continue;
        const lag = Number(one.lagEvents ?? 0n);
        next[one.division] = {
          code: one.division,
          tick: one.silentSince || !one.reachable ? 'cut' : lag > 0 || one.gapEvents > 0n ? 'late' : 'reached',
          lag,
          ...(one.silentSince ? { since: timestampDate(one.silentSince) } : one.reachable || !one.heardTime ? {} : { since: timestampDate(one.heardTime) }),
          ...(one.watermarkTime ? { asOf: timestampDate(one.watermarkTime) } : {}),
        };
      }
    }
    told.value = next;
  }

  async function* everybody(signal: AbortSignal): AsyncGenerator<Heard[]> {
    for await (const { dataOwners } of client(GatewayService).watchDataOwners({}, { signal })) {
      yield dataOwners.map((one) => ({
        code: one.division,
        reachable: one.reachable,
        ...(one.changeTime ? { since: timestampDate(one.changeTime) } : {}),
      }));
    }
  }

  /** Who was away may have something new to say. */
  function learn(all: Heard[]): void {
    const before = told.value;
    told.value = hearOwners(before, all, new Date());
    const back = all.some((one) => one.reachable && before[one.code]?.tick === 'cut');
    if (back) {
      void ask();
      for (const listener of missed) listener();
    }
  }

  function start(): void {
    deafen ??= hear({ open: everybody, onHeard: learn, onLine: (next) => (heardLine.value = next) });
    if (close || !watching.value) return;
    close = openStream({
      url: '/v1/events',
      token: () => session.token(),
      cursor: () => known.value.cursor,
      onMessage(message) {
        const taken = take(known.value, message);
        known.value = taken.known;
        if (!taken.fresh) return;
        told.value = tellOwners(told.value, taken.fresh, new Date());
        for (const listener of listeners) listener(taken.fresh);
      },
      onLine(next) {
        const wasBroken = brokenSince.value !== undefined;
        if (next === 'broken') brokenSince.value ??= Date.now();
        else if (next === 'open') {
          brokenSince.value = undefined;
          if (wasBroken) {
            const before = known.value.gaps;
            known.value = resumed(known.value);
            if (known.value.gaps > before) for (const listener of missed) listener();
            void ask();
          }
        }
        // While it tries again it stays broken for whoever looks.
        if (!(next === 'connecting' && brokenSince.value !== undefined)) line.value = next;
      },
      onLost() {
        known.value = lost(known.value);
        for (const listener of missed) listener();
      },
    });
    void ask();
    timer = setInterval(() => {
      now.value = Date.now();
      void ask();
      if (polling.value) for (const listener of missed) listener();
    }, EVERY);
  }

  function stop(): void {
    close?.();
    close = undefined;
    deafen?.();
    deafen = undefined;
    clearInterval(timer);
    line.value = 'closed';
    brokenSince.value = undefined;
    known.value = nothingKnown();
    told.value = unknownOwners();
  }

  // Those who may not watch still learn from their own calls that a county is away, and that it is back.
  onEnd((error, method) => {
    if (error?.code !== Code.Unavailable || reasonOf(error) !== 'COUNTY_UNREACHABLE') return;
    const code = /counties\/(\d{6})/.exec(error.rawMessage)?.[1];
    const before = code ? told.value[code] : undefined;
    if (code && before && before.tick !== 'cut' && method) told.value = { ...told.value, [code]: { ...before, tick: 'cut', since: new Date() } };
  });
  /** A call about a county was answered. */
  function reached(code: string): void {
    const before = told.value[code];
    if (before && before.tick !== 'reached') told.value = { ...told.value, [code]: { code, tick: 'reached', asOf: new Date() } };
  }

  return { known, line, heardLine, list, owners, away, watching, polling, start, stop, ask, reached, listeners, missed };
});

/** Calls back for each new event while the component lives, and `onMissed` when something may have been missed. */
export function useEvents(onEvent: (event: LiveEvent) => void, onMissed: () => void = () => undefined): void {
  const live = useLive();
  live.listeners.add(onEvent);
  live.missed.add(onMissed);
  onScopeDispose(() => {
    live.listeners.delete(onEvent);
    live.missed.delete(onMissed);
  });
}
