//! An outside provider in a process of its own, and the browser of whoever logs in there.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use openidconnect::url::{Url, form_urlencoded};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use serde_json::Value;
use tokio::sync::OnceCell;

static PYTHON: OnceCell<PathBuf> = OnceCell::const_new();

/// Python with the provider in it: installed once, then kept beside what is built.
async fn python() -> &'static Path {
    let install = || async { tokio::task::spawn_blocking(install).await.unwrap() };
    PYTHON.get_or_init(install).await
}

fn install() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("oidc-provider");
    let python = folder.join("bin/python");
    let wanted = include_str!("outside/requirements.txt");
    let installed = folder.join("installed.txt");
    if std::fs::read_to_string(&installed).is_ok_and(|text| text == wanted) {
        return python;
    }
    let requirements = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/it/outside/requirements.txt"
    );
    run(Command::new("python3")
        .args(["-m", "venv", "--clear"])
        .arg(&folder));
    run(Command::new(&python).args([
        "-m",
        "pip",
        "install",
        "--quiet",
        "--requirement",
        requirements,
    ]));
    std::fs::write(installed, wanted).unwrap();
    python
}

fn run(command: &mut Command) {
    let output = command.output();
    let said = match &output {
        Ok(output) => String::from_utf8_lossy(&output.stderr).into_owned(),
        Err(error) => error.to_string(),
    };
    assert!(
        output.is_ok_and(|output| output.status.success()),
        "the outside provider needs Python 3.10 or newer with venv and pip, and its packages: {command:?}: {said}"
    );
}

/// An authority made for one test, and the certificate that it gave to the provider.
pub(crate) fn authority() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, pem: String| std::fs::write(folder.path().join(name), pem).unwrap();
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    write("ca.pem", params.self_signed(&key).unwrap().pem());
    let issuer = Issuer::new(params, key);
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
    write(
        "provider.pem",
        params.signed_by(&key, &issuer).unwrap().pem(),
    );
    write("provider.key", key.serialize_pem());
    folder
}

/// The provider of one test. It ends with its standard input.
#[derive(Debug)]
pub(crate) struct Outside {
    child: Child,
    /// Where identity asks it, by TLS.
    pub(crate) issuer: String,
    /// Where the browser does: it has no TLS of its own.
    plain: String,
    authority: tempfile::TempDir,
    browser: reqwest::Client,
}

impl Drop for Outside {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Outside {
    pub(crate) async fn start() -> Self {
        let authority = authority();
        let mut child = Command::new(python().await)
            .arg(concat!(
                env!("CARGO_MANIFEST_DIR"),
                "/tests/it/outside/provider.py"
            ))
            .args(["provider.pem", "provider.key"].map(|file| authority.path().join(file)))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let stdout = child.stdout.take().unwrap();
        let told = tokio::task::spawn_blocking(move || {
            let mut line = String::new();
            BufReader::new(stdout).read_line(&mut line).unwrap();
            line
        });
        let told = told.await.unwrap();
        let (issuer, plain) = told.trim().split_once(' ').unwrap();
        Self {
            issuer: issuer.to_owned(),
            plain: plain.to_owned(),
            authority,
            child,
            browser: reqwest::Client::builder()
                .redirect(reqwest::redirect::Policy::none())
                .no_proxy()
                .build()
                .unwrap(),
        }
    }

    /// PEM of the authority that certified it.
    pub(crate) fn authority(&self) -> PathBuf {
        self.authority.path().join("ca.pem")
    }

    async fn put(&self, path: &str, value: &Value) {
        let request = self
            .browser
            .put(format!("{}{path}", self.plain))
            .header("content-type", "application/json")
            .body(value.to_string());
        let answer = request.send().await.unwrap();
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
    }

    /// What the provider says about somebody besides the subject.
    pub(crate) async fn know(&self, subject: &str, claims: &Value) {
        self.put(&format!("/users/{subject}"), claims).await;
    }

    /// What is changed in the ID tokens from now on.
    pub(crate) async fn lie(&self, lie: &Value) {
        self.put("/lie", lie).await;
    }

    /// Logs in as somebody at the address that identity gave; state and code that the browser brings back.
    pub(crate) async fn log_in(&self, url: &str, subject: &str) -> (String, String) {
        let url = &url.replace(&self.issuer, &self.plain);
        let page = self.browser.get(url).send().await.unwrap();
        assert!(page.status().is_success(), "{}", page.text().await.unwrap());
        let form = form_urlencoded::Serializer::new(String::new())
            .append_pair("sub", subject)
            .finish();
        let request = self
            .browser
            .post(url)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form);
        let answer = request.send().await.unwrap();
        let back = Url::parse(answer.headers()["location"].to_str().unwrap()).unwrap();
        assert!(
            back.as_str().starts_with("http://127.0.0.1:3000/back?"),
            "{back}"
        );
        let query = |name: &str| {
            let found = back.query_pairs().find(|(key, _)| key == name);
            found.map(|(_, value)| value.into_owned()).unwrap()
        };
        (query("state"), query("code"))
    }
}
