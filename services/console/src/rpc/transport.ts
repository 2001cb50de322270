// The one way to the services: every call gets its deadline, token, trace and request id here, so that no page forgets one.
import type { DescMessage, DescMethod, DescService } from '@bufbuild/protobuf';
import { type Client, type Interceptor, type Transport, Code, ConnectError, createClient } from '@connectrpc/connect';
import { createGrpcWebTransport } from '@connectrpc/connect-web';
import { anew, traceparent } from './ids';

const READ = /^(Get|List|Search|Find|Count|Sum|Verify|WhoAmI|Render)/;
const READ_WITHIN = 8_000;
const WRITE_WITHIN = 20_000;
const RETRIES = 2;

/** Who gives tokens; the session module hands itself in, so that this one does not depend on it. */
export interface Tokens {
  /** The token to send now, exchanged first when it is about to end; undefined when nobody is signed in. */
  current(): Promise<string | undefined>;
  /** The service did not take it: try to get another one. Answers whether there is one. */
  refused(): Promise<boolean>;
}

let tokens: Tokens = { current: () => Promise.resolve(undefined), refused: () => Promise.resolve(false) };
export function useTokens(given: Tokens): void {
  tokens = given;
}

const openMethods = new Set(['Login', 'BeginOidcLogin', 'FinishOidcLogin', 'RefreshToken', 'GetJwks', 'ExchangeAssertion']);
const listeners = new Set<(error: ConnectError | undefined, method: DescMethod) => void>();
/** Tells of every call's end; the shell learns from it that the network or a county is away. */
export function onEnd(listener: (error: ConnectError | undefined, method: DescMethod) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function isRead(method: DescMethod): boolean {
  return READ.test(method.name);
}

function wants(message: DescMessage, field: string): boolean {
  return message.fields.some((one) => one.name === field);
}

const stamped: Interceptor = (next) => async (request) => {
  if (request.stream) {
    const token = await tokens.current();
    if (token) request.header.set('authorization', `Bearer ${token}`);
    return next(request);
  }
  const open = openMethods.has(request.method.name);
  request.header.set('traceparent', traceparent());
  request.header.set('accept-language', 'zh-CN');
  // Made once before the first try, so that a second try is known as the same call.
  const message = request.message as { requestId?: string };
  if (wants(request.method.input, 'request_id') && !message.requestId) message.requestId = anew();
  let renewed = false;
  for (let tried = 0; ; tried += 1) {
    if (!open) {
      const token = await tokens.current();
      if (token) request.header.set('authorization', `Bearer ${token}`);
    }
    try {
      const reply = await next(request);
      for (const listener of listeners) listener(undefined, request.method);
      return reply;
    } catch (cause) {
      const error = ConnectError.from(cause);
      const expired = error.code === Code.Unauthenticated && !open && !renewed && /TOKEN_EXPIRED|SESSION_ENDED/.test(reasonOf(error));
      if (expired) {
        renewed = true;
        if (await tokens.refused()) continue;
      }
      const again = error.code === Code.Unavailable && isRead(request.method) && tried < RETRIES && !request.signal.aborted;
      // A county that is away stays so for longer than we wait: said at once.
      if (again && reasonOf(error) !== 'COUNTY_UNREACHABLE') {
        await pause(200 * 2 ** tried * (0.5 + Math.random()));
        continue;
      }
      for (const listener of listeners) listener(error, request.method);
      throw error;
    }
  }
};

const pause = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));

/** The deadline depends on the method, which the library does not know when it is configured. */
const withDeadline = (inner: Transport): Transport => ({
  unary: (method, signal, timeoutMs, header, input, context) =>
    inner.unary(method, signal, timeoutMs ?? (isRead(method) ? READ_WITHIN : WRITE_WITHIN), header, input, context),
  stream: (...all) => inner.stream(...all),
});

export function createTransport(baseUrl: string, fetchWith?: typeof fetch): Transport {
  return withDeadline(
    createGrpcWebTransport({ baseUrl, interceptors: [stamped], useBinaryFormat: true, ...(fetchWith ? { fetch: fetchWith } : {}) }),
  );
}

let transport: Transport | undefined;
const clients = new Map<DescService, unknown>();
/** The client of a service, e.g. `client(MemberService).listPeople({ parent })`. */
export function client<S extends DescService>(service: S): Client<S> {
  transport ??= createTransport(window.location.origin);
  let made = clients.get(service) as Client<S> | undefined;
  if (!made) clients.set(service, (made = createClient(service, transport)));
  return made;
}

import { reasonOf } from './failure';
