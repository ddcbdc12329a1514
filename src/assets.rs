//! Static files embedded in the binary: our own css and js, and the design system copied from its npm package
//! by `make static`. Knows nothing of HTTP: a name in, bytes, type and fingerprint out.

use rust_embed::{EmbeddedFile, RustEmbed};

#[derive(RustEmbed)]
#[folder = "static/"]
struct Static;

/// One embedded file, ready to be served.
pub struct Asset {
    pub bytes: std::borrow::Cow<'static, [u8]>,
    pub mime: String,
    /// Strong ETag, quotes included.
    pub etag: String,
}

/// The file at `path` below `static/`, if it was there at build.
pub fn get(path: &str) -> Option<Asset> {
    Static::get(path).map(Asset::from)
}

impl From<EmbeddedFile> for Asset {
    fn from(file: EmbeddedFile) -> Self {
        let digest = file.metadata.sha256_hash();
        let etag = digest[..12].iter().fold(String::from("\""), |tag, byte| format!("{tag}{byte:02x}")) + "\"";
        Self { mime: file.metadata.mimetype().to_owned(), etag, bytes: file.data }
    }
}
