//! Finding people by what somebody types, with nothing readable in the tables.

use jianyi_proto::member::v1::{Person, SearchPeopleRequest};
use jianyi_testkit::eventually;
use tonic::Code;

use crate::support::{
    Client, QIBIN, as_role, at_township, county, new_person, person, refusal, violations,
};

fn query(text: &str) -> SearchPeopleRequest {
    SearchPeopleRequest {
        parent: QIBIN.into(),
        query: text.into(),
        ..SearchPeopleRequest::default()
    }
}

async fn found(client: &mut Client, text: &str) -> Vec<String> {
    let people = client
        .search_people(query(text))
        .await
        .unwrap()
        .into_inner()
        .people;
    people.into_iter().map(|person| person.name).collect()
}

#[tokio::test]
async fn m08_people_are_found_by_name_part_pinyin_and_number() {
    let (service, mut client) = county().await;
    let zhang = Person {
        phone: "13812345678".into(),
        ..new_person("张三丰", "41061119900101018X")
    };
    let zhang = person(&mut client, zhang).await.unwrap();
    let other = person(&mut client, new_person("丰三张", "410602198402290038"))
        .await
        .unwrap();
    for text in [
        "张三丰",
        "张三",
        "三丰",
        "zsf",
        "ZS",
        "zhangsanfeng",
        "41061119900101018x",
        "018X",
        "138 1234 5678",
        "5678",
    ] {
        assert_eq!(
            found(&mut client, text).await,
            [zhang.name.as_str()],
            "{text}"
        );
    }
    assert_eq!(found(&mut client, "三").await.len(), 2);
    assert_eq!(found(&mut client, "丰三张").await, [other.name]);
    for nobody in ["李四", "4106111990", "13812345679", "qqq"] {
        assert!(found(&mut client, nobody).await.is_empty(), "{nobody}");
    }
    // Masked, and each question on record without what was asked.
    let shown = client
        .search_people(query("张三丰"))
        .await
        .unwrap()
        .into_inner()
        .people
        .remove(0);
    assert_eq!(
        (shown.full_name.as_str(), shown.citizen_id.as_str()),
        ("张*丰", "410***********018X")
    );
    let asked: i64 = sqlx::query_scalar("select count(*) from audit where method like '%Search%'")
        .fetch_one(&mut service.sql().await)
        .await
        .unwrap();
    assert_eq!(asked, 17);
    let dump = service.dump().await;
    for readable in ["张三", "zsf", "zhangsan", "13812345678"] {
        assert!(!dump.contains(readable), "{readable}");
    }
}

#[tokio::test]
async fn m08_v130_a_search_is_bounded_to_reach_and_to_those_who_look_after_people() {
    let (service, mut client) = county().await;
    let mut station = at_township(&service, "410611102");
    let own = person(&mut station, new_person("张小明", "41061119900101018X"))
        .await
        .unwrap();
    assert_eq!(own.division, "410611102");
    let other = Person {
        division: "410611103".into(),
        ..new_person("张大明", "410602198402290038")
    };
    let other = person(&mut client, other).await.unwrap();
    assert_eq!(found(&mut station, "张").await, [own.name.as_str()]);
    assert_eq!(found(&mut client, "张").await.len(), 2);
    assert!(found(&mut station, "410602198402290038").await.is_empty());
    // Whom the clerk may not see cannot be registered a second time, and who it is is not told.
    let again = person(&mut station, new_person("张大明", "410602198402290038"))
        .await
        .unwrap_err();
    assert!(!format!("{again:?}").contains(&other.name));
    assert_eq!(
        refusal::<()>(Err(again)),
        (Code::FailedPrecondition, "REGISTERED_ELSEWHERE".into())
    );
    let outside = Person {
        division: "410611103".into(),
        ..new_person("李四", "410603200108150014")
    };
    assert_eq!(
        refusal(person(&mut station, outside).await).0,
        Code::PermissionDenied
    );
    for role in ["ROLE_LEADER", "ROLE_AUDITOR", "ROLE_PUBLICITY"] {
        let refused = as_role(&service, role).search_people(query("张")).await;
        assert_eq!(refusal(refused).0, Code::PermissionDenied, "{role}");
    }
    assert_eq!(
        violations(client.search_people(query(" ")).await)[0].1,
        "REQUIRED"
    );
}

#[tokio::test]
async fn m08_people_from_before_the_index_are_found_after_the_next_start() {
    let (service, mut client) = county().await;
    let zhang = person(&mut client, new_person("张小明", "41061119900101018X"))
        .await
        .unwrap();
    let mut sql = service.sql().await;
    sqlx::raw_sql("delete from people_words; update people set words_version = 0")
        .execute(&mut sql)
        .await
        .unwrap();
    assert!(found(&mut client, "zxm").await.is_empty());
    // What the service does of its own accord when it starts; it goes on with other things afterwards.
    let spec = jianyi_member::spec();
    let work = spec.background.expect("work of its own");
    let found_again = async {
        eventually!(found(&mut client, "zxm").await == std::slice::from_ref(&zhang.name));
    };
    tokio::select! {
        () = work(service.parts().clone()) => panic!("it ends with the service only"),
        () = found_again => {}
    }
}
