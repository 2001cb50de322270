// The words of this area for what the contracts number.
import { BodyKind, ChronicleStage, GoalGroup } from '@/gen/jianyi/oversight/events/v1/events_pb';
import { DocumentKind } from '@/gen/jianyi/oversight/v1/document_pb';
import { TaskState } from '@/gen/jianyi/oversight/v1/plan_pb';
import { Decision } from '@/gen/jianyi/oversight/v1/resolution_pb';

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
export const STAGES: readonly (readonly [ChronicleStage, string])[] = [
  [ChronicleStage.STARTED, '启动'],
  [ChronicleStage.DRAFTED, '初稿'],
  [ChronicleStage.REVIEWED, '审稿'],
  [ChronicleStage.FINAL, '定稿'],
  [ChronicleStage.PRINTED, '编印'],
];

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
