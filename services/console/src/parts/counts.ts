// A count that knows how sure it is: 20余 stays 20余, unknown is a dash and never 0.
import { type Count, Modality } from '@/gen/jianyi/api/v1/types_pb';

export const UNKNOWN = '—';

export function count(value: bigint | number | undefined, modality: Modality = Modality.EXACT): string {
  if (value === undefined) return UNKNOWN;
  const digits = value.toString();
  if (modality === Modality.AT_LEAST) return `${digits}余`;
  if (modality === Modality.APPROX) return `约${digits}`;
  return digits;
}
export function countOf(given: Count | undefined): string {
  return given ? count(given.value, given.modality) : UNKNOWN;
}
/** Adds; one unknown makes the sum unknown, one 余 makes it `≥`. */
export function sum(counts: readonly (Pick<Count, 'value' | 'modality'> | undefined)[]): string {
  let total = 0n;
  let least = false;
  let about = false;
  for (const one of counts) {
    if (one?.value === undefined) return UNKNOWN;
    total += one.value;
    least ||= one.modality === Modality.AT_LEAST;
    about ||= one.modality === Modality.APPROX;
  }
  return `${about ? '约' : least ? '≥' : ''}${total}`;
}
/** Fewer than five people are not told apart. */
export function small(value: number): string {
  return value > 0 && value < 5 ? '<5' : String(value);
}
