//! Answers that a client may already hold: `If-None-Match` and `Accept-Encoding`, as RFC 9110 reads them. Knows headers,
//! not what is sent.

use axum::http::{HeaderMap, HeaderName, header};

use crate::publication::Encoding;

/// Whether the client already has the representation tagged `etag`: weak comparison, lists and `*` included.
pub fn is_known(headers: &HeaderMap, etag: &str) -> bool {
    let values = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).map(str::trim).any(|tag| {
        // No tag of ours holds a comma, so that splitting there is safe.
        tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == etag
    })
}

/// The encoding the client likes best among ours; the smallest when it likes several alike, plain when it says nothing.
pub fn encoding(headers: &HeaderMap) -> Encoding {
    let wishes = Wishes::read(headers, &header::ACCEPT_ENCODING);
    let brotli = wishes.weight(&["br"]);
    let gzip = wishes.weight(&["gzip", "x-gzip"]);
    // Unless it is named, plain is what remains, not a preference.
    let identity = wishes.named(&["identity"]).unwrap_or(0);
    match (brotli, gzip) {
        (0, 0) => Encoding::Identity,
        (b, g) if identity > b.max(g) => Encoding::Identity,
        (b, g) if b >= g => Encoding::Brotli,
        _ => Encoding::Gzip,
    }
}

/// Words of a list header with their weights, in thousandths.
struct Wishes(Vec<(String, u16)>);

impl Wishes {
    fn read(headers: &HeaderMap, name: &HeaderName) -> Self {
        let values = headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
        Self(values.flat_map(|value| value.split(',')).map(wish).collect())
    }

    fn named(&self, names: &[&str]) -> Option<u16> {
        self.0.iter().find(|(word, _)| names.contains(&word.as_str())).map(|(_, weight)| *weight)
    }

    fn weight(&self, names: &[&str]) -> u16 {
        self.named(names).or_else(|| self.named(&["*"])).unwrap_or(0)
    }
}

fn wish(item: &str) -> (String, u16) {
    let mut parts = item.split(';').map(str::trim);
    let word = parts.next().unwrap_or_default().to_ascii_lowercase();
    let weight =
        parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q="))).map_or(1000, weight);
    (word, weight)
}

/// `0.8` → 800; what is no weight counts as zero.
fn weight(text: &str) -> u16 {
    let value = text.parse::<f32>().ok().filter(|value| (0.0..=1.0).contains(value)).unwrap_or(0.0);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 1000, checked above")]
    let thousandths = (value * 1000.0).round() as u16;
    thousandths
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn headers(name: HeaderName, values: &[&'static str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(&name, HeaderValue::from_static(value));
        }
        headers
    }

    #[test]
    fn encodings_are_negotiated() {
        use Encoding::{Brotli, Gzip, Identity};
        let table: [(&[&'static str], Encoding); 14] = [
            (&[], Identity),
            (&[""], Identity),
            (&["gzip"], Gzip),
            (&["X-GZIP"], Gzip),
            (&["gzip, deflate, br"], Brotli),
            (&["gzip", "br"], Brotli),
            (&["br;q=0.5, gzip;q=0.8"], Gzip),
            (&["br;q=0, gzip;q=0"], Identity),
            (&["br;q=0, *"], Gzip),
            (&["*"], Brotli),
            (&["*;q=0"], Identity),
            (&["identity, gzip;q=0.5"], Identity),
            (&["deflate"], Identity),
            (&["gzip;q=abc"], Identity),
        ];
        for (values, expected) in table {
            assert_eq!(encoding(&headers(header::ACCEPT_ENCODING, values)), expected, "{values:?}");
        }
    }

    #[test]
    fn tags_are_compared_weakly() {
        let table: [(&[&'static str], bool); 8] = [
            (&[], false),
            (&["\"a\""], true),
            (&["W/\"a\""], true),
            (&["\"b\", W/\"a\""], true),
            (&["\"b\"", "\"a\""], true),
            (&["*"], true),
            (&["\"b\""], false),
            (&["a"], false),
        ];
        for (values, expected) in table {
            assert_eq!(is_known(&headers(header::IF_NONE_MATCH, values), "\"a\""), expected, "{values:?}");
        }
    }
}
