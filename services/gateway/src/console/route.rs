//! Which page or file an address stands for.

use http::{HeaderMap, header};
use percent_encoding::percent_decode_str;

use super::page;

/// Addresses that are never the console's.
const TAKEN: [&str; 2] = ["healthz", "v1"];
const TAKEN_BEGINNINGS: [&str; 2] = ["jianyi.", "grpc."];

/// What an address stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Route {
    /// A page.
    Page(&'static str),
    /// A file with a digest in its name.
    Asset,
    /// Another file; where there is none, perhaps a place within the console.
    File {
        /// Whether the console's page answers then.
        or_page: bool,
    },
}

impl Route {
    /// `None` when the console has nothing to do with it.
    pub(super) fn of(path: &str, accepts_html: bool) -> Option<Self> {
        let mut segments = Vec::new();
        for segment in path.strip_prefix('/')?.split('/') {
            let segment = percent_decode_str(segment).decode_utf8().ok()?;
            // Files with a dot before their name are nobody's business; `..` leads out.
            if segment.starts_with('.') || segment.contains(['/', '\\', '\0']) {
                return None;
            }
            segments.push(segment);
        }
        let first = segments.first()?.as_ref();
        if TAKEN.contains(&first) || TAKEN_BEGINNINGS.iter().any(|it| first.starts_with(it)) {
            return None;
        }
        let is_file = segments.last().is_some_and(|last| last.contains('.'));
        Some(match (path, first) {
            ("/" | "/index.html", _) => Self::Page(page::INDEX),
            ("/public.html", _) => Self::Page(page::PUBLIC),
            (_, "assets") => Self::Asset,
            (_, "public") if !is_file => Self::Page(page::PUBLIC),
            _ => Self::File {
                or_page: accepts_html && !is_file,
            },
        })
    }

    /// Whether somebody looks at it.
    pub(super) const fn is_page(self) -> bool {
        matches!(self, Self::Page(_) | Self::File { or_page: true })
    }
}

/// Whether a person in front of a browser asked, rather than a page.
pub(super) fn accepts_html(headers: &HeaderMap) -> bool {
    headers
        .get_all(header::ACCEPT)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|kind| kind.trim_start().starts_with("text/html"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_within_the_console_are_its_page_and_other_doors_stay_theirs() {
        let page = Some(Route::Page(page::INDEX));
        let public = Some(Route::Page(page::PUBLIC));
        let file = |or_page| Some(Route::File { or_page });
        assert_eq!(Route::of("/", false), page);
        assert_eq!(Route::of("/heroes/410611/x", true), file(true));
        assert_eq!(Route::of("/heroes/410611/x", false), file(false));
        assert_eq!(Route::of("/favicon.ico", true), file(false));
        assert_eq!(Route::of("/public", true), public);
        assert_eq!(Route::of("/public/check/1", false), public);
        assert_eq!(Route::of("/assets/index-1a2b.js", true), Some(Route::Asset));
        for taken in [
            "/v1",
            "/v1/anything",
            "/healthz",
            "/jianyi.care.v1.CareService/GetActivity",
            "/grpc.health.v1.Health/Check",
        ] {
            assert_eq!(Route::of(taken, true), None, "{taken}");
        }
    }

    #[test]
    fn nothing_leads_out_of_the_folder_or_to_hidden_files() {
        for bad in [
            "/../secret",
            "/assets/../../secret",
            "/%2e%2e/secret",
            "/assets/%2E%2E%2Fsecret",
            "/a%2fb",
            "/a%5cb",
            "/a%00",
            "/.env",
            "/assets/.git/config",
            "/%ff",
            "*",
        ] {
            assert_eq!(Route::of(bad, true), None, "{bad}");
        }
    }
}
