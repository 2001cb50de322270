//! A clerk's desk: the service under test and the few steps every story begins with.

use std::sync::atomic::{AtomicU64, Ordering};

use jianyi_proto::donation::events::v1::DonorKind;
use jianyi_proto::donation::v1 as pb;
use jianyi_proto::donation::v1::donation_service_client::DonationServiceClient;
use jianyi_testkit::{TestChannel, TestService};
use prost::{Message, Name};
use tonic::Status;
use tonic_types::StatusExt as _;

pub(crate) type Client = DonationServiceClient<TestChannel>;

pub(crate) struct Desk {
    pub(crate) service: TestService,
    requests: AtomicU64,
}

impl Desk {
    pub(crate) async fn open() -> Self {
        Self {
            service: TestService::start(jianyi_donation::spec(), None).await,
            requests: AtomicU64::new(0),
        }
    }

    pub(crate) fn client(&self) -> Client {
        DonationServiceClient::new(self.service.channel())
    }

    /// The client of a certain finance clerk.
    pub(crate) fn clerk(&self, subject: &str) -> Client {
        DonationServiceClient::new(self.service.channel_of(subject, "ROLE_FINANCE", "410600"))
    }

    /// The client of a certain approver.
    pub(crate) fn approver(&self, subject: &str) -> Client {
        DonationServiceClient::new(self.service.channel_of(
            subject,
            "ROLE_FINANCE_APPROVER",
            "410600",
        ))
    }

    /// A request id nobody used before.
    pub(crate) fn request_id(&self) -> String {
        format!("test-{}", self.requests.fetch_add(1, Ordering::Relaxed))
    }

    pub(crate) async fn fund(&self, title: &str, restricted: bool) -> String {
        let fund = pb::Fund {
            title: title.into(),
            restricted,
            ..Default::default()
        };
        let request = pb::CreateFundRequest {
            fund: Some(fund),
            request_id: self.request_id(),
            ..Default::default()
        };
        self.client()
            .create_fund(request)
            .await
            .unwrap()
            .into_inner()
            .name
    }

    pub(crate) async fn donor(&self, kind: DonorKind, name: &str) -> String {
        let donor = pb::Donor {
            kind: kind.into(),
            display_name: name.into(),
            uscc_absent_reason: "NOT_STATED".into(),
            ..Default::default()
        };
        let request = pb::CreateDonorRequest {
            donor: Some(donor),
            request_id: self.request_id(),
            ..Default::default()
        };
        self.client()
            .create_donor(request)
            .await
            .unwrap()
            .into_inner()
            .name
    }

    pub(crate) async fn campaign(&self, year: i32, window: &str) -> String {
        let campaign = pb::Campaign {
            year,
            title: "99公益日".into(),
            window: window.into(),
            ..Default::default()
        };
        let request = pb::CreateCampaignRequest {
            campaign: Some(campaign),
            request_id: self.request_id(),
            ..Default::default()
        };
        self.client()
            .create_campaign(request)
            .await
            .unwrap()
            .into_inner()
            .name
    }

    pub(crate) async fn donate(&self, donation: pb::Donation) -> Result<pb::Donation, Status> {
        let request = pb::CreateDonationRequest {
            donation: Some(donation),
            request_id: self.request_id(),
            ..Default::default()
        };
        Ok(self.client().create_donation(request).await?.into_inner())
    }

    pub(crate) async fn fund_now(&self, name: &str) -> pb::Fund {
        self.client()
            .get_fund(pb::GetFundRequest { name: name.into() })
            .await
            .unwrap()
            .into_inner()
    }

    pub(crate) async fn trial_balance(
        &self,
        as_of: &str,
        fund: &str,
    ) -> pb::GetTrialBalanceResponse {
        let request = pb::GetTrialBalanceRequest {
            as_of: as_of.into(),
            fund: fund.into(),
            ..Default::default()
        };
        self.client()
            .get_trial_balance(request)
            .await
            .unwrap()
            .into_inner()
    }

    /// Every published event of one type, in order.
    pub(crate) async fn events<E: Message + Name + Default>(&self) -> Vec<E> {
        let rows = self.service.outbox().await;
        let of_type = rows.iter().filter(|row| row.type_name == E::full_name());
        of_type
            .map(|row| E::decode(row.data.as_slice()).unwrap())
            .collect()
    }
}

/// A gift from `donor` to `fund`, on the second day of the campaign of 2024.
pub(crate) fn gift(donor: &str, fund: &str, amount_fen: i64) -> pb::Donation {
    pb::Donation {
        donor: donor.into(),
        fund: fund.into(),
        amount_fen,
        line_kind: pb::LineKind::Public.into(),
        received_on: "2024-09-02".into(),
        ..Default::default()
    }
}

/// The stable reason of a refusal: of the rule, or of the first field violated.
pub(crate) fn reason(status: &Status) -> String {
    let details = status.get_error_details();
    details
        .error_info()
        .map(|info| info.reason.clone())
        .unwrap_or_default()
}

/// A fact of a refusal.
pub(crate) fn meta(status: &Status, key: &str) -> String {
    let details = status.get_error_details();
    details
        .error_info()
        .and_then(|info| info.metadata.get(key).cloned())
        .unwrap_or_default()
}

/// The fields that were violated.
pub(crate) fn fields(status: &Status) -> Vec<String> {
    let details = status.get_error_details();
    let violations = details
        .bad_request()
        .map(|bad| bad.field_violations.clone())
        .unwrap_or_default();
    violations
        .into_iter()
        .map(|violation| violation.field)
        .collect()
}
