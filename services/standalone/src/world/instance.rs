//! Which instances make up the system: six member services, five others, and the gateway.

use jianyi_ops::ServiceSpec;

/// The divisions with a member service of their own; the first is the city's own people.
pub const COUNTIES: [&str; 6] = ["410600", "410602", "410603", "410611", "410621", "410622"];

/// One process-sized part of the system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instance {
    /// Context, e.g. `member`; `gateway` for the gateway.
    pub context: &'static str,
    /// County of a member service.
    pub division: Option<&'static str>,
}

impl Instance {
    /// How operators call it: `care`, `member/410611`.
    #[must_use]
    pub fn name(&self) -> String {
        match self.division {
            Some(division) => format!("{}/{division}", self.context),
            None => self.context.to_owned(),
        }
    }

    /// Its database, e.g. `member_410611`.
    #[must_use]
    pub fn database(&self) -> String {
        self.name().replace('/', "_")
    }

    /// Connections it keeps to its database: six member services share one server with the rest.
    #[must_use]
    pub const fn connections(&self) -> u32 {
        match self.division {
            Some(_) => 6,
            None => 10,
        }
    }
}

/// All instances, in the order of their ports and of starting: identity first, the gateway last.
#[must_use]
pub fn instances() -> Vec<Instance> {
    let central = |context| Instance {
        context,
        division: None,
    };
    let mut all = vec![central("identity")];
    all.extend(COUNTIES.map(|code| Instance {
        context: "member",
        division: Some(code),
    }));
    all.extend(["care", "donation", "publicity", "oversight"].map(central));
    all.push(central("gateway"));
    all
}

/// The code behind a context; `None` for the gateway, which has no database.
#[must_use]
pub fn spec(context: &str) -> Option<ServiceSpec> {
    match context {
        "identity" => Some(jianyi_identity::spec()),
        "member" => Some(jianyi_member::spec()),
        "care" => Some(jianyi_care::spec()),
        "donation" => Some(jianyi_donation::spec()),
        "publicity" => Some(jianyi_publicity::spec()),
        "oversight" => Some(jianyi_oversight::spec()),
        _ => None,
    }
}
