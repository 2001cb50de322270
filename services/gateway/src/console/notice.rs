//! The page that stands in for the console while there is none: that it is not built, and how to have it.

use std::path::Path;

use axum::response::{Html, IntoResponse as _, Response};
use http::{HeaderValue, StatusCode, header};

/// More than this nobody has to say.
const MOST: usize = 2000;
/// Seconds until the browser looks again.
const AGAIN: HeaderValue = HeaderValue::from_static("5");

const UNSAID: &str = "控制台尚未构建。";

/// The page, with what whoever builds the console says.
pub(super) async fn page(notice: Option<&Path>) -> Response {
    let said = match notice {
        Some(file) => tokio::fs::read_to_string(file).await.unwrap_or_default(),
        None => String::new(),
    };
    let said = said.trim();
    let said = if said.is_empty() { UNSAID } else { said };
    let mut response = (StatusCode::SERVICE_UNAVAILABLE, Html(html(said))).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::RETRY_AFTER, AGAIN);
    headers.insert(header::REFRESH, AGAIN);
    response
}

fn html(said: &str) -> String {
    let said: String = said
        .chars()
        .take(MOST)
        .map(|letter| match letter {
            '<' => "&lt;".to_owned(),
            '>' => "&gt;".to_owned(),
            '&' => "&amp;".to_owned(),
            '\n' => "<br>".to_owned(),
            other => other.to_string(),
        })
        .collect();
    format!(
        "<!doctype html>
<html lang=\"zh-CN\">
<head>
<meta charset=\"utf-8\">
<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">
<title>见义 · 控制台未就绪</title>
</head>
<body>
<h1>见义 · 控制台未就绪</h1>
<p>{said}</p>
<h2>如何启用控制台</h2>
<ul>
<li>在源码目录中安装 Node.js 20 或更高版本(含 npm),然后重新运行 <code>cargo run --release</code>,首次启动时会自动构建;</li>
<li>或手工构建:<code>cd services/console &amp;&amp; npm ci &amp;&amp; npm run build</code>,构建完成后刷新本页即可,无须重启;</li>
<li>或用 <code>--console 目录</code>(环境变量 <code>JIANYI_CONSOLE</code>)指定已构建好的控制台目录。</li>
</ul>
<p>控制台未就绪不影响其他功能:gRPC、<code>/healthz</code> 和 <code>/v1/events</code> 照常可用。</p>
</body>
</html>
"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_is_text() {
        let page = html("<script>1 & 2</script>\n第二行");
        assert!(page.contains("&lt;script&gt;1 &amp; 2&lt;/script&gt;<br>第二行"));
        assert!(!page.contains("<script>"));
    }
}
