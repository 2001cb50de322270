//! The answer to other agencies: yes or no, and until when, for whoever holds a credential.

use jianyi_db::PgConnection;
use jianyi_kernel::{Fault, Violation, Violations};
use jianyi_proto::care::v1 as pb;
use tonic::Request;

use crate::convert;
use crate::domain::grant::{Grant, longest};
use crate::domain::policy::BenefitKind;
use crate::store;
use crate::usecase::App;

/// Verifies an entitlement. Whatever is not known is a plain no: nothing shows whether a person exists.
pub(super) async fn verify(
    app: &App,
    request: Request<pb::VerifyEntitlementRequest>,
) -> Result<pb::VerifyEntitlementResponse, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let request = request.into_inner();
    let mut v = Violations::new();
    let benefit = convert::stated::<BenefitKind>(&mut v, "benefit", request.benefit());
    let day = convert::optional_day(&mut v, "on", &request.on);
    let credential = v
        .take(convert::grant::credential(
            "credential_no",
            &request.credential_no,
        ))
        .flatten();
    let hero = match (request.hero.is_empty(), &credential) {
        (true, Some(_)) => Some(None),
        (false, None) => convert::hero(&mut v, "hero", &request.hero).map(Some),
        (true, None) | (false, Some(_)) => {
            v.push(Violation::new(
                "credential_no",
                "ONE_OF_TWO",
                "give either `hero` or `credential_no`".into(),
                "人员和卡号(考号)应填且只填一项",
            ));
            None
        }
    };
    let ((benefit, day), hero) = v.finish_with(benefit.zip(day).zip(hero))?;
    let day = day.unwrap_or_else(|| app.db.clock().today());

    let mut conn = app.db.read(&caller).await?;
    let grants = match (&hero, &credential) {
        (Some(hero), _) => store::grants::of_hero(&mut conn, benefit, hero).await?,
        (None, Some(credential)) => {
            let number = credential.expose("look up a grant");
            let index = app
                .db
                .cipher()
                .blind_index(benefit.credential_kind(), number)?;
            store::grants::of_credential(&mut conn, benefit, &index).await?
        }
        (None, None) => Vec::new(),
    };
    let mut answers = Vec::new();
    for grant in grants {
        answers.extend(enjoyed_on(&mut conn, &grant, day).await?);
    }
    Ok(match longest(answers) {
        None => pb::VerifyEntitlementResponse {
            entitled: false,
            until: String::new(),
        },
        Some(until) => pb::VerifyEntitlementResponse {
            entitled: true,
            until: until.map(|day| day.to_string()).unwrap_or_default(),
        },
    })
}

async fn enjoyed_on(
    conn: &mut PgConnection,
    grant: &Grant,
    day: time::Date,
) -> Result<Option<Option<time::Date>>, Fault> {
    let policy = store::policies::find(&mut *conn, grant.policy).await?;
    let hero = store::heroes::find(conn, &grant.hero).await?;
    Ok(policy
        .zip(hero)
        .and_then(|(policy, hero)| grant.enjoyed_on(&policy, &hero, day)))
}
