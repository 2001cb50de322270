//! The sources themselves, as configuration: pure, so that what flows where can be read in one place.

use async_nats::jetstream::stream::{Config, External, Source};
use jianyi_kernel::Division;

use super::DOWN;
use crate::stream;

/// The name of the stream that collects at the city what is for one county.
pub(super) fn down_stream(county: &Division) -> String {
    format!("JY_DOWN_{county}")
}

/// At the city: what a county itself said, and nothing that it was told; that would go round for ever.
pub(super) fn up(context: &str, county: &Division) -> Source {
    Source {
        name: stream::name(context),
        filter_subject: Some(format!("jianyi.{context}.{county}.>")),
        external: Some(External {
            api_prefix: format!("$JS.county-{county}.API"),
            delivery_prefix: Some(format!("sync.{county}")),
        }),
        ..Source::default()
    }
}

/// Whether a source brings what some county says.
pub(super) fn is_up(source: &Source) -> bool {
    source
        .external
        .as_ref()
        .is_some_and(|external| external.api_prefix.starts_with("$JS.county-"))
}

/// At the city: what is addressed to a county or to all, and the heads of the city's own record.
pub(super) fn down(county: &Division) -> Vec<Source> {
    let of = |context: &str, rest: &str| Source {
        name: stream::name(context),
        filter_subject: Some(format!("jianyi.{context}.{rest}")),
        ..Source::default()
    };
    let city = Division::city();
    DOWN.iter()
        .flat_map(|&context| match context {
            "audit" => vec![of(context, &format!("{city}.>"))],
            // What comes up from counties goes down to others only where it names one; to all speaks the city.
            "member" => vec![
                of(context, &format!("*.*.{county}")),
                of(context, &format!("{city}.*.all")),
            ],
            _ => vec![
                of(context, &format!("*.*.{county}")),
                of(context, "*.*.all"),
            ],
        })
        .collect()
}

/// At a county: what the city collected for it.
pub(super) fn from_city(context: &str, county: &Division) -> Source {
    Source {
        name: down_stream(county),
        filter_subject: Some(format!("jianyi.{context}.>")),
        external: Some(External {
            api_prefix: "$JS.city.API".into(),
            delivery_prefix: Some(format!("sync.down.{county}")),
        }),
        ..Source::default()
    }
}

/// The configuration that has exactly these sources where `ours` are meant; `None` when it has already.
pub(super) fn mended(
    config: &Config,
    wanted: &[Source],
    ours: impl Fn(&Source) -> bool,
) -> Option<Config> {
    let found = config.sources.as_deref().unwrap_or_default();
    let mut current: Vec<String> = found.iter().filter(|it| ours(it)).map(key).collect();
    let mut target: Vec<String> = wanted.iter().map(key).collect();
    current.sort_unstable();
    target.sort_unstable();
    if current == target {
        return None;
    }
    let others = found.iter().filter(|it| !ours(it));
    Some(with(config, others.chain(wanted).cloned().collect()))
}

/// The same configuration with other sources.
pub(super) fn with(config: &Config, sources: Vec<Source>) -> Config {
    Config {
        sources: Some(sources),
        ..config.clone()
    }
}

/// What tells two sources of a stream apart.
fn key(source: &Source) -> String {
    let api = source.external.as_ref().map(|it| it.api_prefix.as_str());
    format!(
        "{} {} {}",
        source.name,
        api.unwrap_or_default(),
        source.filter_subject.as_deref().unwrap_or_default()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn county(code: &str) -> Division {
        code.parse().unwrap()
    }

    #[test]
    fn what_is_there_is_left_alone_and_what_is_not_ours_stays() {
        let (one, two) = (county("410621"), county("410622"));
        let other = Source {
            name: "THEIRS".into(),
            ..Source::default()
        };
        let config = Config {
            name: "JY_MEMBER".into(),
            sources: Some(vec![other.clone(), up("member", &one)]),
            ..Config::default()
        };
        assert_eq!(mended(&config, &[up("member", &one)], is_up), None);
        let both = [up("member", &two), up("member", &one)];
        let sources = |config: Option<Config>| config.unwrap().sources.unwrap();
        assert_eq!(sources(mended(&config, &both, is_up)).len(), 3);
        assert_eq!(sources(mended(&config, &[], is_up)), [other]);
    }

    #[test]
    fn nothing_a_county_says_to_all_comes_back_to_it() {
        let county = county("410621");
        let filters: Vec<String> = down(&county)
            .into_iter()
            .filter_map(|it| it.filter_subject)
            .collect();
        assert_eq!(
            filters,
            [
                "jianyi.member.*.*.410621",
                "jianyi.member.410600.*.all",
                "jianyi.identity.*.*.410621",
                "jianyi.identity.*.*.all",
                "jianyi.oversight.*.*.410621",
                "jianyi.oversight.*.*.all",
                "jianyi.audit.410600.>"
            ]
        );
    }
}
