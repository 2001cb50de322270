//! The pair of tokens that a session is given: what they say follows from the account as it is now.

use jianyi_db::Uow;
use jianyi_kernel::{Fault, Timestamp};
use jianyi_proto::identity::v1 as pb;

use super::App;
use crate::domain::{Account, Error, HeldGrant, Session};
use crate::signing::Ticket;
use crate::{secret, store};

const SERVICE: &str = "/jianyi.identity.v1.IdentityService/";
/// What a token is good for until the password is changed.
const CHANGING: [&str; 3] = ["ChangePassword", "WhoAmI", "Logout"];
/// What a token is good for until a second factor is confirmed.
const ENROLLING: [&str; 5] = [
    "BeginTotp",
    "ConfirmTotp",
    "ChangePassword",
    "WhoAmI",
    "Logout",
];

/// Gives a session its next pair.
pub(super) async fn issue(
    app: &App,
    uow: &mut Uow,
    account: &Account,
    session: &Session,
) -> Result<pb::LoginResponse, Fault> {
    let now = uow.now();
    let is_strong = |held: &&HeldGrant| app.rights.is_strong(&held.grant.role);
    let mut held: Vec<&HeldGrant> = account.grants_at(now).collect();
    if held.is_empty() {
        return Err(Error::NothingGranted.into());
    }
    // Who was let in by an outside provider has not used the first password.
    let must_change = account.must_change_password && session.is_proved_by("pwd");
    let unenrolled = !session.is_strong() && account.confirmed_totp().is_none();
    let at_a_branch = app.branch.is_some();
    let must_enrol = unenrolled && !at_a_branch && held.iter().any(&is_strong);
    if !session.is_strong() && (account.confirmed_totp().is_some() || at_a_branch) {
        // Proved once only, before there was a second factor, or where none can be enrolled: what needs two proofs
        // waits for the next login, or for one at the city.
        held.retain(|held| !is_strong(held));
        if held.is_empty() {
            return Err(Fault::Unauthenticated("SECOND_FACTOR_REQUIRED"));
        }
    }
    // No token outlives what the city said to a branch.
    let told_until = if at_a_branch {
        store::account_copies::valid_until(uow.conn(), account.id).await?
    } else {
        None
    };
    let until = held
        .iter()
        .filter_map(|held| held.valid_until)
        .chain([session.expires_at])
        .chain(told_until)
        .fold(after(now, app.config.access_ttl), Timestamp::min);
    let only = if must_change {
        Some(paths(&CHANGING))
    } else if must_enrol {
        Some(paths(&ENROLLING))
    } else {
        None
    };
    let ticket = Ticket {
        subject: account.id.name(),
        grants: held.iter().map(|held| held.grant.clone()).collect(),
        methods_of_proof: session.methods.clone(),
        session: session.id.to_string(),
        only,
        break_glass: held.iter().any(|held| held.break_glass),
    };
    let cipher = uow.cipher().clone();
    let access = app.sign(uow, ticket, until).await?;

    let refresh = secret::refresh_token();
    let index = cipher.blind_index("refresh", refresh.expose("keep its hash"))?;
    let id = uow.clock().new_uuid();
    store::refresh_tokens::insert(uow.conn(), id, session.id, &index, now).await?;
    let idle = after(now, app.config.limits.idle).min(session.expires_at);
    Ok(pb::LoginResponse {
        access_token: access.expose("answer the login").clone(),
        expires_in: seconds(now, until),
        token_type: "Bearer".into(),
        account: account.id.name(),
        refresh_token: refresh.expose("answer the login").clone(),
        refresh_expires_in: seconds(now, idle),
        session: session.id.name(),
        must_change_password: must_change,
        must_enrol_second_factor: must_enrol,
    })
}

fn paths(methods: &[&str]) -> Vec<String> {
    methods
        .iter()
        .map(|method| format!("{SERVICE}{method}"))
        .collect()
}

fn after(at: Timestamp, seconds: i64) -> Timestamp {
    Timestamp::from_offset(
        at.as_offset()
            .saturating_add(time::Duration::seconds(seconds)),
    )
}

fn seconds(from: Timestamp, until: Timestamp) -> i64 {
    until.to_unix().0.saturating_sub(from.to_unix().0)
}
