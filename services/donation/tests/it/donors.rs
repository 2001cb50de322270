//! Donors: kinds, masks, sealed names, recognised organisations.

use jianyi_proto::donation::events::v1::DonorKind;
use jianyi_proto::donation::v1 as pb;
use tonic::Code;

use crate::desk::{Desk, fields};

const USCC: &str = "91350100M000100Y43";

fn create(donor: pb::Donor) -> pb::CreateDonorRequest {
    pb::CreateDonorRequest {
        donor: Some(donor),
        ..Default::default()
    }
}

#[tokio::test]
async fn d08_names_are_sealed_at_rest_and_masked_on_the_way_out() {
    let desk = Desk::open().await;
    for (kind, given, shown) in [
        (DonorKind::Individual, "欧阳慷慨", "欧*"),
        (DonorKind::Society, "乐善好施商会", "乐善好施商会"),
    ] {
        let name = desk.donor(kind, given).await;
        let donor = desk
            .client()
            .get_donor(pb::GetDonorRequest { name })
            .await
            .unwrap()
            .into_inner();
        assert_eq!(donor.display_name, shown);
    }
    let hidden = pb::Donor {
        kind: DonorKind::Individual.into(),
        display_name: "不愿留名".into(),
        anonymous: true,
        ..Default::default()
    };
    let hidden = desk
        .client()
        .create_donor(create(hidden))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(hidden.display_name, "爱心人士");

    let stored = desk.service.dump().await;
    for name in ["慷慨", "乐善好施", "不愿留名"] {
        assert!(!stored.contains(name), "{name} is readable in the database");
    }
}

#[tokio::test]
async fn d09_one_organisation_is_one_donor() {
    let desk = Desk::open().await;
    let enterprise = |name: &str, uscc: &str| pb::Donor {
        kind: DonorKind::Enterprise.into(),
        display_name: name.into(),
        uscc: uscc.into(),
        ..Default::default()
    };
    let first = desk
        .client()
        .create_donor(create(enterprise("鹤壁市某某公司", USCC)))
        .await
        .unwrap()
        .into_inner();
    let again = desk
        .client()
        .create_donor(create(enterprise("鹤壁某某公司", USCC)))
        .await
        .unwrap_err();
    assert_eq!(again.code(), Code::AlreadyExists);
    assert!(again.message().contains(&first.name));

    let missing = desk
        .client()
        .create_donor(create(enterprise("无代码公司", "")))
        .await
        .unwrap_err();
    assert_eq!(fields(&missing), ["donor.uscc"]);
    let wrong = desk
        .client()
        .create_donor(create(enterprise("错代码公司", "91350100M000100Y44")))
        .await
        .unwrap_err();
    assert_eq!(
        (wrong.code(), fields(&wrong)),
        (Code::InvalidArgument, vec!["donor.uscc".into()])
    );

    // Without a code an organisation is recognised by its name, a person by nothing.
    let society = pb::Donor {
        kind: DonorKind::Society.into(),
        display_name: "某商会".into(),
        ..Default::default()
    };
    desk.client()
        .create_donor(create(society.clone()))
        .await
        .unwrap();
    assert_eq!(
        desk.client()
            .create_donor(create(society))
            .await
            .unwrap_err()
            .code(),
        Code::AlreadyExists
    );
    assert_ne!(
        desk.donor(DonorKind::Individual, "张伟").await,
        desk.donor(DonorKind::Individual, "张伟").await
    );
}
