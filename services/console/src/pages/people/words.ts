// The words of this area for what the contracts number.
import { RoleKind, VolunteerTier } from '@/gen/jianyi/member/events/v1/events_pb';
import { Giver } from '@/gen/jianyi/member/v1/consent_pb';
import { EgressWay } from '@/gen/jianyi/member/v1/egress_pb';
import { HandoverState } from '@/gen/jianyi/member/v1/handover_pb';
import { Confidentiality, HeroStatus, HonourLevel } from '@/gen/jianyi/member/v1/hero_pb';
import { DocumentKind, PersonWarning, Sex } from '@/gen/jianyi/member/v1/person_pb';
import { LiaisonDomain } from '@/gen/jianyi/member/v1/role_assignment_pb';
import { SubjectRequestKind, SubjectRequestOutcome, SubjectRequestState } from '@/gen/jianyi/member/v1/subject_request_pb';

export const STATUS: Record<number, string> = { [HeroStatus.CONFIRMED]: '现任', [HeroStatus.REVOKED]: '已撤销', [HeroStatus.DECEASED]: '已故' };
export const HONOUR: Record<number, string> = {
  [HonourLevel.NATIONAL]: '国家级', [HonourLevel.PROVINCE_HERO]: '省见义勇为英雄', [HonourLevel.PROVINCE_MODEL]: '省见义勇为模范', [HonourLevel.CITY_MODEL]: '市见义勇为模范',
  [HonourLevel.COUNTY_ADVANCED]: '县区先进个人', [HonourLevel.WORK_UNIT]: '单位表彰', [HonourLevel.CONFIRMED_ONLY]: '确认（无称号）',
};
export const SECRECY: Record<number, string> = { [Confidentiality.FAMILY_REQUEST]: '本人或家属要求', [Confidentiality.SAFETY]: '安全需要', [Confidentiality.STATE]: '国家秘密' };
export const ROLE: Record<number, string> = { [RoleKind.STAFF]: '工作人员', [RoleKind.LIAISON_OFFICER]: '联络员', [RoleKind.VOLUNTEER]: '志愿者' };
export const TIER: Record<number, string> = { [VolunteerTier.PATROL]: '义警队伍', [VolunteerTier.RESCUE]: '社会救援组织' };
export const DOMAIN: Record<number, string> = { [LiaisonDomain.VILLAGE_COMMUNITY]: '村（社区）', [LiaisonDomain.INDUSTRY]: '行业', [LiaisonDomain.ENTERPRISE]: '企业' };
export const DOCUMENT: Record<number, string> = {
  [DocumentKind.CITIZEN_ID]: '居民身份证', [DocumentKind.LEGACY]: '一代身份证', [DocumentKind.BIRTH_CERTIFICATE]: '出生证明', [DocumentKind.PASSPORT]: '护照', [DocumentKind.MILITARY]: '军官证',
  [DocumentKind.FOREIGN_RESIDENCE]: '外国人永久居留身份证', [DocumentKind.NONE]: '没有证件',
};
export const SEX: Record<number, string> = { [Sex.MALE]: '男', [Sex.FEMALE]: '女' };
export const WARNING: Record<number, string> = { [PersonWarning.AGE]: '按证件号超过 120 岁，请核对', [PersonWarning.LEGACY]: '一代证号，请换发后更新' };
export const GIVER: Record<number, string> = { [Giver.SELF]: '本人', [Giver.GUARDIAN]: '监护人', [Giver.KIN]: '近亲属' };
export const WAY: Record<number, string> = { [EgressWay.REPLY]: '查询', [EgressWay.EVENT]: '事件', [EgressWay.HANDOVER]: '随人转出' };

export const HANDOVER_STATE: Record<number, string> = {
  [HandoverState.OFFERED]: '待接收', [HandoverState.ACCEPTED]: '已接收，待移交', [HandoverState.RELEASED]: '已移出，待入库', [HandoverState.COMPLETED]: '已完成',
  [HandoverState.RETURNED]: '已退回', [HandoverState.REFUSED]: '不予接收', [HandoverState.WITHDRAWN]: '已撤回', [HandoverState.EXPIRED]: '已过期',
};
export const REQUEST_KIND: Record<number, string> = { [SubjectRequestKind.COPY]: '查阅、复制', [SubjectRequestKind.CORRECT]: '更正、补充', [SubjectRequestKind.DELETE]: '删除' };
export const REQUEST_STATE: Record<number, string> = { [SubjectRequestState.OPEN]: '待办', [SubjectRequestState.FULFILLED]: '已办', [SubjectRequestState.REFUSED]: '不予办理' };
export const REQUEST_OUTCOME: Record<number, string> = {
  [SubjectRequestOutcome.COPIED]: '已给副本', [SubjectRequestOutcome.CORRECTED]: '已更正', [SubjectRequestOutcome.ERASED]: '已删除', [SubjectRequestOutcome.LOCKED]: '依法留存，封存不用',
};

export const wordOf = (words: Record<number, string>, value: number): string => words[value] ?? '—';
export const idOf = (name: string) => name.slice(name.lastIndexOf('/') + 1);

/** `counties/410611/heroes/x` → `/heroes/410611/x`; the same for people. */
export function pathOf(name: string): string {
  const match = /^counties\/(\d{6})\/(heroes|people)\/([\w-]+)$/.exec(name);
  return match ? `/${match[2]}/${match[1]}/${match[3]}` : '';
}
export const invented = (one: { provenance?: { sources: string[] } }): boolean => one.provenance?.sources.includes('demonstration') ?? false;
