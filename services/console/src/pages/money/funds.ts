// The funds by name, asked for once a page: other records name them only by their resource names.
import { shallowRef } from 'vue';
import { DonationService } from '@/gen/jianyi/donation/v1/donation_service_pb';
import type { Fund } from '@/gen/jianyi/donation/v1/fund_pb';
import { allPages } from '@/parts/pagedList';
import { client } from '@/rpc/transport';

export async function listFunds(): Promise<Fund[]> {
  return allPages(async (pageToken) => {
    const { funds, nextPageToken } = await client(DonationService).listFunds({ pageSize: 500, pageToken });
    return { rows: funds, next: nextPageToken };
  });
}
export function useFunds() {
  const funds = shallowRef<Fund[]>([]);
  const title = (name: string) => funds.value.find((fund) => fund.name === name)?.title ?? '';
  return { funds, title, load: async () => void (funds.value = await listFunds()) };
}
