//! The directory of counties: who joins, changes and leaves, and what everybody else hears of it.

use jianyi_proto::oversight::events::v1 as ev;
use jianyi_proto::oversight::v1::*;
use prost::Name;
use prost_types::{FieldMask, Timestamp};
use tonic::{Code, Status};

use crate::world::{World, reason};

const EXPIRES: Timestamp = Timestamp {
    seconds: 1_767_225_600,
    nanos: 0,
};

fn site(code: &str, url: &str) -> CountySite {
    CountySite {
        division: code.into(),
        url: url.into(),
        certificate_expire_time: Some(EXPIRES),
        ..Default::default()
    }
}

async fn add(world: &mut World, site: CountySite, request_id: &str) -> Result<CountySite, Status> {
    let request = AddCountySiteRequest {
        county_site: Some(site),
        request_id: request_id.into(),
    };
    world
        .oversight
        .add_county_site(request)
        .await
        .map(tonic::Response::into_inner)
}

async fn update(world: &mut World, site: CountySite, paths: &[&str]) -> Result<CountySite, Status> {
    let request = UpdateCountySiteRequest {
        county_site: Some(site),
        update_mask: Some(FieldMask {
            paths: paths.iter().map(|&path| path.into()).collect(),
        }),
        request_id: String::new(),
    };
    world
        .oversight
        .update_county_site(request)
        .await
        .map(tonic::Response::into_inner)
}

async fn remove(world: &mut World, name: &str, etag: &str) -> Result<CountySite, Status> {
    let request = RemoveCountySiteRequest {
        name: name.into(),
        etag: etag.into(),
        request_id: String::new(),
    };
    world
        .oversight
        .remove_county_site(request)
        .await
        .map(tonic::Response::into_inner)
}

async fn codes(world: &mut World) -> Vec<String> {
    let reply = world
        .oversight
        .list_county_sites(ListCountySitesRequest::default())
        .await
        .unwrap();
    let sites = reply.into_inner().county_sites;
    sites.into_iter().map(|site| site.division).collect()
}

async fn told<E: prost::Message + Name + Default>(world: &World) -> Vec<E> {
    let published = world.published().await.into_iter();
    published
        .filter(|delivery| delivery.type_name == E::full_name())
        .map(|delivery| E::decode(delivery.data).unwrap())
        .collect()
}

#[tokio::test]
async fn a_county_joins_changes_its_certificate_and_leaves_and_everybody_hears_of_it() {
    let mut world = World::start().await;
    let joined = add(&mut world, site("410621", "nats:"), "once")
        .await
        .unwrap();
    assert_eq!(joined.name, "counties/410621/site");
    assert!(joined.join_time.is_some() && joined.leave_time.is_none());
    // A repeat is the same answer, another request is too late.
    let again = add(&mut world, site("410621", "nats:"), "once")
        .await
        .unwrap();
    assert_eq!(again, joined);
    let twice = add(&mut world, site("410621", "nats:"), "")
        .await
        .unwrap_err();
    assert_eq!(twice.code(), Code::AlreadyExists);
    let direct = site("410622", "https://10.1.2.3:8443");
    add(&mut world, direct, "").await.unwrap();
    assert_eq!(codes(&mut world).await, ["410621", "410622"]);

    let renewed = Timestamp {
        seconds: EXPIRES.seconds + 1,
        nanos: 0,
    };
    let change = CountySite {
        certificate_expire_time: Some(renewed),
        url: "https://not.meant".into(),
        ..joined.clone()
    };
    let changed = update(&mut world, change.clone(), &["certificate_expire_time"])
        .await
        .unwrap();
    assert_eq!(changed.certificate_expire_time, Some(renewed));
    assert_eq!(changed.url, "nats:");
    let stale = update(&mut world, change, &["certificate_expire_time"]).await;
    assert_eq!(stale.unwrap_err().code(), Code::Aborted);

    let left = remove(&mut world, &joined.name, &changed.etag)
        .await
        .unwrap();
    assert!(left.leave_time.is_some());
    assert_eq!(codes(&mut world).await, ["410622"]);
    let gone = remove(&mut world, &joined.name, "").await.unwrap_err();
    assert_eq!(gone.code(), Code::NotFound);
    // It comes back as the one it was.
    let back = add(&mut world, site("410621", "nats:"), "").await.unwrap();
    assert_eq!(back.leave_time, None);
    assert_eq!(codes(&mut world).await, ["410621", "410622"]);

    let added: Vec<ev::CountySiteAdded> = told(&world).await;
    let urls: Vec<_> = added
        .iter()
        .map(|event| (event.division.as_str(), event.url.as_str()))
        .collect();
    assert_eq!(
        urls,
        [
            ("410621", "nats:"),
            ("410622", "https://10.1.2.3:8443"),
            ("410621", "nats:")
        ]
    );
    let updated: Vec<ev::CountySiteUpdated> = told(&world).await;
    assert_eq!(updated[0].certificate_expire_time, Some(renewed));
    let removed: Vec<ev::CountySiteRemoved> = told(&world).await;
    assert_eq!(removed.len(), 1);
    let versions: Vec<_> = world
        .published()
        .await
        .into_iter()
        .filter(|delivery| delivery.resource == "counties/410621/site")
        .map(|delivery| (delivery.division.to_string(), delivery.version))
        .collect();
    let of_county = |version| ("410621".to_owned(), version);
    assert_eq!(versions, [1, 2, 3, 4].map(of_county));
}

#[tokio::test]
async fn what_is_no_countys_place_is_refused_with_all_that_is_wrong() {
    let mut world = World::start().await;
    for (code, url) in [
        ("410600", "nats:"),
        ("410621103", "nats:"),
        ("510621", "nats:"),
        ("", "nats:"),
        ("410621", "http://10.1.2.3:80"),
        ("410621", "https://somebody:secret@host"),
        ("410621", ""),
    ] {
        let refused = add(&mut world, site(code, url), "").await.unwrap_err();
        assert_eq!(refused.code(), Code::InvalidArgument, "{code} {url}");
    }
    let joined = add(&mut world, site("410621", "nats:"), "").await.unwrap();
    let nothing = update(&mut world, joined.clone(), &[]).await.unwrap_err();
    assert_eq!(nothing.code(), Code::InvalidArgument);
    let unknown = update(&mut world, joined.clone(), &["division"]).await;
    assert_eq!(reason(&unknown.unwrap_err()), "FIELD_NOT_UPDATABLE");
    let nowhere = update(&mut world, site("410621", "nats:"), &["url"]).await;
    assert_eq!(nowhere.unwrap_err().code(), Code::InvalidArgument);
}

#[tokio::test]
async fn the_directory_is_no_news_of_what_the_association_did() {
    let mut world = World::start().await;
    let before = world.report().await;
    add(&mut world, site("410621", "nats:"), "").await.unwrap();
    world.settle().await;
    let after = world.report().await;
    assert_eq!(after.figures, before.figures);
    // It is there to be told of, although nothing came from it yet.
    let mark = &after.watermarks["410621"];
    assert_eq!((mark.as_of, mark.last_event_time), (None, None));
    assert!(mark.sequence.is_empty());
}
