// Who reads which part of 今日 (a test compares with the contract).
import type { RoleName } from '@/session/roles';

export const REPORT_READERS: readonly RoleName[] = ['LEADER', 'OVERSIGHT', 'AUDITOR'];
export const OBLIGATION_READERS: readonly RoleName[] = ['LEADER', 'FINANCE', 'FINANCE_APPROVER', 'OVERSIGHT', 'AUDITOR'];

/** Figures of the strip, by their keys in the report's catalogue. */
export const STRIP = ['volunteers_total', 'rescue_orgs', 'media_items', 'six_enter_sessions', 'bus_lines', 'study_tours_out', 'donation_amount'] as const;
