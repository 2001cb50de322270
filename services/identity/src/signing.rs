//! Signs tokens with the one active key, and says which keys verify them.
//!
//! Ed25519 in a JWT (RFC 8037). The private part lies in the database, sealed for its row; it is opened
//! for one signature and dropped.

use jianyi_db::{FieldCipher, PgConnection};
use jianyi_kernel::{Clock, Division, Fault, Grant, Id, IdKind, Pii, Timestamp};
use jianyi_rpc::{ClaimGrant, Claims, ISSUER, branch_issuer};
use jsonwebtoken::jwk::{AlgorithmParameters, Jwk};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use rand::RngCore as _;

use crate::store;

/// Keys stay published this long after they retire: the life of the longest token, and an hour.
pub(crate) const TAIL: time::Duration = time::Duration::hours(25);

/// Marker of signing keys; the id is the token header's `kid`.
pub(crate) enum SigningKeyKind {}

impl IdKind for SigningKeyKind {
    const COLLECTION: &'static str = "signingKeys";
}

/// A key pair as it is stored.
#[derive(Debug)]
pub(crate) struct SigningKey {
    pub(crate) id: Id<SigningKeyKind>,
    /// base64url of the 32 bytes, the `x` of a JWK.
    pub(crate) public_key: String,
    pub(crate) sealed_private_key: Vec<u8>,
}

/// What comes before the 32 secret bytes in the PKCS#8 form of an Ed25519 key (RFC 8410).
const PKCS8_PREFIX: [u8; 16] = [
    0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
];

impl SigningKey {
    /// A fresh pair.
    pub(crate) fn generate(clock: &Clock, cipher: &FieldCipher) -> Result<Self, Fault> {
        let id = clock.new_id();
        let mut secret = [0_u8; 32];
        rand::rng().fill_bytes(&mut secret);
        let der = [PKCS8_PREFIX.as_slice(), &secret].concat();
        let jwk = Jwk::from_encoding_key(&EncodingKey::from_ed_der(&der), Algorithm::EdDSA)
            .map_err(Fault::internal)?;
        let AlgorithmParameters::OctetKeyPair(public) = jwk.algorithm else {
            return Err(Fault::internal("an Ed25519 key is not an octet key pair"));
        };
        Ok(Self {
            id,
            public_key: public.x,
            sealed_private_key: cipher.seal(&place(id), &der)?,
        })
    }

    fn sign(&self, cipher: &FieldCipher, claims: &Claims) -> Result<Pii<String>, Fault> {
        let der = Pii::new(cipher.open(&place(self.id), &self.sealed_private_key)?);
        let mut header = Header::new(Algorithm::EdDSA);
        header.kid = Some(self.id.to_string());
        encode(
            &header,
            claims,
            &EncodingKey::from_ed_der(der.expose("sign")),
        )
        .map(Pii::new)
        .map_err(Fault::internal)
    }
}

fn place(id: Id<SigningKeyKind>) -> String {
    format!("signing_keys/{id}/private_key")
}

/// What a token is to say.
#[derive(Debug)]
pub(crate) struct Ticket {
    pub(crate) subject: String,
    pub(crate) grants: Vec<Grant>,
    /// How it was proved (RFC 8176).
    pub(crate) methods_of_proof: Vec<String>,
    /// Id of the login session.
    pub(crate) session: String,
    /// The only methods it is good for.
    pub(crate) only: Option<Vec<String>>,
    /// Whether a role in it was taken in an emergency.
    pub(crate) break_glass: bool,
}

/// Signs a token, good from `now` to `until`. A branch signs in its county's name, and for its county alone: whatever
/// asks for more is a mistake of ours, and nobody would believe it.
pub(crate) async fn sign(
    conn: &mut PgConnection,
    cipher: &FieldCipher,
    branch: Option<&Division>,
    ticket: Ticket,
    now: Timestamp,
    until: Timestamp,
) -> Result<Pii<String>, Fault> {
    let outside = |grant: &Grant| branch.is_some_and(|county| !county.covers(&grant.division));
    if ticket.grants.iter().any(outside) {
        return Err(Fault::internal(
            "a branch was asked to sign for another place than its county",
        ));
    }
    let key = store::signing_keys::active(conn)
        .await?
        .ok_or_else(|| Fault::internal("there is no signing key although one is made at start"))?;
    let claims = Claims {
        sub: ticket.subject,
        iss: branch.map_or_else(|| ISSUER.to_owned(), branch_issuer),
        iat: now.to_unix().0,
        exp: until.to_unix().0,
        amr: ticket.methods_of_proof,
        sid: ticket.session,
        methods: ticket.only,
        bg: ticket.break_glass,
        grants: ticket
            .grants
            .into_iter()
            .map(|grant| ClaimGrant {
                role: grant.role,
                division: grant.division.to_string(),
            })
            .collect(),
    };
    key.sign(cipher, &claims)
}
