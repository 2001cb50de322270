//! A program proves itself by a signed assertion or by its certificate, and gets a token for what it is bound to.

use jianyi_db::Committed;
use jianyi_kernel::{Call, Caller, Division, Fault, Grant, Id, Pii, Reach, Timestamp};
use jianyi_proto::identity::v1 as pb;
use jianyi_proto::name;
use serde_json::json;

use super::App;
use crate::assertion::{self, REFUSED};
use crate::domain::{Client, ClientKind};
use crate::signing::Ticket;
use crate::store;

/// Issuer of the assertions of the program at the machine.
const OPERATOR: &str = "operator";
/// Seconds that a client's token lives.
const TTL: i64 = 600;

/// What a program shows.
#[derive(Debug)]
pub(crate) struct Shown {
    pub(crate) assertion: Option<Pii<String>>,
    /// The client's name, where a certificate alone must do.
    pub(crate) client: String,
    /// SHA-256 of the certificate that the gateway saw; never the word of anybody else.
    pub(crate) certificate: Option<String>,
}

/// What a program has proved to be.
struct Proven {
    ticket: Ticket,
    until: Timestamp,
    /// The id that counts once, and until when it is remembered.
    nonce: Option<(String, Timestamp)>,
}

/// Exchanges what is shown for a token.
pub(crate) async fn exchange_assertion(
    app: &App,
    mut call: Call,
    shown: &Shown,
) -> Result<Committed<pb::ExchangeAssertionResponse>, Fault> {
    let proven = match &shown.assertion {
        Some(signed) if assertion::issuer(signed)? == OPERATOR => operator(app, signed)?,
        // Programs of others are known to the city alone.
        Some(_) | None => {
            app.is_the_city()?;
            client(app, shown).await?
        }
    };
    call.caller = Caller {
        subject: proven.ticket.subject.clone(),
        reach: Reach::everything(),
        ..Caller::anonymous()
    };
    let mut uow = app.db.begin_background(&call).await?;
    let (now, cipher) = (uow.now(), uow.cipher().clone());
    if let Some((nonce, forgotten)) = &proven.nonce {
        let index = cipher.blind_index("assertion", nonce)?;
        let id = uow.clock().new_uuid();
        let claim = (call.caller.subject.as_str(), index.as_slice());
        if !store::assertions::claim(uow.conn(), id, claim, *forgotten, now).await? {
            // Replays are audited, too.
            uow.commit_background().await?;
            return Err(Fault::Unauthenticated("ASSERTION_REPLAYED"));
        }
    }
    let until = proven.until;
    let token = app.sign(&mut uow, proven.ticket, until).await?;
    uow.commit(pb::ExchangeAssertionResponse {
        access_token: token.expose("answer the exchange").clone(),
        expires_in: until.to_unix().0.saturating_sub(now.to_unix().0),
        token_type: "Bearer".into(),
    })
    .await
}

/// The program at the machine, known by the key that was made there.
fn operator(app: &App, signed: &Pii<String>) -> Result<Proven, Fault> {
    let x = app.config.operator_key.as_ref().ok_or(REFUSED)?;
    let jwk = json!({ "kty": "OKP", "crv": "Ed25519", "x": x }).to_string();
    let (key, algorithm) = assertion::key(&jwk).ok_or(REFUSED)?;
    let now = app.db.clock().now();
    let claims = assertion::verify(signed, OPERATOR, (&key, algorithm), now)?;
    let forgotten = claims.forgotten_at().ok_or(REFUSED)?;
    Ok(Proven {
        ticket: Ticket {
            subject: format!("clients/{OPERATOR}"),
            grants: vec![Grant {
                role: "ROLE_OPERATOR".into(),
                division: app.county().cloned().unwrap_or_else(Division::city),
            }],
            methods_of_proof: vec!["pop".into()],
            session: String::new(),
            only: None,
            break_glass: false,
        },
        until: after(now, app.config.access_ttl),
        nonce: Some((claims.jti, forgotten)),
    })
}

/// A registered client: everything that it was registered with is asked for.
async fn client(app: &App, shown: &Shown) -> Result<Proven, Fault> {
    let named = match &shown.assertion {
        Some(signed) => assertion::issuer(signed)?,
        None => shown.client.clone(),
    };
    let id: Id<ClientKind> = name::parse("client", &named).map_err(|_| REFUSED)?;
    let mut conn = app.db.read(&App::itself()).await?;
    let client = store::clients::find(&mut conn, id).await?;
    drop(conn);
    let now = app.db.clock().now();
    let client = client.filter(|client| client.is_good(now)).ok_or(REFUSED)?;
    if client.key.certificate_sha256.is_some() && client.key.certificate_sha256 != shown.certificate
    {
        return Err(REFUSED);
    }
    let nonce = match (&client.key.public_key, &shown.assertion) {
        (Some(jwk), Some(signed)) => {
            let (key, algorithm) = assertion::key(jwk).ok_or(REFUSED)?;
            let claims = assertion::verify(signed, &named, (&key, algorithm), now)?;
            let forgotten = claims.forgotten_at().ok_or(REFUSED)?;
            Some((claims.jti, forgotten))
        }
        (None, None) if client.key.certificate_sha256.is_some() => None,
        (Some(_) | None, Some(_) | None) => return Err(REFUSED),
    };
    let proof = if nonce.is_some() { "pop" } else { "hwk" };
    Ok(Proven {
        until: after(now, TTL).min(client.valid_until),
        ticket: ticket(client, proof),
        nonce,
    })
}

fn ticket(client: Client, proof: &str) -> Ticket {
    Ticket {
        subject: client.id.name(),
        grants: client
            .divisions
            .into_iter()
            .map(|division| Grant {
                role: client.role.clone(),
                division,
            })
            .collect(),
        methods_of_proof: vec![proof.into()],
        session: String::new(),
        only: Some(client.methods),
        break_glass: false,
    }
}

fn after(at: Timestamp, seconds: i64) -> Timestamp {
    Timestamp::from_offset(
        at.as_offset()
            .saturating_add(time::Duration::seconds(seconds)),
    )
}
