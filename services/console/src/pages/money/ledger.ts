// The ledger of one fund, read from the books: opening + income − expense = balance, and the balance after every voucher.
import type { JournalEntry, TrialBalanceRow } from '@/gen/jianyi/donation/v1/journal_pb';

export interface Sums { income: bigint; expense: bigint; balance: bigint }
type Side = { debitFen: bigint; creditFen: bigint };

/** Codes that begin with 4 are income, those with 5 expense, in both charts. A reversal takes from the side it takes back. */
function side(code: string, line: Side): Pick<Sums, 'income' | 'expense'> {
  if (code.startsWith('4')) return { income: line.creditFen - line.debitFen, expense: 0n };
  if (code.startsWith('5')) return { income: 0n, expense: line.debitFen - line.creditFen };
  return { income: 0n, expense: 0n };
}

/** What a trial balance says of income and expense since the books began. */
export function sums(rows: readonly Pick<TrialBalanceRow, 'code' | 'debitFen' | 'creditFen'>[]): Sums {
  let [income, expense] = [0n, 0n];
  for (const row of rows) {
    const one = side(row.code, row);
    income += one.income;
    expense += one.expense;
  }
  return { income, expense, balance: income - expense };
}

export interface Identity { opening: bigint; income: bigint; expense: bigint; balance: bigint }

/** The identity of a period, between two trial balances. */
export function identity(before: Sums, after: Sums): Identity {
  return { opening: before.balance, income: after.income - before.income, expense: after.expense - before.expense, balance: after.balance };
}

/** Days after which the parts of a year end: the year before, and each quarter. */
export function quarterEnds(year: number): [string, string, string, string, string] {
  return [`${year - 1}-12-31`, `${year}-03-31`, `${year}-06-30`, `${year}-09-30`, `${year}-12-31`];
}
export function monthsOf(year: number, quarter: number): string[] {
  return [1, 2, 3].map((nth) => `${year}-${String((quarter - 1) * 3 + nth).padStart(2, '0')}`);
}

export interface LedgerRow { entry: JournalEntry; income: bigint; expense: bigint; balance: bigint }

/** The vouchers that concern a fund, in the order of booking, with the balance after each. */
export function running(entries: readonly JournalEntry[], fund: string, opening: bigint): LedgerRow[] {
  let balance = opening;
  return entries
    .filter((entry) => entry.lines.some((line) => line.fund === fund))
    .sort((a, b) => a.bookedOn.localeCompare(b.bookedOn) || a.voucherNo - b.voucherNo)
    .map((entry) => {
      let [income, expense] = [0n, 0n];
      for (const line of entry.lines.filter((one) => one.fund === fund)) {
        const one = side(line.account, line);
        income += one.income;
        expense += one.expense;
      }
      balance += income - expense;
      return { entry, income, expense, balance };
    });
}

/** 53.59% in hundredths, rounded half up; undefined when there is nothing to spend. */
export function rate(one: Identity): string | undefined {
  const whole = one.opening + one.income;
  if (whole <= 0n) return undefined;
  const basis = (one.expense * 20_000n + whole) / (whole * 2n);
  return `${basis / 100n}.${(basis % 100n).toString().padStart(2, '0')}%`;
}
