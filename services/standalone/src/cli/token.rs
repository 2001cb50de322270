//! `jianyi token`: a bearer token for scripts and third-party clients.

use std::process::ExitCode;

use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser};
use jianyi_proto::identity::v1::MintTokenRequest;
use jianyi_proto::identity::v1::identity_service_client::IdentityServiceClient;

use super::connect::ConnectArgs;
use super::output;
use crate::client::ClientError;

/// The roles of people. Those that unmask, approve or administer are refused by identity: they log in.
const ROLES: [&str; 12] = [
    "ROLE_LEADER",
    "ROLE_MEMBER_AFFAIRS",
    "ROLE_CARE",
    "ROLE_FINANCE",
    "ROLE_FINANCE_APPROVER",
    "ROLE_PUBLICITY",
    "ROLE_OVERSIGHT",
    "ROLE_COUNTY_CLERK",
    "ROLE_TOWNSHIP_STATION",
    "ROLE_LIAISON_OFFICER",
    "ROLE_COMMITTEE_OFFICE",
    "ROLE_AUDITOR",
];

/// An access token on standard output.
#[derive(Debug, Args)]
pub(super) struct TokenArgs {
    #[command(flatten)]
    connect: ConnectArgs,

    /// What the token may do: OVERSIGHT reads reports and events. Roles that unmask personal data, approve money
    /// or administer cannot be had this way.
    #[arg(
        long,
        value_name = "ROLE",
        default_value = "OVERSIGHT",
        ignore_case = true,
        value_parser = PossibleValuesParser::new(ROLES.map(as_contract_too))
    )]
    role: String,

    /// Where it may do it: a division code.
    #[arg(long, value_name = "CODE", default_value = jianyi_kernel::HEBI)]
    division: String,

    /// For how long, in seconds; at most a day.
    #[arg(long, value_name = "SECONDS", default_value_t = 3600)]
    ttl: i64,
}

/// `LEADER`, and `ROLE_LEADER` as the contract spells it.
fn as_contract_too(role: &'static str) -> PossibleValue {
    PossibleValue::new(role.strip_prefix("ROLE_").unwrap_or(role)).alias(role)
}

pub(super) async fn run(args: TokenArgs) -> ExitCode {
    output::finish(mint(args).await)
}

async fn mint(args: TokenArgs) -> Result<(), ClientError> {
    let session = args.connect.session()?;
    let role = args.role.to_uppercase();
    let role = format!("ROLE_{}", role.strip_prefix("ROLE_").unwrap_or(&role));
    let role = jianyi_proto::api::v1::Role::from_str_name(&role)
        .ok_or_else(|| tonic::Status::invalid_argument(format!("there is no role {role}")))?;
    let request = MintTokenRequest {
        role: role.into(),
        division: args.division,
        ttl_seconds: args.ttl,
        ..Default::default()
    };
    let request = session.request(request).await?;
    let reply = IdentityServiceClient::new(session.channel())
        .mint_token(request)
        .await?;
    output::answer(reply.into_inner().access_token);
    Ok(())
}

#[cfg(test)]
mod tests {
    use jianyi_proto::api::v1::Role;

    use super::*;

    #[test]
    fn every_role_of_the_help_is_one_of_the_contract() {
        for role in ROLES {
            assert!(Role::from_str_name(role).is_some(), "{role}");
        }
    }
}
