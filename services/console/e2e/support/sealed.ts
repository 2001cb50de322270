// An invented hero of 淇滨区 who must stay unknown.
import { Confidentiality } from '../../src/gen/jianyi/member/v1/hero_pb';
import { MemberService } from '../../src/gen/jianyi/member/v1/member_service_pb';
import { as } from './api';
import { nobodysNumber } from './people';

const COUNTY = 'counties/410611';
const provenance = { sources: ['demonstration'] };

export async function sealedHero(): Promise<{ fullName: string; documentNo: string; person: string; hero: string }> {
  const stamp = Date.now();
  const fullName = '演密守藏';
  const documentNo = `演示密〔2025〕${stamp}号`;
  const member = await as('member', MemberService);
  const person = await member.createPerson({ parent: COUNTY, person: { fullName, citizenId: nobodysNumber(stamp % 300_000), provenance }, requestId: crypto.randomUUID() });
  const hero = await member.createHero({
    parent: COUNTY,
    hero: {
      person: person.name,
      confirmedOn: '2025-03-15',
      documentNo,
      authority: '演示评定委员会',
      confidentiality: Confidentiality.SAFETY,
      confidentialityGround: '演示',
      provenance,
    },
    requestId: crypto.randomUUID(),
  });
  return { fullName, documentNo, person: person.name, hero: hero.name };
}

/** So that the list of those under confidentiality has somebody. */
export async function ensureSealedHero(): Promise<void> {
  const member = await as('member', MemberService);
  if ((await member.listSealedHeroes({ parent: COUNTY, pageSize: 1 })).heroes.length === 0) await sealedHero();
}
