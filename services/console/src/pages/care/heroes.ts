// Masked names of heroes for lists that only know resource names; each is asked for once, and never kept longer than the page.
import { MemberService } from '@/gen/jianyi/member/v1/member_service_pb';
import { countyName, countyOf } from '@/parts/divisions';
import { client } from '@/rpc/transport';
import { idOf } from './words';

const known = new Map<string, Promise<string>>();

/** 张*丰 as the member service shows it; a short number when it shows nobody of that name. */
export function heroName(hero: string): Promise<string> {
  let asked = known.get(hero);
  if (!asked) {
    asked = client(MemberService).getHero({ name: hero })
      .then(({ person }) => client(MemberService).getPerson({ name: person }))
      .then((person) => person.fullName)
      .catch(() => `编号 ${idOf(hero).slice(-8)}`);
    known.set(hero, asked);
    void asked.then(() => setTimeout(() => known.delete(hero), 600_000));
  }
  return asked;
}
export const heroCounty = (hero: string) => countyName(countyOf(hero));
