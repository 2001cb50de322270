import { createPinia, setActivePinia } from 'pinia';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { useSession } from '@/session/store';

const MINUTE = 60_000;

describe('a wall that nobody touches', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    setActivePinia(createPinia());
  });
  afterEach(() => void vi.useRealTimers());

  it('asks for the password when it is left after the idle time', () => {
    const session = useSession();
    const leave = session.linger();
    vi.advanceTimersByTime(16 * MINUTE);
    expect(session.ended).toBe('');
    leave();
    expect(session.stage).toBe('signed-out');
    expect(session.ended).toContain('重新登录');
  });
  it('is left like any page before that', () => {
    const session = useSession();
    const leave = session.linger();
    vi.advanceTimersByTime(10 * MINUTE);
    leave();
    expect(session.stage).toBe('starting');
    expect(session.ended).toBe('');
  });
});
