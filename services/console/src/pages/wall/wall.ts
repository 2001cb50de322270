// What stands where on the 大屏, and what an event changes there: pure.
import { Modality } from '@/gen/jianyi/api/v1/types_pb';
import type { ChronicleEntry, Figure } from '@/gen/jianyi/oversight/v1/report_pb';
import type { LiveEvent } from '@/live/reduce';
import { eventContext, isQuiet } from '@/live/words';
import { UNKNOWN, count, small } from '@/parts/counts';
import { yuan } from '@/parts/money';

export type Mode = 'office' | 'guest';
/** Rows of the live list: as many as there is room for, and never more. */
export const ROWS = 10;

/** The first is drawn large. */
export const FIGURES: Record<Mode, readonly string[]> = {
  office: ['volunteers_total', 'rescue_orgs', 'media_items', 'six_enter_sessions', 'donation_amount'],
  guest: ['volunteers_total', 'rescue_orgs', 'hero_studios', 'bus_lines', 'fixed_venues'],
};
/** What visitors see instead of clocks. */
export const CARE_AND_PUBLICITY = ['festival_coverage_percent', 'recuperation_days', 'camp_days', 'entitlement_policies', 'media_items', 'six_enter_sessions'] as const;

export interface Shown { text: string; unit: string }

/** Number and unit apart. Visitors are not shown counts under five. */
export function shown(figure: Figure, mode: Mode): Shown {
  const { value, modality, unit } = figure;
  if (value === undefined) return { text: UNKNOWN, unit: '' };
  if (unit.startsWith('分（') || unit.startsWith('分(')) return { text: yuan(value), unit: '元' };
  const words = unit.replaceAll('(', '（').replaceAll(')', '）');
  if (mode === 'guest' && unit === '人' && value < 5n) return { text: small(Number(value)), unit: words };
  if (modality === Modality.AT_LEAST) return { text: figure.text.startsWith('不少于') ? `≥${value}` : count(value, modality), unit: words };
  return { text: count(value, modality), unit: words };
}

/** Whether an event is told: nothing confidential to anybody, and to visitors publicity, care and honours alone. */
export function isTold(type: string, mode: Mode): boolean {
  if (isQuiet(type)) return false;
  return mode === 'office' || ['publicity', 'care'].includes(eventContext(type)) || type.endsWith('.HonourReceived');
}

/** What the page counts itself, from events alone. */
export interface Heard {
  rows: LiveEvent[];
  /** Told since the page was opened, by county. */
  today: Record<string, number>;
  /** Townships with a station. */
  stations: ReadonlySet<string>;
}

export function hear(heard: Heard, event: LiveEvent, mode: Mode): Heard {
  const stations = stationsAfter(heard.stations, event);
  if (!isTold(event.type, mode)) return stations === heard.stations ? heard : { ...heard, stations };
  const county = event.division.slice(0, 6);
  return { rows: [event, ...heard.rows].slice(0, ROWS), today: { ...heard.today, [county]: (heard.today[county] ?? 0) + 1 }, stations };
}

function stationsAfter(stations: ReadonlySet<string>, event: LiveEvent): ReadonlySet<string> {
  const opened = event.type.endsWith('.OrgUnitOpened') && event.data?.['kind'] === 'ORG_UNIT_KIND_STATION';
  return opened && event.division.length > 6 && !stations.has(event.division) ? new Set([...stations, event.division]) : stations;
}

/** Events after which the year's figures may be others. */
export function bearsOnFigures(type: string): boolean {
  return !/CountySi|CountyBack|CountyCert|AuditHead|ChronicleStage/.test(type) && !isQuiet(type);
}

export interface Mark { key: string; x: number; to?: number; text: string; exact: boolean; row: number }

const LEFT = 96;
const RIGHT = 1820;
const DAYS = 366;
/** Where a day of the year stands on the axis. */
export function place(iso: string): number {
  const [, month = '1', date] = iso.split('-');
  const before = (Date.UTC(2024, Number(month) - 1, Number.parseInt(date ?? '15', 10)) - Date.UTC(2024, 0, 1)) / 86_400_000;
  return Math.round(LEFT + ((RIGHT - LEFT) * before) / DAYS);
}
export function monthAt(month: number): number {
  return place(`2024-${String(month).padStart(2, '0')}-01`);
}

const SHORT: Record<string, string> = {
  'publicity.event.spring_gala': '迎春联欢会', 'care.festival_round.spring': '春节慰问', 'care.festival_round.mid_autumn': '中秋慰问', 'publicity.six_enter_campaign': '六进专场',
  'oversight.meeting.council': '理事会', 'oversight.meeting.supervisors': '监事会', 'care.activity.recuperation': '健康休养', 'care.activity.children_camp': '夏令营',
  'publicity.exchange.field_survey': '基层调研', 'publicity.event.army_day_education': '八一教育', 'donation.phase.mobilisation': '募捐动员', 'donation.campaign': '募捐',
  'oversight.honour.typical_speech': '典型发言', 'publicity.exchange.inbound_visit': '外地来访', 'care.activity.health_check': '健康体检', 'publicity.bus_line': '公交线路',
  'publicity.event.bus_launch': '公交首发', 'donation.phase.summary': '募捐总结', 'care.activity.free_clinic': '英模义诊', 'publicity.exchange.study_tour': '外出考察',
};
/** How far above or below the axis the words of a mark stand. */
const ROW_COUNT = 4;

/** The year's dated entries along the axis; those of one day and one word once, words in rows so that they do not lie on each other. */
export function marks(entries: readonly ChronicleEntry[]): Mark[] {
  const seen = new Set<string>();
  const last = Array.from({ length: ROW_COUNT }, () => -1_000);
  const dated = entries.filter((one) => /^\d{4}-\d{2}/.test(one.on) && SHORT[one.kind]).sort((a, b) => a.on.localeCompare(b.on));
  return dated.flatMap((one) => {
    const text = SHORT[one.kind] ?? '';
    const key = `${one.on} ${text}`;
    if (seen.has(key) || (one.kind === 'publicity.bus_line' && dated.some((other) => other.kind === 'publicity.event.bus_launch' && other.on === one.on))) return [];
    seen.add(key);
    const [from = '', until] = one.on.split('/');
    const x = place(from);
    const to = until ? place(until) : undefined;
    const half = text.length * 9 + 10;
    const row = last.findIndex((end) => x - half > end);
    if (row < 0) return [{ key, x, text: '', exact: /^\d{4}-\d{2}-\d{2}/.test(from), row: 0, ...(to === undefined ? {} : { to }) }];
    last[row] = x + half;
    return [{ key, x, text, exact: /^\d{4}-\d{2}-\d{2}/.test(from), row, ...(to === undefined ? {} : { to }) }];
  });
}

export interface County { code: string; name: string; x: number; y: number; points: string; fill: string }

/** A schematic map: how the five lie to each other, not where their borders are. */
export const MAP: readonly County[] = [
  { code: '410602', name: '鹤山区', x: 226, y: 116, fill: '#1a4a4e', points: '120,120 170,58 300,36 334,108 292,190 204,212 140,182' },
  { code: '410603', name: '山城区', x: 384, y: 138, fill: '#1c5256', points: '300,36 432,66 474,150 432,230 342,242 292,190 334,108' },
  { code: '410611', name: '淇滨区', x: 262, y: 266, fill: '#246a6c', points: '140,182 204,212 292,190 342,242 432,230 484,272 472,360 402,402 302,424 212,384 118,334 84,252' },
  { code: '410622', name: '淇县', x: 262, y: 508, fill: '#184246', points: '118,334 212,384 302,424 402,402 446,470 434,562 342,634 222,622 146,544 96,432' },
  {
    code: '410621', name: '浚县', x: 574, y: 232, fill: '#1a4a4e',
    points: '432,230 474,150 560,136 676,188 738,290 726,424 684,544 572,626 484,604 434,562 446,470 402,402 472,360 484,272',
  },
];
/** The development zone reports within 淇滨区. */
export const ZONE = '410671';
