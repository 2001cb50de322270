// 时限尺: days as runs on one axis. One cell is one day; a pause is hatched, a holiday put off is hollow.
export interface Run { kind: 'counted' | 'paused' | 'left' | 'holiday'; days: number; label?: string }
export interface Box extends Run { x: number; width: number }

export function boxes(runs: readonly Run[], perDay: number): Box[] {
  let x = 0;
  return runs.filter((run) => run.days > 0).map((run) => {
    const box = { ...run, x, width: run.days * perDay };
    x += box.width;
    return box;
  });
}
const WORDS = { counted: '已计', paused: '停', left: '余', holiday: '顺延' };
/** The sentence that says the same as the drawing. */
export function sentence(runs: readonly Run[]): string {
  const total = (kind: Run['kind']) => runs.filter((run) => run.kind === kind).reduce((sum, run) => sum + run.days, 0);
  return (['counted', 'paused', 'left', 'holiday'] as const).filter((kind) => total(kind) > 0).map((kind) => `${WORDS[kind]} ${total(kind)} 日`).join('，');
}
