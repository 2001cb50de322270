//! Starting over from the event history, on a real NATS: the same report, byte for byte.

use std::sync::OnceLock;

use jianyi_bus::{Bus, BusConfig};
use jianyi_kernel::Pii;
use jianyi_ops::{Parts, ServiceSpec};
use jianyi_proto::oversight::events::v1::BodyKind;
use jianyi_proto::oversight::v1::*;
use jianyi_provision::{Ephemeral, Nats, Options, Role, Secrets};
use jianyi_telemetry::{Shutdown, task};
use jianyi_testkit::eventually;
use tonic::Code;
use tonic::service::Routes;

use crate::world::World;

static BUS: OnceLock<Bus> = OnceLock::new();

/// The service's own routes, with a bus in its parts.
fn routes_with_bus(parts: &Parts) -> Routes {
    (jianyi_oversight::spec().routes)(&Parts {
        bus: BUS.get().cloned(),
        ..parts.clone()
    })
}

async fn nats(dir: &Ephemeral) -> (Nats, Bus) {
    let secrets = Secrets::load_or_create(dir.layout()).unwrap();
    let nats = Nats::start(dir.layout(), &Options::default(), &secrets, 0)
        .await
        .unwrap();
    let (user, password) = nats.user_password(Role::Jianyi).unwrap();
    let config = BusConfig {
        nats_url: nats.url(),
        nats_user: Some(user.into()),
        nats_password: Some(Pii::new(password.into())),
    };
    let bus = Bus::connect(&config, "oversight under test").await.unwrap();
    bus.declare_stream("oversight").await.unwrap();
    (nats, bus)
}

#[tokio::test]
async fn a_rebuild_from_the_history_gives_the_same_report_byte_for_byte() {
    let dir = Ephemeral::new().unwrap();
    let (nats, bus) = nats(&dir).await;
    BUS.set(bus.clone()).unwrap();
    let mut world = World::start_as(ServiceSpec {
        routes: routes_with_bus,
        ..jianyi_oversight::spec()
    })
    .await;
    let (db, shutdown) = (world.t.db().clone(), Shutdown::new());
    task::spawn(
        "relay",
        jianyi_bus::relay(bus.clone(), db.clone(), shutdown.clone()),
    );
    for subscription in (jianyi_oversight::spec().subscriptions)(world.t.parts()) {
        task::spawn(
            "consumer",
            jianyi_bus::consume(bus.clone(), db.clone(), subscription, shutdown.clone()),
        );
    }

    let body = world.body(BodyKind::Council).await;
    for number in 1..=30 {
        world.meeting(&body, number, "2024-06").await.unwrap();
    }
    eventually!(world.figure("governance_meetings").await.value == Some(30));
    eventually!(world.report().await.watermarks["410600"].sequence["oversight"] == 31);
    let live = jianyi_oversight::report_json(&world.report().await).to_string();

    let rebuild = RebuildProjectionsRequest {
        request_id: "rebuild-1".into(),
    };
    let done = world
        .oversight
        .rebuild_projections(rebuild.clone())
        .await
        .unwrap()
        .into_inner();
    assert_eq!((done.events_replayed, done.generation), (31, 2));
    let rebuilt = jianyi_oversight::report_json(&world.report().await).to_string();
    assert_eq!(live, rebuilt);

    // Repeating the request repeats the answer; the live consumers go on with the new generation.
    let again = world
        .oversight
        .rebuild_projections(rebuild)
        .await
        .unwrap()
        .into_inner();
    assert_eq!(done, again);
    world.meeting(&body, 31, "2024-06").await.unwrap();
    eventually!(world.figure("governance_meetings").await.value == Some(31));

    // While one is under way another is refused; after a crash it is given up at the next start.
    let mut sql = world.t.sql().await;
    sqlx::query("update projection_state set building_generation = 3, last_generation = 3")
        .execute(&mut sql)
        .await
        .unwrap();
    let refused = world
        .oversight
        .rebuild_projections(RebuildProjectionsRequest::default())
        .await
        .unwrap_err();
    assert_eq!(refused.code(), Code::FailedPrecondition);
    (jianyi_oversight::spec().prepare.unwrap())(world.t.parts().clone())
        .await
        .unwrap();
    let third = world
        .oversight
        .rebuild_projections(RebuildProjectionsRequest::default())
        .await
        .unwrap()
        .into_inner();
    assert_eq!((third.events_replayed, third.generation), (32, 4));

    shutdown.trigger();
    nats.stop().await.unwrap();
}
