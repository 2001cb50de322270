// Masked names by resource name: each is asked for once and forgotten after ten minutes. What was already fetched in a list is told here.
import type { Person } from '@/gen/jianyi/member/v1/person_pb';
import { MemberService } from '@/gen/jianyi/member/v1/member_service_pb';
import { client } from '@/rpc/transport';
import { idOf } from './words';

const FORGET = 600_000;
const said = new Map<string, string>();
const asked = new Map<string, Promise<string>>();

function keep(person: string, name: string): string {
  said.set(person, name);
  setTimeout(() => said.delete(person), FORGET);
  return name;
}
export const knownName = (person: string): string | undefined => said.get(person);
export function tell(people: readonly Pick<Person, 'name' | 'fullName'>[]): void {
  for (const one of people) keep(one.name, one.fullName);
}
/** 张*丰, or a short number for whom the service shows nobody. */
export function personName(person: string): Promise<string> {
  const known = said.get(person);
  if (known !== undefined) return Promise.resolve(known);
  let asking = asked.get(person);
  if (!asking) {
    asking = client(MemberService).getPerson({ name: person }).then((one) => keep(person, one.fullName || '—'), () => `编号 ${idOf(person).slice(-8)}`).finally(() => asked.delete(person));
    asked.set(person, asking);
  }
  return asking;
}
