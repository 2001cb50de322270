//! Wire → domain with all violations at once, and domain → wire.

use jianyi_kernel::{Division, Fault, Grant, Pii, Violation, Violations};
use jianyi_proto::api::v1::Role;
use jianyi_proto::convert::timestamp;
use jianyi_proto::identity::v1 as pb;

use crate::domain::{Account, Login, check_password};
use crate::usecase::NewAccount;

const LABEL_LENGTH: usize = 60;
const MOST_GRANTS: usize = 20;

impl From<Account> for pb::Account {
    fn from(account: Account) -> Self {
        Self {
            name: account.id.name(),
            login: account.login.to_string(),
            label: account
                .label
                .expose("administrators see whose account it is")
                .clone(),
            grants: account.grants.iter().map(role_grant).collect(),
            disabled: account.disabled_at.is_some(),
            disable_time: account.disabled_at.map(timestamp),
            create_time: Some(timestamp(account.created_at)),
            etag: account.version.to_string(),
        }
    }
}

/// A grant for the wire.
pub(super) fn role_grant(grant: &Grant) -> pb::RoleGrant {
    let role = Role::from_str_name(&grant.role).unwrap_or(Role::Unspecified);
    pb::RoleGrant {
        role: role.into(),
        division: grant.division.to_string(),
    }
}

/// Reads a grant; the role must be one that people or agencies hold.
pub(super) fn grant(field: &str, role: i32, division: &str) -> Result<Grant, Vec<Violation>> {
    let mut violations = Vec::new();
    let role = match Role::try_from(role) {
        Ok(Role::Unspecified) | Err(_) => {
            violations.push(Violation::required("role").within_if(field));
            None
        }
        Ok(Role::Service) => {
            let violation = Violation::new(
                "role",
                "ROLE_RESERVED",
                "ROLE_SERVICE is held by our own services only".into(),
                "该角色仅供系统内部服务使用",
            );
            violations.push(violation.within_if(field));
            None
        }
        Ok(role) => Some(role.as_str_name().to_owned()),
    };
    let code = if division.is_empty() {
        Ok(Division::city())
    } else {
        Division::parse("division", division)
    };
    match (role, code) {
        (Some(role), Ok(division)) => return Ok(Grant { role, division }),
        (None, Ok(_)) => {}
        (_, Err(violation)) => violations.push(violation.within_if(field)),
    }
    Err(violations)
}

trait WithinIf {
    fn within_if(self, parent: &str) -> Self;
}

impl WithinIf for Violation {
    fn within_if(self, parent: &str) -> Self {
        if parent.is_empty() {
            self
        } else {
            self.within(parent)
        }
    }
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
        let mut grants: Vec<Grant> = Vec::new();
        for (n, wire) in wire.grants.iter().enumerate().take(MOST_GRANTS) {
            match grant(&format!("account.grants[{n}]"), wire.role, &wire.division) {
                // Stating a grant twice is granting it once.
                Ok(grant) if grants.contains(&grant) => {}
                Ok(grant) => grants.push(grant),
                Err(found) => found
                    .into_iter()
                    .for_each(|violation| violations.push(violation)),
            }
        }
        if wire.grants.is_empty() {
            violations.push(Violation::required("account.grants"));
        }
        if wire.grants.len() > MOST_GRANTS {
            violations.push(Violation::new(
                "account.grants",
                "TOO_MANY",
                format!("an account has at most {MOST_GRANTS} grants"),
                "一个账号最多 20 项授权",
            ));
        }
        let new = login.zip(label).map(|(login, label)| Self {
            login,
            label,
            password,
            grants,
        });
        violations.finish_with(new)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_wrong_with_a_new_account_is_said_at_once() {
        let request = pb::CreateAccountRequest {
            account: Some(pb::Account {
                login: "clerk".into(),
                grants: vec![
                    pb::RoleGrant {
                        role: Role::Service.into(),
                        division: "41".into(),
                    },
                    pb::RoleGrant {
                        role: 0,
                        division: String::new(),
                    },
                ],
                ..Default::default()
            }),
            password: "short".into(),
            request_id: String::new(),
        };
        let Err(Fault::Invalid(violations)) = NewAccount::try_from(request) else {
            panic!("accepted")
        };
        let found: Vec<_> = violations
            .iter()
            .map(|v| (v.field.as_str(), v.reason))
            .collect();
        assert_eq!(
            found,
            [
                ("account.label", "REQUIRED"),
                ("password", "PASSWORD_LENGTH"),
                ("account.grants[0].role", "ROLE_RESERVED"),
                ("account.grants[0].division", "DIVISION_MALFORMED"),
                ("account.grants[1].role", "REQUIRED"),
            ]
        );
    }
}
