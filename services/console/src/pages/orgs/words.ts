// The words of this area for what the contracts number.
import { OrgUnitKind } from '@/gen/jianyi/member/events/v1/events_pb';

export const UNIT_KIND: Record<number, string> = {
  [OrgUnitKind.CITY_ASSOCIATION]: '市协会', [OrgUnitKind.COUNTY_ASSOCIATION]: '县区协会', [OrgUnitKind.STATION]: '工作站', [OrgUnitKind.LIAISON_ROOM]: '联络室', [OrgUnitKind.HERO_STUDIO]: '英模工作室',
  [OrgUnitKind.VOLUNTEER_TEAM]: '义警队伍', [OrgUnitKind.RESCUE_ORGANISATION]: '社会救援组织', [OrgUnitKind.PARTNER]: '协作单位',
};
