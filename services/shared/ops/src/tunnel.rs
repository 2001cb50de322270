//! What a county's service answers through the bus: its own gRPC services, and for the site operations and
//! health.

use std::sync::Arc;

use jianyi_kernel::{Division, Fault};
use jianyi_rpc::Policies;
use jianyi_tunnel::Served;

use crate::{ServiceConfig, Site};

/// Of the services at a county this one answers for the county; a question asked of the site has one answer.
const SPEAKER: &str = "member";
/// What the speaker answers besides its own.
const FOR_THE_SITE: [&str; 2] = ["jianyi.ops.v1.OpsService", "grpc.health.v1.Health"];

/// `None` where callers connect to the port and nothing else.
pub(crate) fn served(
    context: &str,
    config: &ServiceConfig,
    policies: &Arc<Policies>,
) -> Result<Option<Served>, Fault> {
    match (config.site, &config.division) {
        (Site::City, _) => Ok(None),
        (Site::County, None) => Err(Fault::internal(
            "a service at a county must be told which: --division, JIANYI_DIVISION",
        )),
        (Site::County, Some(division)) => Ok(Some(of(context, division.county(), policies))),
    }
}

fn of(context: &str, place: Division, policies: &Arc<Policies>) -> Served {
    let package = format!("/jianyi.{context}.v1.");
    let mut services: Vec<String> = policies
        .iter()
        .filter(|(path, _)| path.starts_with(&package))
        .filter_map(|(path, _)| path.split('/').nth(1).map(str::to_owned))
        .collect();
    services.dedup();
    if context == SPEAKER {
        services.extend(FOR_THE_SITE.map(str::to_owned));
    }
    Served {
        place,
        group: context.to_owned(),
        services,
        policies: Arc::clone(policies),
    }
}

#[cfg(test)]
mod tests {
    use jianyi_proto::DESCRIPTOR_SET;

    use super::*;

    #[test]
    fn one_service_of_a_site_answers_for_it_and_each_for_itself() {
        let policies = Arc::new(Policies::from_descriptors(DESCRIPTOR_SET).unwrap());
        let services = |context| of(context, "410621".parse().unwrap(), &policies).services;
        assert_eq!(
            services("member"),
            [
                "jianyi.member.v1.MemberService",
                "jianyi.ops.v1.OpsService",
                "grpc.health.v1.Health"
            ]
        );
        assert_eq!(services("identity"), ["jianyi.identity.v1.IdentityService"]);
    }
}
