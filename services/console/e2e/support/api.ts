// The services as a program calls them: to make what a story needs, and to see what it left.
import type { DescService } from '@bufbuild/protobuf';
import { type Client, createClient } from '@connectrpc/connect';
import { createGrpcWebTransport } from '@connectrpc/connect-web';
import { IdentityService } from '../../src/gen/jianyi/identity/v1/identity_service_pb';
import { type Login, account, code } from './accounts';

export interface Session {
  access: string;
  refresh: string;
  session: string;
}

const baseUrl = () => process.env['JIANYI_URL'] ?? 'http://127.0.0.1:8640';

function transport(token?: string) {
  return createGrpcWebTransport({
    baseUrl: baseUrl(),
    interceptors: [
      (next) => (request) => {
        if (token) request.header.set('authorization', `Bearer ${token}`);
        return next(request);
      },
    ],
  });
}

/** A session of its own. */
export async function signIn(login: Login): Promise<Session> {
  const one = account(login);
  const identity = createClient(IdentityService, transport());
  const attempt = async () => identity.login({ login, password: one.password, code: await code(one) });
  // A code counts once. After a story failed another process goes on, which does not know the codes of this window: the next one's counts.
  const reply = await attempt().catch((cause: unknown) => {
    if (!one.secret || !String(cause).includes('SECOND_FACTOR_WRONG')) throw cause;
    return attempt();
  });
  return { access: reply.accessToken, refresh: reply.refreshToken, session: reply.session };
}

const sessions = new Map<Login, Promise<Session>>();

/** A service as somebody may call it; one session an account. */
export async function as<S extends DescService>(login: Login, service: S): Promise<Client<S>> {
  let session = sessions.get(login);
  if (!session) sessions.set(login, (session = signIn(login)));
  return createClient(service, transport((await session).access));
}

/** A token to send by hand. */
export async function token(login: Login): Promise<string> {
  await as(login, IdentityService);
  return (await sessions.get(login))?.access ?? '';
}
