//! Which events a watcher wants, and the subjects to ask for so that the broker sends no others.

use std::collections::BTreeSet;

use heck::ToSnakeCase;
use jianyi_kernel::Division;

/// Which events to show; empty lists mean "all".
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only of these divisions, exactly as subjects spell them.
    pub divisions: Vec<Division>,
    /// Only of these contexts.
    pub contexts: Vec<String>,
    /// Only of these types, by full name or by the message's own name.
    pub types: Vec<String>,
    /// Never these events, as subjects name them (`number_drawn`).
    pub deny: Vec<String>,
    /// End once everything published so far was shown.
    pub until_caught_up: bool,
}

impl Filter {
    /// The subjects of a context to ask for; none when nothing of it is wanted.
    pub(crate) fn subjects(&self, context: &str) -> Vec<String> {
        if !self.contexts.is_empty() && !self.contexts.iter().any(|wanted| wanted == context) {
            return Vec::new();
        }
        let events: BTreeSet<String> = self
            .types
            .iter()
            .filter(|name| !name.contains('.') || name.split('.').nth(1) == Some(context))
            .filter_map(|name| name.rsplit('.').next())
            .map(ToSnakeCase::to_snake_case)
            .collect();
        if events.is_empty() && !self.types.is_empty() {
            return Vec::new();
        }
        let divisions: BTreeSet<&str> = self.divisions.iter().map(Division::as_str).collect();
        // One token: an event addressed to a county has one more, and is nobody else's news.
        let events = or_any(events.iter().map(String::as_str).collect(), "*");
        let divisions = or_any(divisions.into_iter().collect(), "*");
        let pairs = divisions
            .iter()
            .flat_map(|division| events.iter().map(move |event| (division, event)));
        pairs
            .map(|(division, event)| format!("jianyi.{context}.{division}.{event}"))
            .collect()
    }
}

fn or_any<'a>(names: Vec<&'a str>, any: &'a str) -> Vec<&'a str> {
    if names.is_empty() { vec![any] } else { names }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn divisions(codes: &[&str]) -> Vec<Division> {
        codes.iter().map(|code| code.parse().unwrap()).collect()
    }

    #[test]
    fn a_filter_asks_only_for_what_it_shows() {
        let all = Filter::default();
        assert_eq!(all.subjects("care"), ["jianyi.care.*.*"]);
        let some = Filter {
            divisions: divisions(&["410611", "410600"]),
            types: vec!["jianyi.care.events.v1.CaseOpened".into(), "Shared".into()],
            ..Filter::default()
        };
        assert_eq!(
            some.subjects("care"),
            [
                "jianyi.care.410600.case_opened",
                "jianyi.care.410600.shared",
                "jianyi.care.410611.case_opened",
                "jianyi.care.410611.shared"
            ]
        );
        assert_eq!(some.subjects("member").len(), 2);
        let other = Filter {
            contexts: vec!["publicity".into()],
            ..Filter::default()
        };
        assert!(other.subjects("care").is_empty());
        let typed = Filter {
            types: vec!["jianyi.care.events.v1.CaseOpened".into()],
            ..Filter::default()
        };
        assert!(typed.subjects("publicity").is_empty());
    }
}
