// Events in plain Chinese: a word for every type there is (a test compares with the contracts), and which are not said aloud.

const CONTEXTS: Record<string, string> = { member: '会员', care: '关爱', donation: '款物', publicity: '宣传', oversight: '督导', identity: '账号', audit: '审计' };
/** By context and name; `CountStated` is every context's. */
const WORDS: Record<string, string> = {
  CountStated: '登记一项来源载明的总数',
  AuditHeadSigned: '审计日志封签',
  ActivityPlanned: '活动列入计划', ActivityClosed: '活动办结', ActivityCancelled: '活动取消', FestivalRoundOpened: '开启一轮慰问', PolicyAdopted: '优待政策生效',
  HeroBecameEligible: '一人可享受优待', EntitlementGranted: '给予一项优待', EntitlementEnded: '一项优待到期', ExpenseRequested: '提出用款申请',
  CampaignOpened: '募捐活动开始', CampaignPhaseHeld: '募捐活动进入新阶段', DonationReceived: '收到捐赠', DonationReversed: '冲销一笔捐赠', FundOpened: '设立资金',
  ExpenseReserved: '用款已预留', ExpenseRefused: '用款申请退回', ExpenseReleased: '预留款退回资金', ReportScheduled: '列入待报送', ReportSubmitted: '报送季报',
  AuditCompleted: '审计完成', DisclosurePublished: '公示一项信息', RegulationRegistered: '登记一项制度',
  BreakGlassOpened: '应急查看开启', BreakGlassClosed: '应急查看结束', BranchAccountPublished: '账号下发县区', BranchAccountRetracted: '账号自县区收回', SigningKeyPublished: '更换签名公钥',
  OrgUnitOpened: '新设组织', OrgUnitRenamed: '组织更名', OrgUnitClosed: '组织撤销', PersonRegistered: '登记一人', RoleStarted: '一人任职', RoleEnded: '一人离任',
  HeroConfirmed: '登记确认一件', SealedHeroConfirmed: '会员有更新', HeroSealed: '会员有更新', HeroSealReleased: '会员有更新', PersonSealed: '会员有更新', RoleSealed: '会员有更新',
  PersonErased: '会员有更新', ConsentWithdrawn: '会员有更新', HeroEnded: '一人称号终止', SealedHeroEnded: '会员有更新',
  HandoverOffered: '提出人员移交', HandoverWithdrawn: '撤回人员移交', HandoverAccepted: '同意接收移交', HandoverRefused: '不接收移交', HandoverReleased: '移交发出',
  HandoverCompleted: '移交收到', HandoverReturned: '移交退回', PersonMoved: '办结移交', HeroMoved: '英模转属地', SealedHeroMoved: '会员有更新',
  GoalSet: '确定一项目标', PlanAdopted: '年度计划通过', PlanTaskSet: '计划任务有进展', GovernanceBodyFormed: '组成新一届机构', MeetingHeld: '召开会议', ResolutionAdopted: '通过决议',
  RubricPublished: '考评细则公布', ScoreRecorded: '记入考评分', StudyPairSet: '学习平台结对', StudySessionHeld: '开展学习', ChronicleStageReached: '见义勇为志编到新阶段', HonourReceived: '获得荣誉',
  CountySiteAdded: '县区接入', CountySiteUpdated: '县区接入信息变更', CountySiteRemoved: '县区退出', CountySilent: '断开', CountyBack: '恢复', CountyCertificateExpiring: '接入证书将到期',
  OutletRegistered: '登记媒体', MediaItemPublished: '刊播稿件归档', WeChatPostPublished: '公众号发布', SixEnterCampaignOpened: '六进活动开始', SixEnterSessionHeld: '六进专场一场',
  EventHeld: '举办活动', EventCancelled: '活动取消', VenueOpened: '阵地启用', CarrierInstalled: '宣传载体启用', BusLineStarted: '公交线路开通', ExchangeHeld: '交流考察一次',
  SourceDocumentImported: '导入一份来源材料', StoryDrafted: '起草一篇事迹', StoryWithdrawn: '撤下一篇事迹',
};

export function eventName(type: string): string {
  return type.split('.').pop() ?? '';
}
/** `care` of `jianyi.care.events.v1.ActivityClosed`. */
export function eventContext(type: string): string {
  return type.split('.')[1] ?? '';
}
/** An event in a few words; one without words of its own is named by its service. */
export function eventText(type: string): string {
  return WORDS[eventName(type)] ?? `${CONTEXTS[eventContext(type)] ?? ''}有更新`;
}
export function hasWords(type: string): boolean {
  return eventName(type) in WORDS;
}

/** What is not put on a wall that a room can read: confidentiality, emergencies, erasure, and keys. */
const QUIET = /Seal|Erased|Consent|BreakGlass|BranchAccount|SigningKey|Handover/;
export function isQuiet(type: string): boolean {
  return QUIET.test(eventName(type));
}
