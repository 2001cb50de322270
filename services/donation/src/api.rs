//! The contract's service: one line per method, each handing over to its resource's file.

mod audits;
mod books;
mod campaign_phases;
mod campaigns;
mod count_statements;
mod disclosure_items;
mod donation_totals;
mod donations;
mod donors;
mod funds;
mod journal_entries;
mod regulations;
mod report_obligations;
mod report_rules;
mod reservations;
mod wire;

use jianyi_db::Committed;
use jianyi_proto::api::v1 as shared;
use jianyi_proto::donation::v1 as pb;
use jianyi_proto::donation::v1::donation_service_server::DonationService;
use jianyi_rpc::{answer, answer_revealed};
use tonic::{Request, Response, Status};

use crate::usecase::App;

type Answer<T> = Result<Response<T>, Status>;

/// The service as tonic sees it.
#[derive(Clone, Debug)]
pub(crate) struct Api {
    pub(crate) app: App,
}

#[tonic::async_trait]
impl DonationService for Api {
    async fn create_campaign(
        &self,
        request: Request<pb::CreateCampaignRequest>,
    ) -> Answer<pb::Campaign> {
        answer(
            campaigns::create(&self.app, request)
                .await
                .map(Committed::into_reply),
        )
    }

    async fn get_campaign(&self, request: Request<pb::GetCampaignRequest>) -> Answer<pb::Campaign> {
        answer(campaigns::get(&self.app, request).await)
    }

    async fn list_campaigns(
        &self,
        request: Request<pb::ListCampaignsRequest>,
    ) -> Answer<pb::ListCampaignsResponse> {
        answer(campaigns::list(&self.app, request).await)
    }

    async fn create_campaign_phase(
        &self,
        request: Request<pb::CreateCampaignPhaseRequest>,
    ) -> Answer<pb::CampaignPhase> {
        answer(
            campaign_phases::create(&self.app, request)
                .await
                .map(Committed::into_reply),
        )
    }

    async fn get_campaign_phase(
        &self,
        request: Request<pb::GetCampaignPhaseRequest>,
    ) -> Answer<pb::CampaignPhase> {
        answer(campaign_phases::get(&self.app, request).await)
    }

    async fn list_campaign_phases(
        &self,
        request: Request<pb::ListCampaignPhasesRequest>,
    ) -> Answer<pb::ListCampaignPhasesResponse> {
        answer(campaign_phases::list(&self.app, request).await)
    }

    async fn create_donor(&self, request: Request<pb::CreateDonorRequest>) -> Answer<pb::Donor> {
        answer(
            donors::create(&self.app, request)
                .await
                .map(Committed::into_reply),
        )
    }

    async fn get_donor(&self, request: Request<pb::GetDonorRequest>) -> Answer<pb::Donor> {
        answer(donors::get(&self.app, request).await)
    }

    async fn reveal_donor(&self, request: Request<pb::RevealDonorRequest>) -> Answer<pb::Donor> {
        answer_revealed(
            donors::reveal(&self.app, request)
                .await
                .map(Committed::into_reply),
        )
    }

    async fn list_donors(
        &self,
        request: Request<pb::ListDonorsRequest>,
    ) -> Answer<pb::ListDonorsResponse> {
        answer(donors::list(&self.app, request).await)
    }

    async fn create_fund(&self, request: Request<pb::CreateFundRequest>) -> Answer<pb::Fund> {
        answer(
            funds::create(&self.app, request)
                .await
                .map(Committed::into_reply),
        )
    }

    async fn get_fund(&self, request: Request<pb::GetFundRequest>) -> Answer<pb::Fund> {
        answer(funds::get(&self.app, request).await)
    }

    async fn list_funds(
        &self,
        request: Request<pb::ListFundsRequest>,
    ) -> Answer<pb::ListFundsResponse> {
        answer(funds::list(&self.app, request).await)
    }

    async fn create_donation(
        &self,
        request: Request<pb::CreateDonationRequest>,
    ) -> Answer<pb::Donation> {
        answer(
            donations::create(&self.app, request)
                .await
                .map(Committed::into_reply),
        )
    }

    async fn get_donation(&self, request: Request<pb::GetDonationRequest>) -> Answer<pb::Donation> {
        answer(donations::get(&self.app, request).await)
    }

    async fn list_donations(
        &self,
        request: Request<pb::ListDonationsRequest>,
    ) -> Answer<pb::ListDonationsResponse> {
        answer(donations::list(&self.app, request).await)
    }

    async fn sum_donations(
        &self,
        request: Request<pb::SumDonationsRequest>,
    ) -> Answer<pb::SumDonationsResponse> {
        answer(donation_totals::sum(&self.app, request).await)
    }

    async fn create_journal_entry(
        &self,
        request: Request<pb::CreateJournalEntryRequest>,
    ) -> Answer<pb::JournalEntry> {
        answer(
            journal_entries::create(&self.app, request)
                .await
                .map(Committed::into_reply),
        )
    }

    async fn get_journal_entry(
        &self,
        request: Request<pb::GetJournalEntryRequest>,
    ) -> Answer<pb::JournalEntry> {
        answer(journal_entries::get(&self.app, request).await)
    }

    async fn list_journal_entries(
        &self,
        request: Request<pb::ListJournalEntriesRequest>,
    ) -> Answer<pb::ListJournalEntriesResponse> {
        answer(journal_entries::list(&self.app, request).await)
    }

    async fn reverse_entry(
        &self,
        request: Request<pb::ReverseEntryRequest>,
    ) -> Answer<pb::JournalEntry> {
        answer(
            journal_entries::reverse(&self.app, request)
                .await
                .map(Committed::into_reply),
        )
    }

    async fn list_accounts(
        &self,
        request: Request<pb::ListAccountsRequest>,
    ) -> Answer<pb::ListAccountsResponse> {
        answer(books::list_accounts(&self.app, request).await)
    }

    async fn get_trial_balance(
        &self,
        request: Request<pb::GetTrialBalanceRequest>,
    ) -> Answer<pb::GetTrialBalanceResponse> {
        answer(books::trial_balance(&self.app, request).await)
    }

    async fn get_reservation(
        &self,
        request: Request<pb::GetReservationRequest>,
    ) -> Answer<pb::Reservation> {
        answer(reservations::get(&self.app, request).await)
    }

    async fn list_reservations(
        &self,
        request: Request<pb::ListReservationsRequest>,
    ) -> Answer<pb::ListReservationsResponse> {
        answer(reservations::list(&self.app, request).await)
    }

    async fn pay_reservation(
        &self,
        request: Request<pb::PayReservationRequest>,
    ) -> Answer<pb::Reservation> {
        answer(
            reservations::pay(&self.app, request)
                .await
                .map(Committed::into_reply),
        )
    }

    async fn release_reservation(
        &self,
        request: Request<pb::ReleaseReservationRequest>,
    ) -> Answer<pb::Reservation> {
        answer(
            reservations::release(&self.app, request)
                .await
                .map(Committed::into_reply),
        )
    }

    async fn create_report_rule(
        &self,
        request: Request<pb::CreateReportRuleRequest>,
    ) -> Answer<pb::ReportRule> {
        answer(
            report_rules::create(&self.app, request)
                .await
                .map(Committed::into_reply),
        )
    }

    async fn get_report_rule(
        &self,
        request: Request<pb::GetReportRuleRequest>,
    ) -> Answer<pb::ReportRule> {
        answer(report_rules::get(&self.app, request).await)
    }

    async fn list_report_rules(
        &self,
        request: Request<pb::ListReportRulesRequest>,
    ) -> Answer<pb::ListReportRulesResponse> {
        answer(report_rules::list(&self.app, request).await)
    }

    async fn schedule_reports(
        &self,
        request: Request<pb::ScheduleReportsRequest>,
    ) -> Answer<pb::ScheduleReportsResponse> {
        answer(
            report_rules::schedule(&self.app, request)
                .await
                .map(Committed::into_reply),
        )
    }

    async fn get_report_obligation(
        &self,
        request: Request<pb::GetReportObligationRequest>,
    ) -> Answer<pb::ReportObligation> {
        answer(report_obligations::get(&self.app, request).await)
    }

    async fn list_report_obligations(
        &self,
        request: Request<pb::ListReportObligationsRequest>,
    ) -> Answer<pb::ListReportObligationsResponse> {
        answer(report_obligations::list(&self.app, request).await)
    }

    async fn submit_report(
        &self,
        request: Request<pb::SubmitReportRequest>,
    ) -> Answer<pb::ReportObligation> {
        answer(
            report_obligations::submit(&self.app, request)
                .await
                .map(Committed::into_reply),
        )
    }

    async fn create_audit(&self, request: Request<pb::CreateAuditRequest>) -> Answer<pb::Audit> {
        answer(
            audits::create(&self.app, request)
                .await
                .map(Committed::into_reply),
        )
    }

    async fn get_audit(&self, request: Request<pb::GetAuditRequest>) -> Answer<pb::Audit> {
        answer(audits::get(&self.app, request).await)
    }

    async fn list_audits(
        &self,
        request: Request<pb::ListAuditsRequest>,
    ) -> Answer<pb::ListAuditsResponse> {
        answer(audits::list(&self.app, request).await)
    }

    async fn create_disclosure_item(
        &self,
        request: Request<pb::CreateDisclosureItemRequest>,
    ) -> Answer<pb::DisclosureItem> {
        answer(
            disclosure_items::create(&self.app, request)
                .await
                .map(Committed::into_reply),
        )
    }

    async fn get_disclosure_item(
        &self,
        request: Request<pb::GetDisclosureItemRequest>,
    ) -> Answer<pb::DisclosureItem> {
        answer(disclosure_items::get(&self.app, request).await)
    }

    async fn list_disclosure_items(
        &self,
        request: Request<pb::ListDisclosureItemsRequest>,
    ) -> Answer<pb::ListDisclosureItemsResponse> {
        answer(disclosure_items::list(&self.app, request).await)
    }

    async fn publish_disclosure_item(
        &self,
        request: Request<pb::PublishDisclosureItemRequest>,
    ) -> Answer<pb::DisclosureItem> {
        answer(
            disclosure_items::publish(&self.app, request)
                .await
                .map(Committed::into_reply),
        )
    }

    async fn create_regulation(
        &self,
        request: Request<pb::CreateRegulationRequest>,
    ) -> Answer<pb::Regulation> {
        answer(
            regulations::create(&self.app, request)
                .await
                .map(Committed::into_reply),
        )
    }

    async fn get_regulation(
        &self,
        request: Request<pb::GetRegulationRequest>,
    ) -> Answer<pb::Regulation> {
        answer(regulations::get(&self.app, request).await)
    }

    async fn list_regulations(
        &self,
        request: Request<pb::ListRegulationsRequest>,
    ) -> Answer<pb::ListRegulationsResponse> {
        answer(regulations::list(&self.app, request).await)
    }

    async fn create_count_statement(
        &self,
        request: Request<pb::CreateCountStatementRequest>,
    ) -> Answer<shared::CountStatement> {
        answer(
            count_statements::create(&self.app, request)
                .await
                .map(Committed::into_reply),
        )
    }

    async fn get_count_statement(
        &self,
        request: Request<pb::GetCountStatementRequest>,
    ) -> Answer<shared::CountStatement> {
        answer(count_statements::get(&self.app, request).await)
    }

    async fn list_count_statements(
        &self,
        request: Request<pb::ListCountStatementsRequest>,
    ) -> Answer<pb::ListCountStatementsResponse> {
        answer(count_statements::list(&self.app, request).await)
    }
}
