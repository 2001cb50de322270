//! Which counties a caller's question reaches.

use jianyi_kernel::{Caller, Division, Fault};
use jianyi_rpc::{MethodPolicy, Scope};

/// Refuses a caller whose grants do not reach the county that the request names. The gate has found the role;
/// whoever holds it elsewhere does not learn what there is here (V-129).
pub(crate) fn admit(
    caller: &Caller,
    policy: &MethodPolicy,
    county: &Division,
) -> Result<(), Fault> {
    if reaches(caller, policy, county) {
        Ok(())
    } else {
        Err(Fault::NotFound(format!("counties/{county}")))
    }
}

/// The counties that `counties/-` means for this caller, in order.
pub(crate) fn all<'a>(
    caller: &Caller,
    policy: &MethodPolicy,
    codes: impl Iterator<Item = &'a Division>,
) -> Result<Vec<Division>, Fault> {
    let reached: Vec<Division> = codes
        .filter(|code| reaches(caller, policy, code))
        .cloned()
        .collect();
    if reached.is_empty() {
        Err(Fault::Denied)
    } else {
        Ok(reached)
    }
}

fn reaches(caller: &Caller, policy: &MethodPolicy, county: &Division) -> bool {
    match policy.scope {
        Scope::County => caller.holds(&policy.roles, county),
        Scope::Township => caller.grants.iter().any(|grant| {
            policy.roles.contains(&grant.role)
                && (grant.division.covers(county) || grant.division.county() == *county)
        }),
        // The gate has decided these already.
        Scope::City | Scope::Any => true,
    }
}

#[cfg(test)]
mod tests {
    use jianyi_kernel::Grant;

    use super::*;

    fn caller(role: &str, division: &str) -> Caller {
        Caller {
            subject: "accounts/1".into(),
            grants: vec![Grant {
                role: role.into(),
                division: division.parse().unwrap(),
            }],
            ..Caller::anonymous()
        }
    }

    fn policy(scope: Scope) -> MethodPolicy {
        MethodPolicy {
            roles: vec!["ROLE_COUNTY_CLERK".into()],
            scope,
            audited: false,
            open: false,
            second_factor: false,
            reveals: false,
            sealed: false,
            per_minute: None,
            streaming: false,
        }
    }

    #[test]
    fn g02_a_clerk_reaches_his_own_county_and_the_city_reaches_all() {
        let codes: Vec<Division> = ["410600", "410611", "410621"]
            .map(|code| code.parse().unwrap())
            .into();
        let of = |caller: &Caller, scope| {
            all(caller, &policy(scope), codes.iter())
                .map(|found| found.len())
                .ok()
        };
        let clerk = caller("ROLE_COUNTY_CLERK", "410611");
        assert!(admit(&clerk, &policy(Scope::County), &codes[1]).is_ok());
        assert!(admit(&clerk, &policy(Scope::County), &codes[2]).is_err());
        assert_eq!(of(&clerk, Scope::County), Some(1));
        assert_eq!(of(&clerk, Scope::Any), Some(3));
        assert_eq!(
            of(&caller("ROLE_COUNTY_CLERK", "410600"), Scope::County),
            Some(3)
        );
        assert_eq!(of(&caller("ROLE_CARE", "410600"), Scope::County), None);
        let station = caller("ROLE_COUNTY_CLERK", "410611102");
        assert_eq!(of(&station, Scope::County), None);
        assert_eq!(of(&station, Scope::Township), Some(1));
    }
}
