// The six data owners in their fixed order 市 鹤 山 滨 浚 淇, as on every watermark.

export interface Owner {
  code: string;
  name: string;
  short: string;
}

export const OWNERS: readonly Owner[] = [
  { code: '410600', name: '市本级', short: '市' },
  { code: '410602', name: '鹤山区', short: '鹤山' },
  { code: '410603', name: '山城区', short: '山城' },
  { code: '410611', name: '淇滨区', short: '淇滨' },
  { code: '410621', name: '浚县', short: '浚县' },
  { code: '410622', name: '淇县', short: '淇县' },
];

export const COUNTIES = OWNERS.slice(1);

/** 浚县 for 410621 and for what lies in it; empty for a code from elsewhere. */
export function countyName(code: string): string {
  return OWNERS.find((owner) => owner.code === code.slice(0, 6))?.name ?? '';
}

/** The county's code in a resource name such as `counties/410621/people/x`. */
export function countyOf(name: string): string {
  return /(?:^|\/)counties\/(\d{6})(?:\/|$)/.exec(name)?.[1] ?? '';
}
