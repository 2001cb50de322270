// Two people changed one record: what merges by itself, and what somebody has to choose.
export type Fields = Record<string, string>;
export interface Difference { field: string; mine: string; theirs: string; before: string }

/** Fields that only one side changed merge; those that both changed differently are conflicts. */
export function compare(before: Fields, mine: Fields, theirs: Fields): { merged: Fields; conflicts: Difference[]; byThemselves: string[] } {
  const merged: Fields = { ...theirs };
  const conflicts: Difference[] = [];
  const byThemselves: string[] = [];
  for (const field of new Set([...Object.keys(before), ...Object.keys(mine), ...Object.keys(theirs)])) {
    const [b, m, t] = [before[field] ?? '', mine[field] ?? '', theirs[field] ?? ''];
    if (m === t || m === b) continue;
    merged[field] = m;
    if (t === b) byThemselves.push(field);
    else conflicts.push({ field, mine: m, theirs: t, before: b });
  }
  return { merged, conflicts, byThemselves };
}
