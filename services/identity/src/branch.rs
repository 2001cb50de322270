//! What makes an identity service a county's branch, and the words that city and branches exchange.
//!
//! A branch believes one key, the city's authority, and opens what is sealed to its own; it is given both at once, in
//! one setting, so that they cannot be mixed up (ADR 0021).

mod authority;
mod copy;
mod key;

pub(crate) use authority::{Authority, Statement, is_said_by};
pub(crate) use copy::{Copied, Told, not_from_the_city};
pub(crate) use key::BranchKey;

use std::sync::Arc;

use jianyi_kernel::{Division, DivisionLevel, Fault, Pii, Violation};
use jianyi_ops::{Parts, Settings};

const SITE: &str = "JIANYI_SITE";
const KEY: &str = "JIANYI_BRANCH_KEY";
const KEY_FILE: &str = "JIANYI_BRANCH_KEY_FILE";

/// A county's branch: where it is, and its key.
#[derive(Debug, Clone)]
pub(crate) struct Branch {
    pub(crate) county: Division,
    pub(crate) key: Arc<BranchKey>,
}

impl Branch {
    /// Reads what this process is: `None` at the city. `--division` makes a branch, which needs `JIANYI_BRANCH_KEY` or
    /// `JIANYI_BRANCH_KEY_FILE`; what contradicts it is refused, because a county that took itself for the city would
    /// make accounts of its own.
    pub(crate) fn read(parts: &Parts) -> Result<Option<Self>, Fault> {
        let site = parts
            .settings
            .get(SITE)
            .map_or("", |site| site.expose("which site this is").trim());
        let county = match (site, &parts.division) {
            ("" | "city", None) => return Ok(None),
            ("" | "county", Some(county)) if county.level() == DivisionLevel::County => {
                county.clone()
            }
            (_, _) => {
                return Err(Violation::new(
                    SITE,
                    "SITE_AND_DIVISION",
                    "a branch needs --division with a county's code, and JIANYI_SITE=county; the city neither".into(),
                    "县区分支须同时设置 JIANYI_SITE=county 和 --division 县区代码;市级两者都不设",
                )
                .into());
            }
        };
        let text = key(&parts.settings)?.ok_or_else(|| Fault::from(Violation::required(KEY)))?;
        let key = BranchKey::parse(KEY, &text)?;
        if key.county != county {
            return Err(Violation::new(
                KEY,
                "BRANCH_KEY_ELSEWHERE",
                format!("this key is of the branch of {}", key.county),
                "该密钥属于另一个县区的分支",
            )
            .into());
        }
        Ok(Some(Self {
            county,
            key: Arc::new(key),
        }))
    }
}

fn key(settings: &Settings) -> Result<Option<Pii<String>>, Fault> {
    if let Some(key) = settings.get(KEY) {
        return Ok(Some(key.clone()));
    }
    let Some(path) = settings.get(KEY_FILE) else {
        return Ok(None);
    };
    let path = path.expose("a path is no secret").trim();
    std::fs::read_to_string(path)
        .map(|text| Some(Pii::new(text)))
        .map_err(|error| Fault::Unavailable(format!("{KEY_FILE}: {path}: {error}")))
}
