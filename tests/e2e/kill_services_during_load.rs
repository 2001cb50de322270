//! Every service is killed with SIGKILL while the record is loaded; the report is the same.

use std::sync::Arc;

use jianyi_standalone::load;
use jianyi_tests::{Lenience, System, demo_folder};

use crate::JIANYI;
use crate::main_job::assert_is_the_2024_report;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g08_any_service_may_be_killed_while_the_record_is_loaded() {
    let mut system = System::start_processes(JIANYI).await;
    let tokens = system.session.tokens();
    let source: load::TokenSource = Arc::new(move || {
        let token = tokens();
        Box::pin(async move { token.await.map_err(Into::into) })
    });
    let channel = system.session.channel();
    let loading = async move { load::run(&demo_folder(), channel, source).await };
    let mut loading = std::pin::pin!(futures::FutureExt::fuse(loading));

    for name in system.world.names() {
        // The load goes on while the service dies and comes back.
        let bounce = async {
            system.world.kill9(&name).await.unwrap();
            system.world.restart(&name).await.unwrap();
        };
        let mut bounce = std::pin::pin!(bounce);
        loop {
            futures::select_biased! {
                done = loading => drop(done.unwrap_or_else(|error| panic!("{error}"))),
                () = futures::FutureExt::fuse(&mut bounce) => break,
            }
        }
    }
    // Whatever was interrupted is repeated with the same request ids.
    system
        .load(&demo_folder())
        .await
        .unwrap_or_else(|error| panic!("{error}"));
    assert_is_the_2024_report(&system.report(2024).await);
    system.finish(Lenience::Strict).await;
}
