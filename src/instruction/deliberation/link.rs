//! The address of the délibération as a demandeur typed it, made safe to click: http or https, a real host, nothing else.

use url::Url;

/// The address to open, if the text is one. A scheme may be lacking: https is then meant.
pub fn link(text: &str) -> Option<Url> {
    let text = text.trim();
    if text.is_empty() || text.contains(char::is_whitespace) {
        return None;
    }
    let url = match text.contains("://") {
        true => Url::parse(text),
        false => Url::parse(&format!("https://{text}")),
    };
    url.ok().filter(is_safe)
}

fn is_safe(url: &Url) -> bool {
    let named = url.domain().is_some_and(|host| host.contains('.'));
    matches!(url.scheme(), "http" | "https") && named && url.username().is_empty() && url.password().is_none()
}

#[cfg(test)]
mod tests {
    use super::link;

    #[test]
    fn addresses_to_open() {
        for (text, opened) in [
            ("https://hauteluce.fr/d.pdf", Some("https://hauteluce.fr/d.pdf")),
            (" HTTP://Hauteluce.fr/d%20.pdf?x=1 ", Some("http://hauteluce.fr/d%20.pdf?x=1")),
            ("www.hauteluce.fr/d.pdf", Some("https://www.hauteluce.fr/d.pdf")),
            ("hauteluce.fr:8080/d.pdf", Some("https://hauteluce.fr:8080/d.pdf")),
            ("javascript:alert(1)", None),
            ("javascript:1@hauteluce.fr", None),
            ("javascript://hauteluce.fr/%0aalert(1)", None),
            ("data:text/html,x", None),
            ("ftp://hauteluce.fr/d.pdf", None),
            ("https://a:b@hauteluce.fr", None),
            ("mailto:mairie@hauteluce.fr", None),
            ("https://localhost/d.pdf", None),
            ("http://192.168.0.1/d.pdf", None),
            ("voir en mairie", None),
            ("mairie", None),
            ("", None),
        ] {
            assert_eq!(link(text).as_ref().map(url::Url::as_str), opened, "{text}");
        }
    }
}
