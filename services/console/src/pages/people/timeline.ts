// A person's years from what the services know: newest on top, what has no date at the end, and nothing that was not recorded.
import { timestampDate } from '@bufbuild/protobuf/wkt';
import type { EntitlementGrant } from '@/gen/jianyi/care/v1/entitlement_grant_pb';
import type { Consent } from '@/gen/jianyi/member/v1/consent_pb';
import { type Hero, HeroStatus } from '@/gen/jianyi/member/v1/hero_pb';
import type { RoleAssignment } from '@/gen/jianyi/member/v1/role_assignment_pb';
import { day } from '@/parts/dates';
import { GIVER, HONOUR, ROLE, TIER, wordOf } from './words';

/** 表彰卷 or 服务卷. */
export type Volume = 'honour' | 'service';
export interface Moment { key: string; on: string; title: string; note: string; volume: Volume; mark?: 'seal' | 'secret' }

export interface Known {
  heroes: readonly Pick<Hero, 'name' | 'confirmedOn' | 'endedOn' | 'status' | 'authority' | 'documentNo' | 'honourLevel' | 'revocationDocumentNo'>[];
  roles: readonly Pick<RoleAssignment, 'name' | 'kind' | 'tier' | 'title' | 'orgUnit' | 'fromDay' | 'toDay'>[];
  consents: readonly Pick<Consent, 'name' | 'purpose' | 'givenOn' | 'givenBy' | 'withdrawnOn'>[];
  grants: readonly Pick<EntitlementGrant, 'name' | 'fromDay' | 'toDay' | 'endedOn' | 'benefit'>[];
  units: ReadonlyMap<string, string>;
  purposes: ReadonlyMap<string, string>;
  benefitText: (benefit: number) => string;
}

export function moments(known: Known): Moment[] {
  const all: Moment[] = [];
  for (const hero of known.heroes) {
    const honour = wordOf(HONOUR, hero.honourLevel);
    all.push({ key: `${hero.name} +`, on: hero.confirmedOn, title: '确认为见义勇为人员', note: [hero.authority, hero.documentNo, honour === '—' ? '' : honour].filter(Boolean).join('，'), volume: 'honour', mark: 'seal' });
    if (hero.status === HeroStatus.REVOKED) all.push({ key: `${hero.name} -`, on: hero.endedOn, title: '确认被撤销', note: hero.revocationDocumentNo, volume: 'honour', mark: 'seal' });
    if (hero.status === HeroStatus.DECEASED) all.push({ key: `${hero.name} †`, on: hero.endedOn, title: '去世', note: '', volume: 'honour' });
  }
  for (const role of known.roles) {
    const what = [wordOf(ROLE, role.kind), role.title, TIER[role.tier] ?? ''].filter(Boolean).join('，');
    const where = known.units.get(role.orgUnit) ?? '';
    all.push({ key: `${role.name} +`, on: role.fromDay, title: `担任${what}`, note: where, volume: 'service' });
    if (role.toDay) all.push({ key: `${role.name} -`, on: role.toDay, title: `不再担任${what}`, note: where, volume: 'service' });
  }
  for (const consent of known.consents) {
    const purpose = known.purposes.get(consent.purpose) ?? consent.purpose;
    all.push({ key: `${consent.name} +`, on: consent.givenOn, title: `同意：${purpose}`, note: `${wordOf(GIVER, consent.givenBy)}签署`, volume: 'service' });
    if (consent.withdrawnOn) all.push({ key: `${consent.name} -`, on: consent.withdrawnOn, title: `撤回同意：${purpose}`, note: '当日起停止使用', volume: 'service', mark: 'secret' });
  }
  for (const grant of known.grants) {
    const what = known.benefitText(grant.benefit);
    all.push({ key: `${grant.name} +`, on: grant.fromDay, title: `${what}生效`, note: grant.toDay ? `至 ${grant.toDay}` : '', volume: 'service' });
    if (grant.endedOn) all.push({ key: `${grant.name} -`, on: grant.endedOn, title: `${what}终止`, note: '', volume: 'service' });
  }
  return all.sort((a, b) => order(b.on).localeCompare(order(a.on)));
}

/** The first day that a fuzzy date may mean; what has none comes last. */
function order(on: string): string {
  return on.split(/[/\s]/)[0] ?? '';
}

/** By year, newest first; those without a date under ''. `until` leaves out what began after that day. */
export function byYear(all: readonly Moment[], until: string): { year: string; moments: Moment[] }[] {
  const years: { year: string; moments: Moment[] }[] = [];
  for (const one of all) {
    const from = order(one.on);
    if (until && from && from > until.slice(0, from.length)) continue;
    const year = from.slice(0, 4);
    const last = years.at(-1);
    if (last?.year === year) last.moments.push(one);
    else years.push({ year, moments: [one] });
  }
  return years;
}

export const today = (): string => day(new Date());
export const entered = (at: Parameters<typeof timestampDate>[0] | undefined): string => (at ? day(timestampDate(at)) : '—');
