//! Where to go after a login: a page of ours or nothing. An address from outside must not turn our login page into a
//! springboard.

use axum::http::Uri;
use serde::Deserialize;
use url::form_urlencoded;

use crate::http::paths;

/// The longest path carried along.
const LONGEST: usize = 2000;

/// The `suite` parameter, kept only when it is an absolute path of ours.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(from = "String")]
pub struct NextPage(Option<String>);

impl From<String> for NextPage {
    fn from(path: String) -> Self {
        Self(is_local(&path).then_some(path))
    }
}

impl NextPage {
    /// What to give back through the form; empty without any.
    pub fn as_str(&self) -> &str {
        self.0.as_deref().unwrap_or_default()
    }

    /// The page to open.
    pub fn or_queue(&self) -> &str {
        self.0.as_deref().unwrap_or(paths::QUEUE)
    }

    /// The login page, with `page` as what comes after.
    pub fn login_before(page: &Uri) -> String {
        let page = page.path_and_query().map_or(page.path(), |page| page.as_str());
        let query = form_urlencoded::Serializer::new(String::new()).append_pair("suite", page).finish();
        format!("{}?{query}", paths::LOGIN)
    }
}

/// Browsers drop tabs and newlines, take `\` for `/`, and `//` for the start of another host.
fn is_local(path: &str) -> bool {
    path.starts_with('/')
        && !path.starts_with("//")
        && path.len() <= LONGEST
        && path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_own_pages_are_kept() {
        for path in ["/instruction", "/instruction/D61234?onglet=suivi#bas", "/", "/a//b", "/%5Cevil.example"] {
            assert_eq!(NextPage::from(path.to_owned()).or_queue(), path);
        }
    }

    #[test]
    fn the_rest_of_the_world_is_not() {
        for path in [
            "",
            "instruction",
            "//evil.example",
            "///evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "/\t/evil.example",
            "/\n/evil.example",
            "/\u{a0}",
            "https://evil.example",
            "javascript:alert(1)",
            " /instruction",
        ] {
            assert_eq!(NextPage::from(path.to_owned()), NextPage::default(), "{path:?}");
        }
        assert_eq!(NextPage::from(format!("/{}", "a".repeat(LONGEST))), NextPage::default());
    }

    proptest::proptest! {
        /// Read as browsers do, what we keep never leaves the site.
        #[test]
        fn what_is_kept_stays_here(path in "[/\\\\.@:?#%a-c\t\n ]{0,12}") {
            let here = url::Url::parse("https://habilis.example/connexion").unwrap();
            let next = NextPage::from(path);
            proptest::prop_assert_eq!(here.join(next.or_queue()).unwrap().origin(), here.origin());
        }
    }
}
