// Who is signed in. The access token lives in memory only; the refresh token in this tab's sessionStorage, so that pressing
// F5 does not ask for a second factor again: it is good for one exchange, dies with the tab and after fifteen idle minutes.
// A tab that was duplicated does not use the copy (an exchange twice would end the session): a lock tells that it is held.
import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import { IdentityService, type LoginResponse, type WhoAmIResponse } from '@/gen/jianyi/identity/v1/identity_service_pb';
import { anew } from '@/rpc/ids';
import { type Failure, failureOf } from '@/rpc/failure';
import { client, useTokens } from '@/rpc/transport';
import { type RoleName, ROLE_TEXT, roleName } from './roles';

const KEPT = 'jianyi.session';
const CITY = '410600';

export type Stage = 'starting' | 'signed-out' | 'password' | 'second-factor' | 'in' | 'ended';

interface Kept {
  refresh: string;
  session: string;
  /** Of the exchange that may be under way: asked again with it, the service repeats its answer. */
  requestId: string;
}

export const useSession = defineStore('session', () => {
  const stage = ref<Stage>('starting');
  const who = shallowRef<WhoAmIResponse>();
  const failure = shallowRef<Failure>();
  const ended = ref('');
  let access: { token: string; until: number; half: number } | undefined;
  let kept: Kept | undefined;
  let exchanging: Promise<boolean> | undefined;
  let worked = Date.now();
  let release: (() => void) | undefined;
  /** A page that nobody touches is shown. */
  let lingering = false;
  const IDLE = 15 * 60_000;

  const grants = computed(() => who.value?.grants ?? []);
  const roles = computed(() => [...new Set(grants.value.map((grant) => roleName(grant.role)))]);
  const divisions = computed(() => [...new Set(grants.value.map((grant) => grant.division || CITY))]);
  /** The grants reach the whole city. */
  const cityWide = computed(() => divisions.value.includes(CITY));
  /** The county of somebody who works for one; empty for the city. */
  const county = computed(() => (cityWide.value ? '' : (divisions.value[0] ?? '').slice(0, 6)));
  const label = computed(() => who.value?.account?.label ?? '');
  const account = computed(() => who.value?.account?.name ?? '');
  const roleText = computed(() => roles.value.map((role) => ROLE_TEXT[role]).join('、'));
  const hasRole = (...any: readonly RoleName[]) => any.some((role) => roles.value.includes(role));

  async function hold(session: string): Promise<boolean> {
    if (!('locks' in navigator)) return false;
    // The page before this one may still be letting go.
    for (let tried = 0; tried < 5; tried += 1) {
      const held = await new Promise<boolean>((answer) => {
        void navigator.locks.request(`jianyi.session.${session}`, { ifAvailable: true }, (lock) => {
          answer(lock !== null);
          return lock ? new Promise<void>((done) => (release = done)) : undefined;
        });
      });
      if (held) return true;
      await new Promise((done) => setTimeout(done, 100));
    }
    return false;
  }

  async function accept(reply: LoginResponse): Promise<void> {
    const lives = Number(reply.expiresIn) * 1000;
    access = { token: reply.accessToken, until: Date.now() + lives, half: Date.now() + lives / 2 };
    if (kept?.session !== reply.session) {
      release?.();
      release = undefined;
      if (!(await hold(reply.session))) sessionStorage.removeItem(KEPT);
    }
    kept = { refresh: reply.refreshToken, session: reply.session, requestId: anew() };
    if (release && !(lingering && Date.now() > worked + IDLE)) sessionStorage.setItem(KEPT, JSON.stringify(kept));
    const before = account.value;
    who.value = await client(IdentityService).whoAmI({});
    // Somebody else's open pages are not for whoever signs in now.
    if (before && before !== account.value) window.location.assign('/');
    failure.value = undefined;
    stage.value = reply.mustChangePassword ? 'password' : reply.mustEnrolSecondFactor ? 'second-factor' : 'in';
  }

  async function signIn(login: string, password: string, code: string): Promise<boolean> {
    try {
      await accept(await client(IdentityService).login({ login, password, code }));
      return true;
    } catch (cause) {
      failure.value = failureOf(cause);
      return false;
    }
  }

  function exchange(): Promise<boolean> {
    exchanging ??= (async () => {
      try {
        if (!kept) return false;
        await accept(await client(IdentityService).refreshToken({ refreshToken: kept.refresh, requestId: kept.requestId }));
        return true;
      } catch (cause) {
        const failed = failureOf(cause);
        // Only a word of the service ends a session; no network does not.
        if (/^(SESSION_|REFRESH_|TOKEN_|LOGIN_|NOTHING_)/.test(failed.reason)) end(failed.happened);
        return false;
      } finally {
        exchanging = undefined;
      }
    })();
    return exchanging;
  }

  /** The session is over; what is on the page stays, and the sign-in is put over it. */
  function end(why: string): void {
    forget();
    ended.value = why;
    stage.value = who.value ? 'ended' : 'signed-out';
  }

  function forget(): void {
    access = undefined;
    kept = undefined;
    release?.();
    release = undefined;
    sessionStorage.removeItem(KEPT);
  }

  async function token(): Promise<string | undefined> {
    if (exchanging && access && Date.now() < access.until) return access.token;
    if (access && Date.now() >= access.until - 2_000) await exchange();
    return access?.token;
  }

  async function start(): Promise<void> {
    useTokens({ current: token, refused: exchange });
    const text = sessionStorage.getItem(KEPT);
    const found = text ? (JSON.parse(text) as Kept) : undefined;
    if (found && (await hold(found.session))) {
      kept = found;
      await exchange();
    } else sessionStorage.removeItem(KEPT);
    if (stage.value === 'starting') stage.value = 'signed-out';
    for (const kind of ['pointerdown', 'keydown'] as const) {
      window.addEventListener(kind, () => (worked = Date.now()), { passive: true, capture: true });
    }
    // Half-way through a token's life, and only while somebody works.
    setInterval(() => {
      if (!access || stage.value !== 'in') return;
      const now = Date.now();
      // Left alone for so long, the page is all that stays: loaded anew it asks who is there.
      if (lingering && now > worked + IDLE) sessionStorage.removeItem(KEPT);
      if (now > access.half && (lingering || worked > access.half - 5 * 60_000)) void exchange();
      else if (now > access.until) end('十五分钟没有操作，登录已到时。');
    }, 10_000);
  }

  /** Keeps the session while a page is shown that nobody touches (大屏); call the result when it is left: idle time counts then. */
  function linger(): () => void {
    lingering = true;
    // A key pressed on the way out is not what it was left alone for.
    const before = () => Date.now() - worked > IDLE;
    let idle = false;
    const watch = setInterval(() => (idle ||= before()), 10_000);
    return () => {
      lingering = false;
      clearInterval(watch);
      if (idle) end('大屏开着超过十五分钟没有操作，请重新登录。');
    };
  }

  async function signOut(): Promise<void> {
    try {
      await client(IdentityService).logout({});
    } finally {
      forget();
      who.value = undefined;
      stage.value = 'signed-out';
      window.location.assign('/');
    }
  }

  async function changePassword(currentPassword: string, newPassword: string): Promise<boolean> {
    try {
      await client(IdentityService).changePassword({ name: account.value, currentPassword, newPassword });
      return await exchange();
    } catch (cause) {
      failure.value = failureOf(cause);
      return false;
    }
  }

  async function beginTotp(): Promise<{ secret: string; uri: string } | undefined> {
    try {
      return await client(IdentityService).beginTotp({});
    } catch (cause) {
      failure.value = failureOf(cause);
      return undefined;
    }
  }

  async function confirmTotp(code: string): Promise<string[]> {
    try {
      return (await client(IdentityService).confirmTotp({ code })).recoveryCodes;
    } catch (cause) {
      failure.value = failureOf(cause);
      return [];
    }
  }

  return {
    stage, who, failure, ended, grants, roles, divisions, cityWide, county, label, account, roleText,
    hasRole, signIn, signOut, linger, start, token, exchange, changePassword, beginTotp, confirmTotp,
  };
});
