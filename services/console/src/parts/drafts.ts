// Drafts belong to a record, not to a tab: kept on this device, sealed with a key that cannot be read out, gone after two weeks.
import Dexie, { type EntityTable } from 'dexie';
import { onScopeDispose, ref, watch } from 'vue';

interface Kept { id: string; account: string; record: string; saved: number; iv: Uint8Array<ArrayBuffer>; sealed: ArrayBuffer }
interface Key { account: string; key: CryptoKey }
export interface DraftInfo { record: string; saved: Date }

const TWO_WEEKS = 14 * 86_400_000;

/** A store of one account's drafts. `indexedDB` on plain http has no `crypto.subtle`: then drafts last as long as the page. */
export class Drafts {
  private readonly db: Dexie & { drafts: EntityTable<Kept, 'id'>; keys: EntityTable<Key, 'account'> };
  private static readonly unsealed = new Map<string, { value: unknown; saved: number }>();

  constructor(private readonly account: string, name = 'jianyi-drafts') {
    this.db = new Dexie(name) as typeof this.db;
    this.db.version(1).stores({ drafts: 'id, account, saved', keys: 'account' });
  }

  /** Whether drafts outlive the page. */
  static get lasting(): boolean {
    return typeof indexedDB !== 'undefined' && typeof crypto.subtle !== 'undefined';
  }

  private async key(): Promise<CryptoKey> {
    const found = await this.db.keys.get(this.account);
    if (found) return found.key;
    const key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
    await this.db.keys.put({ account: this.account, key });
    return key;
  }

  private id(record: string): string {
    return `${this.account} ${record}`;
  }

  async save(record: string, value: unknown): Promise<Date> {
    const saved = Date.now();
    if (!Drafts.lasting) Drafts.unsealed.set(this.id(record), { value: structuredClone(value), saved });
    else {
      const iv = crypto.getRandomValues(new Uint8Array(12));
      const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, await this.key(), new TextEncoder().encode(JSON.stringify(value)));
      await this.db.drafts.put({ id: this.id(record), account: this.account, record, saved, iv, sealed });
    }
    return new Date(saved);
  }

  async load<T>(record: string): Promise<{ value: T; saved: Date } | undefined> {
    if (!Drafts.lasting) {
      const found = Drafts.unsealed.get(this.id(record));
      return found && { value: found.value as T, saved: new Date(found.saved) };
    }
    const found = await this.db.drafts.get(this.id(record));
    if (!found) return undefined;
    const plain = await crypto.subtle.decrypt({ name: 'AES-GCM', iv: found.iv }, await this.key(), found.sealed);
    return { value: JSON.parse(new TextDecoder().decode(plain)) as T, saved: new Date(found.saved) };
  }

  async drop(record: string): Promise<void> {
    Drafts.unsealed.delete(this.id(record));
    if (Drafts.lasting) await this.db.drafts.delete(this.id(record));
  }

  /** Newest first; those older than two weeks are deleted on the way. */
  async list(): Promise<DraftInfo[]> {
    if (!Drafts.lasting) return [];
    await this.db.drafts.where('saved').below(Date.now() - TWO_WEEKS).delete();
    const all = await this.db.drafts.where('account').equals(this.account).toArray();
    return all.sort((a, b) => b.saved - a.saved).map(({ record, saved }) => ({ record, saved: new Date(saved) }));
  }

  close(): void {
    this.db.close();
  }
}

/**
 * Keeps a form's draft a second after the last key. `value` is a getter of plain data (strings, not bigint).
 * `found` is the draft of an earlier time: offer 接着填 / 从头来. Call `sent()` once the record was saved by the service.
 */
export function useDraft<T>(account: string, record: string, value: () => T) {
  const drafts = new Drafts(account);
  const found = ref<{ value: T; saved: Date }>();
  const savedAt = ref<Date>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let over = false;
  void drafts.load<T>(record).then((draft) => (found.value = draft as never));
  watch(value, (next) => {
    clearTimeout(timer);
    timer = setTimeout(() => void (over || drafts.save(record, next).then((at) => (savedAt.value = at))), 1_000);
  }, { deep: true });
  onScopeDispose(() => {
    clearTimeout(timer);
    if (!over && savedAt.value) void drafts.save(record, value());
  });
  return {
    found,
    savedAt,
    async sent(): Promise<void> {
      over = true;
      clearTimeout(timer);
      await drafts.drop(record);
    },
  };
}
