// The tree of units, and which townships have no station: pure.
import { OrgUnitKind } from '@/gen/jianyi/member/events/v1/events_pb';
import type { Division } from '@/gen/jianyi/member/v1/division_pb';
import type { OrgUnit } from '@/gen/jianyi/member/v1/org_unit_pb';
import type { Unit } from '@/parts/UnitSquares.vue';
import { OWNERS } from '@/parts/divisions';

type Known = Pick<OrgUnit, 'name' | 'kind' | 'displayName' | 'parentUnit' | 'division'>;
export interface Node { unit: Known; depth: number; children: number; parent: string }

/** In the order of the six owners, then by kind and name. */
function rank(unit: Known): string {
  const owner = OWNERS.findIndex(({ code }) => unit.division.startsWith(code));
  return `${owner < 0 ? 9 : owner}${String(unit.kind).padStart(2, '0')}${unit.displayName}`;
}

/** Units in the order of reading, each after the one above it. Whose parent is not in the list stands at the top. */
export function tree(units: readonly Known[]): Node[] {
  const names = new Set(units.map((unit) => unit.name));
  const below = new Map<string, Known[]>();
  for (const unit of units) {
    const parent = names.has(unit.parentUnit) && unit.parentUnit !== unit.name ? unit.parentUnit : '';
    below.set(parent, [...(below.get(parent) ?? []), unit]);
  }
  const nodes: Node[] = [];
  const walk = (parent: string, depth: number): void => {
    for (const unit of [...(below.get(parent) ?? [])].sort((a, b) => rank(a).localeCompare(rank(b)))) {
      nodes.push({ unit, depth, children: below.get(unit.name)?.length ?? 0, parent });
      walk(unit.name, depth + 1);
    }
  };
  walk('', 0);
  return nodes;
}

/** What is seen of a tree of which some units are folded. */
export function unfolded(nodes: readonly Node[], folded: ReadonlySet<string>): Node[] {
  const hidden = new Set<string>();
  return nodes.filter((node) => {
    const out = hidden.has(node.parent) || folded.has(node.parent);
    if (out) hidden.add(node.unit.name);
    return !out;
  });
}

/** Each township of a county: with a station, or a gap. */
export function coverage(county: string, townships: readonly Pick<Division, 'code' | 'displayName'>[], units: readonly Known[]): Unit[] {
  const stations = new Set(units.filter((unit) => unit.kind === OrgUnitKind.STATION).map((unit) => unit.division));
  return townships.filter(({ code }) => code.startsWith(county)).map(({ code, displayName }) => ({ id: code, name: displayName, state: stations.has(code) ? 'full' : 'gap' }));
}
