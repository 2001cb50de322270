// Where something is stated: codes of source rows, or that it was invented for demonstration.

export function sourcesText(provenance: { sources: string[] } | undefined): string {
  return provenance?.sources.map((code) => (code === 'demonstration' ? '演示（虚构）' : code)).join('、') || '—';
}
