// The words of this area for what the contracts number.
import { BodyKind, ChronicleStage, GoalGroup, HonourKind, StudyKind } from '@/gen/jianyi/oversight/events/v1/events_pb';
import { DocumentKind } from '@/gen/jianyi/oversight/v1/document_pb';
import { TaskState } from '@/gen/jianyi/oversight/v1/plan_pb';
import { Decision } from '@/gen/jianyi/oversight/v1/resolution_pb';
import { IndicatorKind, RubricState } from '@/gen/jianyi/oversight/v1/rubric_pb';

export const GOAL_GROUP: Record<number, string> = { [GoalGroup.COVERAGE]: '四个全覆盖', [GoalGroup.IMPROVEMENT]: '三个提升' };
export const TASK_STATE: Record<number, string> = {
  [TaskState.NOT_STARTED]: '未开始',
  [TaskState.IN_PROGRESS]: '进行中',
  [TaskState.DONE]: '已完成',
  [TaskState.DROPPED]: '不再执行',
};
export const BODY_KIND: Record<number, string> = { [BodyKind.COUNCIL]: '理事会', [BodyKind.SUPERVISORS]: '监事会', [BodyKind.ASSEMBLY]: '会员（代表）大会' };
export const DECISION: Record<number, string> = { [Decision.ADOPTED]: '审议通过', [Decision.REJECTED]: '未通过' };
export const DOCUMENT_KIND: Record<number, string> = {
  [DocumentKind.WORK_POINTS]: '工作要点',
  [DocumentKind.RULES]: '实施细则',
  [DocumentKind.FINANCIAL_REPORT]: '财务工作报告',
  [DocumentKind.WORK_REPORT]: '工作报告',
  [DocumentKind.OTHER]: '其他',
};
export const INDICATOR_KIND: Record<number, string> = {
  [IndicatorKind.COUNT]: '计数', [IndicatorKind.RATIO]: '比率', [IndicatorKind.YES_NO]: '是否', [IndicatorKind.DEDUCT]: '扣分', [IndicatorKind.BONUS]: '加分', [IndicatorKind.VETO]: '一票否决',
};
export const RUBRIC_STATE: Record<number, string> = { [RubricState.DRAFT]: '起草中', [RubricState.PUBLISHED]: '已发布' };
export const STUDY_KIND: Record<number, string> = {
  [StudyKind.THEORY]: '学理论、强修养', [StudyKind.POLICY]: '学政策、强素质', [StudyKind.PROFESSION]: '学业务、强本领', [StudyKind.DISCIPLINE]: '学党规、强作风',
};
export const HONOUR_KIND: Record<number, string> = { [HonourKind.TYPICAL_SPEECH]: '典型发言', [HonourKind.STANDING]: '先进行列', [HonourKind.OTHER]: '其他荣誉' };
export const STAGES: readonly (readonly [ChronicleStage, string])[] = [
  [ChronicleStage.STARTED, '启动'],
  [ChronicleStage.DRAFTED, '初稿'],
  [ChronicleStage.REVIEWED, '审稿'],
  [ChronicleStage.FINAL, '定稿'],
  [ChronicleStage.PRINTED, '编印'],
];

/** Hundredths of a point: `95.50`; what the source does not give is a dash. */
export function points(hundredths: bigint | undefined): string {
  if (hundredths === undefined) return '—';
  const minus = hundredths < 0n;
  const all = (minus ? -hundredths : hundredths).toString().padStart(3, '0');
  return `${minus ? '-' : ''}${all.slice(0, -2)}.${all.slice(-2)}`;
}

/** A word, or the dash of what is not stated. */
export function wordOf(words: Record<number, string>, value: number): string {
  return words[value] ?? '—';
}

/** Where a task may go from where it is: it moves on, or is dropped, and never back. */
export function nextStates(state: TaskState): TaskState[] {
  if (state === TaskState.DONE || state === TaskState.DROPPED) return [];
  if (state === TaskState.IN_PROGRESS) return [TaskState.DONE, TaskState.DROPPED];
  return [TaskState.IN_PROGRESS, TaskState.DROPPED];
}
