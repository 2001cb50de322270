import { create } from '@bufbuild/protobuf';
import { mount } from '@vue/test-utils';
import { describe, expect, it } from 'vitest';
import { Modality } from '@/gen/jianyi/api/v1/types_pb';
import { file_jianyi_audit_events_v1_events as audit } from '@/gen/jianyi/audit/events/v1/events_pb';
import { file_jianyi_care_events_v1_events as care } from '@/gen/jianyi/care/events/v1/events_pb';
import { file_jianyi_donation_events_v1_events as donation } from '@/gen/jianyi/donation/events/v1/events_pb';
import { file_jianyi_identity_events_v1_events as identity } from '@/gen/jianyi/identity/events/v1/events_pb';
import { file_jianyi_member_events_v1_events as member } from '@/gen/jianyi/member/events/v1/events_pb';
import { file_jianyi_oversight_events_v1_events as oversight } from '@/gen/jianyi/oversight/events/v1/events_pb';
import { file_jianyi_publicity_events_v1_events as publicity } from '@/gen/jianyi/publicity/events/v1/events_pb';
import { ChronicleEntrySchema, FigureSchema } from '@/gen/jianyi/oversight/v1/report_pb';
import type { LiveEvent } from '@/live/reduce';
import { hasWords, isQuiet } from '@/live/words';
import WallMap from '@/pages/wall/WallMap.vue';
import { type Heard, ROWS, hear, isTold, marks, place, shown } from '@/pages/wall/wall';

const types = [audit, care, donation, identity, member, oversight, publicity].flatMap((file) => file.messages.filter((one) => one.fields.some((field) => field.name === 'fact')).map((one) => one.typeName));
const event = (type: string, at = 0, more: Partial<LiveEvent> = {}): LiveEvent => ({ id: `${type}${at}`, type, source: '', subject: '', time: '2026-11-26T00:00:00Z', division: '410621', ...more });
const nothing: Heard = { rows: [], today: {}, stations: new Set() };

describe('words of events', () => {
  it('has words for every event of the contracts', () => {
    expect(types.length).toBeGreaterThan(70);
    expect(types.filter((type) => !hasWords(type))).toEqual([]);
  });
  it('keeps what is confidential off the wall, in both modes', () => {
    const quiet = types.filter((type) => /Seal|Erased|BreakGlass|Consent/.test(type));
    expect(quiet.length).toBeGreaterThan(8);
    expect(quiet.filter((type) => !isQuiet(type) || isTold(type, 'office') || isTold(type, 'guest'))).toEqual([]);
  });
});

describe('the wall', () => {
  it('keeps ten rows however much happens', () => {
    let heard = nothing;
    for (let at = 0; at < 1_000; at += 1) heard = hear(heard, event('jianyi.publicity.events.v1.OutletRegistered', at), 'office');
    expect(heard.rows).toHaveLength(ROWS);
    expect(heard.rows[0]?.id).toContain('999');
    expect(heard.today).toEqual({ '410621': 1_000 });
  });
  it('tells visitors of no outage and no money', () => {
    for (const type of ['jianyi.oversight.events.v1.CountySilent', 'jianyi.donation.events.v1.ExpenseRequested', 'jianyi.member.events.v1.HeroConfirmed']) {
      expect(hear(nothing, event(type), 'guest')).toBe(nothing);
      expect(hear(nothing, event(type), 'office').rows).toHaveLength(1);
    }
    expect(hear(nothing, event('jianyi.publicity.events.v1.EventHeld'), 'guest').rows).toHaveLength(1);
  });
  it('fills a square when a township gets its station', () => {
    const opened = event('jianyi.member.events.v1.OrgUnitOpened', 0, { division: '410621101', data: { kind: 'ORG_UNIT_KIND_STATION' } });
    expect([...hear(nothing, opened, 'guest').stations]).toEqual(['410621101']);
  });
  it('does not tell visitors how few people there are, and prints what is unknown as a dash', () => {
    const people = create(FigureSchema, { value: 3n, modality: Modality.EXACT, text: '3人', unit: '人' });
    expect(shown(people, 'guest').text).toBe('<5');
    expect(shown(people, 'office').text).toBe('3');
    expect(shown(create(FigureSchema, { text: '—', unit: '人' }), 'office').text).toBe('—');
    expect(shown(create(FigureSchema, { value: 31264000n, modality: Modality.EXACT, unit: '分(人民币)' }), 'office')).toEqual({ text: '312,640.00', unit: '元' });
  });
  it('puts a day on its place in the year, and words beside each other', () => {
    expect(place('2024-01-01')).toBe(96);
    const entries = ['2024-06', '2024-06-18/2024-06-24', '2024-06-20'].map((on) => create(ChronicleEntrySchema, { on, kind: 'care.activity.health_check' }));
    const drawn = marks([...entries, ...entries]);
    expect(drawn).toHaveLength(3);
    expect(drawn.map((one) => one.exact)).toEqual([false, true, true]);
    expect(new Set(drawn.map((one) => one.row)).size).toBe(3);
  });
  it('draws a county that is away for the office, and not for visitors', () => {
    const owners = { '410621': { code: '410621', tick: 'cut' as const, since: new Date('2026-11-26T01:40:00Z') } };
    const props = { townships: ['410621101', '410621102', '410602101'], stations: new Set(['410621101']), owners, today: {} };
    const office = mount(WallMap, { props: { ...props, mode: 'office' } });
    expect(office.text()).toContain('09:40 起断');
    expect(office.attributes('aria-label')).toContain('浚县建站1/2，断开');
    const guest = mount(WallMap, { props: { ...props, mode: 'guest' } });
    expect(guest.text()).not.toContain('断');
    expect(guest.attributes('aria-label')).not.toContain('断开');
  });
});
