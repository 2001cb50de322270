//! The gRPC face: every method in one line, its work in the file of its resource.

mod break_glass;
mod chronicle_stages;
mod chronicles;
mod convert;
mod count_statements;
mod county_sites;
mod county_status;
mod documents;
mod goals;
mod governance_bodies;
mod honours;
mod meetings;
mod plan_tasks;
mod plans;
pub(crate) mod report_convert;
mod report_json;
mod reports;
mod resolutions;
mod rubrics;
mod scores;
mod study_pairs;
mod study_sessions;

pub use report_json::report_json;

use jianyi_db::Committed;
use jianyi_proto::api::v1::CountStatement;
use jianyi_proto::oversight::v1::oversight_service_server::OversightService;
use jianyi_proto::oversight::v1::*;
use jianyi_rpc::answer;
use tonic::{Request, Response, Status};

use crate::usecase::App;

/// The service's API.
#[derive(Debug)]
pub(crate) struct Api {
    app: App,
}

impl Api {
    /// An API over the service's parts.
    pub(crate) const fn new(app: App) -> Self {
        Self { app }
    }
}

type Reply<T> = Result<Response<T>, Status>;

#[tonic::async_trait]
impl OversightService for Api {
    async fn create_goal(&self, r: Request<CreateGoalRequest>) -> Reply<Goal> {
        answer(goals::create(&self.app, r).await)
    }
    async fn get_goal(&self, r: Request<GetGoalRequest>) -> Reply<Goal> {
        answer(goals::get(&self.app, r).await)
    }
    async fn list_goals(&self, r: Request<ListGoalsRequest>) -> Reply<ListGoalsResponse> {
        answer(goals::list(&self.app, r).await)
    }
    async fn create_plan(&self, r: Request<CreatePlanRequest>) -> Reply<Plan> {
        answer(plans::create(&self.app, r).await)
    }
    async fn get_plan(&self, r: Request<GetPlanRequest>) -> Reply<Plan> {
        answer(plans::get(&self.app, r).await)
    }
    async fn list_plans(&self, r: Request<ListPlansRequest>) -> Reply<ListPlansResponse> {
        answer(plans::list(&self.app, r).await)
    }
    async fn create_plan_task(&self, r: Request<CreatePlanTaskRequest>) -> Reply<PlanTask> {
        answer(plan_tasks::create(&self.app, r).await)
    }
    async fn get_plan_task(&self, r: Request<GetPlanTaskRequest>) -> Reply<PlanTask> {
        answer(plan_tasks::get(&self.app, r).await)
    }
    async fn list_plan_tasks(
        &self,
        r: Request<ListPlanTasksRequest>,
    ) -> Reply<ListPlanTasksResponse> {
        answer(plan_tasks::list(&self.app, r).await)
    }
    async fn update_task_progress(&self, r: Request<UpdateTaskProgressRequest>) -> Reply<PlanTask> {
        answer(plan_tasks::update_progress(&self.app, r).await)
    }
    async fn create_governance_body(
        &self,
        r: Request<CreateGovernanceBodyRequest>,
    ) -> Reply<GovernanceBody> {
        answer(governance_bodies::create(&self.app, r).await)
    }
    async fn get_governance_body(
        &self,
        r: Request<GetGovernanceBodyRequest>,
    ) -> Reply<GovernanceBody> {
        answer(governance_bodies::get(&self.app, r).await)
    }
    async fn list_governance_bodies(
        &self,
        r: Request<ListGovernanceBodiesRequest>,
    ) -> Reply<ListGovernanceBodiesResponse> {
        answer(governance_bodies::list(&self.app, r).await)
    }
    async fn create_meeting(&self, r: Request<CreateMeetingRequest>) -> Reply<Meeting> {
        answer(meetings::create(&self.app, r).await)
    }
    async fn get_meeting(&self, r: Request<GetMeetingRequest>) -> Reply<Meeting> {
        answer(meetings::get(&self.app, r).await)
    }
    async fn list_meetings(&self, r: Request<ListMeetingsRequest>) -> Reply<ListMeetingsResponse> {
        answer(meetings::list(&self.app, r).await)
    }
    async fn create_document(&self, r: Request<CreateDocumentRequest>) -> Reply<Document> {
        answer(documents::create(&self.app, r).await)
    }
    async fn get_document(&self, r: Request<GetDocumentRequest>) -> Reply<Document> {
        answer(documents::get(&self.app, r).await)
    }
    async fn list_documents(
        &self,
        r: Request<ListDocumentsRequest>,
    ) -> Reply<ListDocumentsResponse> {
        answer(documents::list(&self.app, r).await)
    }
    async fn create_resolution(&self, r: Request<CreateResolutionRequest>) -> Reply<Resolution> {
        answer(resolutions::create(&self.app, r).await)
    }
    async fn get_resolution(&self, r: Request<GetResolutionRequest>) -> Reply<Resolution> {
        answer(resolutions::get(&self.app, r).await)
    }
    async fn list_resolutions(
        &self,
        r: Request<ListResolutionsRequest>,
    ) -> Reply<ListResolutionsResponse> {
        answer(resolutions::list(&self.app, r).await)
    }
    async fn create_rubric(&self, r: Request<CreateRubricRequest>) -> Reply<Rubric> {
        answer(rubrics::create(&self.app, r).await)
    }
    async fn get_rubric(&self, r: Request<GetRubricRequest>) -> Reply<Rubric> {
        answer(rubrics::get(&self.app, r).await)
    }
    async fn list_rubrics(&self, r: Request<ListRubricsRequest>) -> Reply<ListRubricsResponse> {
        answer(rubrics::list(&self.app, r).await)
    }
    async fn update_rubric_indicators(
        &self,
        r: Request<UpdateRubricIndicatorsRequest>,
    ) -> Reply<Rubric> {
        answer(rubrics::update_indicators(&self.app, r).await)
    }
    async fn publish_rubric(&self, r: Request<PublishRubricRequest>) -> Reply<Rubric> {
        answer(rubrics::publish(&self.app, r).await)
    }
    async fn copy_rubric(&self, r: Request<CopyRubricRequest>) -> Reply<Rubric> {
        answer(rubrics::copy(&self.app, r).await)
    }
    async fn create_score(&self, r: Request<CreateScoreRequest>) -> Reply<Score> {
        answer(scores::create(&self.app, r).await)
    }
    async fn get_score(&self, r: Request<GetScoreRequest>) -> Reply<Score> {
        answer(scores::get(&self.app, r).await)
    }
    async fn list_scores(&self, r: Request<ListScoresRequest>) -> Reply<ListScoresResponse> {
        answer(scores::list(&self.app, r).await)
    }
    async fn create_study_pair(&self, r: Request<CreateStudyPairRequest>) -> Reply<StudyPair> {
        answer(study_pairs::create(&self.app, r).await)
    }
    async fn get_study_pair(&self, r: Request<GetStudyPairRequest>) -> Reply<StudyPair> {
        answer(study_pairs::get(&self.app, r).await)
    }
    async fn list_study_pairs(
        &self,
        r: Request<ListStudyPairsRequest>,
    ) -> Reply<ListStudyPairsResponse> {
        answer(study_pairs::list(&self.app, r).await)
    }
    async fn create_study_session(
        &self,
        r: Request<CreateStudySessionRequest>,
    ) -> Reply<StudySession> {
        answer(study_sessions::create(&self.app, r).await)
    }
    async fn get_study_session(&self, r: Request<GetStudySessionRequest>) -> Reply<StudySession> {
        answer(study_sessions::get(&self.app, r).await)
    }
    async fn list_study_sessions(
        &self,
        r: Request<ListStudySessionsRequest>,
    ) -> Reply<ListStudySessionsResponse> {
        answer(study_sessions::list(&self.app, r).await)
    }
    async fn create_chronicle_project(
        &self,
        r: Request<CreateChronicleProjectRequest>,
    ) -> Reply<ChronicleProject> {
        answer(chronicles::create(&self.app, r).await)
    }
    async fn get_chronicle_project(
        &self,
        r: Request<GetChronicleProjectRequest>,
    ) -> Reply<ChronicleProject> {
        answer(chronicles::get(&self.app, r).await)
    }
    async fn list_chronicle_projects(
        &self,
        r: Request<ListChronicleProjectsRequest>,
    ) -> Reply<ListChronicleProjectsResponse> {
        answer(chronicles::list(&self.app, r).await)
    }
    async fn advance_chronicle(
        &self,
        r: Request<AdvanceChronicleRequest>,
    ) -> Reply<ChronicleProject> {
        answer(chronicles::advance(&self.app, r).await)
    }
    async fn create_chronicle_stage(
        &self,
        r: Request<CreateChronicleStageRequest>,
    ) -> Reply<ChronicleStage> {
        answer(chronicle_stages::create(&self.app, r).await)
    }
    async fn get_chronicle_stage(
        &self,
        r: Request<GetChronicleStageRequest>,
    ) -> Reply<ChronicleStage> {
        answer(chronicle_stages::get(&self.app, r).await)
    }
    async fn list_chronicle_stages(
        &self,
        r: Request<ListChronicleStagesRequest>,
    ) -> Reply<ListChronicleStagesResponse> {
        answer(chronicle_stages::list(&self.app, r).await)
    }
    async fn create_honour(&self, r: Request<CreateHonourRequest>) -> Reply<Honour> {
        answer(honours::create(&self.app, r).await)
    }
    async fn get_honour(&self, r: Request<GetHonourRequest>) -> Reply<Honour> {
        answer(honours::get(&self.app, r).await)
    }
    async fn list_honours(&self, r: Request<ListHonoursRequest>) -> Reply<ListHonoursResponse> {
        answer(honours::list(&self.app, r).await)
    }
    async fn create_count_statement(
        &self,
        r: Request<CreateCountStatementRequest>,
    ) -> Reply<CountStatement> {
        answer(count_statements::create(&self.app, r).await)
    }
    async fn get_count_statement(
        &self,
        r: Request<GetCountStatementRequest>,
    ) -> Reply<CountStatement> {
        answer(count_statements::get(&self.app, r).await)
    }
    async fn list_count_statements(
        &self,
        r: Request<ListCountStatementsRequest>,
    ) -> Reply<ListCountStatementsResponse> {
        answer(count_statements::list(&self.app, r).await)
    }
    async fn get_annual_report(&self, r: Request<GetAnnualReportRequest>) -> Reply<AnnualReport> {
        answer(reports::get(&self.app, r).await)
    }
    async fn render_annual_report(
        &self,
        r: Request<RenderAnnualReportRequest>,
    ) -> Reply<RenderAnnualReportResponse> {
        answer(
            reports::render(&self.app, r)
                .await
                .map(Committed::into_reply),
        )
    }
    async fn list_facts(&self, r: Request<ListFactsRequest>) -> Reply<ListFactsResponse> {
        answer(reports::facts(&self.app, r).await)
    }
    async fn list_chronicle_entries(
        &self,
        r: Request<ListChronicleEntriesRequest>,
    ) -> Reply<ListChronicleEntriesResponse> {
        answer(reports::chronicle(&self.app, r).await)
    }
    async fn list_break_glass(
        &self,
        r: Request<ListBreakGlassRequest>,
    ) -> Reply<ListBreakGlassResponse> {
        answer(break_glass::list(&self.app, r).await)
    }
    async fn add_county_site(&self, r: Request<AddCountySiteRequest>) -> Reply<CountySite> {
        answer(county_sites::add(&self.app, r).await)
    }
    async fn update_county_site(&self, r: Request<UpdateCountySiteRequest>) -> Reply<CountySite> {
        answer(county_sites::update(&self.app, r).await)
    }
    async fn remove_county_site(&self, r: Request<RemoveCountySiteRequest>) -> Reply<CountySite> {
        answer(county_sites::remove(&self.app, r).await)
    }
    async fn list_county_sites(
        &self,
        r: Request<ListCountySitesRequest>,
    ) -> Reply<ListCountySitesResponse> {
        answer(county_sites::list(&self.app, r).await)
    }
    async fn list_county_status(
        &self,
        r: Request<ListCountyStatusRequest>,
    ) -> Reply<ListCountyStatusResponse> {
        answer(county_status::list(&self.app, r).await)
    }
    async fn rebuild_projections(
        &self,
        r: Request<RebuildProjectionsRequest>,
    ) -> Reply<RebuildProjectionsResponse> {
        answer(reports::rebuild(&self.app, r).await)
    }
}
