//! The member services of several counties as one.

use jianyi_proto::member::v1 as pb;
use jianyi_proto::member::v1::member_service_client::MemberServiceClient;
use tonic::Code;

use super::*;

/// A county with so many people, which pages as a real one does.
async fn county(code: &'static str, people: usize) -> Upstream {
    Upstream::start(move |call| {
        if !call.path.ends_with("/ListPeople") {
            return Ok(Vec::new());
        }
        let request: pb::ListPeopleRequest = call.decode();
        assert_eq!(request.parent, format!("counties/{code}"));
        let from: usize = request.page_token.parse().unwrap_or(0);
        let to = people.min(from + usize::try_from(request.page_size).unwrap());
        let person = |n| pb::Person {
            name: format!("counties/{code}/people/{n}"),
            ..pb::Person::default()
        };
        let reply = pb::ListPeopleResponse {
            people: (from..to).map(person).collect(),
            next_page_token: if to < people {
                to.to_string()
            } else {
                String::new()
            },
            unreachable: Vec::new(),
        };
        Ok(reply.encode_to_vec())
    })
    .await
}

fn list(parent: &str, page_size: i32, page_token: &str) -> pb::ListPeopleRequest {
    pb::ListPeopleRequest {
        parent: parent.into(),
        page_size,
        page_token: page_token.into(),
        ..pb::ListPeopleRequest::default()
    }
}

async fn walk(
    client: &mut MemberServiceClient<TestChannel>,
    page_size: i32,
) -> (Vec<String>, Vec<usize>, Vec<String>) {
    let (mut names, mut sizes, mut missing) = (Vec::new(), Vec::new(), Vec::new());
    let mut token = String::new();
    loop {
        let page = client
            .list_people(list("counties/-", page_size, &token))
            .await
            .unwrap()
            .into_inner();
        sizes.push(page.people.len());
        names.extend(
            page.people
                .into_iter()
                .map(|person| person.name.replace("counties/", "").replace("/people", "")),
        );
        missing.extend(page.unreachable);
        token = page.next_page_token;
        if token.is_empty() {
            return (names, sizes, missing);
        }
    }
}

#[tokio::test]
async fn a_request_goes_to_the_county_it_names() {
    let (city, one) = (county("410600", 1).await, county("410611", 2).await);
    let gateway = Gateway::start(
        &[],
        &[
            ("410600", city.url()),
            ("410611", one.url()),
            ("410621", nowhere()),
        ],
    )
    .await;
    let mut client = MemberServiceClient::new(gateway.channel("ROLE_MEMBER_AFFAIRS", "410600"));
    let people = client
        .list_people(list("counties/410611", 10, ""))
        .await
        .unwrap()
        .into_inner()
        .people;
    assert_eq!(
        (people.len(), people[0].name.as_str()),
        (2, "counties/410611/people/0")
    );
    client
        .list_divisions(pb::ListDivisionsRequest::default())
        .await
        .unwrap();
    assert!(
        city.arrived()
            .iter()
            .any(|call| call.path.ends_with("/ListDivisions"))
    );
    let call = one.arrived().pop().unwrap();
    assert!(call.header("authorization").starts_with("Bearer ey"));

    let unknown = client
        .list_people(list("counties/410699", 10, ""))
        .await
        .unwrap_err();
    assert_eq!(unknown.code(), Code::NotFound);
    let down = client
        .list_people(list("counties/410621", 10, ""))
        .await
        .unwrap_err();
    assert_eq!(
        (down.code(), reason(&down)),
        (Code::Unavailable, "COUNTY_UNREACHABLE".into())
    );
    let wild = client
        .get_person(pb::GetPersonRequest {
            name: "counties/-/people/1".into(),
        })
        .await;
    assert_eq!(reason(&wild.unwrap_err()), "WILDCARD_NOT_ALLOWED");
}

#[tokio::test]
async fn all_counties_are_walked_in_order_and_the_missing_ones_are_named() {
    let (city, one, three) = (
        county("410600", 2).await,
        county("410611", 3).await,
        county("410622", 1).await,
    );
    let counties = [
        ("410622", three.url()),
        ("410611", one.url()),
        ("410621", nowhere()),
        ("410600", city.url()),
    ];
    let gateway = Gateway::start(&[], &counties).await;
    let mut client = MemberServiceClient::new(gateway.channel("ROLE_LEADER", "410600"));
    let all = [
        "410600/0", "410600/1", "410611/0", "410611/1", "410611/2", "410622/0",
    ];
    for (page_size, pages) in [
        (50, vec![6]),
        (2, vec![2, 2, 2]),
        (4, vec![4, 2]),
        (5, vec![5, 1]),
        (6, vec![6]),
    ] {
        let (names, sizes, missing) = walk(&mut client, page_size).await;
        assert_eq!(names, all, "{page_size}");
        assert_eq!(sizes, pages, "{page_size}");
        assert_eq!(missing, ["counties/410621"], "{page_size}");
    }
    let first = client
        .list_people(list("counties/-", 2, ""))
        .await
        .unwrap()
        .into_inner();
    let other = pb::ListPeopleRequest {
        veteran: Some(true),
        ..list("counties/-", 2, &first.next_page_token)
    };
    assert_eq!(
        reason(&client.list_people(other).await.unwrap_err()),
        "PAGE_TOKEN_INVALID"
    );
}

#[tokio::test]
async fn v129_a_clerk_sees_his_own_county_only_and_another_is_not_there() {
    let (one, two) = (county("410611", 1).await, county("410621", 1).await);
    let gateway = Gateway::start(&[], &[("410611", one.url()), ("410621", two.url())]).await;
    let mut clerk = MemberServiceClient::new(gateway.channel("ROLE_COUNTY_CLERK", "410611"));
    let (names, _, missing) = walk(&mut clerk, 50).await;
    assert_eq!((names, missing), (vec!["410611/0".to_owned()], Vec::new()));
    let missing = clerk
        .list_people(list("counties/410621", 10, ""))
        .await
        .unwrap_err();
    assert_eq!(missing.code(), Code::NotFound);
    assert!(two.arrived().is_empty());
}

#[tokio::test]
async fn a_county_that_refuses_ends_the_walk_with_its_answer() {
    let broken = Upstream::start(|_| Err("3")).await;
    let busy = Upstream::start(|_| Err("14")).await;
    let gateway = Gateway::start(&[], &[("410611", busy.url()), ("410621", broken.url())]).await;
    let mut client = MemberServiceClient::new(gateway.channel("ROLE_LEADER", "410600"));
    let refused = client
        .list_people(list("counties/-", 10, ""))
        .await
        .unwrap_err();
    assert_eq!(
        (refused.code(), refused.message()),
        (Code::InvalidArgument, "as asked")
    );
    let busy = client
        .list_people(list("counties/410611", 10, ""))
        .await
        .unwrap_err();
    assert_eq!(
        (busy.code(), busy.message()),
        (Code::Unavailable, "as asked")
    );
}

#[tokio::test]
async fn a_county_that_is_too_slow_is_missing_from_the_walk_and_does_not_end_it() {
    // What a county answers when the time that the walk gives it is up.
    let (slow, one) = (
        Upstream::start(|_| Err("4")).await,
        county("410621", 1).await,
    );
    let gateway = Gateway::start(&[], &[("410611", slow.url()), ("410621", one.url())]).await;
    let mut client = MemberServiceClient::new(gateway.channel("ROLE_LEADER", "410600"));
    let (names, _, missing) = walk(&mut client, 50).await;
    assert_eq!(names, ["410621/0"]);
    assert_eq!(missing, ["counties/410611"]);
}

#[tokio::test]
async fn m30_a_county_joins_and_leaves_by_the_file_while_the_gateway_runs() {
    let (one, two) = (county("410611", 1).await, county("410621", 1).await);
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("counties.toml");
    let write = |text: String| {
        let fresh = dir.path().join("fresh");
        std::fs::write(&fresh, text).unwrap();
        std::fs::rename(&fresh, &path).unwrap();
    };
    write(format!("[counties]\n410611 = \"{}\"\n", one.url()));
    let file = path.clone();
    let gateway = Gateway::start_with(&[], &[], move |config| {
        config.counties_file = Some(file);
    })
    .await;
    let mut client = MemberServiceClient::new(gateway.channel("ROLE_LEADER", "410600"));
    let (names, _, missing) = walk(&mut client, 50).await;
    assert_eq!((names, missing), (vec!["410611/0".to_owned()], Vec::new()));

    write(format!(
        "[counties]\n410611 = \"{}\"\n410621 = \"{}\"\n410622 = \"nats:\"\n",
        one.url(),
        two.url()
    ));
    // The broker of this gateway is away: a county behind it is missing, not forgotten.
    eventually!(
        walk(&mut client, 50).await
            == (
                vec!["410611/0".into(), "410621/0".into()],
                vec![2],
                vec!["counties/410622".into()]
            )
    );
    let down = client
        .list_people(list("counties/410622", 10, ""))
        .await
        .unwrap_err();
    assert_eq!(
        (down.code(), reason(&down)),
        (Code::Unavailable, "COUNTY_UNREACHABLE".into())
    );

    // What cannot be read changes nothing; then the first county leaves.
    write("[counties]\n41 = 3".into());
    assert_eq!(walk(&mut client, 50).await.0.len(), 2);
    write(format!("[counties]\n410621 = \"{}\"\n", two.url()));
    eventually!(walk(&mut client, 50).await.0 == ["410621/0"]);
    let left = client
        .list_people(list("counties/410611", 10, ""))
        .await
        .unwrap_err();
    assert_eq!(left.code(), Code::NotFound);
}
