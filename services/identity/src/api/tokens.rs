//! Handlers of login, keys and tokens.

use jianyi_kernel::{Caller, Fault, Id, Pii, Timestamp};
use jianyi_proto::identity::v1 as pb;
use jianyi_proto::name;
use serde_json::json;
use tonic::Request;

use super::convert;
use crate::domain::{AccountKind, Login};
use crate::signing::SigningKey;
use crate::store;
use crate::usecase::{self, App};

/// Keys stay published this long after they retire: the life of the longest token.
const TAIL: time::Duration = time::Duration::hours(25);

pub(super) async fn login(
    app: &App,
    request: Request<pb::LoginRequest>,
) -> Result<pb::LoginResponse, Fault> {
    let call = jianyi_rpc::call(&request, "")?;
    let request = request.into_inner();
    // A login that cannot exist is answered like one that does not: no message, but no work either,
    // since its shape is known to everybody.
    let login = Login::parse("login", &request.login)
        .map_err(|_| Fault::Unauthenticated("LOGIN_FAILED"))?;
    Ok(
        usecase::login(app, call, &login, &Pii::new(request.password))
            .await?
            .into_reply(),
    )
}

pub(super) async fn jwks(app: &App) -> Result<pb::GetJwksResponse, Fault> {
    let mut conn = app.db.read(&Caller::service("identity")).await?;
    let since = Timestamp::from_offset(app.db.clock().now().as_offset() - TAIL);
    let keys = store::signing_keys::published(&mut conn, since).await?;
    let keys: Vec<pb::JsonWebKey> = keys.into_iter().map(pb::JsonWebKey::from).collect();
    Ok(pb::GetJwksResponse {
        jwks_json: jwk_set(&keys),
        keys,
    })
}

pub(super) async fn who_am_i(
    app: &App,
    request: Request<pb::WhoAmIRequest>,
) -> Result<pb::WhoAmIResponse, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let account = match name::parse::<AccountKind>("subject", &caller.subject) {
        Ok(id) => account(app, id).await?,
        Err(_) => None,
    };
    Ok(pb::WhoAmIResponse {
        subject: caller.subject,
        grants: caller.grants.iter().map(convert::role_grant).collect(),
        account,
    })
}

pub(super) async fn mint(
    app: &App,
    request: Request<pb::MintTokenRequest>,
) -> Result<pb::MintTokenResponse, Fault> {
    let call = jianyi_rpc::call(&request, &request.get_ref().request_id)?;
    let request = request.into_inner();
    let grant = convert::grant("", request.role, &request.division).map_err(Fault::Invalid)?;
    Ok(usecase::mint_token(app, &call, grant, request.ttl_seconds)
        .await?
        .into_reply())
}

async fn account(app: &App, id: Id<AccountKind>) -> Result<Option<pb::Account>, Fault> {
    let mut conn = app.db.read(&Caller::service("identity")).await?;
    match store::accounts::get(&mut conn, app.db.cipher(), id).await {
        Ok(account) => Ok(Some(account.into())),
        Err(Fault::NotFound(_)) => Ok(None),
        Err(fault) => Err(fault),
    }
}

impl From<SigningKey> for pb::JsonWebKey {
    fn from(key: SigningKey) -> Self {
        Self {
            kty: "OKP".into(),
            crv: "Ed25519".into(),
            x: key.public_key,
            kid: key.id.to_string(),
            alg: "EdDSA".into(),
            r#use: "sig".into(),
        }
    }
}

fn jwk_set(keys: &[pb::JsonWebKey]) -> String {
    let keys: Vec<_> = keys
        .iter()
        .map(|key| {
            json!({
                "kty": key.kty, "crv": key.crv, "x": key.x, "kid": key.kid, "alg": key.alg, "use": key.r#use,
            })
        })
        .collect();
    json!({ "keys": keys }).to_string()
}
