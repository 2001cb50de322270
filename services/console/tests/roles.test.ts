import { type DescMethod, type DescService, getOption } from '@bufbuild/protobuf';
import { describe, expect, it } from 'vitest';
import { Role, policy } from '@/gen/jianyi/api/v1/annotations_pb';
import { CareService } from '@/gen/jianyi/care/v1/care_service_pb';
import { DonationService } from '@/gen/jianyi/donation/v1/donation_service_pb';
import { GatewayService } from '@/gen/jianyi/gateway/v1/gateway_service_pb';
import { IdentityService } from '@/gen/jianyi/identity/v1/identity_service_pb';
import { MemberService } from '@/gen/jianyi/member/v1/member_service_pb';
import { OpsService } from '@/gen/jianyi/ops/v1/ops_service_pb';
import { OversightService } from '@/gen/jianyi/oversight/v1/oversight_service_pb';
import { PublicityService } from '@/gen/jianyi/publicity/v1/publicity_service_pb';
import { WATCHERS } from '@/live/store';
import { OBLIGATION_READERS, REPORT_READERS } from '@/pages/home/today';
import { NUMBERS } from '@/pages/home/figures';
import { SOURCES } from '@/pages/home/todo';
import { MAY } from '@/pages/people/may';
import { pages } from '@/pages/routes';

const services: DescService[] = [CareService, DonationService, GatewayService, IdentityService, MemberService, OpsService, OversightService, PublicityService];
function method(path: string): DescMethod {
  const [service, name] = path.split('/');
  const found = services.find((one) => one.typeName === service)?.methods.find((one) => one.name === name);
  if (!found) throw new Error(`the contracts have no ${path}`);
  return found;
}
function admitted(path: string): string[] {
  return getOption(method(path), policy).roles.map((role) => Role[role]);
}

describe('who sees what', () => {
  it.each(pages.filter((page) => page.meta.calls).map((page) => [page.name, page] as const))('%s is shown to those alone whom its calls admit', (_name, page) => {
    for (const call of page.meta.calls ?? []) expect(admitted(call)).toEqual(expect.arrayContaining([...(page.meta.roles ?? ['NOBODY_WAS_NAMED'])]));
  });
  it('asks on 今日 what the contract answers', () => {
    expect(admitted('jianyi.oversight.v1.OversightService/GetAnnualReport')).toEqual(expect.arrayContaining([...REPORT_READERS]));
    expect(admitted('jianyi.donation.v1.DonationService/ListReportObligations')).toEqual(expect.arrayContaining([...OBLIGATION_READERS]));
  });
  it.each(SOURCES.map((one) => [one.what, one] as const))('asks in 我的待办 for %s only those whom the contract admits', (_what, source) => {
    expect(admitted(source.call)).toEqual(expect.arrayContaining([...source.roles]));
  });
  it('draws the figures of 今日 for those whom the contract admits', () => {
    for (const { calls, roles } of NUMBERS) for (const call of calls) expect(admitted(call), call).toEqual(expect.arrayContaining([...roles]));
  });
  it.each(Object.entries(MAY))('shows the part %s of people\'s pages to those whom its calls admit', (_part, { calls, roles }) => {
    for (const call of calls) expect(admitted(call), call).toEqual(expect.arrayContaining([...roles]));
  });
  it('watches with the roles that may', () => {
    const may = admitted('jianyi.gateway.v1.GatewayService/WatchEvents').filter((role) => role !== 'OPERATOR');
    expect([...WATCHERS].sort()).toEqual(may.sort());
    expect(admitted('jianyi.oversight.v1.OversightService/ListCountyStatus')).toEqual(expect.arrayContaining([...WATCHERS]));
  });
});

describe('the route table', () => {
  it('has each name, address and shortcut once', () => {
    for (const list of [pages.map((page) => page.name), pages.map((page) => page.path), pages.flatMap((page) => page.meta.keys ?? [])]) expect(new Set(list).size).toBe(list.length);
  });
  it('has a page behind every route', async () => {
    for (const page of pages) expect(await page.component()).toHaveProperty('default');
  }, 60_000);
});
