// Which demonstration account has which role.
import type { RoleName } from '../../src/session/roles';
import type { Login } from './accounts';

/** Those who need no second factor come first: where several may open a page, one of them does. */
export const ACCOUNT_OF: readonly (readonly [RoleName, Login])[] = [
  ['LEADER', 'leader'],
  ['OVERSIGHT', 'oversight'],
  ['AUDITOR', 'auditor'],
  ['COMMITTEE_OFFICE', 'committee'],
  ['MEMBER_AFFAIRS', 'member'],
  ['CARE', 'care'],
  ['FINANCE', 'finance'],
  ['FINANCE_APPROVER', 'approver'],
  ['PUBLICITY', 'publicity'],
  ['COUNTY_CLERK', 'clerk'],
  ['SYSTEM_ADMINISTRATOR', 'system'],
  ['SECURITY_ADMINISTRATOR', 'security'],
  ['AUDIT_ADMINISTRATOR', 'audit'],
  // Of one township, which has hardly anybody.
  ['TOWNSHIP_STATION', 'station'],
  ['LIAISON_OFFICER', 'liaison'],
];

/** An account that may open a page of these roles; any when the page is everybody's. */
export function opener(roles: readonly RoleName[] | undefined): Login {
  const found = ACCOUNT_OF.find(([role]) => !roles || roles.includes(role));
  if (!found) throw new Error(`nobody may open a page of ${roles?.join(', ')}`);
  return found[1];
}
