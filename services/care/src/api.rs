//! The service as gRPC sees it: every method hands over to the file of its resource.

mod activities;
mod count_statements;
mod expense_requests;
mod festival_rounds;
mod grants;
mod participants;
mod policies;
mod programmes;
mod verify;
mod visits;

use jianyi_db::Committed;
use jianyi_proto::api::v1 as api;
use jianyi_proto::care::v1 as pb;
use jianyi_proto::care::v1::care_service_server::CareService;
use jianyi_rpc::{answer, answer_revealed};
use tonic::{Request, Response, Status};

use crate::usecase::App;

type Answer<T> = Result<Response<T>, Status>;

/// The service.
#[derive(Debug)]
pub(crate) struct Api {
    pub(crate) app: App,
}

#[tonic::async_trait]
impl CareService for Api {
    async fn get_festival_day(
        &self,
        request: Request<pb::GetFestivalDayRequest>,
    ) -> Answer<pb::FestivalDay> {
        answer(festival_rounds::day(&self.app, request).await)
    }

    async fn create_programme(
        &self,
        request: Request<pb::CreateProgrammeRequest>,
    ) -> Answer<pb::Programme> {
        answer(
            programmes::create(&self.app, request)
                .await
                .map(Committed::into_reply),
        )
    }

    async fn get_programme(
        &self,
        request: Request<pb::GetProgrammeRequest>,
    ) -> Answer<pb::Programme> {
        answer(programmes::get(&self.app, request).await)
    }

    async fn list_programmes(
        &self,
        request: Request<pb::ListProgrammesRequest>,
    ) -> Answer<pb::ListProgrammesResponse> {
        answer(programmes::list(&self.app, request).await)
    }

    async fn create_activity(
        &self,
        request: Request<pb::CreateActivityRequest>,
    ) -> Answer<pb::Activity> {
        answer(
            activities::create(&self.app, request)
                .await
                .map(Committed::into_reply),
        )
    }

    async fn get_activity(&self, request: Request<pb::GetActivityRequest>) -> Answer<pb::Activity> {
        answer(activities::get(&self.app, request).await)
    }

    async fn list_activities(
        &self,
        request: Request<pb::ListActivitiesRequest>,
    ) -> Answer<pb::ListActivitiesResponse> {
        answer(activities::list(&self.app, request).await)
    }

    async fn close_activity(
        &self,
        request: Request<pb::CloseActivityRequest>,
    ) -> Answer<pb::Activity> {
        answer(
            activities::close(&self.app, request)
                .await
                .map(Committed::into_reply),
        )
    }

    async fn cancel_activity(
        &self,
        request: Request<pb::CancelActivityRequest>,
    ) -> Answer<pb::Activity> {
        answer(
            activities::cancel(&self.app, request)
                .await
                .map(Committed::into_reply),
        )
    }

    async fn create_activity_participant(
        &self,
        request: Request<pb::CreateActivityParticipantRequest>,
    ) -> Answer<pb::ActivityParticipant> {
        answer(
            participants::create(&self.app, request)
                .await
                .map(Committed::into_reply),
        )
    }

    async fn get_activity_participant(
        &self,
        request: Request<pb::GetActivityParticipantRequest>,
    ) -> Answer<pb::ActivityParticipant> {
        answer(participants::get(&self.app, request).await)
    }

    async fn reveal_activity_participant(
        &self,
        request: Request<pb::RevealActivityParticipantRequest>,
    ) -> Answer<pb::ActivityParticipant> {
        answer_revealed(
            participants::reveal(&self.app, request)
                .await
                .map(Committed::into_reply),
        )
    }

    async fn list_activity_participants(
        &self,
        request: Request<pb::ListActivityParticipantsRequest>,
    ) -> Answer<pb::ListActivityParticipantsResponse> {
        answer(participants::list(&self.app, request).await)
    }

    async fn create_festival_round(
        &self,
        request: Request<pb::CreateFestivalRoundRequest>,
    ) -> Answer<pb::FestivalRound> {
        answer(
            festival_rounds::create(&self.app, request)
                .await
                .map(Committed::into_reply),
        )
    }

    async fn get_festival_round(
        &self,
        request: Request<pb::GetFestivalRoundRequest>,
    ) -> Answer<pb::FestivalRound> {
        answer(festival_rounds::get(&self.app, request).await)
    }

    async fn list_festival_rounds(
        &self,
        request: Request<pb::ListFestivalRoundsRequest>,
    ) -> Answer<pb::ListFestivalRoundsResponse> {
        answer(festival_rounds::list(&self.app, request).await)
    }

    async fn get_round_coverage(
        &self,
        request: Request<pb::GetRoundCoverageRequest>,
    ) -> Answer<pb::RoundCoverage> {
        answer(festival_rounds::coverage(&self.app, request).await)
    }

    async fn list_uncovered_heroes(
        &self,
        request: Request<pb::ListUncoveredHeroesRequest>,
    ) -> Answer<pb::ListUncoveredHeroesResponse> {
        answer(festival_rounds::uncovered(&self.app, request).await)
    }

    async fn create_visit(&self, request: Request<pb::CreateVisitRequest>) -> Answer<pb::Visit> {
        answer(
            visits::create(&self.app, request)
                .await
                .map(Committed::into_reply),
        )
    }

    async fn get_visit(&self, request: Request<pb::GetVisitRequest>) -> Answer<pb::Visit> {
        answer(visits::get(&self.app, request).await)
    }

    async fn list_visits(
        &self,
        request: Request<pb::ListVisitsRequest>,
    ) -> Answer<pb::ListVisitsResponse> {
        answer(visits::list(&self.app, request).await)
    }

    async fn create_entitlement_policy(
        &self,
        request: Request<pb::CreateEntitlementPolicyRequest>,
    ) -> Answer<pb::EntitlementPolicy> {
        answer(
            policies::create(&self.app, request)
                .await
                .map(Committed::into_reply),
        )
    }

    async fn get_entitlement_policy(
        &self,
        request: Request<pb::GetEntitlementPolicyRequest>,
    ) -> Answer<pb::EntitlementPolicy> {
        answer(policies::get(&self.app, request).await)
    }

    async fn list_entitlement_policies(
        &self,
        request: Request<pb::ListEntitlementPoliciesRequest>,
    ) -> Answer<pb::ListEntitlementPoliciesResponse> {
        answer(policies::list(&self.app, request).await)
    }

    async fn create_entitlement_grant(
        &self,
        request: Request<pb::CreateEntitlementGrantRequest>,
    ) -> Answer<pb::EntitlementGrant> {
        answer(
            grants::create(&self.app, request)
                .await
                .map(Committed::into_reply),
        )
    }

    async fn get_entitlement_grant(
        &self,
        request: Request<pb::GetEntitlementGrantRequest>,
    ) -> Answer<pb::EntitlementGrant> {
        answer(grants::get(&self.app, request).await)
    }

    async fn reveal_entitlement_grant(
        &self,
        request: Request<pb::RevealEntitlementGrantRequest>,
    ) -> Answer<pb::EntitlementGrant> {
        answer_revealed(
            grants::reveal(&self.app, request)
                .await
                .map(Committed::into_reply),
        )
    }

    async fn list_entitlement_grants(
        &self,
        request: Request<pb::ListEntitlementGrantsRequest>,
    ) -> Answer<pb::ListEntitlementGrantsResponse> {
        answer(grants::list(&self.app, request).await)
    }

    async fn end_grant(
        &self,
        request: Request<pb::EndGrantRequest>,
    ) -> Answer<pb::EntitlementGrant> {
        answer(
            grants::end(&self.app, request)
                .await
                .map(Committed::into_reply),
        )
    }

    async fn verify_entitlement(
        &self,
        request: Request<pb::VerifyEntitlementRequest>,
    ) -> Answer<pb::VerifyEntitlementResponse> {
        answer(verify::verify(&self.app, request).await)
    }

    async fn create_expense_request(
        &self,
        request: Request<pb::CreateExpenseRequestRequest>,
    ) -> Answer<pb::ExpenseRequest> {
        answer(
            expense_requests::create(&self.app, request)
                .await
                .map(Committed::into_reply),
        )
    }

    async fn get_expense_request(
        &self,
        request: Request<pb::GetExpenseRequestRequest>,
    ) -> Answer<pb::ExpenseRequest> {
        answer(expense_requests::get(&self.app, request).await)
    }

    async fn list_expense_requests(
        &self,
        request: Request<pb::ListExpenseRequestsRequest>,
    ) -> Answer<pb::ListExpenseRequestsResponse> {
        answer(expense_requests::list(&self.app, request).await)
    }

    async fn cancel_expense_request(
        &self,
        request: Request<pb::CancelExpenseRequestRequest>,
    ) -> Answer<pb::ExpenseRequest> {
        answer(
            expense_requests::cancel(&self.app, request)
                .await
                .map(Committed::into_reply),
        )
    }

    async fn create_count_statement(
        &self,
        request: Request<pb::CreateCountStatementRequest>,
    ) -> Answer<api::CountStatement> {
        answer(
            count_statements::create(&self.app, request)
                .await
                .map(Committed::into_reply),
        )
    }

    async fn get_count_statement(
        &self,
        request: Request<pb::GetCountStatementRequest>,
    ) -> Answer<api::CountStatement> {
        answer(count_statements::get(&self.app, request).await)
    }

    async fn list_count_statements(
        &self,
        request: Request<pb::ListCountStatementsRequest>,
    ) -> Answer<pb::ListCountStatementsResponse> {
        answer(count_statements::list(&self.app, request).await)
    }
}
