//! Wire → domain, with all violations at once.

use jianyi_kernel::{Division, Fault, Grant, Pii, Timestamp, Violation, Violations};
use jianyi_proto::api::v1::Role;
use jianyi_proto::identity::v1 as pb;

use crate::assertion;
use crate::domain::{Login, NewGrant, NewKey, check_password, is_held_by_people};
use crate::usecase::{NewAccount, NewClient};

const LABEL_LENGTH: usize = 60;
const REASON: std::ops::RangeInclusive<usize> = 2..=200;
const MOST_METHODS: usize = 50;
const MOST_DIVISIONS: usize = 20;

/// Reads role and division; the role must be one that people hold, the division one of the city's.
pub(in crate::api) fn grant(
    field: &str,
    role: i32,
    division: &str,
) -> Result<Grant, Vec<Violation>> {
    let mut violations = Vec::new();
    let role = match Role::try_from(role) {
        Ok(Role::Unspecified) | Err(_) => {
            violations.push(Violation::required("role"));
            None
        }
        Ok(role) if !is_held_by_people(role.as_str_name()) => {
            violations.push(Violation::new(
                "role",
                "ROLE_RESERVED",
                "this role is for programs, and for everybody; no person holds it".into(),
                "该角色仅供程序或公众使用,不能授予个人",
            ));
            None
        }
        Ok(role) => Some(role.as_str_name().to_owned()),
    };
    let division = self::division("division", division)
        .map_err(|violation| violations.push(violation))
        .ok();
    match (role, division) {
        (Some(role), Some(division)) => Ok(Grant { role, division }),
        (Some(_) | None, Some(_) | None) => Err(violations
            .into_iter()
            .map(|violation| {
                if field.is_empty() {
                    violation
                } else {
                    violation.within(field)
                }
            })
            .collect()),
    }
}

fn division(field: &str, code: &str) -> Result<Division, Violation> {
    let division = if code.is_empty() {
        Division::city()
    } else {
        Division::parse(field, code)?
    };
    if Division::city().covers(&division) {
        return Ok(division);
    }
    Err(Violation::new(
        field,
        "DIVISION_ELSEWHERE",
        "this division does not belong to the city".into(),
        "该区划不属于本市",
    ))
}

fn instant(
    field: &str,
    wire: Option<prost_types::Timestamp>,
) -> Result<Option<Timestamp>, Violation> {
    wire.map(|at| {
        Timestamp::from_unix(at.seconds, at.nanos).ok_or_else(|| {
            Violation::new(
                field,
                "TIME_MALFORMED",
                "this is no instant".into(),
                "时间格式不正确",
            )
        })
    })
    .transpose()
}

/// Reads what a client proves itself by: a key, a certificate, or both.
pub(in crate::api) fn key(jwk: &str, certificate: &str, parent: &str) -> Result<NewKey, Fault> {
    let field = |name: &str| {
        if parent.is_empty() {
            name.to_owned()
        } else {
            format!("{parent}.{name}")
        }
    };
    let mut violations = Vec::new();
    if jwk.is_empty() && certificate.is_empty() {
        violations.push(Violation::required(&field("public_key_jwk")));
    }
    if !jwk.is_empty() && (jwk.len() > 2000 || assertion::key(jwk).is_none()) {
        violations.push(Violation::new(
            &field("public_key_jwk"),
            "KEY_MALFORMED",
            "a key is a public JWK, Ed25519 or P-256".into(),
            "公钥应为 JWK 格式的 Ed25519 或 P-256 公钥",
        ));
    }
    let certificate = certificate.replace(':', "").to_ascii_lowercase();
    let is_hash = certificate.len() == 64 && certificate.bytes().all(|b| b.is_ascii_hexdigit());
    if !certificate.is_empty() && !is_hash {
        violations.push(Violation::new(
            &field("certificate_sha256"),
            "FINGERPRINT_MALFORMED",
            "a fingerprint is 64 hexadecimal digits".into(),
            "证书指纹应为 64 位十六进制数",
        ));
    }
    if !violations.is_empty() {
        return Err(Fault::Invalid(violations));
    }
    Ok(NewKey {
        public_key: (!jwk.is_empty()).then(|| jwk.to_owned()),
        certificate_sha256: (!certificate.is_empty()).then_some(certificate),
    })
}

impl TryFrom<pb::CreateAccountRequest> for NewAccount {
    type Error = Fault;

    fn try_from(request: pb::CreateAccountRequest) -> Result<Self, Fault> {
        let wire = request.account.unwrap_or_default();
        let password = Pii::new(request.password);
        let mut violations = Violations::new();
        let login = violations.take(Login::parse("account.login", &wire.login));
        let label = violations
            .text("account.label", &wire.label, LABEL_LENGTH)
            .map(Pii::new);
        if let Some(login) = &login {
            violations.take(check_password("password", &password, login));
        }
        let new = login.zip(label).map(|(login, label)| Self {
            login,
            label,
            password,
        });
        violations.finish_with(new)
    }
}

impl TryFrom<pb::AddGrantRequest> for NewGrant {
    type Error = Fault;

    fn try_from(request: pb::AddGrantRequest) -> Result<Self, Fault> {
        let wire = request.grant.unwrap_or_default();
        let mut violations = Violations::new();
        let grant = match grant("grant", wire.role, &wire.division) {
            Ok(grant) => Some(grant),
            Err(found) => {
                found
                    .into_iter()
                    .for_each(|violation| violations.push(violation));
                None
            }
        };
        let valid_from = violations.take(instant("grant.valid_from", wire.valid_from));
        let valid_until = violations.take(instant("grant.valid_until", wire.valid_until));
        let reason = request.reason.trim().to_owned();
        if !REASON.contains(&reason.chars().count()) {
            violations.push(Violation::new(
                "reason",
                "REASON_LENGTH",
                "say in 2 to 200 characters why".into(),
                "请用 2 至 200 个字说明授权原因",
            ));
        }
        let new = grant.map(|grant| Self {
            grant,
            valid_from: valid_from.flatten(),
            valid_until: valid_until.flatten(),
            may_break_glass: wire.may_break_glass,
            break_glass: false,
            reason: Pii::new(reason),
        });
        violations.finish_with(new)
    }
}

impl TryFrom<pb::Client> for NewClient {
    type Error = Fault;

    fn try_from(wire: pb::Client) -> Result<Self, Fault> {
        let mut violations = Violations::new();
        let kind = pb::ClientKind::try_from(wire.kind).unwrap_or(pb::ClientKind::Unspecified);
        if kind == pb::ClientKind::Unspecified {
            violations.push(Violation::required("client.kind"));
        }
        let label = violations.text("client.label", &wire.label, LABEL_LENGTH);
        for (field, count, most) in [
            ("client.methods", wire.methods.len(), MOST_METHODS),
            ("client.divisions", wire.divisions.len(), MOST_DIVISIONS),
        ] {
            if count == 0 {
                violations.push(Violation::required(field));
            } else if count > most {
                violations.push(Violation::new(
                    field,
                    "TOO_MANY",
                    format!("at most {most}"),
                    "数量过多",
                ));
            }
        }
        let divisions: Vec<Division> = wire
            .divisions
            .iter()
            .take(MOST_DIVISIONS)
            .enumerate()
            .filter_map(|(n, code)| {
                violations.take(division(&format!("client.divisions[{n}]"), code))
            })
            .collect();
        let valid_until = violations
            .take(instant("client.valid_until", wire.valid_until))
            .flatten();
        if valid_until.is_none() {
            violations.push(Violation::required("client.valid_until"));
        }
        let key = match key(&wire.public_key_jwk, &wire.certificate_sha256, "client") {
            Ok(key) => Some(key),
            Err(Fault::Invalid(found)) => {
                found
                    .into_iter()
                    .for_each(|violation| violations.push(violation));
                None
            }
            Err(fault) => return Err(fault),
        };
        let role = if kind == pb::ClientKind::Auditor {
            "ROLE_AUDITOR"
        } else {
            "ROLE_AGENCY"
        };
        let new = label
            .zip(valid_until)
            .zip(key)
            .map(|((label, valid_until), key)| Self {
                kind: kind.as_str_name().into(),
                label,
                role: role.into(),
                methods: wire.methods,
                divisions,
                key,
                valid_until,
            });
        violations.finish_with(new)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reasons(found: Result<(), Fault>) -> Vec<(String, &'static str)> {
        let Err(Fault::Invalid(violations)) = found else {
            panic!("accepted")
        };
        violations
            .into_iter()
            .map(|violation| (violation.field, violation.reason))
            .collect()
    }

    #[test]
    fn everything_wrong_with_a_grant_is_said_at_once() {
        for role in [Role::Service, Role::Operator, Role::Agency, Role::Public] {
            let request = pb::AddGrantRequest {
                grant: Some(pb::RoleGrant {
                    role: role.into(),
                    division: "41".into(),
                    ..Default::default()
                }),
                ..Default::default()
            };
            assert_eq!(
                reasons(NewGrant::try_from(request).map(drop)),
                [
                    ("grant.role".to_owned(), "ROLE_RESERVED"),
                    ("grant.division".to_owned(), "DIVISION_MALFORMED"),
                    ("reason".to_owned(), "REASON_LENGTH"),
                ]
            );
        }
    }

    #[test]
    fn everything_wrong_with_a_client_is_said_at_once() {
        let wire = pb::Client {
            public_key_jwk: r#"{"kty":"RSA","n":"AQAB","e":"AQAB"}"#.into(),
            certificate_sha256: "ab".into(),
            divisions: vec!["410700".into()],
            ..Default::default()
        };
        let found: Vec<_> = reasons(NewClient::try_from(wire).map(drop))
            .into_iter()
            .map(|(_, reason)| reason)
            .collect();
        assert_eq!(
            found,
            [
                "REQUIRED",
                "REQUIRED",
                "REQUIRED",
                "DIVISION_ELSEWHERE",
                "REQUIRED",
                "KEY_MALFORMED",
                "FINGERPRINT_MALFORMED"
            ]
        );
    }
}
