import { describe, expect, it } from 'vitest';
import { Modality } from '@/gen/jianyi/api/v1/types_pb';
import { count, small, sum } from '@/parts/counts';
import { daysLeft, fuzzy, headline, inSentence, onDocument, stamp } from '@/parts/dates';
import { daxie, fenOf, yuan } from '@/parts/money';
import { boxes, sentence } from '@/parts/ruler';
import { compare } from '@/parts/conflict';

describe('money', () => {
  it.each([[0n, '0.00'], [5n, '0.05'], [123400n, '1,234.00'], [31264000n, '312,640.00'], [-100n, '-1.00'], [100000000000n, '1,000,000,000.00']])('%s → %s', (fen, text) => {
    expect(yuan(fen)).toBe(text);
    expect(fenOf(text)).toBe(fen);
  });
  it.each(['', 'abc', '1.234', '1e5', '--1'])('%s is no amount', (text) => expect(fenOf(text)).toBeUndefined());
  it.each([
    [0n, '零元整'], [31264000n, '叁拾壹万贰仟陆佰肆拾元整'], [100n, '壹元整'], [105n, '壹元零伍分'], [110n, '壹元壹角整'], [5n, '伍分'],
    [10010000n, '壹拾万零壹佰元整'], [1000000000000n, '壹佰亿元整'], [1000000010000n, '壹佰亿零壹佰元整'], [100100n, '壹仟零壹元整'], [-200n, '负贰元整'],
    [100000500n, '壹佰万零伍元整'],
  ])('%s in 大写 is %s', (fen, text) => expect(daxie(fen)).toBe(text));
});

describe('dates', () => {
  it('are written for tables, sentences and documents', () => {
    expect(stamp(new Date('2024-12-31T16:30:00Z'))).toBe('2025-01-01 00:30');
    expect(inSentence('2024-12-31')).toBe('12月31日');
    expect(onDocument('2024-12-31')).toBe('二〇二四年十二月三十一日');
    expect(onDocument('2025-01-02')).toBe('二〇二五年一月二日');
    expect(headline(new Date('2024-10-20T00:00:00Z'))).toBe('十月二十日');
  });
  it('count days in Beijing', () => {
    expect(daysLeft('2025-01-02', new Date('2024-12-31T15:59:00Z'))).toBe(2);
    expect(daysLeft('2025-01-02', new Date('2024-12-31T16:01:00Z'))).toBe(1);
  });
  it('may be fuzzy or unknown', () => {
    expect([fuzzy(''), fuzzy('2024'), fuzzy('2024-06'), fuzzy('2024-06-18/2024-06-24')]).toEqual(['—', '2024年', '2024年6月', '2024年6月18日—2024年6月24日']);
    expect([fuzzy('2024 (年初)'), fuzzy('2024-08-01 (上午)')]).toEqual(['2024年年初', '2024年8月1日上午']);
  });
});

describe('counts', () => {
  it('keep how sure they are', () => {
    expect(count(20n, Modality.AT_LEAST)).toBe('20余');
    expect(count(undefined)).toBe('—');
    expect(sum([{ value: 20n, modality: Modality.AT_LEAST }, { value: 3n, modality: Modality.EXACT }])).toBe('≥23');
    expect(sum([{ value: 3n, modality: Modality.EXACT }, undefined])).toBe('—');
    expect([small(0), small(3), small(5)]).toEqual(['0', '<5', '5']);
  });
});

describe('the ruler', () => {
  const runs = [{ kind: 'counted', days: 9 }, { kind: 'paused', days: 14 }, { kind: 'counted', days: 20 }, { kind: 'left', days: 1 }] as const;
  it('is one cell a day', () => expect(boxes(runs, 8).map(({ x, width }) => [x, width])).toEqual([[0, 72], [72, 112], [184, 160], [344, 8]]));
  it('says the same in words', () => expect(sentence(runs)).toBe('已计 29 日，停 14 日，余 1 日'));
});

describe('a conflict', () => {
  it('asks only where both changed', () => {
    const found = compare({ a: '1', b: '1', c: '1' }, { a: '2', b: '2', c: '1' }, { a: '1', b: '3', c: '4' });
    expect(found).toEqual({ merged: { a: '2', b: '2', c: '4' }, conflicts: [{ field: 'b', mine: '2', theirs: '3', before: '1' }], byThemselves: ['a'] });
  });
});
