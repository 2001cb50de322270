// The roles by their contract's names, and what people call them.
import { Role } from '@/gen/jianyi/api/v1/annotations_pb';

export type RoleName = Exclude<keyof typeof Role, 'UNSPECIFIED'>;

export const ROLE_TEXT: Record<RoleName, string> = {
  OPERATOR: '运维程序', LEADER: '协会领导', MEMBER_AFFAIRS: '会员工作', CARE: '关爱工作', FINANCE: '财务制单', PUBLICITY: '宣传',
  OVERSIGHT: '综合督导', COUNTY_CLERK: '县区经办', TOWNSHIP_STATION: '工作站', LIAISON_OFFICER: '联络员', AUDITOR: '审计', AGENCY: '外部单位',
  SERVICE: '服务', SYSTEM_ADMINISTRATOR: '系统管理员', SECURITY_ADMINISTRATOR: '安全管理员', AUDIT_ADMINISTRATOR: '审计管理员',
  FINANCE_APPROVER: '财务复核', COMMITTEE_OFFICE: '评定委员会办公室', PUBLIC: '公众',
};

export function roleName(role: Role): RoleName {
  return Role[role] as RoleName;
}
