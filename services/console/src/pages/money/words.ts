// The contract's codes of money in the words that people use.
import { ExpenseRequestState } from '@/gen/jianyi/care/v1/expense_request_pb';
import { DonorKind, PhaseKind } from '@/gen/jianyi/donation/events/v1/events_pb';
import { AuditOpinion } from '@/gen/jianyi/donation/v1/audit_pb';
import { DonationState, LineKind } from '@/gen/jianyi/donation/v1/donation_pb';
import { EntryTemplate } from '@/gen/jianyi/donation/v1/journal_pb';
import { ReservationState } from '@/gen/jianyi/donation/v1/reservation_pb';

export const UNSAID = '未载明';

export const TEMPLATE: Record<EntryTemplate, string> = {
  [EntryTemplate.UNSPECIFIED]: UNSAID, [EntryTemplate.UNRESTRICTED_GIFT]: '收到捐赠', [EntryTemplate.RESTRICTED_GIFT]: '收到限定捐赠',
  [EntryTemplate.PROGRAMME_EXPENSE]: '项目支出', [EntryTemplate.MANUAL]: '手工凭证', [EntryTemplate.REVERSAL]: '冲销',
};
export const DONOR_KIND: Record<DonorKind, string> = {
  [DonorKind.UNSPECIFIED]: UNSAID, [DonorKind.GOVERNMENT]: '行政机关', [DonorKind.ENTERPRISE]: '企事业单位', [DonorKind.SOCIETY]: '社会团体', [DonorKind.INDIVIDUAL]: '爱心人士',
};
export const DONOR_KINDS = [DonorKind.GOVERNMENT, DonorKind.ENTERPRISE, DonorKind.SOCIETY, DonorKind.INDIVIDUAL] as const;
export const LINE_KIND: Record<LineKind, string> = {
  [LineKind.UNSPECIFIED]: UNSAID, [LineKind.PUBLIC]: '公众捐赠', [LineKind.PLATFORM_MATCH]: '平台配捐', [LineKind.ENTERPRISE_MATCH]: '企业配捐', [LineKind.OFFLINE]: '线下捐赠',
};
export const DONATION_STATE: Record<DonationState, string> = { [DonationState.UNSPECIFIED]: UNSAID, [DonationState.RECEIVED]: '已入账', [DonationState.REVERSED]: '已冲销' };
export const PHASE: Record<PhaseKind, string> = { [PhaseKind.UNSPECIFIED]: UNSAID, [PhaseKind.MOBILISATION]: '动员会', [PhaseKind.COLLECTION]: '募捐期', [PhaseKind.SUMMARY]: '总结表彰会' };
export const RESERVATION: Record<ReservationState, string> = {
  [ReservationState.UNSPECIFIED]: UNSAID, [ReservationState.RESERVED]: '已留款', [ReservationState.PAID]: '已付', [ReservationState.RELEASED]: '已释放', [ReservationState.REFUSED]: '未准',
};
export const REQUEST: Record<ExpenseRequestState, string> = {
  [ExpenseRequestState.UNSPECIFIED]: UNSAID, [ExpenseRequestState.REQUESTED]: '等答复', [ExpenseRequestState.FUNDED]: '已留款', [ExpenseRequestState.REFUSED]: '未准',
  [ExpenseRequestState.CANCELLED]: '已撤回', [ExpenseRequestState.RELEASED]: '已释放',
};
export const OPINION: Record<AuditOpinion, string> = {
  [AuditOpinion.UNSPECIFIED]: UNSAID, [AuditOpinion.UNQUALIFIED]: '无保留意见', [AuditOpinion.QUALIFIED]: '保留意见', [AuditOpinion.ADVERSE]: '否定意见', [AuditOpinion.DISCLAIMER]: '无法表示意见',
};

/** Purposes of expenses that the form offers; another code is shown as it is. */
export const PURPOSES: Record<string, string> = {
  TRAVEL: '交通食宿', INSURANCE: '保险', HEALTH_CHECK: '体检', CLINIC: '义诊用品', CONDOLENCE: '慰问', RELIEF: '困难救助', CAMP: '夏令营', MATERIALS: '物料',
};
export const purposeText = (code: string) => PURPOSES[code] ?? (code || UNSAID);

const REFUSALS: Record<string, string> = { FUND_EXHAUSTED: '资金余额不够', FUND_UNKNOWN: '没有这项资金', FUND_PERIOD_MISMATCH: '不在资金可用的期间' };
export const refusalText = (code: string) => REFUSALS[code] ?? (code || UNSAID);

const DISCLOSED: Record<string, string> = { audit_report: '审计报告', annual_inspection: '检查报告', annual_report: '工作报告', K3: '公开募捐情况（K3）', quarterly_report: '季度报告' };
export const disclosedText = (code: string) => DISCLOSED[code] ?? code;

/** `记-0003`: the voucher's number within its month. */
export const voucher = (one: { bookedOn: string; voucherNo: number }) => `${one.bookedOn.slice(0, 7)} 记-${String(one.voucherNo).padStart(4, '0')}`;
/** The last part of a resource name, for addresses. */
export const idOf = (name: string) => name.slice(name.lastIndexOf('/') + 1);
