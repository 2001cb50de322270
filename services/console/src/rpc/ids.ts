// Random names: request ids and trace ids. `crypto.randomUUID` exists on https only, counties also use plain http inside their network.

export function hex(bytes: number): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(bytes)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** A new request id. Keep it over repeats of one intention: the service then answers again instead of doing it twice. */
export function anew(): string {
  const text = hex(16);
  return `${text.slice(0, 8)}-${text.slice(8, 12)}-4${text.slice(13, 16)}-a${text.slice(17, 20)}-${text.slice(20)}`;
}

/** W3C trace context of a new trace. */
export function traceparent(): string {
  return `00-${hex(16)}-${hex(8)}-01`;
}

/** The id for the next try: the same while it is unclear whether the call was done, a new one once it was refused. */
export function idAfter(id: string, reason: string): string {
  return /^(DEADLINE_EXCEEDED|UNAVAILABLE|CANCELED|INTERNAL)$/.test(reason) ? id : anew();
}
