// What is to be published or reported, sorted into the four columns of the calendar.
import { type DisclosureItem, DisclosureState } from '@/gen/jianyi/donation/v1/disclosure_pb';
import { type ReportObligation, ReportObligationState } from '@/gen/jianyi/donation/v1/report_pb';

export type ColumnKey = 'overdue' | 'due' | 'planned' | 'done';
export const COLUMNS: readonly { key: ColumnKey; title: string; empty: string }[] = [
  { key: 'overdue', title: '已逾期', empty: '没有逾期的。' },
  { key: 'due', title: '待报送', empty: '没有待报送的。' },
  { key: 'planned', title: '应公开未公开', empty: '没有等着公开的。' },
  { key: 'done', title: '已报送、已公开', empty: '还没有办完的。' },
];
export type Duty = { key: string; sort: string; report?: ReportObligation; item?: DisclosureItem };

export function columnsOf(reports: readonly ReportObligation[], items: readonly DisclosureItem[]): Record<ColumnKey, Duty[]> {
  const columns: Record<ColumnKey, Duty[]> = { overdue: [], due: [], planned: [], done: [] };
  for (const report of reports) {
    const to = report.state === ReportObligationState.SUBMITTED ? 'done' : report.overdue ? 'overdue' : 'due';
    columns[to].push({ key: report.name, sort: to === 'done' ? report.submittedOn : report.dueOn, report });
  }
  for (const item of items) {
    const published = item.state === DisclosureState.PUBLISHED;
    columns[published ? 'done' : 'planned'].push({ key: item.name, sort: published ? item.publishedOn : String(item.fiscalYear), item });
  }
  for (const key of ['overdue', 'due', 'planned'] as const) columns[key].sort((a, b) => a.sort.localeCompare(b.sort));
  columns.done.sort((a, b) => b.sort.localeCompare(a.sort));
  return columns;
}
