// @vitest-environment node
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { hasLine, lineFor } from '@/rpc/lines';
// @ts-expect-error a script without types
import { reasons } from '../scripts/reasons.mjs';

const snapshot = readFileSync('../../tests/contract/snapshots/contract__error_reasons__error_reasons.snap', 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('    '))
  .map((line) => line.trim())
  // Beginnings of names of enumerations and the version, which have the shape of a reason and are none.
  .filter((one) => !one.endsWith('_') && one !== 'CARGO_PKG_VERSION');

describe('the table of errors', () => {
  it('finds the reasons of the services', () => {
    const found = reasons() as string[];
    expect(found.length).toBeGreaterThan(200);
    expect(found).toEqual(expect.arrayContaining(['COUNTY_UNREACHABLE', 'ETAG_MISMATCH', 'LOGIN_FAILED', 'BUSY', 'UNAVAILABLE', 'FUND_EXHAUSTED']));
  });
  it('has a line for every reason in the source and in the contract', () => {
    expect([...new Set([...(reasons() as string[]), ...snapshot])].filter((one) => !hasLine(one))).toEqual([]);
  });
  it('has none for what nobody gives', () => {
    expect(hasLine('SOMETHING_NEW_AND_UNHEARD_OF')).toBe(false);
  });
  it('names the county and lets the server speak', () => {
    expect(lineFor('COUNTY_UNREACHABLE', '', { county: '410621' }).happened).toBe('浚县的服务器连不上。');
    expect(lineFor('AMOUNT_NOT_POSITIVE', '金额必须大于 0', {}).happened).toBe('金额必须大于 0');
    expect(lineFor('PERMISSION_DENIED', '', {}).happened).toBe(lineFor('NOT_FOUND', '', {}).happened);
  });
});
