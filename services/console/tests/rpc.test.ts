import { create, toBinary } from '@bufbuild/protobuf';
import { Code, ConnectError, createClient } from '@connectrpc/connect';
import { describe, expect, it } from 'vitest';
import { BadRequestSchema, ErrorInfoSchema, LocalizedMessageSchema } from '@/gen/google/rpc/error_details_pb';
import { CareService } from '@/gen/jianyi/care/v1/care_service_pb';
import { CreateProgrammeRequestSchema } from '@/gen/jianyi/care/v1/care_service_pb';
import { fromBinary } from '@bufbuild/protobuf';
import { failureOf, fieldText } from '@/rpc/failure';
import { createTransport, useTokens } from '@/rpc/transport';

/** A gRPC-Web answer made of nothing but a trailer. */
function trailer(status: number): Response {
  const text = new TextEncoder().encode(`grpc-status: ${status}\r\n`);
  const frame = new Uint8Array(5 + text.length);
  frame[0] = 0x80;
  new DataView(frame.buffer).setUint32(1, text.length);
  frame.set(text, 5);
  return new Response(frame, { headers: { 'content-type': 'application/grpc-web+proto' } });
}
function wire(answers: number[]) {
  const seen: { headers: Headers; body: Uint8Array }[] = [];
  const transport = createTransport('http://jianyi.test', (async (_url: RequestInfo | URL, init?: RequestInit) => {
    const body = new Uint8Array(await new Response(init?.body).arrayBuffer());
    seen.push({ headers: new Headers(init?.headers), body });
    return trailer(answers.shift() ?? Code.Unavailable);
  }) as typeof fetch);
  return { care: createClient(CareService, transport), seen };
}

describe('the transport', () => {
  it('sends token, trace and deadline, and asks again when a read finds nobody', async () => {
    useTokens({ current: () => Promise.resolve('abc'), refused: () => Promise.resolve(false) });
    const { care, seen } = wire([]);
    await expect(care.listProgrammes({})).rejects.toThrow();
    expect(seen).toHaveLength(3);
    expect(seen[0]?.headers.get('authorization')).toBe('Bearer abc');
    expect(seen[0]?.headers.get('traceparent')).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    expect(seen[0]?.headers.get('grpc-timeout')).toBe('8000m');
  });
  it('asks a write once, with a request id of its own unless one is given', async () => {
    const { care, seen } = wire([]);
    await expect(care.createProgramme({ programme: { title: 'x' } })).rejects.toThrow();
    await expect(care.createProgramme({ programme: { title: 'x' }, requestId: 'mine' })).rejects.toThrow();
    expect(seen).toHaveLength(2);
    const ids = seen.map(({ body }) => fromBinary(CreateProgrammeRequestSchema, body.subarray(5)).requestId);
    expect(ids[0]).toMatch(/^[0-9a-f-]{36}$/);
    expect(ids[1]).toBe('mine');
  });
});

describe('a failure', () => {
  it('is read from the standard details', () => {
    const error = new ConnectError('bad', Code.InvalidArgument, undefined, [
      { desc: ErrorInfoSchema, value: { reason: 'PHONE_MALFORMED', domain: 'jianyi' } },
      { desc: LocalizedMessageSchema, value: { locale: 'zh-CN', message: 'person.phone:电话号码格式有误' } },
      { desc: BadRequestSchema, value: { fieldViolations: [{ field: 'person.phone', reason: 'PHONE_MALFORMED', localizedMessage: { locale: 'zh-CN', message: '电话号码格式有误' } }] } },
    ]);
    // As they come over the wire.
    error.details = [
      { type: 'google.rpc.ErrorInfo', value: toBinary(ErrorInfoSchema, create(ErrorInfoSchema, { reason: 'PHONE_MALFORMED' })) },
      ...error.details.slice(2),
    ];
    const failure = failureOf(error);
    expect(failure).toMatchObject({ reason: 'PHONE_MALFORMED', readOut: 'PHONE_MALFORMED · InvalidArgument' });
    expect(fieldText(failure, 'phone')).toBe('电话号码格式有误');
    expect(fieldText(failure, 'name')).toBe('');
  });
  it('without details still says what to do', () => {
    expect(failureOf(new ConnectError('x', Code.DeadlineExceeded)).reason).toBe('DEADLINE_EXCEEDED');
    expect(failureOf(new TypeError('Failed to fetch')).todo).not.toBe('');
  });
});
