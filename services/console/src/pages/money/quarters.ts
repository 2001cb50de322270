// The word on a quarter's seal.
import { type ReportObligation, ReportObligationState } from '@/gen/jianyi/donation/v1/report_pb';

/** 已报, 逾期, or 待报; before its quarter's end has passed nobody can submit, which is still 待报. */
export function quarterWords(duty: Pick<ReportObligation, 'state' | 'overdue'>, left: number): string {
  if (duty.state === ReportObligationState.SUBMITTED) return '已报';
  return duty.overdue || left < 0 ? '逾期' : left === 0 ? '今日' : '待报';
}
