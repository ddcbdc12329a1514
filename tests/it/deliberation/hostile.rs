//! Files made to break whoever reads them: a thousand damaged ones, and a few written on purpose. The service reads what it
//! can, says what it can't, and goes on with the rest of its work.

use std::io::Write as _;
use std::sync::Arc;
use std::time::{Duration, Instant};

use habilis::clients::extraction::{Extractor, Limits};
use habilis::domain::document::{Format, Trouble};
use habilis::instruction::deliberation::read;
use habilis::workflow;

use super::{shipped, with_address};
use crate::support::house::{House, commune};

const MUTATED: u64 = 1_020;

/// A stream of numbers that only its seed decides.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 33
    }

    fn below(&mut self, most: usize) -> usize {
        usize::try_from(self.next()).unwrap() % most.max(1)
    }
}

/// The same file, damaged as the seed says.
fn mutated(seed: u64) -> Vec<u8> {
    const NAMES: [&str; 4] = ["tarifs.pdf", "colonnes.pdf", "protegee.pdf", "api-seule.pdf"];
    let mut dice = Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let mut bytes = shipped(NAMES[dice.below(NAMES.len())]).to_vec();
    match seed % 6 {
        0 => {
            for _ in 0..=dice.below(40) {
                let at = dice.below(bytes.len());
                bytes[at] = u8::try_from(dice.below(256)).unwrap();
            }
        }
        1 => bytes.truncate(dice.below(bytes.len())),
        2 => {
            let (from, length) = (dice.below(bytes.len()), dice.below(4000));
            bytes.drain(from..(from + length).min(bytes.len()));
        }
        3 => {
            let (from, length) = (dice.below(bytes.len()), dice.below(4000));
            let copied = bytes[from..(from + length).min(bytes.len())].to_vec();
            let at = dice.below(bytes.len());
            bytes.splice(at..at, copied);
        }
        // Figures of the structure: lengths, offsets, counts, references.
        4 => {
            for _ in 0..30 {
                let from = dice.below(bytes.len());
                if let Some(at) = bytes[from..].iter().position(u8::is_ascii_digit) {
                    bytes[from + at] = b'0' + u8::try_from(dice.below(10)).unwrap();
                }
            }
        }
        _ => {
            let tail = bytes.len() - dice.below(600).min(bytes.len());
            for byte in &mut bytes[tail..] {
                *byte ^= u8::try_from(dice.below(256)).unwrap();
            }
        }
    }
    bytes
}

fn patience() -> Extractor {
    let limits = Limits { time: Duration::from_secs(10), cpu: 4, memory: 512 << 20, written: 16 << 20 };
    Extractor::default().within(limits, 0)
}

#[tokio::test]
async fn a_thousand_damaged_files_are_read_or_said_to_be_unreadable() {
    let extractor = Arc::new(patience());
    let mut running = tokio::task::JoinSet::new();
    for seed in 0..MUTATED {
        let extractor = Arc::clone(&extractor);
        running.spawn(async move {
            let text = extractor.extract(Format::Pdf, mutated(seed)).await;
            let reading = read(&text);
            (text.is_read(), text.troubles.contains(&Trouble::TooHeavy), reading.mentions.len())
        });
    }
    let outcomes = running.join_all().await;
    let count = |fits: &dyn Fn(&(bool, bool, usize)) -> bool| outcomes.iter().filter(|outcome| fits(outcome)).count();
    let (texts, heavy) = (count(&|outcome| outcome.0), count(&|outcome| outcome.1));
    assert_eq!(outcomes.len() as u64, MUTATED);
    assert!(texts > 100 && texts < outcomes.len(), "damage that changes nothing, or all, proves nothing: {texts} read");
    assert!(heavy < 20, "{heavy} were stopped");
    let fine = extractor.extract(Format::Pdf, shipped("tarifs.pdf").to_vec()).await;
    assert!(!read(&fine).mentions.is_empty(), "and the next one is read as ever");
}

/// A PDF of these objects, numbered from 1: the first is the catalogue.
fn pdf(objects: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = b"%PDF-1.7\n".to_vec();
    let mut offsets = Vec::new();
    for (rank, object) in objects.iter().enumerate() {
        offsets.push(bytes.len());
        bytes.extend(format!("{} 0 obj\n", rank + 1).bytes());
        bytes.extend(object);
        bytes.extend(b"\nendobj\n");
    }
    let start = bytes.len();
    bytes.extend(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).bytes());
    for offset in offsets {
        bytes.extend(format!("{offset:010} 00000 n \n").bytes());
    }
    let size = objects.len() + 1;
    bytes.extend(format!("trailer <</Size {size} /Root 1 0 R>>\nstartxref\n{start}\n%%EOF").bytes());
    bytes
}

fn stream(dictionary: &str, content: &[u8]) -> Vec<u8> {
    let mut bytes = format!("<<{dictionary} /Length {}>>\nstream\n", content.len()).into_bytes();
    bytes.extend(content);
    bytes.extend(b"\nendstream");
    bytes
}

fn deflated(content: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

const CATALOGUE: &[u8] = b"<</Type /Catalog /Pages 2 0 R>>";
const ONE_PAGE: &[u8] = b"<</Type /Pages /Kids [3 0 R] /Count 1>>";

fn page_of(dictionary: &str, content: &[u8]) -> Vec<u8> {
    let page = b"<</Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R>>".to_vec();
    pdf(&[CATALOGUE.to_vec(), ONE_PAGE.to_vec(), page, stream(dictionary, content)])
}

/// Files written to harm, by what they do.
fn written_to_harm() -> Vec<(&'static str, Vec<u8>)> {
    let nested = [b"<</Type /Pages /Kids ".to_vec(), vec![b'['; 2_000_000], b" /Count 1>>".to_vec()].concat();
    // Two hundred megabytes deflated, twice: a few hundred bytes.
    let bomb = deflated(&deflated(&vec![b' '; 200 << 20]));
    let mut texts = b"BT /F1 1 Tf ".to_vec();
    for _ in 0..600_000 {
        texts.extend(b"(a)Tj ");
    }
    let crowd: Vec<u8> = (1..420_000).flat_map(|rank| format!("{rank} 0 obj null endobj\n").into_bytes()).collect();
    let packed = deflated(&(0..1_000_000).flat_map(|rank| format!("{rank} 0 ").into_bytes()).collect::<Vec<_>>());
    let looped =
        b"%PDF-1.7\nxref\n0 1\n0000000000 65535 f \ntrailer <</Size 1 /Root 1 0 R /Prev 9>>\nstartxref\n9\n%%EOF";
    let whole = shipped("tarifs.pdf");
    vec![
        ("nothing but a header", b"%PDF-1.7".to_vec()),
        ("two million brackets", pdf(&[CATALOGUE.to_vec(), nested])),
        (
            "a page that is its own parent",
            pdf(&[CATALOGUE.to_vec(), b"<</Type /Pages /Kids [2 0 R 2 0 R] /Count 2 /Parent 2 0 R>>".to_vec()]),
        ),
        ("a billion pages", pdf(&[CATALOGUE.to_vec(), b"<</Type /Pages /Kids [] /Count 1000000000>>".to_vec()])),
        ("a bomb in a bomb", page_of("/Filter [/FlateDecode /FlateDecode]", &bomb)),
        ("a page of half a million words", page_of("/Filter /FlateDecode", &deflated(&texts))),
        ("four hundred thousand objects without a table", [b"%PDF-1.7\n".to_vec(), crowd].concat()),
        (
            "a million objects in one stream",
            pdf(&[
                CATALOGUE.to_vec(),
                ONE_PAGE.to_vec(),
                stream("/Type /ObjStm /N 1000000 /First 7888890 /Filter /FlateDecode", &packed),
            ]),
        ),
        ("a table that follows itself", looped.to_vec()),
        ("no table", whole[..whole.len() - 400].to_vec()),
        ("a length without end", page_of("/Length 99999999999 /Filter /LZWDecode", &[0x80; 5000])),
    ]
}

#[tokio::test]
async fn files_written_to_harm_are_stopped_in_time() {
    let extractor = patience();
    for (what, bytes) in written_to_harm() {
        assert!(bytes.len() <= habilis::domain::document::LARGEST, "{what}: {} bytes would not be taken", bytes.len());
        let started = Instant::now();
        let text = extractor.extract(Format::Pdf, bytes).await;
        let _ = read(&text);
        assert!(started.elapsed() < Duration::from_secs(45), "{what} took {:?}", started.elapsed());
        let kept: usize = text.pages.iter().map(|page| page.flow.len() + page.layout.len()).sum();
        assert!(kept < 2 << 20 && text.pages.len() <= 60, "{what}: {kept} bytes, {} pages", text.pages.len());
    }
    let fine = extractor.extract(Format::Pdf, shipped("tarifs.pdf").to_vec()).await;
    assert!(!read(&fine).mentions.is_empty());
}

#[tokio::test]
async fn an_image_that_pretends_to_be_a_field_is_drawn_no_larger_than_a_sheet() {
    let vast = pdf(&[
        CATALOGUE.to_vec(),
        ONE_PAGE.to_vec(),
        b"<</Type /Page /Parent 2 0 R /MediaBox [0 0 900000000 900000000]>>".to_vec(),
    ]);
    let limits = Limits { time: Duration::from_secs(20), cpu: 10, memory: 768 << 20, written: 16 << 20 };
    let text = Extractor::default().within(limits, 1).extract(Format::Pdf, vast).await;
    assert!(!text.is_read());
}

/// A page that keeps the reader busy for as long as it is let.
fn tiresome() -> Vec<u8> {
    let mut words = b"BT /F1 1 Tf ".to_vec();
    for rank in 0..400_000 {
        words.extend(format!("1 0 0 1 {} {} Tm (a)Tj ", rank % 590, rank % 840).bytes());
    }
    page_of("/Filter /FlateDecode", &deflated(&words))
}

#[tokio::test]
async fn other_work_goes_on_meanwhile() {
    let house = House::open().await;
    house.sandbox.town_halls.publish("/lourd.pdf", tiresome());
    let number = house.datapass().create(with_address("https://mairie.test/lourd.pdf"));
    house.datapass().submit(number).unwrap();
    let other = house.datapass().create(commune("Beaufort", "21730034200017", "73034", "73270"));
    house.datapass().submit(other).unwrap();
    house.datapass().deliver_pending().await;
    // Two workers: whichever has the heavy file, the other does all the rest.
    let (first, second) = tokio::join!(workflow::drain(&house.service), workflow::drain(&house.service));
    assert!(first.unwrap() + second.unwrap() >= 6);
    assert_eq!(house.mails().iter().filter(|mail| mail.subject.contains("reçu")).count(), 2, "{:?}", house.mails());
    let mut ada = house.instructeur("Ada").await;
    let page = ada.get(&format!("/instruction/D{number}")).await;
    assert!(page.main().contains("lourd.pdf"), "{}", page.main());
}

#[tokio::test]
async fn what_is_active_is_neither_shown_nor_accepted() {
    let house = House::open().await;
    let catalogue = b"<</Type /Catalog /Pages 2 0 R /OpenAction <</S /JavaScript /JS (app.alert\\(1\\))>>>>".to_vec();
    let page = b"<</Type /Page /Parent 2 0 R /MediaBox [0 0 595 842]>>".to_vec();
    house.sandbox.town_halls.publish("/actif.pdf", pdf(&[catalogue, ONE_PAGE.to_vec(), page]));
    let number = house.submitted(with_address("https://mairie.test/actif.pdf")).await;
    let mut ada = house.instructeur("Ada").await;
    let shown = ada.get(&format!("/instruction/D{number}")).await;
    assert!(shown.main().contains("Ce fichier contient un programme") && !shown.text.contains("<iframe"));
    assert!(shown.main().contains("bloque l’acceptation"), "{}", shown.main());
    let html = shown.html();
    let link = html.select(&scraper::Selector::parse("a[download]").unwrap()).next().unwrap();
    let beside = link.value().attr("href").unwrap().trim_end_matches("/telecharger").to_owned();
    let response = ada.response(&beside).await;
    assert!(response.headers()["content-disposition"].to_str().unwrap().starts_with("attachment"));
}
