// The audit logs there are, and a check of one of them against what the others keep of it.
import { type AuditHead, AuditProblem, OpsService, type VerifyAuditResponse } from '@/gen/jianyi/ops/v1/ops_service_pb';
import { client } from '@/rpc/transport';
import { SERVICES } from './services';

export interface Log { service: string; title: string }
export const LOGS: readonly Log[] = SERVICES.map(({ service, text }) => ({ service, title: text }));

export const PROBLEM: Record<AuditProblem, string> = {
  [AuditProblem.UNSPECIFIED]: '未说明', [AuditProblem.ALTERED]: '记录被改过', [AuditProblem.MISSING]: '封签过的记录不见了', [AuditProblem.INSERTED]: '多出一条没有人写过的记录',
  [AuditProblem.UNSEALED]: '真实的记录失去封签', [AuditProblem.LEAF_ALTERED]: '封签与记录对不上', [AuditProblem.LEAF_MISSING]: '缺少封签', [AuditProblem.LEAF_INSERTED]: '多出封签',
  [AuditProblem.HEAD_WRONG]: '封签链接不上', [AuditProblem.HEAD_FORGED]: '封签的签名不对', [AuditProblem.CONTRADICTED]: '与别处保存的封签矛盾',
};

export interface Checked { reply: VerifyAuditResponse; copies: number; keepers: number; conflicts: number; away: string[] }

const PAGE = 500;
const AT_ONCE = 1_000;
/** So many pages of one keeper at most; the newest matter as much as the oldest, so all of a year fit. */
const PAGES = 40;

/** Everything the other logs' keepers received from this one. */
async function copiesOf(log: string): Promise<{ heads: AuditHead[]; keepers: number; conflicts: number; away: string[] }> {
  const away: string[] = [];
  let conflicts = 0;
  let keepers = 0;
  const lists = await Promise.all(LOGS.filter((one) => one.service !== log).map(async ({ service, title }) => {
    const heads: AuditHead[] = [];
    let pageToken = '';
    try {
      for (let turn = 0; turn < PAGES; turn += 1) {
        const reply = await client(OpsService).listWitnessedHeads({ service, instance: log, pageSize: PAGE, pageToken });
        for (const one of reply.heads) {
          if (one.head) heads.push(one.head);
          if (one.conflict) conflicts += 1;
        }
        pageToken = reply.nextPageToken;
        if (!pageToken) break;
      }
      if (heads.length > 0) keepers += 1;
    } catch {
      away.push(title);
    }
    return heads;
  }));
  return { heads: lists.flat(), keepers, conflicts, away };
}

/** Recomputes a log from its tables and compares it with every copy of its heads. */
export async function check(log: string): Promise<Checked> {
  const { heads, ...rest } = await copiesOf(log);
  const reply = await client(OpsService).verifyAudit({ service: log, witnessed: heads.slice(0, AT_ONCE) });
  for (let from = AT_ONCE; from < heads.length; from += AT_ONCE) {
    const more = await client(OpsService).verifyAudit({ service: log, witnessed: heads.slice(from, from + AT_ONCE), witnessedOnly: true });
    reply.problems += more.problems;
    reply.findings.push(...more.findings);
  }
  return { reply, copies: heads.length, ...rest };
}
