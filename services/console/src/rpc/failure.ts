// What a call that failed says, read once from the standard details, so that pages show people and not codes.
import { Code, ConnectError } from '@connectrpc/connect';
import { BadRequestSchema, ErrorInfoSchema, LocalizedMessageSchema, RetryInfoSchema } from '@/gen/google/rpc/error_details_pb';
import { type Line, lineFor } from './lines';

export interface FieldFailure {
  /** As the contract names it, e.g. `person.phone`. */
  field: string;
  reason: string;
  /** Chinese. */
  text: string;
}

/** What went wrong, in the four parts that people are told. */
export interface Failure extends Line {
  reason: string;
  code: Code;
  /** Chinese of the server; part of `happened` where the line lets it speak. */
  said: string;
  meta: Record<string, string>;
  fields: FieldFailure[];
  retryAfterMs?: number;
  /** The code to read out on the telephone. */
  readOut: string;
}

export function reasonOf(error: ConnectError): string {
  return error.findDetails(ErrorInfoSchema)[0]?.reason ?? '';
}

/** Reads whatever was thrown. */
export function failureOf(cause: unknown): Failure {
  const error = ConnectError.from(cause);
  const info = error.findDetails(ErrorInfoSchema)[0];
  const said = error.findDetails(LocalizedMessageSchema)[0]?.message ?? '';
  const fields = error.findDetails(BadRequestSchema).flatMap((bad) =>
    bad.fieldViolations.map((one) => ({ field: one.field, reason: one.reason, text: one.localizedMessage?.message ?? one.description })),
  );
  const delay = error.findDetails(RetryInfoSchema)[0]?.retryDelay;
  const reason = info?.reason ?? withoutReason(error);
  const meta = info?.metadata ?? {};
  return {
    ...lineFor(reason, said, meta),
    reason,
    code: error.code,
    said,
    meta,
    fields,
    ...(delay ? { retryAfterMs: Number(delay.seconds) * 1000 + delay.nanos / 1e6 } : {}),
    readOut: `${reason} · ${Code[error.code]}`,
  };
}

function withoutReason(error: ConnectError): string {
  if (error.code === Code.DeadlineExceeded) return 'DEADLINE_EXCEEDED';
  if (error.code === Code.Canceled) return 'CANCELED';
  if (error.code === Code.Unimplemented) return 'VERSION_SKEW';
  // The browser says no more than that there was no answer.
  if (error.cause instanceof TypeError || error.code === Code.Unavailable) return 'UNAVAILABLE';
  return 'INTERNAL';
}

/** The text for one field of a form, by the contract's name of it or its ending. */
export function fieldText(failure: Failure | undefined, field: string): string {
  return failure?.fields.find((one) => one.field === field || one.field.endsWith(`.${field}`))?.text ?? '';
}
