//! Rows of text as a file that a spreadsheet opens, written piece by piece. A cell never becomes a formula: organisations
//! and people choose their own names.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use zip::ZipWriter;
use zip::write::{SimpleFileOptions, StreamWriter};

/// A file being written.
pub trait Sheet {
    /// Adds a row.
    fn row(&mut self, cells: &[String]) -> anyhow::Result<()>;
    /// Takes the bytes written since the last time.
    fn written(&mut self) -> Vec<u8>;
    /// Ends the file, takes its last bytes.
    fn end(self: Box<Self>) -> anyhow::Result<Vec<u8>>;
}

/// Semicolons and a byte order mark: what spreadsheets in French expect.
pub struct Csv(Vec<u8>);

impl Default for Csv {
    fn default() -> Self {
        Self("\u{feff}".into())
    }
}

impl Sheet for Csv {
    fn row(&mut self, cells: &[String]) -> anyhow::Result<()> {
        let cells: Vec<String> = cells.iter().map(|cell| quoted(&harmless(cell))).collect();
        self.0.extend(cells.join(";").bytes());
        self.0.extend(b"\r\n");
        Ok(())
    }

    fn written(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.0)
    }

    fn end(self: Box<Self>) -> anyhow::Result<Vec<u8>> {
        Ok(self.0)
    }
}

/// Spreadsheets run a text that begins like a formula, even after blanks: an apostrophe makes it a text.
fn harmless(cell: &str) -> String {
    let formula = cell.trim_start().starts_with(['=', '+', '-', '@']) || cell.starts_with(['\t', '\r', '\n']);
    if formula { format!("'{cell}") } else { cell.to_owned() }
}

fn quoted(cell: &str) -> String {
    if cell.contains([';', '"', '\n', '\r']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.to_owned() }
}

/// The least that spreadsheets open: one sheet of inline texts, which are never formulas.
pub struct Xlsx {
    zip: ZipWriter<StreamWriter<Shared>>,
    bytes: Shared,
}

/// Where the archive is written, and taken from.
#[derive(Clone, Default)]
struct Shared(Arc<Mutex<Vec<u8>>>);

impl Shared {
    fn take(&self) -> Vec<u8> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
/// Name and content of the parts beside the sheet.
const PARTS: [(&str, &str); 4] = [
    (
        "[Content_Types].xml",
        "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
         <Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
         <Default Extension=\"xml\" ContentType=\"application/xml\"/>\
         <Override PartName=\"/xl/workbook.xml\" \
         ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/>\
         <Override PartName=\"/xl/worksheets/sheet1.xml\" \
         ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml\"/></Types>",
    ),
    (
        "_rels/.rels",
        "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
         <Relationship Id=\"rId1\" \
         Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" \
         Target=\"xl/workbook.xml\"/></Relationships>",
    ),
    (
        "xl/workbook.xml",
        "<workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" \
         xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\">\
         <sheets><sheet name=\"Demandes\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>",
    ),
    (
        "xl/_rels/workbook.xml.rels",
        "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
         <Relationship Id=\"rId1\" \
         Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" \
         Target=\"worksheets/sheet1.xml\"/></Relationships>",
    ),
];

impl Xlsx {
    /// An empty sheet.
    ///
    /// # Errors
    /// When the archive can't be begun.
    pub fn new() -> anyhow::Result<Self> {
        let bytes = Shared::default();
        let mut zip = ZipWriter::new_stream(bytes.clone());
        for (name, content) in PARTS {
            zip.start_file(name, SimpleFileOptions::default())?;
            write!(zip, "{DECLARATION}{content}")?;
        }
        zip.start_file("xl/worksheets/sheet1.xml", SimpleFileOptions::default())?;
        let namespace = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
        write!(zip, "{DECLARATION}<worksheet xmlns=\"{namespace}\"><sheetData>")?;
        Ok(Self { zip, bytes })
    }
}

impl Sheet for Xlsx {
    fn row(&mut self, cells: &[String]) -> anyhow::Result<()> {
        write!(self.zip, "<row>")?;
        for cell in cells {
            write!(self.zip, "<c t=\"inlineStr\"><is><t xml:space=\"preserve\">{}</t></is></c>", escaped(cell))?;
        }
        Ok(write!(self.zip, "</row>")?)
    }

    fn written(&mut self) -> Vec<u8> {
        self.bytes.take()
    }

    fn end(mut self: Box<Self>) -> anyhow::Result<Vec<u8>> {
        write!(self.zip, "</sheetData></worksheet>")?;
        self.zip.finish()?;
        Ok(self.bytes.take())
    }
}

/// Text of an XML element; characters that XML 1.0 can't hold are left out.
fn escaped(text: &str) -> String {
    let held =
        |c: &char| matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    let kept: String = text.chars().filter(held).collect();
    kept.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        for cell in ["=1+1", "+33", "-1", "@SOMME(A1)", "\t=1", " =1"] {
            assert_eq!(harmless(cell), format!("'{cell}"));
        }
        assert_eq!(harmless("COMMUNE DE BOËGE - 74"), "COMMUNE DE BOËGE - 74");
    }

    #[test]
    fn cells_are_quoted_when_they_must() {
        let mut csv = Csv::default();
        csv.row(&["a;b".into(), "dit \"le Grand\"".into(), "é".into()]).unwrap();
        assert_eq!(String::from_utf8(csv.written()).unwrap(), "\u{feff}\"a;b\";\"dit \"\"le Grand\"\"\";é\r\n");
    }

    #[test]
    fn xml_holds_what_it_can() {
        assert_eq!(escaped("A & <b>\u{1}\u{b}é"), "A &amp; &lt;b&gt;é");
    }
}
