// What follows from events is done once for many of them, goes on while they do not stop, and ends with its component.
import { describe, expect, it, vi } from 'vitest';
import { effectScope } from 'vue';
import { afterBurst } from '@/live/burst';
import { PAGE, usePaged } from '@/parts/pagedList';

describe('after a burst', () => {
  it('runs once for many, again for those that follow, and not when nobody is there', () => {
    vi.useFakeTimers();
    const scope = effectScope();
    const run = vi.fn();
    const again = scope.run(() => afterBurst(run, 1_000))!;
    // Ten a second for five seconds: asked at a steady pace, not never.
    for (let nth = 0; nth < 50; nth += 1) {
      again();
      vi.advanceTimersByTime(100);
    }
    expect(run).toHaveBeenCalledTimes(5);
    vi.advanceTimersByTime(5_000);
    expect(run).toHaveBeenCalledTimes(5);
    again();
    scope.stop();
    vi.advanceTimersByTime(5_000);
    expect(run).toHaveBeenCalledTimes(5);
    vi.useRealTimers();
  });
});

describe('a list of pages', () => {
  it('is not taken from under its reader: a first page is fetched anew, more are said to be old', async () => {
    const ask = vi.fn((token: string) => Promise.resolve({ rows: Array.from({ length: PAGE }, (_, nth) => `${token}${nth}`), next: 'more' }));
    const list = usePaged(ask);
    await list.load();
    list.refresh();
    await vi.waitFor(() => expect(ask).toHaveBeenCalledTimes(2));
    await vi.waitFor(() => expect(list.busy.value).toBe(false));
    await list.more();
    expect(list.rows.value).toHaveLength(2 * PAGE);
    list.refresh();
    expect([list.stale.value, list.rows.value.length, ask.mock.calls.length]).toEqual([true, 2 * PAGE, 3]);
    await list.load();
    expect([list.stale.value, list.rows.value.length]).toEqual([false, PAGE]);
  });
});
