// The words of this area for what the contracts number.
import { Role } from '@/gen/jianyi/api/v1/annotations_pb';
import type { RoleGrant } from '@/gen/jianyi/identity/v1/account_pb';
import { ClientKind } from '@/gen/jianyi/identity/v1/client_pb';
import { timestampDate } from '@bufbuild/protobuf/wkt';
import { day } from '@/parts/dates';
import { countyName } from '@/parts/divisions';
import { ROLE_TEXT, type RoleName, roleName } from '@/session/roles';

export const CLIENT_KIND: Record<number, string> = {
  [ClientKind.EDUCATION_BUREAU]: '教育局', [ClientKind.BUS_OPERATOR]: '公交公司', [ClientKind.HOSPITAL]: '医院', [ClientKind.PROVINCIAL_FOUNDATION]: '省见义勇为基金会',
  [ClientKind.CIVIL_AFFAIRS]: '民政局', [ClientKind.AUDITOR]: '审计机构',
};

/** What people are granted; programs and the services themselves are not people. */
const NOBODYS: readonly RoleName[] = ['OPERATOR', 'AGENCY', 'SERVICE', 'PUBLIC'];
export const GRANTABLE: readonly { role: Role; text: string }[] = (Object.keys(ROLE_TEXT) as RoleName[])
  .filter((name) => !NOBODYS.includes(name))
  .map((name) => ({ role: Role[name], text: ROLE_TEXT[name] }));

export const roleText = (role: Role): string => ROLE_TEXT[roleName(role)] ?? '—';
/** 浚县, or 浚县 410621101 for a township. */
export const placeText = (code: string): string => (code.length > 6 ? `${countyName(code)} ${code}` : countyName(code) || code);

/** Since when and until when a grant counts. */
export function spanText(grant: Pick<RoleGrant, 'validFrom' | 'validUntil'>): string {
  const from = grant.validFrom ? `自 ${day(timestampDate(grant.validFrom))}` : '';
  return grant.validUntil ? `${from} 至 ${day(timestampDate(grant.validUntil))}` : `${from} 起，长期`;
}

export const METHOD_TEXT: Record<string, string> = { pwd: '密码', otp: '动态口令', mfa: '双因素', oidc: '统一身份认证', rec: '恢复码' };
