// A fund with gifts and an expense, so that pages of money have something to show: entered as the office would, and marked 演示.
import { ActivityKind } from '../../src/gen/jianyi/care/events/v1/events_pb';
import { CareService } from '../../src/gen/jianyi/care/v1/care_service_pb';
import { DonorKind } from '../../src/gen/jianyi/donation/events/v1/events_pb';
import { LineKind } from '../../src/gen/jianyi/donation/v1/donation_pb';
import { DonationService } from '../../src/gen/jianyi/donation/v1/donation_service_pb';
import { as } from './api';

const TITLE = '演示限定资金（关爱项目）';
const provenance = { sources: ['demonstration'] };
const GIFTS: readonly (readonly [DonorKind, string, bigint])[] = [
  [DonorKind.GOVERNMENT, '演示机关', 9_600_000n],
  [DonorKind.SOCIETY, '演示团体', 5_800_000n],
  [DonorKind.ENTERPRISE, '演示企业', 28_730_000n],
];

/** Makes it once in a system. */
export async function ensureFund(): Promise<void> {
  const finance = await as('finance', DonationService);
  if ((await finance.listFunds({ pageSize: 500 })).funds.some((one) => one.title === TITLE)) return;
  const year = new Date().getFullYear();
  const fund = await finance.createFund({ fund: { title: TITLE, restricted: true, provenance }, requestId: crypto.randomUUID() });
  for (const [nth, [kind, displayName, amountFen]] of GIFTS.entries()) {
    const donor = await finance.createDonor({
      donor: { kind, displayName, provenance, ...(kind === DonorKind.ENTERPRISE ? { usccAbsentReason: 'NOT_STATED' } : {}) },
      requestId: crypto.randomUUID(),
    });
    await finance.createDonation({
      donation: { donor: donor.name, fund: fund.name, amountFen, lineKind: LineKind.OFFLINE, receivedOn: `${year}-0${nth + 1}-12`, provenance },
      requestId: crypto.randomUUID(),
    });
  }
  const care = await as('care', CareService);
  const activity = await care.createActivity({
    activity: { kind: ActivityKind.RECUPERATION, title: '演示夏季休养', heldOn: `${year}-06-18/${year}-06-24`, destinations: ['210200', '370600'], provenance },
    requestId: crypto.randomUUID(),
  });
  await care.createExpenseRequest({ expenseRequest: { activity: activity.name, fund: fund.name, amountFen: 7_848_000n, purpose: 'TRAVEL', provenance }, requestId: crypto.randomUUID() });
}
