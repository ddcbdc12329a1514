//! `X-Hub-Signature-256: sha256=<hex>`: HMAC-SHA256 of the raw body. Several secrets are accepted, since DataPass rotates
//! without overlap and signs its waiting retries with the new one. Compared in constant time.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::config::Secret;

/// Whether `header` signs `body` with one of the secrets. A missing or malformed header is unsigned.
pub fn is_signed(body: &[u8], header: Option<&str>, secrets: &[Secret]) -> bool {
    let Some(expected) = header.and_then(|h| h.strip_prefix("sha256=")).and_then(decode) else {
        return false;
    };
    // Every secret is tried whatever the result of the others: the time taken says nothing.
    secrets.iter().fold(false, |found, secret| {
        let fits = mac(secret.expose(), body).is_some_and(|mac| mac.verify_slice(&expected).is_ok());
        found | fits
    })
}

/// The header's value for a body, for tools that must sign.
pub fn sign(body: &[u8], secret: &Secret) -> String {
    let tag = mac(secret.expose(), body).map(|mac| mac.finalize().into_bytes());
    let hex: String = tag.iter().flatten().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256={hex}")
}

fn mac(secret: &str, body: &[u8]) -> Option<Hmac<Sha256>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).ok()?;
    mac.update(body);
    Some(mac)
}

/// 64 hex digits to 32 bytes.
fn decode(hex: &str) -> Option<Vec<u8>> {
    if hex.len() != 64 || !hex.is_ascii() {
        return None;
    }
    (0..32).map(|i| u8::from_str_radix(&hex[2 * i..2 * i + 2], 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &[u8] = br#"{"test":true,"timestamp":"2026-09-07T09:30:00+02:00"}"#;
    const HEADER: &str = "sha256=882a85e4c473cae2d16e8f4ec91898f16acfc86cbaf08eaded112fad614f2094";

    fn secret(text: &str) -> Secret {
        Secret::new(text.to_owned())
    }

    #[test]
    fn datapass_vector() {
        let theirs = secret(&"0f".repeat(32));
        assert_eq!(sign(BODY, &theirs), HEADER);
        assert!(is_signed(BODY, Some(HEADER), &[theirs]));
    }

    #[test]
    fn any_of_several_secrets() {
        let both = [secret("the new one"), secret(&"0f".repeat(32))];
        assert!(is_signed(BODY, Some(HEADER), &both));
        assert!(!is_signed(BODY, Some(HEADER), &both[..1]));
    }

    #[test]
    fn anything_else_is_unsigned() {
        let secrets = [secret(&"0f".repeat(32))];
        for header in [None, Some(""), Some("sha256="), Some(&HEADER[..70]), Some("sha1=00"), Some(&HEADER[7..])] {
            assert!(!is_signed(BODY, header, &secrets), "{header:?}");
        }
        let odd = format!("sha256={}", "é".repeat(32));
        assert!(!is_signed(BODY, Some(&odd), &secrets));
        assert!(!is_signed(&BODY[1..], Some(HEADER), &secrets));
    }
}
