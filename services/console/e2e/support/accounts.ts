// The demonstration accounts as the system printed them, and their one-time codes.
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';

export interface Account {
  login: string;
  password: string;
  /** Base32; none when the role needs no second factor. */
  secret: string | undefined;
}

/** Every demonstration account, in the order in which they are shown. */
export const LOGINS = [
  'system', 'security', 'audit', 'leader', 'member', 'care', 'finance', 'approver', 'publicity', 'oversight', 'clerk', 'station',
  'liaison', 'committee', 'auditor',
] as const;
export type Login = (typeof LOGINS)[number];

export function account(login: Login): Account {
  const file = process.env['JIANYI_ACCOUNTS'];
  if (!file) throw new Error('JIANYI_ACCOUNTS names the file with what the system printed');
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    const [, name, password, , secret] = line.trim().split(/\s+/);
    if (name === login && password) return { login, password, secret: secret && /^[A-Z2-7]{16,}$/.test(secret) ? secret : undefined };
  }
  throw new Error(`no account ${login} was printed`);
}

const WINDOW = 30_000;
const used = new Map<string, number>();

/** A code that was not used yet: waits for the next window when this one's was. */
export async function code(one: Account): Promise<string> {
  if (!one.secret) return '';
  const now = () => Math.floor(Date.now() / WINDOW);
  while ((used.get(one.login) ?? -1) >= now()) await new Promise((done) => setTimeout(done, 250));
  used.set(one.login, now());
  return totp(one.secret, now());
}

/** RFC 6238 with SHA-1 and six digits. */
function totp(secret: string, window: number): string {
  const bits = [...secret].map((sign) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(sign).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(window));
  const digest = createHmac('sha1', key).update(counter).digest();
  const at = (digest[19] ?? 0) & 15;
  return String((digest.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}
