//! The first accounts: the three administrators, or one account per role for demonstration. Their passwords are
//! shown in the answer and nowhere else.

use jianyi_db::{Committed, Uow};
use jianyi_kernel::{Call, Division, Fault, Pii};
use jianyi_proto::identity::v1 as pb;

use super::tell_branches::tell_branches;
use super::{App, grant};
use crate::domain::{Account, Error, Login, NewGrant, Totp};
use crate::{secret, store};

/// Login, label, role, division.
type Line = (&'static str, &'static str, &'static str, &'static str);

const ADMINISTRATORS: [Line; 3] = [
    (
        "system",
        "系统管理员",
        "ROLE_SYSTEM_ADMINISTRATOR",
        "410600",
    ),
    (
        "security",
        "安全管理员",
        "ROLE_SECURITY_ADMINISTRATOR",
        "410600",
    ),
    ("audit", "审计管理员", "ROLE_AUDIT_ADMINISTRATOR", "410600"),
];

const WORKING: [Line; 12] = [
    ("leader", "协会领导", "ROLE_LEADER", "410600"),
    ("member", "会员工作", "ROLE_MEMBER_AFFAIRS", "410600"),
    ("care", "关爱工作", "ROLE_CARE", "410600"),
    ("finance", "财务制单", "ROLE_FINANCE", "410600"),
    ("approver", "财务复核", "ROLE_FINANCE_APPROVER", "410600"),
    ("publicity", "宣传", "ROLE_PUBLICITY", "410600"),
    ("oversight", "综合督导", "ROLE_OVERSIGHT", "410600"),
    ("clerk", "淇滨区经办", "ROLE_COUNTY_CLERK", "410611"),
    (
        "station",
        "乡镇工作站",
        "ROLE_TOWNSHIP_STATION",
        "410611101",
    ),
    ("liaison", "联络员", "ROLE_LIAISON_OFFICER", "410611101"),
    (
        "committee",
        "评定委员会办公室",
        "ROLE_COMMITTEE_OFFICE",
        "410600",
    ),
    ("auditor", "审计", "ROLE_AUDITOR", "410600"),
];

/// An account about to be made, with what its owner will type.
struct Draft {
    line: Line,
    login: Login,
    password: Pii<String>,
    hash: Pii<String>,
    totp: Option<Totp>,
}

/// Makes the first accounts, or makes them anew as long as no administrator has logged in.
pub(crate) async fn install_accounts(
    app: &App,
    call: &Call,
    demonstration: bool,
) -> Result<Committed<pb::InstallAccountsResponse>, Fault> {
    let lines: Vec<Line> = if demonstration {
        ADMINISTRATORS.into_iter().chain(WORKING).collect()
    } else {
        ADMINISTRATORS.to_vec()
    };
    // Hashing takes long, so it is done before the unit of work begins.
    let mut drafts = Vec::new();
    for line in lines {
        drafts.push(draft(app, line, demonstration).await?);
    }
    let mut uow = app.db.begin_background(call).await?;
    store::signing_keys::lock_active(uow.conn()).await?;
    if store::accounts::administrators_in_use(uow.conn()).await? {
        return Err(Error::AlreadyInstalled.into());
    }
    let mut accounts = Vec::new();
    for draft in &drafts {
        let account = make(&mut uow, draft, !demonstration, &call.caller.subject).await?;
        tell_branches(app, &mut uow, account.id).await?;
        accounts.push(shown(draft, &account));
    }
    uow.commit(pb::InstallAccountsResponse { accounts }).await
}

async fn draft(app: &App, line: Line, demonstration: bool) -> Result<Draft, Fault> {
    let (login, _, role, _) = line;
    let password = secret::password();
    let hash = app.hasher.hash(&password).await?;
    // In earnest everybody makes a second factor of his own, which nobody else has seen.
    let enrolled = demonstration && app.rights.is_strong(role);
    Ok(Draft {
        line,
        login: Login::parse("login", login)?,
        password,
        hash,
        totp: enrolled.then(|| Totp {
            confirmed_at: Some(app.db.clock().now()),
            ..Totp::new(secret::totp())
        }),
    })
}

/// Makes the account, or gives the one of an earlier try another password and second factor.
async fn make(uow: &mut Uow, draft: &Draft, must_change: bool, by: &str) -> Result<Account, Fault> {
    let (_, label, role, division) = draft.line;
    let (now, cipher) = (uow.now(), uow.cipher().clone());
    let found = store::accounts::find_by_login(uow.conn(), &cipher, &draft.login, now).await?;
    let mut account = match found {
        Some(found) => found,
        None => {
            let label = Pii::new(label.to_owned());
            let login = draft.login.clone();
            let account = Account::new(uow.new_id(), login, label, draft.hash.clone(), now);
            store::accounts::insert(uow.conn(), &cipher, &account).await?;
            account
        }
    };
    account = account
        .with_password(draft.hash.clone(), must_change)
        .with_totp(draft.totp.clone());
    store::accounts::save_password(uow.conn(), &cipher, &account, now).await?;
    store::accounts::save_totp(uow.conn(), &cipher, &account, now).await?;
    if account.grants.is_empty() {
        let division = Division::parse("division", division)?;
        let new = NewGrant::plain(role, division, "首批账号");
        grant(uow, &mut account, &new, by).await?;
    }
    Ok(account)
}

fn shown(draft: &Draft, account: &Account) -> pb::InstalledAccount {
    pb::InstalledAccount {
        account: account.id.name(),
        login: draft.login.to_string(),
        label: draft.line.1.into(),
        grant: account.grants.first().cloned().map(pb::RoleGrant::from),
        password: draft.password.expose("show it once").clone(),
        totp_secret: draft.totp.as_ref().map(Totp::text).unwrap_or_default(),
        totp_uri: draft
            .totp
            .as_ref()
            .map(|totp| totp.uri(&draft.login))
            .unwrap_or_default(),
    }
}
