//! Every method × every role × {city, own county, another county, own township, another's township}, decided
//! by the real gate.

use std::fmt::Write as _;
use std::sync::Arc;

use http::HeaderMap;
use jianyi_kernel::{Clock, Division, Fault};
use jianyi_proto::DESCRIPTOR_SET;
use jianyi_proto::api::v1::Role;
use jianyi_rpc::{Gate, MethodPolicy, Policies, Scope};
use jianyi_testkit::TestTokens;

/// The county whose server is asked.
const OWN: &str = "410611";
/// Where the grants lie, and the mark of each in the matrix.
const PLACES: [(char, &str); 5] = [
    ('C', "410600"),
    ('o', OWN),
    ('t', "410611101"),
    ('x', "410621"),
    ('u', "410621101"),
];

fn roles() -> Vec<Role> {
    (1..)
        .map_while(|number| Role::try_from(number).ok())
        .collect()
}

struct Matrix {
    gate: Gate,
    tokens: TestTokens,
}

impl Matrix {
    async fn try_call(
        &self,
        path: &str,
        role: Role,
        place: &str,
        amr: &[&str],
    ) -> Result<(), Fault> {
        let mut headers = HeaderMap::new();
        let token = self
            .tokens
            .sign("somebody", &[role.as_str_name()], place, amr);
        headers.insert("authorization", format!("Bearer {token}").parse().unwrap());
        self.gate.admit(path, &headers).await.map(|_| ())
    }

    /// The places from which a role may call the server of county `OWN`.
    async fn reach(&self, path: &str, policy: &MethodPolicy, role: Role) -> String {
        let listed = policy.roles.iter().any(|it| it == role.as_str_name());
        let mut reach = String::new();
        for (mark, place) in PLACES {
            match self
                .try_call(path, role, place, &["pwd", "otp", "mfa"])
                .await
            {
                Ok(()) => {
                    reach.push(mark);
                    let once = self.try_call(path, role, place, &["pwd"]).await;
                    assert_eq!(
                        once.is_err(),
                        policy.second_factor,
                        "{path} after one proof"
                    );
                }
                // Whoever may call the method elsewhere is not told that something is here (V-129).
                Err(Fault::NotFound(_)) => {
                    assert!(
                        listed && matches!(policy.scope, Scope::County | Scope::Township),
                        "{path}"
                    );
                }
                Err(Fault::Denied) => {
                    assert!(
                        !listed || policy.scope == Scope::City,
                        "{path} {role:?} {place}"
                    );
                }
                // Nothing else may happen; if it does, the snapshot shows it.
                Err(_) => reach.push('!'),
            }
        }
        reach
    }
}

fn marks(policy: &MethodPolicy) -> String {
    let marks = [
        (policy.audited, "audited"),
        (policy.second_factor, "second factor"),
        (policy.reveals, "reveals"),
        (policy.sealed, "sealed"),
    ];
    let marks: Vec<&str> = marks
        .iter()
        .filter(|mark| mark.0)
        .map(|mark| mark.1)
        .collect();
    if marks.is_empty() {
        String::new()
    } else {
        format!(" ({})", marks.join(", "))
    }
}

#[tokio::test]
async fn g02_who_may_call_what() {
    let policies = Arc::new(Policies::from_descriptors(DESCRIPTOR_SET).unwrap());
    let tokens = TestTokens::generate();
    let verifier = Arc::new(tokens.verifier(Clock::system()));
    let county = Division::parse("division", OWN).unwrap();
    let gate = Gate::new(Arc::clone(&policies), verifier, Some(county));
    let asking = Matrix { gate, tokens };

    let mut matrix = String::new();
    for (path, policy) in policies.iter() {
        let policy =
            policy.unwrap_or_else(|| panic!("{path} states no policy: nobody could ever call it"));
        writeln!(matrix, "{path}{}", marks(policy)).unwrap();
        let public = policy.roles.iter().any(|role| role == "ROLE_PUBLIC");
        let anonymous = asking.gate.admit(path, &HeaderMap::new()).await.is_ok();
        assert_eq!(anonymous, policy.open || public, "{path}");
        if anonymous {
            writeln!(matrix, "    everybody").unwrap();
            continue;
        }
        for role in roles() {
            let reach = asking.reach(path, policy, role).await;
            if !reach.is_empty() {
                let role = role.as_str_name().trim_start_matches("ROLE_");
                writeln!(matrix, "    {reach:<6}{role}").unwrap();
            }
        }
    }
    insta::assert_snapshot!("authz_matrix", matrix);
}

/// Methods that show or change something about people, money or rights must not be open to those who run
/// the machines (G03).
#[test]
fn g03_who_runs_the_system_reads_no_business_data() {
    let policies = Policies::from_descriptors(DESCRIPTOR_SET).unwrap();
    for (path, policy) in policies.iter() {
        let policy = policy.unwrap();
        let business = ["member", "care", "donation", "publicity"]
            .iter()
            .any(|context| path.starts_with(&format!("/jianyi.{context}.")));
        for role in [
            "ROLE_SYSTEM_ADMINISTRATOR",
            "ROLE_SECURITY_ADMINISTRATOR",
            "ROLE_AUDIT_ADMINISTRATOR",
        ] {
            assert!(
                !(business && policy.roles.iter().any(|it| it == role)),
                "{path} admits {role}"
            );
        }
        let about_people = ["Person", "People", "Hero", "Participant", "Donor"]
            .iter()
            .any(|noun| path.rsplit('/').next().unwrap().contains(noun));
        let reads = !policy.audited;
        assert!(
            !(business
                && about_people
                && reads
                && policy.roles.iter().any(|it| it == "ROLE_OPERATOR")),
            "{path} lets the loading program read about people"
        );
    }
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
        if policy.reveals {
            // A person's copy of their own data is handed out by the method that answers their request.
            let named = method.starts_with("Reveal") || method == "FulfilSubjectRequest";
            assert!(
                policy.audited && policy.second_factor && named,
                "{path} reveals without record, second factor or its name saying so"
            );
        }
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
