//! Messages near the broker's limit: compressed they pass, and what does not pass is told in both directions.

use tonic::Code;

use crate::world::{World, list, noise, reason};

const HALF_MB: usize = 512 * 1024;
const MB: usize = 2 * HALF_MB;

#[tokio::test]
async fn what_shrinks_below_the_limit_passes_and_what_does_not_is_told() {
    let world = World::new().await;
    let mut client = world.through();
    // 3 MB of zeros in either direction.
    let reply = client.list_people(list("zeros:3000000")).await.unwrap();
    assert_eq!(reply.into_inner().next_page_token, "0".repeat(3_000_000));
    let zeros = format!("x:{}", "0".repeat(3_000_000));
    let reply = client.list_people(list(&zeros)).await.unwrap();
    assert_eq!(reply.into_inner().next_page_token, zeros);

    let reply = client.list_people(list(&format!("noise:{HALF_MB}"))).await;
    assert_eq!(reply.unwrap().into_inner().next_page_token, noise(HALF_MB));

    let much = format!("x:{}", noise(2 * MB));
    let refused = client.list_people(list(&much)).await.unwrap_err();
    assert_eq!(
        (refused.code(), reason(&refused)),
        (Code::ResourceExhausted, "TUNNEL_REQUEST_TOO_LARGE".into())
    );
    let refused = client
        .list_people(list(&format!("noise:{}", 2 * MB)))
        .await
        .unwrap_err();
    assert_eq!(
        (refused.code(), reason(&refused)),
        (Code::ResourceExhausted, "TUNNEL_REPLY_TOO_LARGE".into())
    );
    assert!(client.list_people(list("still there")).await.is_ok());
}

#[tokio::test]
async fn every_size_around_the_limit_is_answered_one_way_or_the_other() {
    let world = World::new().await;
    let mut client = world.through();
    let mut passed = 0;
    // Six bits of eight are noise: the limit lies somewhere here.
    let sizes = (1_250..1_450).step_by(10).map(|thousand| thousand * 1000);
    let mut told = 0;
    for size in sizes {
        match client.list_people(list(&format!("noise:{size}"))).await {
            Ok(reply) => {
                assert_eq!(reply.into_inner().next_page_token.len(), size);
                passed += 1;
            }
            Err(refused) => {
                assert_eq!(reason(&refused), "TUNNEL_REPLY_TOO_LARGE", "{size}");
                told += 1;
            }
        }
    }
    assert!(passed > 0 && told > 0, "{passed} {told}");
}
