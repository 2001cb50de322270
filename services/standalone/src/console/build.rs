//! Builds the console with npm: its packages first, then the pages, each within its time.

use std::path::Path;
use std::time::Duration;

use jianyi_provision::{Node, Options};

use super::sources::Sources;
use super::{LOG, Told};

/// A slow line fetches some 80 MB in this.
const INSTALLING: Duration = Duration::from_secs(900);
const BUILDING: Duration = Duration::from_secs(600);

/// Whether it had to be built; the error says in one line why it could not.
pub(super) async fn bring(
    sources: &Sources,
    options: &Options,
    data_dir: &Path,
    tell: &Told,
) -> Result<bool, String> {
    let digest = wait_for_turn(sources.clone()).await?;
    let Some((_turn, digest)) = digest else {
        return Ok(false);
    };
    tell.say("正在准备构建控制台(首次启动或源码有更新时进行,期间其他功能照常可用)…");
    let node = Node::find(options, data_dir)
        .await
        .map_err(|error| error.to_string())?;
    let log = data_dir.join(LOG);
    if !sources.is_installed() {
        tell.say("控制台:正在安装依赖(npm ci)…");
        let install = ["ci", "--no-audit", "--no-fund"];
        node.run_npm(sources.dir(), &install, &log, INSTALLING)
            .await?;
    }
    tell.say("控制台:正在构建(npm run build)…");
    node.run_npm(sources.dir(), &["run", "build"], &log, BUILDING)
        .await?;
    if !sources.built().join("index.html").is_file() {
        return Err("npm run build 没有生成 index.html".into());
    }
    sources.mark(&digest).map_err(|error| error.to_string())?;
    Ok(true)
}

/// Nothing when the pages are of these sources, whoever built them; otherwise the turn to build, and what of.
async fn wait_for_turn(sources: Sources) -> Result<Option<(std::fs::File, String)>, String> {
    let waiting = tokio::task::spawn_blocking(move || {
        if sources.is_built()? {
            return Ok(None);
        }
        let turn = sources.lock()?;
        if sources.is_built()? {
            return Ok(None);
        }
        Ok(Some((turn, sources.digest()?)))
    });
    match waiting.await {
        Ok(turn) => turn.map_err(|error: std::io::Error| error.to_string()),
        Err(error) => Err(error.to_string()),
    }
}
