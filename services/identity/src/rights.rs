//! What roles mean, read from the contracts: which of them need two proofs, and which methods programs may call.

use std::sync::Arc;

use jianyi_kernel::Fault;
use jianyi_proto::DESCRIPTOR_SET;
use jianyi_rpc::{MethodPolicy, Policies};

const ADMINISTRATORS: [&str; 3] = [
    "ROLE_SYSTEM_ADMINISTRATOR",
    "ROLE_SECURITY_ADMINISTRATOR",
    "ROLE_AUDIT_ADMINISTRATOR",
];
/// Here a second factor protects the account itself, whatever its role.
const OWN_SERVICE: &str = "/jianyi.identity.v1.IdentityService/";
/// What shows a person's data.
const SEEING: [&str; 5] = [
    "GetPerson",
    "ListPeople",
    "SearchPeople",
    "RevealPerson",
    "RevealSealedPerson",
];

/// The policies of all methods, as identity asks them.
#[derive(Debug, Clone)]
pub(crate) struct Rights(Option<Arc<Policies>>);

/// How far a role sees a person.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Sight {
    pub(crate) masked: bool,
    pub(crate) reveals: bool,
    pub(crate) sealed: bool,
}

impl Rights {
    /// Reads the contracts.
    pub(crate) fn read() -> Result<Self, Fault> {
        Policies::from_descriptors(DESCRIPTOR_SET).map(|policies| Self(Some(Arc::new(policies))))
    }

    /// Without contracts every role needs two proofs, and programs may call nothing.
    pub(crate) const fn none() -> Self {
        Self(None)
    }

    /// Whether a role unmasks, approves or administers: it counts only in sessions proved twice, and is never
    /// minted.
    pub(crate) fn is_strong(&self, role: &str) -> bool {
        let Some(policies) = &self.0 else {
            return true;
        };
        ADMINISTRATORS.contains(&role)
            || policies.iter().any(|(path, policy)| {
                let strong = policy.is_some_and(|policy| policy.second_factor || policy.reveals);
                strong && !path.starts_with(OWN_SERVICE) && lists(policy, role)
            })
    }

    /// Whether a method's policy lists a role.
    pub(crate) fn admits(&self, path: &str, role: &str) -> bool {
        self.0
            .as_ref()
            .is_some_and(|policies| lists(policies.of(path).flatten(), role))
    }

    /// How far a role sees the people of its division; through these methods only, for clients bound to some.
    pub(crate) fn sight(&self, role: &str, methods: Option<&[String]>) -> Sight {
        let mut sight = Sight::default();
        for method in SEEING {
            let path = format!("/jianyi.member.v1.MemberService/{method}");
            let Some(policy) = self
                .0
                .as_ref()
                .and_then(|policies| policies.of(&path).flatten())
            else {
                continue;
            };
            let bound = methods.is_none_or(|methods| methods.contains(&path));
            if bound && policy.roles.iter().any(|listed| listed == role) {
                sight.masked |= !policy.reveals;
                sight.reveals |= policy.reveals;
                sight.sealed |= policy.sealed;
            }
        }
        sight
    }
}

fn lists(policy: Option<&MethodPolicy>, role: &str) -> bool {
    policy.is_some_and(|policy| policy.roles.iter().any(|listed| listed == role))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn g01_roles_that_unmask_approve_or_administer_need_two_proofs() {
        let rights = Rights::read().unwrap();
        for role in ADMINISTRATORS
            .into_iter()
            .chain(["ROLE_FINANCE_APPROVER", "ROLE_MEMBER_AFFAIRS"])
        {
            assert!(rights.is_strong(role), "{role}");
        }
        for role in ["ROLE_LEADER", "ROLE_OVERSIGHT", "ROLE_AUDITOR"] {
            assert!(!rights.is_strong(role), "{role}");
        }
        assert!(Rights::none().is_strong("ROLE_OVERSIGHT"));
    }

    #[test]
    fn who_sees_people_follows_the_contract() {
        let rights = Rights::read().unwrap();
        assert!(rights.sight("ROLE_COUNTY_CLERK", None).masked);
        assert_eq!(rights.sight("ROLE_PUBLICITY", None), Sight::default());
        assert_eq!(
            rights.sight("ROLE_COUNTY_CLERK", Some(&["/other".into()])),
            Sight::default()
        );
    }
}
