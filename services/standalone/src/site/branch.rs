//! Branches of identity as the operator's commands ask for them: a key when a county is let in, an end when it is not.
//!
//! Why identity is asked itself and not through the gateway: a county is let in while a site is still being started.

use jianyi_proto::identity::v1::identity_service_client::IdentityServiceClient;
use jianyi_proto::identity::v1::{EndBranchRequest, EnsureBranchRequest};
use tonic::{Code, Status};
use tonic_types::StatusExt as _;

use super::{Place, SiteError};
use crate::client::{Session, explain};
use crate::program_key::ProgramKey;

/// The city's identity, asked by the operator.
#[derive(Debug)]
pub struct Branches {
    session: Session,
    url: String,
}

impl Branches {
    /// Nothing is connected yet.
    ///
    /// # Errors
    /// [`SiteError`] when the site's own certificate or key cannot be read, or the address is none.
    pub fn new(place: &Place, url: &str) -> Result<Self, SiteError> {
        let channel = jianyi_rpc::connect_with(url, &place.neighbour()?)?;
        let key = ProgramKey::parse(place.secrets()?.operator_key())?;
        Ok(Self {
            session: Session::on_channel(channel, key),
            url: url.to_owned(),
        })
    }

    /// The key of a county's branch when it has none yet or is to have another; `None` when it was shown before.
    ///
    /// # Errors
    /// [`SiteError::Fault`] with what identity says.
    pub async fn ensure(
        &self,
        county: &str,
        replace_key: bool,
    ) -> Result<Option<String>, SiteError> {
        let request = EnsureBranchRequest {
            division: county.to_owned(),
            replace_key,
        };
        let reply = async {
            let request = self.session.request(request).await?;
            IdentityServiceClient::new(self.session.channel())
                .ensure_branch(request)
                .await
        };
        let reply = reply.await.map_err(|status| self.refused(&status))?;
        let key = reply.into_inner().branch_key;
        Ok(Some(key).filter(|key| !key.is_empty()))
    }

    /// Has the city tell a branch nothing more; `false` when it was ended before, or never was.
    ///
    /// # Errors
    /// [`SiteError::Fault`] with what identity says.
    pub async fn end(&self, county: &str) -> Result<bool, SiteError> {
        let request = EndBranchRequest {
            name: format!("branches/{county}"),
            request_id: String::new(),
        };
        let ended = async {
            let request = self.session.request(request).await?;
            IdentityServiceClient::new(self.session.channel())
                .end_branch(request)
                .await
        };
        match ended.await {
            Ok(_) => Ok(true),
            Err(status) if status.code() == Code::NotFound || is_ended(&status) => Ok(false),
            Err(status) => Err(self.refused(&status)),
        }
    }

    fn refused(&self, status: &Status) -> SiteError {
        SiteError::Fault(format!("identity at {}: {}", self.url, explain(status)))
    }
}

fn is_ended(status: &Status) -> bool {
    status
        .get_error_details()
        .error_info()
        .is_some_and(|info| info.reason == "BRANCH_ENDED")
}
