//! Every method × every role × {own county, another county}, decided by the real gate.

use std::fmt::Write as _;
use std::sync::Arc;

use http::HeaderMap;
use jianyi_kernel::{Clock, Division};
use jianyi_proto::DESCRIPTOR_SET;
use jianyi_proto::api::v1::Role;
use jianyi_rpc::{Gate, Policies, Scope};
use jianyi_testkit::TestTokens;

const OWN: &str = "410611";
const OTHER: &str = "410621";
const CITY: &str = "410600";

fn roles() -> Vec<Role> {
    (1..)
        .map_while(|number| Role::try_from(number).ok())
        .collect()
}

/// What a role may do at the server of county `OWN`: `C` with a grant for the city, `o` with one for
/// this county, `x` with one for another county.
async fn reach(gate: &Gate, tokens: &TestTokens, path: &str, role: Role) -> String {
    let mut reach = String::new();
    for (mark, division) in [('C', CITY), ('o', OWN), ('x', OTHER)] {
        let mut headers = HeaderMap::new();
        let token = tokens.token("somebody", role.as_str_name(), division);
        headers.insert("authorization", format!("Bearer {token}").parse().unwrap());
        if gate.admit(path, &headers).await.is_ok() {
            reach.push(mark);
        }
    }
    reach
}

#[tokio::test]
async fn g02_who_may_call_what() {
    let policies = Arc::new(Policies::from_descriptors(DESCRIPTOR_SET).unwrap());
    let tokens = TestTokens::generate();
    let verifier = Arc::new(tokens.verifier(Clock::system()));
    let county = Division::parse("division", OWN).unwrap();
    let gate = Gate::new(Arc::clone(&policies), verifier, Some(county));

    let mut matrix = String::new();
    for (path, policy) in policies.iter() {
        let policy =
            policy.unwrap_or_else(|| panic!("{path} states no policy: nobody could ever call it"));
        writeln!(
            matrix,
            "{path}{}",
            if policy.audited { " (audited)" } else { "" }
        )
        .unwrap();
        let anonymous = gate.admit(path, &HeaderMap::new()).await.is_ok();
        assert_eq!(anonymous, policy.open, "{path}");
        if anonymous {
            writeln!(matrix, "    everybody").unwrap();
            continue;
        }
        for role in roles() {
            let reach = reach(&gate, &tokens, path, role).await;
            if !reach.is_empty() {
                writeln!(
                    matrix,
                    "    {reach:<4}{}",
                    role.as_str_name().trim_start_matches("ROLE_")
                )
                .unwrap();
            }
        }
    }
    insta::assert_snapshot!("authz_matrix", matrix);
}

#[test]
fn g02_writes_are_audited_and_nobody_unknown_is_trusted() {
    let policies = Policies::from_descriptors(DESCRIPTOR_SET).unwrap();
    for (path, policy) in policies.iter() {
        let policy = policy.unwrap();
        let method = path.rsplit('/').next().unwrap();
        let read = [
            "Get", "List", "Find", "Count", "Sum", "Verify", "WhoAmI", "Watch", "Render",
        ]
        .iter()
        .any(|verb| method.starts_with(verb));
        assert!(read || policy.audited, "{path} writes without an audit row");
        assert!(
            policy.open == policy.roles.is_empty(),
            "{path}: open methods, and only they, name no role"
        );
        // The three administrators do no business, and nobody does theirs (G03).
        let administers = |role: &String| role.ends_with("_ADMINISTRATOR");
        let program = |role: &String| role == "ROLE_OPERATOR";
        let own_account = path.starts_with("/jianyi.identity.") && policy.scope == Scope::Any;
        let apart = !policy.roles.iter().any(administers)
            || policy
                .roles
                .iter()
                .all(|role| administers(role) || program(role));
        assert!(
            !policy.audited || own_account || apart,
            "{path} mixes administrators with those who do the work"
        );
    }
}
