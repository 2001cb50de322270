// Invented people: numbers that are well made and nobody's (99 begins no division's code).
const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

/** An identity number that nobody has; another for each argument. */
export function nobodysNumber(nth: number): string {
  const day = String(1 + (nth % 28)).padStart(2, '0');
  const month = String(1 + (Math.floor(nth / 28) % 12)).padStart(2, '0');
  const body = `999${String(Math.floor(nth / 336) % 1000).padStart(3, '0')}1970${month}${day}${String(nth % 1000).padStart(3, '0')}`;
  const sum = [...body].reduce((sum, digit, at) => sum + Number(digit) * (WEIGHTS[at] ?? 0), 0);
  return body + '10X98765432'.charAt(sum % 11);
}
