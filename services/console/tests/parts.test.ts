import { mount } from '@vue/test-utils';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Drafts } from '@/parts/drafts';
import JyTable from '@/parts/JyTable.vue';
import RevealField from '@/parts/RevealField.vue';
import { createHandler } from '@/shell/keys';

afterEach(() => vi.useRealTimers());

describe('drafts', () => {
  it('come back to whom they belong, sealed on the disk', async () => {
    const mine = new Drafts('accounts/a');
    await mine.save('people/new', { name: '沈砚秋', phone: '13800000000' });
    expect((await new Drafts('accounts/a').load('people/new'))?.value).toEqual({ name: '沈砚秋', phone: '13800000000' });
    expect(await new Drafts('accounts/b').load('people/new')).toBeUndefined();
    const raw = await new Promise<unknown[]>((done) => {
      const open = indexedDB.open('jianyi-drafts');
      open.onsuccess = () => {
        const all = open.result.transaction('drafts').objectStore('drafts').getAll();
        all.onsuccess = () => done(all.result as unknown[]);
      };
    });
    expect(raw).toHaveLength(1);
    expect(new TextDecoder().decode((raw[0] as { sealed: ArrayBuffer }).sealed)).not.toContain('13800000000');
    expect((await mine.list()).map((one) => one.record)).toEqual(['people/new']);
    await mine.drop('people/new');
    expect(await mine.load('people/new')).toBeUndefined();
  });
});

describe('the table', () => {
  const rows = Array.from({ length: 10_000 }, (_, n) => ({ id: String(n), name: `row ${n}` }));
  it('holds ten thousand rows and puts few of them into the page', async () => {
    const table = mount(JyTable<{ id: string; name: string }>, { attachTo: document.body, props: { columns: [{ key: 'name', title: '名称', text: (row) => row.name }], rows, rowKey: (row) => row.id, caption: '名单', selectable: true } });
    await vi.waitFor(() => expect(table.findAll('tbody tr[data-index]').length).toBeGreaterThan(5));
    expect(table.findAll('tbody tr[data-index]').length).toBeLessThan(100);
    expect(table.find('table').attributes('aria-rowcount')).toBe('10001');
    const first = table.find('tr[data-index="0"]');
    await first.trigger('keydown', { key: ' ' });
    expect(table.emitted('update:selected')?.[0]).toEqual([['0']]);
    await first.trigger('keydown', { key: 'Enter' });
    expect(table.emitted('open')?.[0]).toEqual([rows[0]]);
    table.unmount();
  });
});

describe('查看完整', () => {
  it('asks what for, shows for ten minutes, and covers again', async () => {
    const reveal = vi.fn(() => Promise.resolve('13812345678'));
    const field = mount(RevealField, { props: { label: '电话', masked: '138****5678', reveal } });
    expect(field.text()).not.toContain('13812345678');
    await field.find('button').trigger('click');
    await field.find('select').setValue('医疗联络');
    await field.find('input').setValue('约定复诊时间');
    vi.useFakeTimers();
    await field.find('form').trigger('submit');
    await vi.waitFor(() => expect(field.text()).toContain('13812345678'));
    expect(reveal).toHaveBeenCalledWith('医疗联络：约定复诊时间');
    await vi.advanceTimersByTimeAsync(10 * 60_000);
    expect(field.html()).not.toContain('13812345678');
    expect(field.text()).toContain('138****5678');
  });
});

describe('the keyboard', () => {
  const press = (handler: (event: KeyboardEvent) => void, key: string, on: HTMLElement = document.body, init: KeyboardEventInit = {}) => {
    const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...init });
    Object.defineProperty(event, 'target', { value: on });
    handler(event);
    return event.defaultPrevented;
  };
  it('knows keys and sequences, and is silent in inputs and while a word is composed', () => {
    const ran: string[] = [];
    let now = 0;
    const handler = createHandler(() => [{ keys: '/', text: '', run: () => ran.push('/') }, { keys: 'g t', text: '', run: () => ran.push('gt') }], () => now);
    expect(press(handler, '/')).toBe(true);
    press(handler, 'g');
    expect(press(handler, 't')).toBe(true);
    press(handler, 'g');
    now += 5_000;
    expect(press(handler, 't')).toBe(false);
    expect(press(handler, '/', document.createElement('input'))).toBe(false);
    expect(press(handler, '/', document.body, { isComposing: true })).toBe(false);
    expect(ran).toEqual(['/', 'gt']);
  });
});
