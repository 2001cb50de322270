//! Server-sent events: a dashboard that is cut off and comes back misses nothing and sees nothing twice.

use futures::StreamExt as _;
use jianyi_tests::{Lenience, System, demo_folder};
use serde_json::Value;

/// One event of the stream: its position and its CloudEvent.
struct Sent {
    id: String,
    event: Value,
}

/// Reads `count` events after a position and hangs up.
async fn read(system: &System, after: Option<&str>, count: usize) -> Vec<Sent> {
    let url = format!("{}/v1/events", system.http());
    let mut request = reqwest::Client::new()
        .get(url)
        .bearer_auth(system.token().await);
    if let Some(id) = after {
        request = request.header("Last-Event-ID", id);
    }
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert!(
        response.headers()["content-type"]
            .to_str()
            .unwrap()
            .starts_with("text/event-stream")
    );
    let mut body = response.bytes_stream();
    let mut text = String::new();
    let mut sent = Vec::new();
    while sent.len() < count {
        let chunk = tokio::time::timeout(jianyi_testkit::patience(), body.next())
            .await
            .expect("an event in time");
        text.push_str(std::str::from_utf8(&chunk.expect("the stream goes on").unwrap()).unwrap());
        while let Some((block, rest)) = text.split_once("\n\n") {
            let field = |name: &str| {
                block
                    .lines()
                    .find_map(|line| line.strip_prefix(name))
                    .map(|value| value.trim().to_owned())
            };
            if let (Some(id), Some(data)) = (field("id:"), field("data:")) {
                sent.push(Sent {
                    id,
                    event: serde_json::from_str(&data).unwrap(),
                });
            }
            text = rest.to_owned();
        }
    }
    sent.truncate(count);
    sent
}

fn ids(sent: &[Sent]) -> Vec<String> {
    sent.iter()
        .map(|sent| sent.event["id"].as_str().unwrap().to_owned())
        .collect()
}

/// Every event there is, through the command line's door.
pub(crate) async fn all_events(system: &System) -> Vec<Value> {
    system.settle().await;
    let args = [
        "events",
        "--from-start",
        "--data-dir",
        system.data_dir().to_str().unwrap(),
    ];
    let output = jianyi_tests::jianyi(crate::JIANYI, &args)
        .output()
        .await
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let lines = String::from_utf8(output.stdout).unwrap();
    lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g08_a_dashboard_resumes_without_gap_or_repeat() {
    let mut system = System::start().await;
    system.load(&demo_folder()).await.unwrap();
    let all = all_events(&system).await;
    assert!(all.len() > 50, "{}", all.len());
    for event in &all {
        assert_eq!(event["specversion"], "1.0");
        assert!(event["type"].as_str().unwrap().starts_with("jianyi."));
    }

    let first = read(&system, None, 20).await;
    let second = read(&system, Some(&first.last().unwrap().id), 15).await;
    // The gateway itself goes away in between.
    system.world.restart("gateway").await.unwrap();
    let rest = read(&system, Some(&second.last().unwrap().id), all.len() - 35).await;
    let mut seen = [ids(&first), ids(&second), ids(&rest)].concat();
    let mut expected: Vec<_> = all
        .iter()
        .map(|event| event["id"].as_str().unwrap().to_owned())
        .collect();
    seen.sort();
    expected.sort();
    assert_eq!(seen, expected);

    let anonymous = reqwest::get(format!("{}/v1/events", system.http()))
        .await
        .unwrap();
    assert_eq!(anonymous.status(), 401);
    let health = reqwest::get(format!("{}/healthz", system.http()))
        .await
        .unwrap();
    assert_eq!(health.status(), 200);
    system.finish(Lenience::Strict).await;
}
