//! What a PDF holds besides text, as far as its bytes tell: scripts, actions that start programs, other files, a cipher.
//! A hint: names may hide in ciphered parts. Reads the objects in the clear and those in compressed object streams.

use std::io::Read;

use flate2::read::ZlibDecoder;
use memchr::memmem;

use crate::domain::document::Structure;

/// Most bytes inflated of one stream, and of all of them.
const INFLATED: u64 = 2 << 20;
const INFLATED_WHOLE: u64 = 16 << 20;
/// Where the dictionary of a stream is looked for, in bytes before it.
const DICTIONARY: usize = 512;

/// What the names in a PDF say.
pub fn scan(bytes: &[u8]) -> Structure {
    let mut found = Structure::default();
    let mut left = INFLATED_WHOLE;
    let mut rest = bytes;
    while let Some(at) = memmem::find(rest, b"stream") {
        let (objects, after) = (&rest[..at], &rest[at + b"stream".len()..]);
        note(objects, &mut found);
        let data = after.strip_prefix(b"\r\n").or_else(|| after.strip_prefix(b"\n")).unwrap_or(after);
        let end = memmem::find(data, b"endstream").unwrap_or(data.len());
        if is_object_stream(objects) && left > 0 {
            let mut inflated = Vec::new();
            // A damaged end leaves what came before it.
            let _ = ZlibDecoder::new(&data[..end]).take(INFLATED.min(left)).read_to_end(&mut inflated);
            left = left.saturating_sub(inflated.len() as u64);
            note(&inflated, &mut found);
        }
        rest = data.get(end + b"endstream".len()..).unwrap_or_default();
    }
    note(rest, &mut found);
    found
}

fn is_object_stream(objects: &[u8]) -> bool {
    let dictionary = &objects[objects.len().saturating_sub(DICTIONARY)..];
    memmem::find(dictionary, b"/ObjStm").is_some()
}

fn note(objects: &[u8], found: &mut Structure) {
    for at in memchr::memchr_iter(b'/', objects) {
        match name(&objects[at + 1..]).as_slice() {
            b"JavaScript" | b"JS" | b"Launch" => found.active = true,
            b"EmbeddedFile" | b"EmbeddedFiles" => found.attachments = true,
            b"Encrypt" => found.encrypted = true,
            _ => {}
        }
    }
}

/// A name, its `#4a` undone; sixteen letters of it, more than those that matter have.
fn name(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(16);
    let mut bytes = bytes.iter().copied();
    while let Some(byte) = bytes.next() {
        let letter = match byte {
            b'#' => {
                let digits = [bytes.next().unwrap_or(0), bytes.next().unwrap_or(0)];
                let hexadecimal = std::str::from_utf8(&digits).ok().and_then(|text| u8::from_str_radix(text, 16).ok());
                hexadecimal.unwrap_or(b'#')
            }
            byte if byte.is_ascii_alphanumeric() => byte,
            _ => break,
        };
        if out.len() == 16 {
            break;
        }
        out.push(letter);
    }
    out
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn object_stream(content: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(content).unwrap();
        let mut bytes = b"%PDF-1.7\n4 0 obj <</Type /ObjStm /Filter /FlateDecode>>\nstream\n".to_vec();
        bytes.extend(encoder.finish().unwrap());
        bytes.extend(b"\nendstream endobj");
        bytes
    }

    #[test]
    fn what_is_not_text_is_seen() {
        let active = Structure { active: true, ..Structure::default() };
        for (bytes, expected) in [
            (&b"<</OpenAction [3 0 R /Fit]>>"[..], Structure::default()),
            (b"<</OpenAction <</S/JavaScript/JS (app.alert(1))>>>>", active),
            (b"<</S /J#61vaScript>>", active),
            (b"<</S /Launch /F (calc.exe)>>", active),
            (b"<</Subject (JavaScript) /JSON 1 /Launcher 2>>", Structure::default()),
            (b"<</Names <</EmbeddedFiles 3 0 R>>>>", Structure { attachments: true, ..Structure::default() }),
            (b"trailer <</Encrypt 5 0 R>>", Structure { encrypted: true, ..Structure::default() }),
            // The content of a picture is not a name.
            (b"<</Length 9>> stream\n/JS /Launch\nendstream", Structure::default()),
            (b"stream", Structure::default()),
            (b"", Structure::default()),
        ] {
            assert_eq!(scan(bytes), expected, "{}", String::from_utf8_lossy(bytes));
        }
        assert_eq!(scan(&object_stream(b"1 0 <</S /JavaScript>>")), active);
    }

    #[test]
    fn a_bomb_is_inflated_no_further_than_told() {
        let bombs = object_stream(&vec![b' '; 64 << 20]).repeat(20);
        let started = std::time::Instant::now();
        assert_eq!(scan(&bombs), Structure::default());
        assert!(started.elapsed().as_secs() < 5);
    }
}
