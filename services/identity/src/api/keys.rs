//! Handlers of the keys that tokens are verified with.

use jianyi_db::PgConnection;
use jianyi_kernel::{Fault, Id, Timestamp};
use jianyi_proto::identity::v1 as pb;
use serde_json::json;
use tonic::Request;

use crate::domain;
use crate::signing::{SigningKeyKind, TAIL};
use crate::store;
use crate::usecase::{self, App};

pub(super) async fn jwks(app: &App) -> Result<pb::GetJwksResponse, Fault> {
    let mut conn = app.db.read(&App::itself()).await?;
    published(app, &mut conn, app.db.clock().now()).await
}

pub(super) async fn rotate(
    app: &App,
    request: Request<pb::RotateSigningKeyRequest>,
) -> Result<pb::GetJwksResponse, Fault> {
    let call = jianyi_rpc::call(&request, &request.get_ref().request_id)?;
    let rotated = usecase::rotate_signing_key(app, &call, async |uow| {
        let now = uow.now();
        published(app, uow.conn(), now).await
    });
    Ok(rotated.await?.into_reply())
}

/// At a branch its own keys, bound to the county, and those of the city that it was told.
async fn published(
    app: &App,
    conn: &mut PgConnection,
    now: Timestamp,
) -> Result<pb::GetJwksResponse, Fault> {
    let since = domain::before(now, TAIL);
    let county = app.county().map(ToString::to_string).unwrap_or_default();
    let own = store::signing_keys::published(conn, since).await?;
    let own = own
        .into_iter()
        .map(|key| web_key(key.id, key.public_key, &county));
    let city = match app.branch {
        Some(_) => store::city_keys::published(conn, since).await?,
        None => Vec::new(),
    };
    let city = city
        .into_iter()
        .map(|key| web_key(key.id, key.public_key, ""));
    let keys: Vec<pb::JsonWebKey> = own.chain(city).collect();
    Ok(pb::GetJwksResponse {
        jwks_json: jwk_set(&keys),
        keys,
    })
}

fn web_key(id: Id<SigningKeyKind>, x: String, division: &str) -> pb::JsonWebKey {
    pb::JsonWebKey {
        kty: "OKP".into(),
        crv: "Ed25519".into(),
        x,
        kid: id.to_string(),
        alg: "EdDSA".into(),
        r#use: "sig".into(),
        division: division.into(),
    }
}

fn jwk_set(keys: &[pb::JsonWebKey]) -> String {
    let keys: Vec<_> = keys
        .iter()
        .map(|key| {
            let mut json = json!({
                "kty": key.kty, "crv": key.crv, "x": key.x, "kid": key.kid, "alg": key.alg, "use": key.r#use,
            });
            if !key.division.is_empty() {
                json["division"] = json!(key.division);
            }
            json
        })
        .collect();
    json!({ "keys": keys }).to_string()
}
