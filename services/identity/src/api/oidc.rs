//! Handlers of logins through the outside provider, who is asked between units of work, and of the links to it.

use jianyi_kernel::{Fault, Id, Pii, Violation};
use jianyi_proto::identity::v1 as pb;
use jianyi_proto::name;
use jianyi_rpc::Page;
use tonic::Request;

use crate::domain::AccountKind;
use crate::oidc::Outside;
use crate::store;
use crate::usecase::{self, App};

/// As long as a subject is by `OpenID` Connect Core.
const SUBJECT_LENGTH: usize = 255;

pub(super) async fn begin(
    app: &App,
    request: Request<pb::BeginOidcLoginRequest>,
) -> Result<pb::BeginOidcLoginResponse, Fault> {
    let call = jianyi_rpc::call(&request, "")?;
    let (url, attempt) = app.provider()?.begin(app.db.clock().now()).await?;
    Ok(usecase::begin_oidc_login(app, &call, url, &attempt)
        .await?
        .into_reply())
}

pub(super) async fn finish(
    app: &App,
    request: Request<pb::FinishOidcLoginRequest>,
) -> Result<pb::LoginResponse, Fault> {
    let call = jianyi_rpc::call(&request, "")?;
    let provider = app.provider()?;
    let request = request.into_inner();
    let secrets = usecase::claim_oidc_login(app, &call, &Pii::new(request.state)).await?;
    let now = app.db.clock().now();
    let proven = provider
        .finish(Pii::new(request.code), secrets, now)
        .await?;
    let typed = Pii::new(request.second_factor_code);
    Ok(usecase::finish_oidc_login(app, call, &proven, &typed)
        .await?
        .into_reply())
}

pub(super) async fn link(
    app: &App,
    request: Request<pb::LinkOidcRequest>,
) -> Result<pb::Account, Fault> {
    let call = jianyi_rpc::call(&request, &request.get_ref().request_id)?;
    let request = request.into_inner();
    let id = name::parse("name", &request.name)?;
    let configured = app.provider()?.issuer();
    if !request.issuer.is_empty() && request.issuer != configured {
        return Err(Violation::new(
            "issuer",
            "ISSUER_UNKNOWN",
            "this is not the configured provider".into(),
            "只能绑定已配置的统一身份认证",
        )
        .into());
    }
    let subject = request.subject;
    if subject.is_empty() || subject.len() > SUBJECT_LENGTH || !subject.is_ascii() {
        return Err(Violation::new(
            "subject",
            "SUBJECT_MALFORMED",
            "a subject is 1 to 255 characters of ASCII".into(),
            "外部身份标识应为 1 至 255 个 ASCII 字符",
        )
        .into());
    }
    let outside = Outside {
        issuer: configured.to_owned(),
        subject: Pii::new(subject),
    };
    Ok(usecase::link_oidc(app, &call, id, &outside)
        .await?
        .into_reply())
}

pub(super) async fn unlink(
    app: &App,
    request: Request<pb::UnlinkOidcRequest>,
) -> Result<pb::Account, Fault> {
    let call = jianyi_rpc::call(&request, &request.get_ref().request_id)?;
    let request = request.into_inner();
    let id = name::parse("name", &request.name)?;
    let issuer = if request.issuer.is_empty() {
        app.provider()?.issuer()
    } else {
        &request.issuer
    };
    Ok(usecase::unlink_oidc(app, &call, id, issuer)
        .await?
        .into_reply())
}

pub(super) async fn list(
    app: &App,
    request: Request<pb::ListOidcLinksRequest>,
) -> Result<pb::ListOidcLinksResponse, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let request = request.into_inner();
    let account: Option<Id<AccountKind>> = if request.account.is_empty() {
        None
    } else {
        Some(name::parse("account", &request.account)?)
    };
    let page = Page::parse(
        request.page_size,
        &request.page_token,
        &format!("oidc_links {}", request.account),
        app.db.cipher().token_key(),
    )?;
    let mut conn = app.db.read(&caller).await?;
    let rows = store::oidc_links::list(&mut conn, app.db.cipher(), account, &page).await?;
    let (rows, next_page_token) = page.cut(rows, |link| (link.created_at, link.id));
    Ok(pb::ListOidcLinksResponse {
        links: rows.into_iter().map(pb::OidcLink::from).collect(),
        next_page_token,
    })
}
