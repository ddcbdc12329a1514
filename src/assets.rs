//! Files embedded in the binary: our own css and js with the design system, and what the demonstration is made of;
//! `make static` takes what is not ours from npm packages. Knows nothing of HTTP: a name in, bytes out.

use rust_embed::{EmbeddedFile, RustEmbed};

#[derive(RustEmbed)]
#[folder = "static/"]
struct Static;

/// What the demonstration is made of; never served.
#[derive(RustEmbed)]
#[folder = "seeds/"]
struct Seeds;

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

/// The bytes of the file at `path` below `seeds/`, if it was there at build.
pub fn seed(path: &str) -> Option<std::borrow::Cow<'static, [u8]>> {
    Seeds::get(path).map(|file| file.data)
}

impl From<EmbeddedFile> for Asset {
    fn from(file: EmbeddedFile) -> Self {
        let digest = file.metadata.sha256_hash();
        let etag = digest[..12].iter().fold(String::from("\""), |tag, byte| format!("{tag}{byte:02x}")) + "\"";
        Self { mime: file.metadata.mimetype().to_owned(), etag, bytes: file.data }
    }
}
