// Which parts of these pages a role has: each beside the calls that it is made of, which a test compares with the contract.
import type { RoleName } from '@/session/roles';

interface May { calls: readonly string[]; roles: readonly RoleName[] }
const M = 'jianyi.member.v1.MemberService';

export const MAY = {
  people: { calls: [`${M}/GetPerson`], roles: ['MEMBER_AFFAIRS', 'COUNTY_CLERK', 'CARE', 'LEADER', 'OVERSIGHT', 'AUDITOR', 'TOWNSHIP_STATION', 'LIAISON_OFFICER'] },
  search: { calls: [`${M}/SearchPeople`], roles: ['MEMBER_AFFAIRS', 'COUNTY_CLERK', 'CARE', 'TOWNSHIP_STATION'] },
  reveal: { calls: [`${M}/RevealPerson`], roles: ['MEMBER_AFFAIRS', 'COUNTY_CLERK', 'CARE'] },
  roles: { calls: [`${M}/ListRoleAssignments`, `${M}/ListOrgUnits`], roles: ['MEMBER_AFFAIRS', 'COUNTY_CLERK', 'LEADER', 'OVERSIGHT', 'AUDITOR', 'TOWNSHIP_STATION', 'LIAISON_OFFICER'] },
  consents: { calls: [`${M}/ListConsents`, `${M}/ListConsentPurposes`], roles: ['MEMBER_AFFAIRS', 'COUNTY_CLERK', 'CARE', 'PUBLICITY', 'OVERSIGHT', 'AUDITOR', 'TOWNSHIP_STATION'] },
  heroes: { calls: [`${M}/ListHeroes`], roles: ['MEMBER_AFFAIRS', 'COUNTY_CLERK', 'CARE', 'PUBLICITY', 'LEADER', 'OVERSIGHT', 'AUDITOR', 'COMMITTEE_OFFICE', 'TOWNSHIP_STATION'] },
  grants: { calls: ['jianyi.care.v1.CareService/ListEntitlementGrants'], roles: ['CARE'] },
  egress: { calls: [`${M}/GetEgressReport`], roles: ['LEADER', 'MEMBER_AFFAIRS', 'COUNTY_CLERK', 'AUDITOR'] },
  moves: { calls: [`${M}/OfferHandover`], roles: ['MEMBER_AFFAIRS', 'COUNTY_CLERK'] },
  acts: { calls: [`${M}/RecordDeath`, `${M}/RevokeHero`, `${M}/SealHero`, `${M}/ReleaseSeal`, `${M}/OpenSubjectRequest`, `${M}/FulfilSubjectRequest`], roles: ['MEMBER_AFFAIRS'] },
  enterUnits: { calls: [`${M}/CreateOrgUnit`], roles: ['MEMBER_AFFAIRS', 'COUNTY_CLERK'] },
  statements: { calls: [`${M}/ListCountStatements`], roles: ['MEMBER_AFFAIRS', 'COUNTY_CLERK', 'LEADER', 'OVERSIGHT', 'AUDITOR'] },
} as const satisfies Record<string, May>;
