// The purposes people choose from before a sentence of their own.
export const REVEAL_PURPOSES = ['联系本人或家属', '慰问走访', '优待与凭证办理', '医疗联络', '款项发放', '核对身份', '审计抽查'] as const;
export const REVEALED_FOR = 10 * 60_000;
