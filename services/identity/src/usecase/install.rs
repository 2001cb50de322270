//! The first start: makes the signing key, and the account of the first administrator.

use jianyi_db::Uow;
use jianyi_kernel::{Call, Caller, Division, Fault, Grant, Pii};

use super::{App, insert};
use crate::domain::{Account, Login, check_password};
use crate::signing::SigningKey;
use crate::store;

const ADMIN: &str = "admin";

/// Brings an empty database to the point where somebody can log in. Changes nothing on a later start.
pub(crate) async fn install(app: &App, admin_password: Option<&Pii<String>>) -> Result<(), Fault> {
    let call = Call::background("identity", "Install");
    let mut conn = app.db.read(&Caller::service("identity")).await?;
    let has_key = store::signing_keys::active(&mut conn).await?.is_some();
    let has_account = store::accounts::any(&mut conn).await?;
    drop(conn);
    if !has_key {
        let mut uow = app.db.begin_background(&call).await?;
        let key = SigningKey::generate(uow.clock(), uow.cipher())?;
        let now = uow.now();
        store::signing_keys::insert(uow.conn(), &key, now).await?;
        uow.commit_background().await?;
    }
    match admin_password {
        Some(password) if !has_account => first_administrator(app, &call, password).await,
        None if !has_account => {
            tracing::warn!(
                "nobody can log in: there is no account, and JIANYI_ADMIN_PASSWORD is not set"
            );
            Ok(())
        }
        Some(_) | None => Ok(()),
    }
}

async fn first_administrator(app: &App, call: &Call, password: &Pii<String>) -> Result<(), Fault> {
    let login = Login::parse("login", ADMIN)?;
    check_password("JIANYI_ADMIN_PASSWORD", password, &login)?;
    let password_hash = app.hasher.hash(password).await?;
    let mut uow = app.db.begin_background(call).await?;
    let account = administrator(&uow, login, password_hash);
    insert(&mut uow, &account).await?;
    uow.commit_background().await
}

fn administrator(uow: &Uow, login: Login, password_hash: Pii<String>) -> Account {
    Account {
        id: uow.new_id(),
        version: 1,
        created_at: uow.now(),
        login,
        label: Pii::new("系统管理员".into()),
        password_hash,
        grants: vec![Grant {
            role: "ROLE_OPERATOR".into(),
            division: Division::city(),
        }],
        disabled_at: None,
    }
}
