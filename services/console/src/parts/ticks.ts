// The four states of a tick in words: colour and shape are never alone.
import type { Tick } from '@/live/owners';

export function tickWords(tick: Tick): string {
  return { reached: '已到', late: '补传中', cut: '断开', unknown: '未知' }[tick];
}
