//! A published table, read line by line whatever its encoding (UTF-8 with or without mark, UTF-16 with one, else Windows-1252),
//! its separator (semicolon, tabulation, comma) and the spelling of its titles. Knows no column: callers name them.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

use csv::StringRecord;
use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

use crate::domain::names::normalise;

/// Why a file can't be read at all; French, for whoever typed the command.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    #[error("{0} : {1}")]
    File(String, io::Error),
    #[error("{0} : colonne introuvable, « {1} » ; titres lus : {2}")]
    Column(String, &'static str, String),
    #[error("{0}, ligne {1} : tableau illisible ({2})")]
    Csv(String, u64, String),
}

/// A table being read.
pub(super) struct Table {
    name: String,
    titles: Vec<String>,
    reader: csv::Reader<Box<dyn Read + Send>>,
    record: StringRecord,
}

impl Table {
    pub fn open(path: &Path) -> Result<Self, Unreadable> {
        let name = path.display().to_string();
        let fail = |error| Unreadable::File(path.display().to_string(), error);
        let encoding = encoding(path).map_err(fail)?;
        let separator = separator(open(path, encoding).map_err(fail)?).map_err(fail)?;
        let source: Box<dyn Read + Send> = Box::new(open(path, encoding).map_err(fail)?);
        let mut reader = csv::ReaderBuilder::new().delimiter(separator).flexible(true).from_reader(source);
        let titles = reader.headers().map_err(|error| csv_fault(&name, &error))?;
        let titles = titles.iter().map(normalise).collect();
        Ok(Self { name, titles, reader, record: StringRecord::new() })
    }

    /// The column whose title holds all of these words, in any order, and none of the others.
    pub fn column(&self, what: &'static str, words: &[&str], without: &[&str]) -> Result<usize, Unreadable> {
        self.optional(words, without).ok_or_else(|| Unreadable::Column(self.name.clone(), what, self.titles.join(", ")))
    }

    /// The same, for a column that some editions don't have.
    pub fn optional(&self, words: &[&str], without: &[&str]) -> Option<usize> {
        self.titles.iter().position(|title| {
            let has = |word: &&str| title.split(' ').any(|given| given == *word);
            words.iter().all(&has) && !without.iter().any(has)
        })
    }

    /// The next line and its number, as columns; `None` at the end.
    pub fn next(&mut self) -> Result<Option<(u64, &StringRecord)>, Unreadable> {
        let more = self.reader.read_record(&mut self.record).map_err(|error| csv_fault(&self.name, &error))?;
        let line = self.record.position().map_or(0, csv::Position::line);
        Ok(more.then_some((line, &self.record)))
    }

    /// How many columns a line has.
    pub fn width(&self) -> usize {
        self.titles.len()
    }
}

fn csv_fault(name: &str, error: &csv::Error) -> Unreadable {
    let line = error.position().map_or(0, csv::Position::line);
    Unreadable::Csv(name.to_owned(), line, error.to_string())
}

/// UTF-8 when the whole file is; its mark decides first. Reads the file once, in bounded memory.
fn encoding(path: &Path) -> io::Result<&'static Encoding> {
    let mut file = BufReader::new(File::open(path)?);
    let mut decoder = UTF_8.new_decoder_without_bom_handling();
    let (mut chunk, mut text) = ([0_u8; 32 * 1024], String::with_capacity(128 * 1024));
    let mut first = true;
    loop {
        let read = file.read(&mut chunk)?;
        if first && let Some((marked, _)) = Encoding::for_bom(&chunk[..read]) {
            return Ok(marked);
        }
        first = false;
        text.clear();
        let (_, _, wrong) = decoder.decode_to_string(&chunk[..read], &mut text, read == 0);
        if wrong {
            return Ok(WINDOWS_1252);
        }
        if read == 0 {
            return Ok(UTF_8);
        }
    }
}

fn open(path: &Path, encoding: &'static Encoding) -> io::Result<Decoded> {
    let decoder = encoding.new_decoder_with_bom_removal();
    Ok(Decoded { file: BufReader::new(File::open(path)?), decoder, ready: Vec::new(), given: 0, over: false })
}

/// The separator that the line of titles holds most, quotes apart.
fn separator(mut text: impl Read) -> io::Result<u8> {
    let mut head = vec![0_u8; 16 * 1024];
    let mut length = 0;
    while length < head.len() {
        let read = text.read(&mut head[length..])?;
        if read == 0 {
            break;
        }
        length += read;
    }
    let titles = head[..length].split(|byte| *byte == b'\n' || *byte == b'\r').next().unwrap_or_default();
    let mut quoted = false;
    let mut counts = [(b';', 0), (b'\t', 0), (b',', 0)];
    for byte in titles {
        quoted ^= *byte == b'"';
        counts.iter_mut().filter(|(known, _)| !quoted && known == byte).for_each(|(_, count)| *count += 1);
    }
    Ok(counts.into_iter().rev().max_by_key(|(_, count)| *count).map_or(b';', |(byte, _)| byte))
}

/// A file, given as UTF-8.
struct Decoded {
    file: BufReader<File>,
    decoder: encoding_rs::Decoder,
    ready: Vec<u8>,
    given: usize,
    over: bool,
}

impl Read for Decoded {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.given == self.ready.len() && !self.over {
            let mut chunk = [0_u8; 8 * 1024];
            let read = self.file.read(&mut chunk)?;
            self.over = read == 0;
            // Three bytes at most for each of Windows-1252, and what was kept from before.
            self.ready.resize(self.decoder.max_utf8_buffer_length(read).unwrap_or(64 * 1024), 0);
            let (_, _, written, _) = self.decoder.decode_to_utf8(&chunk[..read], &mut self.ready, self.over);
            self.ready.truncate(written);
            self.given = 0;
        }
        let rest = &self.ready[self.given..];
        let length = rest.len().min(into.len());
        into[..length].copy_from_slice(&rest[..length]);
        self.given += length;
        Ok(length)
    }
}
