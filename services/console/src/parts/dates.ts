// Dates as people write them here. Everything is in Beijing time, wherever the browser stands.

const ZONE = 'Asia/Shanghai';
const parts = new Intl.DateTimeFormat('en-CA', { timeZone: ZONE, year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const weekdays = new Intl.DateTimeFormat('zh-CN', { timeZone: ZONE, weekday: 'long' });

function split(at: Date): Record<string, string> {
  return Object.fromEntries(parts.formatToParts(at).map((part) => [part.type, part.value]));
}
/** `2024-12-31`, for tables. */
export function day(at: Date): string {
  const { year, month, day: date } = split(at);
  return `${year}-${month}-${date}`;
}
/** `16:42`. */
export function clock(at: Date): string {
  const { hour, minute } = split(at);
  return `${hour}:${minute}`;
}
/** `2024-12-31 16:42`. */
export function stamp(at: Date): string {
  return `${day(at)} ${clock(at)}`;
}
/** 星期二 */
export function weekday(at: Date): string {
  return weekdays.format(at);
}
/** `2024-12-31` → `12月31日`, for sentences. */
export function inSentence(iso: string): string {
  const match = /^\d{4}-(\d{2})-(\d{2})/.exec(iso);
  return match ? `${Number(match[1])}月${Number(match[2])}日` : iso;
}
const NUMERALS = '〇一二三四五六七八九';
function tens(n: number): string {
  if (n < 10) return NUMERALS[n] ?? '';
  return `${n < 20 ? '' : NUMERALS[Math.floor(n / 10)]}十${n % 10 ? NUMERALS[n % 10] : ''}`;
}
/** `2024-12-31` → `二〇二四年十二月三十一日`, for documents. */
export function onDocument(iso: string): string {
  const match = /^(\d{4})-(\d{2})-(\d{2})/.exec(iso);
  if (!match) return iso;
  const year = [...(match[1] ?? '')].map((digit) => NUMERALS[Number(digit)]).join('');
  return `${year}年${tens(Number(match[2]))}月${tens(Number(match[3]))}日`;
}
/** Month and day in Chinese numerals, for the headline of 今日. */
export function headline(at: Date): string {
  const { month, day: date } = split(at);
  return `${tens(Number(month))}月${tens(Number(date))}日`;
}
/** Whole days from today to a day; negative when it is over. */
export function daysLeft(iso: string, now: Date): number {
  return Math.round((Date.parse(`${iso.slice(0, 10)}T00:00:00Z`) - Date.parse(`${day(now)}T00:00:00Z`)) / 86_400_000);
}
/** A fuzzy date as the services give it: `2024`, `2024-06`, `2024-06-18/2024-06-24`, `2024-06-18`, `2024 (年初)`. */
export function fuzzy(given: string): string {
  if (given === '') return '—';
  const [, text = given, remark = ''] = /^(.*?)\s*[(（](.*)[)）]$/.exec(given) ?? [];
  const [from, to] = text.split('/');
  const one = (iso: string) => {
    const [year, month, date] = iso.split('-');
    return `${year}年${month ? `${Number(month)}月` : ''}${date ? `${Number(date)}日` : ''}`;
  };
  return (to ? `${one(from ?? '')}—${one(to)}` : one(from ?? '')) + remark;
}
/** Whether a fuzzy date is exact to the day; others are drawn hollow. */
export function isToTheDay(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text);
}
