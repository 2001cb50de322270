//! The console's pages of a system on one machine: where they lie, and that they are built where they are not.
//!
//! Nothing else waits for them and nothing fails with them: what became of the building is told here and on the
//! page that stands in for them.

mod build;
mod sources;

use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::Args;
use jianyi_gateway::Console;
use jianyi_provision::{Options, Progress};

use sources::Sources;

/// Where an installed console lies.
const INSTALLED: &str = "/usr/share/jianyi/console";
/// In the data directory: how far the pages are.
const NOTICE: &str = "console.notice";
/// In the data directory: what npm said.
const LOG: &str = "console-build.log";

/// Options of the console.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct ConsoleArgs {
    /// Folder of the built console, served at `/`; without it, it is built from the sources where they are.
    #[arg(
        long,
        value_name = "DIR",
        env = "JIANYI_CONSOLE",
        conflicts_with = "no_console"
    )]
    console: Option<PathBuf>,

    /// Neither build nor serve the console.
    #[arg(long, env = "JIANYI_NO_CONSOLE")]
    no_console: bool,
}

impl ConsoleArgs {
    /// Whether there is to be a console.
    pub(crate) const fn is_wanted(&self) -> bool {
        !self.no_console
    }
}

/// The pages of one system.
#[derive(Debug)]
pub(crate) struct Pages {
    dir: Option<PathBuf>,
    sources: Option<Sources>,
    data_dir: PathBuf,
}

impl Pages {
    /// Finds them, or what they are built from.
    ///
    /// # Errors
    /// When there is no current directory.
    pub(crate) fn find(args: &ConsoleArgs, data_dir: &Path) -> std::io::Result<Self> {
        let mut pages = Self {
            dir: None,
            sources: None,
            data_dir: std::path::absolute(data_dir)?,
        };
        if args.no_console {
            return Ok(pages);
        }
        if let Some(dir) = args.console.as_deref().filter(|dir| *dir != Path::new("")) {
            pages.dir = Some(std::path::absolute(dir)?);
        } else if let Some(sources) = Sources::find()? {
            pages.dir = Some(sources.built());
            pages.sources = Some(sources);
        } else {
            pages.dir = Some(INSTALLED.into());
        }
        Ok(pages)
    }

    /// What the gateway is told.
    #[must_use]
    pub(crate) fn served(&self) -> Console {
        Console {
            dir: self.dir.clone(),
            notice: Some(self.data_dir.join(NOTICE)),
            demonstration: false,
        }
    }

    /// Builds what is not there or older than its sources, and tells; `url` is where it will be.
    pub(crate) async fn bring(self, options: Options, url: String) {
        let began = Instant::now();
        let notice = self.data_dir.join(NOTICE);
        let Some(dir) = &self.dir else {
            say(&notice, "启动时指定了 --no-console,未启用控制台。");
            return;
        };
        let Some(sources) = &self.sources else {
            say(
                &notice,
                &format!("{} 中没有已构建的控制台。", dir.display()),
            );
            return;
        };
        let tell = Told {
            progress: options.progress.clone(),
            notice: notice.clone(),
        };
        match build::bring(sources, &options, &self.data_dir, &tell).await {
            Ok(false) => {}
            Ok(true) => options
                .progress
                .say(&format!("控制台已就绪,用时 {:.0?}:{url}/", began.elapsed())),
            Err(why) => tell.say(&format!(
                "控制台未能构建:{why}。详情见 {}。其他功能不受影响。",
                self.data_dir.join(LOG).display()
            )),
        }
    }
}

/// Tells who waits in front of the terminal and who waits in front of the page.
struct Told {
    progress: Progress,
    notice: PathBuf,
}

impl Told {
    fn say(&self, message: &str) {
        self.progress.say(message);
        say(&self.notice, message);
    }
}

/// Without room for it the page says the usual.
fn say(notice: &Path, message: &str) {
    if let Err(error) = std::fs::write(notice, message) {
        tracing::debug!(%error, "the notice of the console cannot be written");
    }
}
