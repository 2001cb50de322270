import { describe, expect, it } from 'vitest';
import type { JournalEntry } from '@/gen/jianyi/donation/v1/journal_pb';
import { inForce } from '@/pages/care/words';
import { band, flow, wan } from '@/pages/money/flow';
import { idAfter } from '@/rpc/ids';
import { identity, monthsOf, quarterEnds, rate, running, sums } from '@/pages/money/ledger';

const row = (code: string, debitFen: bigint, creditFen: bigint) => ({ code, debitFen, creditFen });
const FUND = 'funds/a';
const entry = (name: string, bookedOn: string, voucherNo: number, lines: [account: string, debit: bigint, credit: bigint, fund: string][]) =>
  ({ name, bookedOn, voucherNo, lines: lines.map(([account, debitFen, creditFen, fund]) => ({ account, debitFen, creditFen, fund })) }) as unknown as JournalEntry;

describe('the ledger of a fund', () => {
  const before = sums([row('410102', 0n, 18642000n)]);
  const after = sums([row('410102', 0n, 67372000n), row('5101', 36108000n, 0n)]);
  it('is an equation: opening + income − expense = balance', () => {
    const one = identity(before, after);
    expect(one).toEqual({ opening: 18642000n, income: 48730000n, expense: 36108000n, balance: 31264000n });
    expect(one.opening + one.income - one.expense).toBe(one.balance);
    expect(rate(one)).toBe('53.59%');
    expect(rate({ opening: 0n, income: 0n, expense: 0n, balance: 0n })).toBeUndefined();
  });
  it('runs in the order of booking, takes reversals from their own side, and leaves other funds out', () => {
    const rows = running([
      entry('c', '2024-11-02', 1, [['410102', 300n, 0n, FUND], ['1002', 0n, 300n, '']]),
      entry('a', '2024-10-14', 1, [['1002', 500n, 0n, ''], ['410102', 0n, 500n, FUND]]),
      entry('x', '2024-10-15', 2, [['1002', 900n, 0n, ''], ['410102', 0n, 900n, 'funds/b']]),
      entry('b', '2024-10-28', 3, [['5101', 200n, 0n, FUND], ['1002', 0n, 200n, '']]),
    ], FUND, 1000n);
    expect(rows.map(({ entry: { name }, income, expense, balance }) => [name, income, expense, balance])).toEqual([['a', 500n, 0n, 1500n], ['b', 0n, 200n, 1300n], ['c', -300n, 0n, 1000n]]);
  });
  it('knows where quarters end', () => {
    expect(quarterEnds(2024)).toEqual(['2023-12-31', '2024-03-31', '2024-06-30', '2024-09-30', '2024-12-31']);
    expect(monthsOf(2024, 4)).toEqual(['2024-10', '2024-11', '2024-12']);
  });
});

describe('the drawing of sources and uses', () => {
  it('keeps one scale on both sides and draws nothing for nothing', () => {
    const drawn = flow([{ key: 'a', name: 'a', fen: 600n }, { key: 'b', name: 'b', fen: 400n }], [{ key: 'c', name: 'c', fen: 1000n }], 100);
    expect(drawn?.left.map((bar) => bar.height)).toEqual([60, 40]);
    expect(drawn?.left.map((bar) => bar.at)).toEqual([0, 60]);
    expect(drawn?.right[0]?.height).toBe(100);
    expect(drawn?.fund.height).toBe(100);
    expect(flow([{ key: 'a', name: 'a', fen: 0n }], [])).toBeUndefined();
    expect(band(0, 0, 10, 5, 2)).toBe('M0 0C5 0 5 5 10 5V7C5 7 5 2 0 2Z');
  });
  it('writes sums in 万, small ones in 元', () => {
    expect([wan(18642000n), wan(31264499n), wan(320000n)]).toEqual(['18.64 万', '31.26 万', '3200.00 元']);
  });
});

describe('an entitlement on a day', () => {
  it.each([
    [{ from: '', to: '' }, true], [{ from: '2024', to: '' }, true], [{ from: '2024-07', to: '' }, false], [{ from: '2024-06-15', to: '' }, true], [{ from: '2024-06-16', to: '' }, false],
    [{ from: '', to: '2024-06-15' }, true], [{ from: '', to: '2024-06-14' }, false], [{ from: '', to: '2024-06' }, true],
    [{ from: '', to: '', endedOn: '2024-06-15' }, false], [{ from: '', to: '', endedOn: '2024-06-16' }, true],
  ])('%j → %s', (one, holds) => expect(inForce(one, '2024-06-15')).toBe(holds));
});

describe('the request id of a next try', () => {
  it('stays while it is unclear whether it was done, so that nothing is booked twice', () => {
    for (const unclear of ['DEADLINE_EXCEEDED', 'UNAVAILABLE', 'CANCELED', 'INTERNAL']) expect(idAfter('one', unclear)).toBe('one');
    expect(idAfter('one', 'INVALID')).not.toBe('one');
  });
});
