// The system as an operator reaches it: its command line, and a county's service that stops answering and goes on.
import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

const binary = () => process.env['JIANYI_BIN'] ?? 'jianyi';
const dataDir = () => process.env['JIANYI_DATA_DIR'] ?? '.jianyi';

/** What a command of the system prints. */
export function jianyi(...args: string[]): string {
  return execFileSync(binary(), [...args, '--data-dir', dataDir()], { encoding: 'utf8', maxBuffer: 1 << 26, stdio: ['ignore', 'pipe', 'pipe'] });
}

/** Stops a county's member service where it stands; the result lets it go on. */
export function halt(county: string): () => void {
  const addresses = JSON.parse(readFileSync(join(dataDir(), 'addresses.json'), 'utf8')) as { services: Record<string, string> };
  const address = addresses.services[`member/${county}`];
  if (!address) throw new Error(`no service of ${county}`);
  const pid = listening(Number(address.split(':').pop()));
  process.kill(pid, 'SIGSTOP');
  return () => process.kill(pid, 'SIGCONT');
}

/** The process that listens on a port. */
function listening(port: number): number {
  const inodes = ['tcp', 'tcp6'].flatMap((name) =>
    readFileSync(`/proc/net/${name}`, 'utf8')
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter((words) => words[3] === '0A' && parseInt(words[1]?.split(':')[1] ?? '', 16) === port)
      .map((words) => `socket:[${words[9]}]`),
  );
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      if (readdirSync(`/proc/${pid}/fd`).some((fd) => inodes.includes(readlinkSync(`/proc/${pid}/fd/${fd}`)))) return Number(pid);
    } catch {
      // It ended meanwhile, or is nobody of ours.
    }
  }
  throw new Error(`nobody listens on ${port}`);
}
