// How this device shows things: type size, contrast, height of rows. Not personal, so kept in localStorage, before sign-in too.
const SIZES = ['1', '1.25', '1.5'] as const;
export type Size = (typeof SIZES)[number];
export type Row = 'tight' | 'normal' | 'loose';

function read(key: string): string | null {
  try {
    return localStorage.getItem(`jianyi.display.${key}`);
  } catch {
    return null;
  }
}

function write(key: string, value: string): void {
  try {
    localStorage.setItem(`jianyi.display.${key}`, value);
  } catch {
    // Storage is switched off: it holds for this page.
  }
}

const root = () => document.documentElement.dataset;

export function currentSize(): Size {
  return (root()['size'] ?? '1') as Size;
}
export function nextSize(): Size {
  return SIZES[(SIZES.indexOf(currentSize()) + 1) % SIZES.length] ?? '1';
}
/** Shows a size and keeps it; without one shows what was kept. */
export function showSize(size?: Size): Size {
  const kept = read('size');
  const shown = size ?? (SIZES as readonly string[]).find((one): one is Size => one === kept) ?? '1';
  root()['size'] = shown;
  if (size) write('size', size);
  return shown as Size;
}
export function showContrast(high?: boolean): boolean {
  const shown = high ?? read('contrast') === 'high';
  root()['contrast'] = shown ? 'high' : 'normal';
  if (high !== undefined) write('contrast', shown ? 'high' : 'normal');
  return shown;
}
export function showRow(row?: Row): Row {
  const shown = row ?? ((read('row') as Row | null) ?? 'normal');
  root()['row'] = shown;
  if (row) write('row', row);
  return shown;
}
/** The scale drawn charts take, whose text does not grow by itself. */
export function scale(): number {
  return Number(currentSize());
}
