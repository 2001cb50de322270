//! The console's pages: what is served from its folder, what never is, and what browsers are told.

use std::path::Path;

use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::*;

/// One answer over HTTP/1.1.
struct Page {
    code: u16,
    headers: BTreeMap<String, String>,
    body: Vec<u8>,
}

impl Page {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

async fn ask(gateway: &Gateway, line: &str, headers: &str) -> Page {
    let mut stream = TcpStream::connect(gateway.address).await.unwrap();
    let request = format!("{line} HTTP/1.1\r\nhost: gateway\r\nconnection: close\r\n{headers}\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    let end = answer
        .windows(4)
        .position(|four| four == b"\r\n\r\n")
        .unwrap();
    let head = String::from_utf8(answer[..end].to_vec()).unwrap();
    let mut lines = head.lines();
    let code = lines.next().unwrap().split(' ').nth(1).unwrap();
    Page {
        code: code.parse().unwrap(),
        headers: lines
            .filter_map(|line| line.split_once(": "))
            .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
            .collect(),
        body: answer[end + 4..].to_vec(),
    }
}

const BROWSER: &str = "accept: text/html,application/xhtml+xml,*/*;q=0.8\r\n";

fn write(dir: &Path, files: &[(&str, &str)]) {
    for (name, text) in files {
        let path = dir.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
}

fn built(dir: &Path) {
    write(
        dir,
        &[
            ("index.html", "<!doctype html>console"),
            ("index.html.br", "packed console"),
            ("public.html", "<!doctype html>public"),
            ("favicon.svg", "<svg/>"),
            ("assets/index-1a2b.js", "let plain;"),
            ("assets/index-1a2b.js.br", "packed by br"),
            ("assets/index-1a2b.js.gz", "packed by gz"),
            (".jianyi-sources", "hidden"),
            ("assets/.hidden.js", "hidden"),
        ],
    );
}

async fn start(console: Console) -> Gateway {
    Gateway::start_with(&[], &[], |config| config.console = console).await
}

async fn with_console() -> (TempDir, Gateway) {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &[("secret.txt", "a secret beside it")]);
    let dir = folder.path().join("dist");
    built(&dir);
    let gateway = start(Console {
        dir: Some(dir),
        ..Console::default()
    })
    .await;
    (folder, gateway)
}

#[tokio::test]
async fn pages_are_guarded_and_asked_for_again() {
    let (_folder, gateway) = with_console().await;
    let page = ask(&gateway, "GET /", "").await;
    assert_eq!(
        (page.code, page.text().as_str()),
        (200, "<!doctype html>console")
    );
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    assert_eq!(page.header("cache-control"), "no-cache");
    assert_eq!(
        page.header("content-security-policy"),
        "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; \
         connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'"
    );
    assert_eq!(page.header("x-content-type-options"), "nosniff");
    assert_eq!(page.header("referrer-policy"), "same-origin");
    assert_eq!(page.header("cross-origin-opener-policy"), "same-origin");
    assert!(page.header("permissions-policy").contains("camera=()"));
    assert!(
        page.headers
            .keys()
            .all(|name| !name.starts_with("access-control"))
    );

    let tag = page.header("etag").to_owned();
    let known = format!("if-none-match: {tag}\r\n");
    let again = ask(&gateway, "GET /", &known).await;
    assert_eq!((again.code, again.body.len()), (304, 0));
    assert_eq!(again.header("etag"), tag);
    let head = ask(&gateway, "HEAD /", "").await;
    assert_eq!((head.code, head.body.len()), (200, 0));
    let packed = ask(&gateway, "GET /", "accept-encoding: gzip, br\r\n").await;
    assert_eq!(packed.header("content-encoding"), "br");
    assert_eq!(packed.text(), "packed console");
    assert_eq!(packed.header("etag"), tag);
}

#[tokio::test]
async fn assets_are_kept_for_ever_and_sent_packed() {
    let (_folder, gateway) = with_console().await;
    let plain = ask(&gateway, "GET /assets/index-1a2b.js", "").await;
    assert_eq!((plain.code, plain.text().as_str()), (200, "let plain;"));
    assert_eq!(
        plain.header("cache-control"),
        "public, max-age=31536000, immutable"
    );
    assert_eq!(plain.header("content-type"), "text/javascript");
    for encoding in ["br", "gzip"] {
        let accept = format!("accept-encoding: {encoding}\r\n");
        let packed = ask(&gateway, "GET /assets/index-1a2b.js", &accept).await;
        assert_eq!(packed.header("content-encoding"), encoding);
        assert!(packed.text().starts_with("packed by"));
        assert_eq!(packed.header("vary"), "accept-encoding");
    }
    let gone = ask(&gateway, "GET /assets/index-old.js", BROWSER).await;
    assert_eq!(gone.code, 404);
    assert!(!gone.header("cache-control").contains("immutable"));
    let icon = ask(&gateway, "GET /favicon.svg", "").await;
    assert_eq!((icon.code, icon.header("cache-control")), (200, "no-cache"));
}

#[tokio::test]
async fn places_within_the_console_are_its_pages_and_other_doors_are_not() {
    let (_folder, gateway) = with_console().await;
    let place = ask(&gateway, "GET /heroes/410611/x?tab=2", BROWSER).await;
    assert_eq!(
        (place.code, place.text().as_str()),
        (200, "<!doctype html>console")
    );
    let script = ask(&gateway, "GET /heroes/410611/x", "accept: */*\r\n").await;
    assert_eq!(script.code, 404);
    for path in ["/public", "/public/check"] {
        let public = ask(&gateway, &format!("GET {path}"), BROWSER).await;
        assert_eq!(
            (public.code, public.text().as_str()),
            (200, "<!doctype html>public")
        );
        assert!(!public.header("etag").is_empty());
    }
    for path in [
        "/v1/nothing",
        "/jianyi.care.v1.CareService/GetActivity",
        "/grpc.health.v1.Health/Check",
    ] {
        let other = ask(&gateway, &format!("GET {path}"), BROWSER).await;
        assert_eq!(other.code, 404, "{path}");
        assert!(other.text().contains("NOT_FOUND"), "{path}");
    }
    assert_eq!(ask(&gateway, "GET /healthz", BROWSER).await.code, 503);
    assert_eq!(ask(&gateway, "POST /", BROWSER).await.code, 404);
}

#[tokio::test]
async fn nothing_hidden_nothing_beside_the_folder_and_no_lists() {
    let (folder, gateway) = with_console().await;
    std::os::unix::fs::symlink(folder.path(), folder.path().join("dist/.up")).unwrap();
    for path in [
        "/.jianyi-sources",
        "/assets/.hidden.js",
        "/.up/secret.txt",
        "/../secret.txt",
        "/assets/../../secret.txt",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/assets/..%5c..%5csecret.txt",
        "//secret.txt",
        "/assets",
        "/assets/",
    ] {
        let answer = ask(&gateway, &format!("GET {path}"), BROWSER).await;
        assert_ne!(answer.code, 500, "{path}");
        let text = answer.text();
        assert!(!text.contains("secret beside"), "{path}");
        assert!(!text.contains("hidden") || answer.code == 404, "{path}");
        assert!(!text.contains("1a2b"), "{path}");
        assert_eq!(answer.code, 404, "{path}: {text}");
    }
}

#[tokio::test]
async fn without_a_console_a_page_says_how_to_have_it_until_it_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let (dir, notice) = (folder.path().join("dist"), folder.path().join("notice"));
    let gateway = start(Console {
        dir: Some(dir.clone()),
        notice: Some(notice.clone()),
        demonstration: true,
    })
    .await;
    let page = ask(&gateway, "GET /", "").await;
    assert_eq!(page.code, 503);
    assert!(page.text().contains("控制台尚未构建"), "{}", page.text());
    assert!(page.text().contains("npm ci"));
    let site = ask(&gateway, "GET /site.json", "").await;
    assert!(
        site.text().contains("\"demonstration\":true"),
        "{}",
        site.text()
    );
    assert!(!page.header("content-security-policy").is_empty());
    std::fs::write(&notice, "正在构建控制台 <1/2>").unwrap();
    let page = ask(&gateway, "GET /today", BROWSER).await;
    assert!(page.text().contains("正在构建控制台 &lt;1/2&gt;"));
    assert_eq!(ask(&gateway, "GET /assets/x.js", BROWSER).await.code, 404);
    // Without a restart.
    built(&dir);
    let page = ask(&gateway, "GET /today", BROWSER).await;
    assert_eq!(
        (page.code, page.text().as_str()),
        (200, "<!doctype html>console")
    );
}

#[tokio::test]
async fn without_the_option_the_page_says_so_too() {
    let gateway = start(Console::default()).await;
    let page = ask(&gateway, "GET /", BROWSER).await;
    assert_eq!(page.code, 503);
    assert!(page.text().contains("JIANYI_CONSOLE"));
    let site = ask(&gateway, "GET /site.json", "").await;
    assert!(
        site.text().contains("\"demonstration\":false"),
        "{}",
        site.text()
    );
}
