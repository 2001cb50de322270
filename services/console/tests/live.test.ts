import { describe, expect, it, vi } from 'vitest';
import { hear } from '@/live/heard';
import { hearOwners, tellOwners, unknownOwners, withBrokenLine } from '@/live/owners';
import { type LiveEvent, lost, nothingKnown, positions, resumed, take } from '@/live/reduce';
import { type Message, createParser } from '@/live/sse';
import { backoff, openStream } from '@/live/stream';

const event = (id: string, more: Partial<LiveEvent> = {}): LiveEvent => ({ id, type: 'jianyi.care.events.v1.VisitRecorded', source: '//care', subject: 'visits/1', time: '2024-12-31T01:00:00Z', division: '410621', ...more });
const message = (id: string, cursor: string, more: Partial<LiveEvent> = {}): Message => ({ id: cursor, event: 'x', data: JSON.stringify(event(id, more)) });

describe('the parser', () => {
  it('reads a stream cut at every place alike', () => {
    const text = 'retry: 2000\n: events follow\n\nid: care:1\nevent: e\ndata: {"a":\ndata: 1}\n\n:keep\r\nid: care:2\r\ndata: b\r\n\r\n';
    const whole: Message[] = [];
    createParser((one) => whole.push(one))(text);
    expect(whole).toEqual([{ id: 'care:1', event: 'e', data: '{"a":\n1}' }, { id: 'care:2', event: 'message', data: 'b' }]);
    for (let at = 1; at < text.length; at += 1) {
      const parts: Message[] = [];
      const feed = createParser((one) => parts.push(one));
      feed(text.slice(0, at));
      feed(text.slice(at));
      expect(parts, `cut at ${at}`).toEqual(whole);
    }
  });
});

describe('the reducer', () => {
  it('takes an event once, however often and late it comes', () => {
    let known = nothingKnown();
    const fresh: string[] = [];
    for (const one of [message('a', 'latest.care:1'), message('b', 'latest.care:2'), message('b', 'latest.care:2'), message('a', 'latest.care:1'), message('c', 'latest.care:2.member:9')]) {
      const taken = take(known, one);
      known = taken.known;
      if (taken.fresh) fresh.push(taken.fresh.id);
    }
    expect(fresh).toEqual(['a', 'b', 'c']);
    expect(known).toMatchObject({ cursor: 'latest.care:2.member:9', repeats: 2, gaps: 0, seen: { care: 2, member: 9 } });
  });
  it('resumes without a gap after an event, and says there may be one before the first', () => {
    expect(resumed(nothingKnown()).gaps).toBe(1);
    const { known } = take(nothingKnown(), message('a', 'latest.care:1'));
    expect(resumed(known).gaps).toBe(0);
    expect(lost(known)).toMatchObject({ cursor: 'latest', seen: {}, gaps: 1 });
  });
  it('is told how far it is behind, and does not move on it', () => {
    const { known } = take(nothingKnown(), { event: 'lagging', data: '{"pending":12}' });
    expect(known).toMatchObject({ behind: 12, cursor: 'latest' });
    expect(take(known, { id: 'care:1', event: 'x', data: 'not json' }).known).toBe(known);
    const begun = take(nothingKnown(), { id: 'latest.care:5.member:7', event: 'lagging', data: '{"pending":0}' }).known;
    expect(begun).toMatchObject({ cursor: 'latest.care:5.member:7', seen: { care: 5, member: 7 }, recent: [] });
    expect(resumed(begun).gaps).toBe(0);
  });
  it('reads positions', () => expect(positions('latest.care:12.member:7')).toEqual({ care: 12, member: 7 }));
});

describe('who can be reached', () => {
  it('is asked again when the line breaks, and no longer when nobody listens', async () => {
    const heard: string[] = [];
    const lines: string[] = [];
    let opened = 0;
    let stop: () => void = () => undefined;
    await new Promise<void>((done) => {
      stop = hear({
        open: async function* () {
          opened += 1;
          yield [{ code: '410621', reachable: opened < 3 }];
          throw new Error('cut');
        },
        onHeard: ([one]) => {
          heard.push(`${one?.code} ${one?.reachable}`);
          if (opened === 3) stop();
        },
        onLine: (line) => {
          lines.push(line);
          if (line === 'closed') done();
        },
        wait: () => Promise.resolve(),
      });
    });
    expect(heard).toEqual(['410621 true', '410621 true', '410621 false']);
    expect(lines).toEqual(['open', 'broken', 'open', 'broken', 'open', 'closed']);
  });
  it('changes a tick when it is another, and says since when', () => {
    const since = new Date('2024-12-31T01:40:00Z');
    const now = new Date('2024-12-31T02:00:00Z');
    const known = hearOwners(unknownOwners(), [{ code: '410621', reachable: true }, { code: '410622', reachable: false }], now);
    expect(known['410621']).toMatchObject({ tick: 'reached', asOf: now });
    expect(known['410622']).toMatchObject({ tick: 'cut', since: now });
    expect(hearOwners(known, [{ code: '410621', reachable: true }, { code: '410622', reachable: false, since }], since)).toBe(known);
    expect(hearOwners(known, [{ code: '410621', reachable: false, since }], now)['410621']).toMatchObject({ tick: 'cut', since });
    expect(hearOwners(known, [{ code: '410622', reachable: true }], now)['410622']).not.toHaveProperty('since');
    // Late is more than reached, and not forgotten because of it.
    const late = { ...known, '410621': { code: '410621', tick: 'late' as const } };
    expect(hearOwners(late, [{ code: '410621', reachable: true }], now)).toBe(late);
  });
});

describe('the six ticks', () => {
  it('follow a county away and back', () => {
    const away = tellOwners(unknownOwners(), event('x', { type: 'jianyi.oversight.events.v1.CountySilent', data: { division: '410621', silentSince: '2024-12-31T01:40:00Z' } }), new Date());
    expect(away['410621']).toMatchObject({ tick: 'cut', since: new Date('2024-12-31T01:40:00Z') });
    const back = tellOwners(away, event('y', { type: 'jianyi.oversight.events.v1.CountyBack', data: { division: '410621' } }), new Date());
    expect(back['410621']?.tick).toBe('reached');
    expect(back['410621']).not.toHaveProperty('since');
    expect(withBrokenLine(back)['410621']?.tick).toBe('late');
    expect(withBrokenLine(away)['410621']?.tick).toBe('cut');
  });
});

describe('the stream', () => {
  it('resumes where it was cut, twenty times, with no event lost or doubled', async () => {
    const all = Array.from({ length: 60 }, (_, n) => `id: care:${n + 1}\ndata: ${JSON.stringify(event(`e${n + 1}`))}\n\n`);
    let known = nothingKnown();
    const got: string[] = [];
    let calls = 0;
    const lines: string[] = [];
    await new Promise<void>((done) => {
      const stop = openStream({
        url: '/v1/events',
        token: () => Promise.resolve('t'),
        cursor: () => known.cursor,
        onMessage(one) {
          const taken = take(known, one);
          known = taken.known;
          if (taken.fresh) got.push(taken.fresh.id);
          if (got.length === 60) { stop(); done(); }
        },
        onLine: (line) => lines.push(line),
        onLost: () => undefined,
        wait: () => Promise.resolve(),
        fetch: (async (_url: string, init: RequestInit) => {
          calls += 1;
          const at = positions((init.headers as Record<string, string>)['last-event-id'] ?? '')['care'] ?? 0;
          // Each connection gives three events, repeats the last one before, and ends inside the next.
          const text = all.slice(Math.max(0, at - 1), at + 3).join('') + (all[at + 3] ?? '').slice(0, 30);
          return new Response(text);
        }) as unknown as typeof fetch,
      });
    });
    expect(got).toEqual(Array.from({ length: 60 }, (_, n) => `e${n + 1}`));
    expect(calls).toBe(20);
    expect(known.gaps).toBe(0);
    expect(lines.filter((line) => line === 'open')).toHaveLength(20);
  });
  it('gives up where it is refused', async () => {
    const onLine = vi.fn();
    openStream({ url: '/', token: () => Promise.resolve('t'), cursor: () => 'latest', onMessage: () => undefined, onLine, onLost: () => undefined, fetch: () => Promise.resolve(new Response('', { status: 403 })) });
    await vi.waitFor(() => expect(onLine).toHaveBeenLastCalledWith('refused'));
  });
  it('waits longer each time, never in step, never longer than half a minute', () => {
    expect([backoff(0, () => 0), backoff(0, () => 1), backoff(3, () => 1), backoff(20, () => 1)]).toEqual([500, 1000, 8000, 30000]);
  });
});
