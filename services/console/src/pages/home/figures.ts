// The few figures of 今日 for those who do not read the annual report: each from a list of the own work, with where it opens. A test
// compares the roles with the contract.
import { CareService } from '@/gen/jianyi/care/v1/care_service_pb';
import { Festival } from '@/gen/jianyi/care/events/v1/events_pb';
import { OrgUnitKind } from '@/gen/jianyi/member/events/v1/events_pb';
import { DivisionLevel } from '@/gen/jianyi/member/v1/division_pb';
import { MemberService } from '@/gen/jianyi/member/v1/member_service_pb';
import { PublicityService } from '@/gen/jianyi/publicity/v1/publicity_service_pb';
import { UNKNOWN } from '@/parts/counts';
import { COUNTIES } from '@/parts/divisions';
import { client } from '@/rpc/transport';
import type { RoleName } from '@/session/roles';
import type { Caller } from './todo';

export interface Drawing { label: string; text: string; unit?: string; note?: string; to: string }
export interface Source { roles: readonly RoleName[]; calls: readonly string[]; ask: (who: Caller, divisions: readonly string[], now: Date) => Promise<Drawing[]> }

const M = 'jianyi.member.v1.MemberService';
const SIZE = 500;
const YEARS = 4;

export const NUMBERS: readonly Source[] = [
  {
    roles: ['MEMBER_AFFAIRS', 'COUNTY_CLERK', 'TOWNSHIP_STATION', 'LIAISON_OFFICER'], calls: [`${M}/ListDivisions`, `${M}/ListOrgUnits`],
    ask: async ({ cityWide }, divisions) => {
      const mine = (code: string) => cityWide || divisions.some((one) => code.startsWith(one));
      const [townships, stations] = await Promise.all([
        client(MemberService).listDivisions({ level: DivisionLevel.TOWNSHIP, pageSize: SIZE }).then((reply) => reply.divisions.map((one) => one.code).filter(mine)),
        client(MemberService).listOrgUnits({ parent: 'counties/-', kind: OrgUnitKind.STATION, pageSize: SIZE }).then((reply) => new Set(reply.orgUnits.map((one) => one.division))),
      ]);
      return [{ label: '已登记工作站的乡镇（办）', text: `${townships.filter((code) => stations.has(code)).length} / ${townships.length}`, to: '/orgs' }];
    },
  },
  {
    roles: ['MEMBER_AFFAIRS', 'COUNTY_CLERK'], calls: [`${M}/CountVolunteers`],
    ask: async ({ cityWide, county }) => {
      const codes = cityWide ? COUNTIES.map((one) => one.code) : [county];
      const counts = await Promise.allSettled(codes.map((code) => client(MemberService).countVolunteers({ parent: `counties/${code}` })));
      const missing = counts.filter((one) => one.status === 'rejected').length;
      const people = counts.reduce((sum, one) => sum + (one.status === 'fulfilled' ? one.value.recordedPersons : 0n), 0n);
      // Somebody may be in two counties: what is added up is what each of them recorded.
      return [{ label: '登记在册的志愿者', text: missing ? UNKNOWN : people.toString(), unit: '人', note: missing ? `${missing} 个县区没有回音` : '来源载明的总数不在内', to: '/volunteers' }];
    },
  },
  {
    roles: ['CARE', 'COUNTY_CLERK'], calls: ['jianyi.care.v1.CareService/ListFestivalRounds', 'jianyi.care.v1.CareService/GetRoundCoverage'],
    ask: async () => {
      const { festivalRounds } = await client(CareService).listFestivalRounds({ pageSize: SIZE });
      const last = [...festivalRounds].sort((a, b) => b.festivalDay.localeCompare(a.festivalDay))[0];
      if (!last) return [];
      const words: Partial<Record<Festival, string>> = { [Festival.SPRING]: '春节', [Festival.DRAGON_BOAT]: '端午', [Festival.MID_AUTUMN]: '中秋', [Festival.DOUBLE_NINTH]: '重阳' };
      const { visited, eligible } = await client(CareService).getRoundCoverage({ name: last.name });
      return [{ label: `${last.year} 年${words[last.festival] ?? '节日'}慰问，已登记`, text: `${visited} / ${eligible}`, unit: '人', to: `/care/rounds/${last.name.split('/').pop()}` }];
    },
  },
  {
    roles: ['PUBLICITY', 'COUNTY_CLERK'], calls: ['jianyi.publicity.v1.PublicityService/ListMediaItems', 'jianyi.publicity.v1.PublicityService/ListVenues'],
    ask: async (_who, _divisions, now) => {
      const venues = (await client(PublicityService).listVenues({ pageSize: SIZE })).venues.length;
      const numbers: Drawing[] = [{ label: '固定宣传阵地', text: String(venues), unit: '处', to: '/venues' }];
      for (let year = now.getFullYear(); year > now.getFullYear() - YEARS; year -= 1) {
        const { mediaItems, nextPageToken } = await client(PublicityService).listMediaItems({ year, pageSize: SIZE });
        if (mediaItems.length === 0) continue;
        numbers.push({ label: `${year} 年登记的稿件`, text: nextPageToken ? `${mediaItems.length}余` : String(mediaItems.length), unit: '篇', note: '不计入的也在内', to: `/media?year=${year}` });
        break;
      }
      return numbers;
    },
  },
];

/** What can be read of it now; a figure that fails leaves the others standing. */
export async function numbersOf(caller: Caller, divisions: readonly string[], now: Date): Promise<Drawing[]> {
  const lists = await Promise.all(NUMBERS.filter((one) => caller.hasRole(...one.roles)).map((one) => one.ask(caller, divisions, now).catch(() => [])));
  return lists.flat();
}
