//! The gRPC face: every method in one line. Handlers live in one file per resource.

mod consents;
pub(crate) mod convert;
mod count_statements;
mod divisions;
mod egress;
mod guard;
mod handovers;
mod heroes;
mod org_units;
mod people;
mod role_assignments;
mod subject_requests;

use jianyi_proto::api::v1::CountStatement;
use jianyi_proto::member::v1 as pb;
use jianyi_proto::member::v1::member_service_server::MemberService;
use jianyi_rpc::{answer, answer_revealed};
use tonic::{Request, Response, Status};

use crate::usecase::App;

/// The service of one county.
#[derive(Debug)]
pub(crate) struct Api {
    pub(crate) app: App,
}

type Answer<T> = Result<Response<T>, Status>;

#[tonic::async_trait]
impl MemberService for Api {
    async fn get_division(&self, request: Request<pb::GetDivisionRequest>) -> Answer<pb::Division> {
        answer(divisions::get(&self.app, request).await)
    }

    async fn list_divisions(
        &self,
        request: Request<pb::ListDivisionsRequest>,
    ) -> Answer<pb::ListDivisionsResponse> {
        answer(divisions::list(&self.app, request).await)
    }

    async fn create_org_unit(
        &self,
        request: Request<pb::CreateOrgUnitRequest>,
    ) -> Answer<pb::OrgUnit> {
        answer(org_units::create(&self.app, request).await)
    }

    async fn get_org_unit(&self, request: Request<pb::GetOrgUnitRequest>) -> Answer<pb::OrgUnit> {
        answer(org_units::get(&self.app, request).await)
    }

    async fn list_org_units(
        &self,
        request: Request<pb::ListOrgUnitsRequest>,
    ) -> Answer<pb::ListOrgUnitsResponse> {
        answer(org_units::list(&self.app, request).await)
    }

    async fn rename_org_unit(
        &self,
        request: Request<pb::RenameOrgUnitRequest>,
    ) -> Answer<pb::OrgUnit> {
        answer(org_units::rename(&self.app, request).await)
    }

    async fn close_org_unit(
        &self,
        request: Request<pb::CloseOrgUnitRequest>,
    ) -> Answer<pb::OrgUnit> {
        answer(org_units::close(&self.app, request).await)
    }

    async fn create_person(&self, request: Request<pb::CreatePersonRequest>) -> Answer<pb::Person> {
        answer(people::create(&self.app, request).await)
    }

    async fn get_person(&self, request: Request<pb::GetPersonRequest>) -> Answer<pb::Person> {
        answer(people::get(&self.app, request).await)
    }

    async fn list_people(
        &self,
        request: Request<pb::ListPeopleRequest>,
    ) -> Answer<pb::ListPeopleResponse> {
        answer(people::list(&self.app, request).await)
    }

    async fn find_person(
        &self,
        request: Request<pb::FindPersonRequest>,
    ) -> Answer<pb::FindPersonResponse> {
        answer(people::find(&self.app, request).await)
    }

    async fn create_role_assignment(
        &self,
        request: Request<pb::CreateRoleAssignmentRequest>,
    ) -> Answer<pb::RoleAssignment> {
        answer(role_assignments::create(&self.app, request).await)
    }

    async fn get_role_assignment(
        &self,
        request: Request<pb::GetRoleAssignmentRequest>,
    ) -> Answer<pb::RoleAssignment> {
        answer(role_assignments::get(&self.app, request).await)
    }

    async fn list_role_assignments(
        &self,
        request: Request<pb::ListRoleAssignmentsRequest>,
    ) -> Answer<pb::ListRoleAssignmentsResponse> {
        answer(role_assignments::list(&self.app, request).await)
    }

    async fn end_role(&self, request: Request<pb::EndRoleRequest>) -> Answer<pb::RoleAssignment> {
        answer(role_assignments::end(&self.app, request).await)
    }

    async fn count_volunteers(
        &self,
        request: Request<pb::CountVolunteersRequest>,
    ) -> Answer<pb::CountVolunteersResponse> {
        answer(role_assignments::count_volunteers(&self.app, request).await)
    }

    async fn create_hero(&self, request: Request<pb::CreateHeroRequest>) -> Answer<pb::Hero> {
        answer(heroes::create(&self.app, request).await)
    }

    async fn get_hero(&self, request: Request<pb::GetHeroRequest>) -> Answer<pb::Hero> {
        answer(heroes::get(&self.app, request).await)
    }

    async fn list_heroes(
        &self,
        request: Request<pb::ListHeroesRequest>,
    ) -> Answer<pb::ListHeroesResponse> {
        answer(heroes::list(&self.app, request).await)
    }

    async fn revoke_hero(&self, request: Request<pb::RevokeHeroRequest>) -> Answer<pb::Hero> {
        answer(heroes::revoke(&self.app, request).await)
    }

    async fn record_death(&self, request: Request<pb::RecordDeathRequest>) -> Answer<pb::Hero> {
        answer(heroes::record_death(&self.app, request).await)
    }

    async fn seal_hero(&self, request: Request<pb::SealHeroRequest>) -> Answer<pb::Hero> {
        answer(heroes::seal(&self.app, request).await)
    }

    async fn get_hero_standing(
        &self,
        request: Request<pb::GetHeroStandingRequest>,
    ) -> Answer<pb::HeroStanding> {
        answer(heroes::standing(&self.app, request).await)
    }

    async fn create_count_statement(
        &self,
        request: Request<pb::CreateCountStatementRequest>,
    ) -> Answer<CountStatement> {
        answer(count_statements::create(&self.app, request).await)
    }

    async fn get_count_statement(
        &self,
        request: Request<pb::GetCountStatementRequest>,
    ) -> Answer<CountStatement> {
        answer(count_statements::get(&self.app, request).await)
    }

    async fn list_count_statements(
        &self,
        request: Request<pb::ListCountStatementsRequest>,
    ) -> Answer<pb::ListCountStatementsResponse> {
        answer(count_statements::list(&self.app, request).await)
    }

    async fn search_people(
        &self,
        request: Request<pb::SearchPeopleRequest>,
    ) -> Answer<pb::SearchPeopleResponse> {
        answer(people::search(&self.app, request).await)
    }

    async fn reveal_person(&self, request: Request<pb::RevealPersonRequest>) -> Answer<pb::Person> {
        answer_revealed(people::reveal(&self.app, request).await)
    }

    async fn reveal_sealed_person(
        &self,
        request: Request<pb::RevealPersonRequest>,
    ) -> Answer<pb::Person> {
        answer_revealed(people::reveal(&self.app, request).await)
    }

    async fn get_sealed_hero(&self, request: Request<pb::GetHeroRequest>) -> Answer<pb::Hero> {
        answer(heroes::get_sealed(&self.app, request).await)
    }

    async fn list_sealed_heroes(
        &self,
        request: Request<pb::ListSealedHeroesRequest>,
    ) -> Answer<pb::ListHeroesResponse> {
        answer(heroes::list_sealed(&self.app, request).await)
    }

    async fn reveal_hero(&self, request: Request<pb::RevealHeroRequest>) -> Answer<pb::Hero> {
        answer_revealed(heroes::reveal(&self.app, request).await)
    }

    async fn release_seal(&self, request: Request<pb::ReleaseSealRequest>) -> Answer<pb::Hero> {
        answer(heroes::release(&self.app, request).await)
    }

    async fn list_consent_purposes(
        &self,
        request: Request<pb::ListConsentPurposesRequest>,
    ) -> Answer<pb::ListConsentPurposesResponse> {
        answer(consents::purposes(&self.app, request).await)
    }

    async fn create_consent(
        &self,
        request: Request<pb::CreateConsentRequest>,
    ) -> Answer<pb::Consent> {
        answer(consents::create(&self.app, request).await)
    }

    async fn list_consents(
        &self,
        request: Request<pb::ListConsentsRequest>,
    ) -> Answer<pb::ListConsentsResponse> {
        answer(consents::list(&self.app, request).await)
    }

    async fn withdraw_consent(
        &self,
        request: Request<pb::WithdrawConsentRequest>,
    ) -> Answer<pb::Consent> {
        answer(consents::withdraw(&self.app, request).await)
    }

    async fn open_subject_request(
        &self,
        request: Request<pb::OpenSubjectRequestRequest>,
    ) -> Answer<pb::SubjectRequest> {
        answer(subject_requests::open(&self.app, request).await)
    }

    async fn list_subject_requests(
        &self,
        request: Request<pb::ListSubjectRequestsRequest>,
    ) -> Answer<pb::ListSubjectRequestsResponse> {
        answer(subject_requests::list(&self.app, request).await)
    }

    async fn fulfil_subject_request(
        &self,
        request: Request<pb::FulfilSubjectRequestRequest>,
    ) -> Answer<pb::FulfilSubjectRequestResponse> {
        answer_revealed(subject_requests::fulfil(&self.app, request).await)
    }

    async fn refuse_subject_request(
        &self,
        request: Request<pb::RefuseSubjectRequestRequest>,
    ) -> Answer<pb::SubjectRequest> {
        answer(subject_requests::refuse(&self.app, request).await)
    }

    async fn offer_handover(
        &self,
        request: Request<pb::OfferHandoverRequest>,
    ) -> Answer<pb::Handover> {
        answer(handovers::offer(&self.app, request).await)
    }

    async fn offer_sealed_handover(
        &self,
        request: Request<pb::OfferHandoverRequest>,
    ) -> Answer<pb::Handover> {
        answer(handovers::offer(&self.app, request).await)
    }

    async fn accept_handover(
        &self,
        request: Request<pb::AcceptHandoverRequest>,
    ) -> Answer<pb::Handover> {
        answer(handovers::accept(&self.app, request).await)
    }

    async fn accept_sealed_handover(
        &self,
        request: Request<pb::AcceptHandoverRequest>,
    ) -> Answer<pb::Handover> {
        answer(handovers::accept(&self.app, request).await)
    }

    async fn refuse_handover(
        &self,
        request: Request<pb::RefuseHandoverRequest>,
    ) -> Answer<pb::Handover> {
        answer(handovers::refuse(&self.app, request).await)
    }

    async fn refuse_sealed_handover(
        &self,
        request: Request<pb::RefuseHandoverRequest>,
    ) -> Answer<pb::Handover> {
        answer(handovers::refuse(&self.app, request).await)
    }

    async fn withdraw_handover(
        &self,
        request: Request<pb::WithdrawHandoverRequest>,
    ) -> Answer<pb::Handover> {
        answer(handovers::withdraw(&self.app, request).await)
    }

    async fn withdraw_sealed_handover(
        &self,
        request: Request<pb::WithdrawHandoverRequest>,
    ) -> Answer<pb::Handover> {
        answer(handovers::withdraw(&self.app, request).await)
    }

    async fn list_handovers(
        &self,
        request: Request<pb::ListHandoversRequest>,
    ) -> Answer<pb::ListHandoversResponse> {
        answer(handovers::list(&self.app, request).await)
    }

    async fn list_sealed_handovers(
        &self,
        request: Request<pb::ListHandoversRequest>,
    ) -> Answer<pb::ListHandoversResponse> {
        answer(handovers::list(&self.app, request).await)
    }

    async fn get_egress_report(
        &self,
        request: Request<pb::GetEgressReportRequest>,
    ) -> Answer<pb::EgressReport> {
        answer(egress::report(&self.app, request).await)
    }
}
