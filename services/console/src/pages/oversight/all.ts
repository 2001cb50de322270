// Everything of a short list: pages are asked for until there are no more. For what a year has dozens of, not thousands.

const SIZE = 500;

export async function all<Reply extends { nextPageToken: string }, Item>(
  ask: (pageSize: number, pageToken: string) => Promise<Reply>,
  items: (reply: Reply) => Item[],
): Promise<Item[]> {
  const found: Item[] = [];
  let pageToken = '';
  do {
    const reply = await ask(SIZE, pageToken);
    found.push(...items(reply));
    pageToken = reply.nextPageToken;
  } while (pageToken);
  return found;
}
