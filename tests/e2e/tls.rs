//! A system whose gateway speaks TLS, and the command line that talks to it: here, and as from elsewhere.

use jianyi_standalone::world::{EdgeOptions, Mode, Tls};
use jianyi_tests::{Lenience, System, jianyi};

use crate::JIANYI;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g20_the_command_line_trusts_the_certificate_of_its_data_directory() {
    let system = System::start_as(Mode::InProcess, |secrets| EdgeOptions {
        tls: Tls::Generated {
            dir: secrets.into(),
            names: Vec::new(),
        },
        ..EdgeOptions::default()
    })
    .await;
    assert!(system.http().starts_with("https://"));
    // `status` says how things are, and on a busy machine they are well a moment later.
    system.settle().await;
    let dir = system.data_dir().to_str().unwrap();
    let here = jianyi(JIANYI, &["status", "--data-dir", dir])
        .output()
        .await;
    let here = here.unwrap();
    let told = String::from_utf8_lossy(&here.stderr).into_owned();
    assert!(here.status.success(), "{told}");

    let token = system.token().await;
    let (gateway, ca) = (system.http(), system.data_dir().join("secrets/tls-ca.pem"));
    let there = ["status", "--gateway", &gateway, "--token", &token];
    let trusting = [&there[..], &["--ca", ca.to_str().unwrap()]].concat();
    let trusting = jianyi(JIANYI, &trusting).output().await.unwrap();
    assert!(trusting.status.success());
    let doubting = jianyi(JIANYI, &there).output().await.unwrap();
    assert_eq!(doubting.status.code(), Some(69));
    system.finish(Lenience::Strict).await;
}
