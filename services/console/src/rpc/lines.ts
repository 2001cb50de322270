// One table: the reason a service gives → what happened, what was kept, what to do. A test fails when a reason has no line.
import { countyName } from '@/parts/divisions';

export interface Line {
  happened: string;
  kept: string;
  todo: string;
}

interface Entry {
  /** Instead of the server's own sentence, where ours knows more. */
  happened?: string | ((meta: Record<string, string>) => string);
  kept?: string;
  todo: string;
}

const KEPT = '您填的内容还在本页，没有提交。';
const NOTHING = '没有任何数据被改动。';

const own: Record<string, Entry> = {
  COUNTY_UNREACHABLE: {
    happened: (meta) => `${countyName(meta['county'] ?? '') || '该县区'}的服务器连不上。`,
    kept: '您填的已存为草稿。',
    todo: '可以先办别的，连上后页头的六格标会恢复；急办请打该县区值班电话。',
  },
  UNAVAILABLE: { happened: '连不上系统。', kept: '您填的内容还在本页，也存了草稿。', todo: '请过一会儿再试；一直连不上，请检查网络或联系系统管理员。' },
  BUSY: { happened: '系统正忙。', kept: KEPT, todo: '请过几秒再试。' },
  DEADLINE_EXCEEDED: {
    happened: '请求等了很久没有回音，可能已办成。',
    kept: '您填的内容还在本页。',
    todo: '请先看看是否已经办成，不要重复点；再试时系统会认出是同一次操作。',
  },
  CANCELED: { happened: '已取消。', kept: NOTHING, todo: '需要时可重新打开。' },
  INTERNAL: { kept: KEPT, todo: '故障已记录。请稍后再试，仍不行请把代码读给系统管理员。' },
  VERSION_SKEW: { happened: '系统更新过，本页是旧版本。', kept: '草稿已存好。', todo: '请刷新页面后继续。' },
  ETAG_MISMATCH: { happened: '这条记录刚被他人改过。', kept: '您的改动还在。', todo: '请在下面逐项选用哪一份，再保存。' },
  PERMISSION_DENIED: { happened: '这里没有可给您看的内容。', kept: NOTHING, todo: '如工作需要，请向安全管理员申请相应授权。' },
  NOT_FOUND: { happened: '这里没有可给您看的内容。', kept: NOTHING, todo: '请核对编号，或从列表重新打开。' },
  ALREADY_EXISTS: { kept: KEPT, todo: '请先检索已有的那一条，不要重复登记。' },
  ALREADY_REGISTERED: { kept: KEPT, todo: '请打开已登记的那一条，核对后补充。' },
  REGISTERED_ELSEWHERE: { kept: KEPT, todo: '此人已在另一县区登记，请联系该县区办理移交。' },
  PERSON_CONFLICT: { kept: KEPT, todo: '请核对姓名与证件号码，与已有档案不一致之处须先查明。' },
  REQUEST_ID_REUSED: { happened: '同一操作编号下内容不同。', kept: KEPT, todo: '请关闭本页重新填写后提交。' },
  PURPOSE_REQUIRED: { kept: NOTHING, todo: '请选择用途，并用一句话写明理由。' },
  RATE_LIMITED: { kept: KEPT, todo: '请稍等片刻再继续。' },
  TOO_MANY_CONCURRENT: { kept: KEPT, todo: '请等前面的操作完成后再试。' },
  TOO_LARGE: { kept: KEPT, todo: '请分批提交。' },
  TEXT_TOO_LARGE: { kept: KEPT, todo: '请缩短文字，或分成几份提交。' },
  MESSAGE_MALFORMED: { kept: KEPT, todo: '请刷新页面后再试；仍不行请联系系统管理员。' },
  LOGIN_FAILED: { happened: '账号或密码不对。', kept: NOTHING, todo: '请核对后再输。连错五次会锁定三十分钟；忘记密码请找系统管理员。' },
  LOGIN_LOCKED: { happened: '连错五次，账号已锁定。', kept: NOTHING, todo: '三十分钟后再试，或请安全管理员解锁。' },
  LOGIN_MALFORMED: { kept: NOTHING, todo: '账号以小写字母开头，由小写字母、数字和 . _ - 组成，至少 3 位。' },
  NOTHING_GRANTED: { happened: '这个账号现在没有任何授权。', kept: NOTHING, todo: '请安全管理员授权后再登录。' },
  SECOND_FACTOR_REQUIRED: { happened: '需要动态验证码。', kept: '您填的内容还在。', todo: '请输入身份验证器上的六位数字，或用一次性恢复码重新登录。' },
  SECOND_FACTOR_WRONG: { happened: '动态验证码不对，或已经用过。', kept: NOTHING, todo: '请等下一组数字再输，并核对手机时间是否准确。' },
  SECOND_FACTOR_MISSING: { kept: NOTHING, todo: '请重新开始绑定身份验证器。' },
  SECOND_FACTOR_ENROLLED: { kept: NOTHING, todo: '已绑定过身份验证器；更换手机请找安全管理员重置。' },
  SECOND_FACTOR_AT_THE_CITY: { kept: NOTHING, todo: '请在与市里连通时登录市级系统绑定身份验证器。' },
  PASSWORD_AT_THE_CITY: { kept: NOTHING, todo: '请在与市里连通时登录市级系统修改密码。' },
  AT_THE_CITY_ONLY: { kept: NOTHING, todo: '此项只能在市级系统办理。' },
  PERSON_ERASED: { kept: NOTHING, todo: '此人的个人信息已依申请删除，不能再登记。' },
  PERSON_HANDED_OVER: { kept: KEPT, todo: '此人已移交，请到接收县区的档案办理。' },
  WRONG_DIVISION: { kept: KEPT, todo: '请切换到所属县区办理。' },
  FUND_EXHAUSTED: { happened: '资金余额不够这一笔。', kept: KEPT, todo: '可拆成两笔，或改用其他资金；余额见限定资金台账。' },
  FUND_BY_COMMAND: { kept: KEPT, todo: '限定资金的收支请从捐赠或用款申请办理，不能直接记账。' },
  PREPARER_IS_APPROVER: { kept: NOTHING, todo: '制单与复核须为两人，请另一位复核。' },
  ENTRY_ALREADY_REVERSED: { kept: NOTHING, todo: '这张凭证已冲销，如需更正请补记新凭证。' },
  ENTRY_IS_REVERSAL: { kept: NOTHING, todo: '冲销凭证不能再冲销，请补记新凭证。' },
  REPORT_ALREADY_SUBMITTED: { kept: NOTHING, todo: '已报送的报告不再改动，更正请走重述。' },
  DISCLOSURE_ALREADY_PUBLISHED: { kept: NOTHING, todo: '已公示的不再改动，更正请另行公示。' },
  EXPENSE_ALREADY_ANSWERED: { kept: NOTHING, todo: '财务已答复，请看用款申请的现状。' },
  CAMPAIGN_CLOSED: { kept: KEPT, todo: '该活动已结束，请选择在办的活动或另立活动。' },
  CHART_MISSING: { kept: KEPT, todo: '该日期没有适用的科目表，请联系财务确认日期。' },
  CHART_OF_OTHER_DATE: { kept: KEPT, todo: '请改用凭证日期当时有效的科目。' },
  ACCOUNT_NOT_IN_CHART: { kept: KEPT, todo: '请从科目表里选择科目。' },
  TOO_FEW_LINES: { kept: KEPT, todo: '一张凭证至少两行，借贷相等。' },
  ONE_SIDE: { kept: KEPT, todo: '每行只填借方或贷方一边。' },
  DOUBLE_BOOKED: { kept: KEPT, todo: '同一人这几天已在别的活动里，请核对名单。' },
  CREDENTIAL_IN_USE: { kept: KEPT, todo: '该证号已发给别人，请核对证号。' },
  NOT_A_CHILD: { kept: KEPT, todo: '请核对出生日期，此项只面向未成年人。' },
  GUARDIAN_REQUIRED: { kept: KEPT, todo: '未成年人须由监护人同意，请填写监护人。' },
  GUARDIAN_CONSENT_MISSING: { kept: KEPT, todo: '请先取得监护人同意书。' },
  SEALED_HERO_NO_MEDIA: { kept: NOTHING, todo: '保密人员不得宣传，请撤下相关内容。' },
  STORY_WITHDRAWN: { kept: KEPT, todo: '稿件已撤回，不能再编辑。' },
  AUTHORITY_REQUIRED: { kept: KEPT, todo: '请填写确认机关与决定文号。' },
  ACTIVITY_DATE_UNKNOWN: { kept: KEPT, todo: '请先补上活动日期。' },
  STATED_DAYS_DIFFER: { kept: KEPT, todo: '填写的天数与起止日期不符，请核对其一。' },
  REBUILD_RUNNING: { kept: NOTHING, todo: '统计正在重建，完成后再试。' },
  GRANT_TO_ONESELF: { kept: NOTHING, todo: '不能给自己授权，请另一位安全管理员办理。' },
  ROLES_APART: { kept: NOTHING, todo: '这两种职责不能由同一账号担任，请另建账号。' },
  LAST_ADMINISTRATOR: { kept: NOTHING, todo: '请先另设一位管理员，再停用或收回这一位。' },
  BREAK_GLASS_NOT_ALLOWED: { kept: NOTHING, todo: '您的授权不含应急查看，请联系有权的同事。' },
  COUNTY_REQUIRED: { kept: KEPT, todo: '请选择县区。' },
  REQUIRED: { kept: KEPT, todo: '请填写标红的必填项。' },
  INVALID: { kept: KEPT, todo: '请按标红处的提示修改。' },
  WORD_UNKNOWN: { kept: KEPT, todo: '请从列表里选择。' },
  NOT_RETROACTIVE: { kept: KEPT, todo: '生效日期不能早于今天。' },
  NOTHING_TO_CORRECT: { kept: NOTHING, todo: '没有改动，不需要提交。' },
  LINE_ENDED: { kept: NOTHING, todo: '该线路已终止，如恢复请另行登记。' },
  NUMBER_UNCHANGED: { kept: NOTHING, todo: '新旧编号相同，不需要变更。' },
  HERO_DECEASED: { kept: KEPT, todo: '本人已故，请改为其家属办理。' },
  STUDENT_ALREADY_GRANTED: { kept: KEPT, todo: '该学生已享受同类优待，请看其优待记录。' },
  FESTIVAL_YEAR_UNKNOWN: { kept: KEPT, todo: '该年的节日日期尚未收录，请联系系统管理员更新历表。' },
  NOT_FROM_THE_CITY: { kept: NOTHING, todo: '该来信不是市里发来的，请联系系统管理员。' },
  UNDECODABLE: { kept: NOTHING, todo: '请联系系统管理员查看死信。' },
};

/** Reasons that call for the same next step; the server's sentence says which it is. The first that fits counts. */
const families: readonly (readonly [RegExp, Entry])[] = [
  [/^(TOKEN_|SESSION_|REFRESH_)/, { happened: '登录已到时或已结束。', kept: '您填的内容还在本页，也存了草稿。', todo: '请重新登录，登录后接着办。' }],
  [/^(PASSWORD_)/, { kept: NOTHING, todo: '请另想一个密码：10 位以上含三类字符，或 20 位以上，不含账号，且近五次没用过。' }],
  [/^(PAGE_|QUERY_|CURSOR_|FIELD_|ENUM_|TYPE_|CONTEXT_|REQUEST_ID_|REQUEST_MALFORMED|WILDCARD_|DOMAIN_|NAME_MALFORMED|SUBJECT_MALFORMED|VALUE_UNSTORABLE|TTL_|ORDER_CONFLICT)/, { kept: KEPT, todo: '请刷新页面后再试；仍不行请把代码读给系统管理员。' }],
  [/^(TUNNEL_)/, { kept: '您填的已存为草稿。', todo: '与该县区的线路暂不通畅，请稍后再试或分批办理。' }],
  [/^(KEY_|ROOT_DIFFERS|SIGNATURE_|SIZE_SHRANK|AUDIT_|HASH_|FINGERPRINT_|ALGORITHM_)/, { kept: NOTHING, todo: '请把代码读给审计管理员或系统管理员，核对密钥与审计链。' }],
  [/^(OIDC_|ISSUER_|ASSERTION_|CLIENT_|METHOD_NOT|URL_NOT_HTTPS|BRANCH_|SITE_|ACCOUNT_DISABLED|GRANT_ENDED|ALREADY_GRANTED|ALREADY_INSTALLED|MINUTES_|VALIDITY_|REASON_LENGTH|DIVISION_ELSEWHERE)/, { kept: NOTHING, todo: '请安全管理员或系统管理员按提示核对账号、授权与接入设置。' }],
  [/(DATE|TIME|YEAR|DAY|BIRTH|PERIOD|_BEFORE_|BEFORE_START|BACKWARDS|OUT_OF_ORDER|IN_FUTURE|ID_FUTURE|RANGE_TOO_LONG|SUB_WINDOW|DAYS_|NOT_HELD_YET)/, { kept: KEPT, todo: '请核对日期的先后与范围，按提示修改后再提交。' }],
  [/^(ID_|USCC_|PHONE_|NAME_|CODE_|URL_|SOURCE_CODE_|COUNT_|DESTINATION_|TITLE_|CONTROL_CHARACTER|TOO_LONG|ONE_OF|PARENT_|DIVISION_|TIER_|DOCUMENT_MISMATCH|REFERENCE_|TOO_MANY)/, { kept: KEPT, todo: '请按标红处的提示核对后修改。' }],
  [/^(AMOUNT_|NUMBER_|PERCENT_|POINTS_|WEIGHT_|SUM_|ENTRY_TOO_LARGE|RUBRIC_WEIGHTS)/, { kept: KEPT, todo: '请核对数字与单位后修改。' }],
  [/^(CONSENT_|PURPOSE_|WITHDRAWN_)/, { kept: KEPT, todo: '请核对同意书的本人、用途与有效期；没有同意的不得使用。' }],
  [/^(HANDOVER_|NOT_ACCEPTED)/, { kept: NOTHING, todo: '请看移交单的现状，必要时由移出县区重新发起。' }],
  [/^(HERO_|GRANT_ALREADY|POLICY_|SUBJECT_REQUEST_|ACTIVITY_|EVENT_CANCELLED|STATE_NOT_ALLOWED|RUBRIC_|TASK_|ORG_UNIT_CLOSED|OPEN_UNITS|RESERVATION_|REPORT_|FUND_|RECORD_)/, { kept: NOTHING, todo: '这条记录当前的状态不允许这样办，请刷新看现状后再定。' }],
];

function entry(reason: string): Entry | undefined {
  return own[reason] ?? families.find(([pattern]) => pattern.test(reason))?.[1];
}

/** Whether the table knows what to do. */
export function hasLine(reason: string): boolean {
  return entry(reason) !== undefined;
}

/** What people are told. */
export function lineFor(reason: string, said: string, meta: Record<string, string>): Line {
  const found = entry(reason);
  const happened = typeof found?.happened === 'function' ? found.happened(meta) : found?.happened;
  return {
    happened: happened ?? (said || '这一步没有办成。'),
    kept: found?.kept ?? KEPT,
    todo: found?.todo ?? '请稍后再试；仍不行请把代码读给系统管理员。',
  };
}
