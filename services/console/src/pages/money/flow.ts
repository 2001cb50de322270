// The drawing of where each yuan came from and went: two columns of bars with the fund between, all on one scale.
export interface Part { key: string; name: string; fen: bigint; note?: string; rest?: boolean }
export interface Bar extends Part { y: number; height: number; /** Where its band meets the fund. */ at: number }
export interface Flow { left: Bar[]; right: Bar[]; fund: { y: number; height: number }; height: number }

const GAP = 9;
const LEAST = 1.5;

function column(parts: readonly Part[], perFen: number): { bars: Bar[]; height: number; sum: number } {
  let [y, at] = [0, 0];
  const bars = parts.filter((part) => part.fen > 0n).map((part) => {
    const height = Math.max(Number(part.fen) * perFen, LEAST);
    // Room for a line of text even where the bar is thin.
    const bar = { ...part, y: y + Math.max(0, (18 - height) / 2), height, at };
    y += Math.max(height, 18) + GAP;
    at += height;
    return bar;
  });
  return { bars, height: Math.max(0, y - GAP), sum: at };
}

/** Lays out both sides; `tall` is the height of the fund's bar. */
export function flow(sources: readonly Part[], uses: readonly Part[], tall = 230): Flow | undefined {
  const total = sources.reduce((sum, part) => sum + (part.fen > 0n ? part.fen : 0n), 0n);
  if (total <= 0n) return undefined;
  const perFen = tall / Number(total);
  const [left, right] = [column(sources, perFen), column(uses, perFen)];
  const bar = Math.max(left.sum, right.sum);
  const height = Math.max(left.height, right.height, bar);
  const shift = (one: { bars: Bar[]; height: number }) => one.bars.map((each) => ({ ...each, y: each.y + (height - one.height) / 2 }));
  return { left: shift(left), right: shift(right), fund: { y: (height - bar) / 2, height: bar }, height };
}

/** A band between two bars. */
export function band(x1: number, y1: number, x2: number, y2: number, height: number): string {
  const mid = (x1 + x2) / 2;
  return `M${x1} ${y1}C${mid} ${y1} ${mid} ${y2} ${x2} ${y2}V${y2 + height}C${mid} ${y2 + height} ${mid} ${y1 + height} ${x1} ${y1 + height}Z`;
}

/** 18642000n → `18.64 万`; small sums stay in yuan. */
export function wan(fen: bigint): string {
  if (fen < 1_000_000n && fen > -1_000_000n) return `${fen / 100n}.${(fen % 100n).toString().replace('-', '').padStart(2, '0')} 元`;
  const hundredths = (fen * 2n + (fen < 0n ? -10_000n : 10_000n)) / 20_000n;
  return `${hundredths / 100n}.${(hundredths % 100n).toString().replace('-', '').padStart(2, '0')} 万`;
}
